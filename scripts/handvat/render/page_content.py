"""The text of a page as readers get it: shortcodes, numbered citations, labels of blocks, notices.

A shortcode shows a template of `overrides/partials/` with the values that `KINDS` lists. Nothing else of the
knowledge base reaches a page through a shortcode.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import escape

from handvat.content import shortcodes
from handvat.content.contacts import Platform, Removal
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, typeset
from handvat.content.markdown import Event, citation_keys
from handvat.content.page import Page
from handvat.content.translation import STATUS_FILE, LanguageProgress, compare
from handvat.content.urls import is_public
from handvat.render import contacts, listings, pictures
from handvat.render.html_writer import Node, write_html
from handvat.render.running_text import finish
from handvat.render.views import CardView, NumberedSource
from handvat.site_output import build_date

_WITH_CALLS = {"now", "you"}
"""The folders whose pages show whom to call beside what is in short, and at the foot of a phone."""

_IN_SHORT_END = "<!-- in-short -->"
"""The end of the section `in-short` in the HTML, which is sanitised and has no other comment."""


class Scope(NamedTuple):
    """The surroundings of a shortcode: all that it can show comes from here."""

    kb: KnowledgeBase
    language: Language
    """The language of the text."""
    country: str
    """The country whose contacts the page shows."""
    address: str
    """The address of the site's root, with a slash at the end."""
    progress: Callable[[], Sequence[LanguageProgress]]
    """Return the progress of each language, which may parse all pages."""


@dataclass(frozen=True)
class Kind:
    """What one kind of shortcode shows."""

    template: str
    """Its file in `overrides/partials/`."""
    values: Callable[[Any, Scope], Mapping[str, Any]] = lambda _arguments, _scope: {}
    """Arguments and scope → the variables of the template, besides those of every template."""
    style: str = ""
    """The style that it needs beside that of every page: `pictures` or `lists`."""
    is_single: bool = False
    """Whether only the first on a page is shown, because its ids are fixed."""


def _contacts(
    arguments: shortcodes.ContactArguments | shortcodes.ContactsArguments, scope: Scope
) -> dict[str, Any]:
    kb = scope.kb
    named = arguments.country if isinstance(arguments, shortcodes.ContactsArguments) else None
    country = named or scope.country
    chosen = shortcodes.choose_contacts(arguments, kb.contacts, country)
    # A page that names a country itself, as that of help abroad does, says whose numbers they are.
    is_foreign = named is None and country != kb.country
    strings, today = kb.strings[scope.language.code], build_date()
    return {
        "contacts": [
            contacts.describe_contact(one, strings, country, today, is_foreign=is_foreign)
            for one in chosen
        ]
    }


def _reports(
    arguments: shortcodes.PlatformsArguments | shortcodes.RemovalArguments, scope: Scope
) -> dict[str, Any]:
    kb = scope.kb
    shown = kb.strings[scope.language.code], kb.source_language.code, build_date()
    if isinstance(arguments, shortcodes.PlatformsArguments):
        chosen: Sequence[Platform | Removal] = shortcodes.choose_platforms(arguments, kb.platforms)
    else:
        chosen = shortcodes.choose_removal(arguments, kb.removal)
    return {"reports": [contacts.describe_report(one, *shown) for one in chosen]}


def _cards(arguments: shortcodes.CardsArguments, scope: Scope) -> dict[str, Any]:
    """The cards, each with a QR code to its page where the site has a public address."""
    has_codes = is_public(scope.address)
    shown = scope.kb.strings[scope.language.code], scope.kb.country, build_date()
    cards, asked = [], (arguments.pages, arguments.calls)
    for link, sentences, calls in listings.cards(scope.kb, scope.language, *asked):
        code = pictures.code_to(scope.address + link.url) if has_codes else None
        views = [contacts.describe_contact(one, *shown) for one in calls]
        cards.append(CardView(link, sentences, views, code))
    cover = listings.cover(scope.kb, scope.language, arguments.cover, arguments.numbers)
    return {"cards": cards, "cover": cover}


def _languages(_: object, scope: Scope) -> dict[str, Any]:
    rows = listings.language_status(scope.kb, scope.language, scope.progress())
    return {"rows": rows, "data": STATUS_FILE}


KINDS: dict[str, Kind] = {
    "contacts": Kind("contacts.html", _contacts),
    "contact": Kind("contact-inline.html", _contacts),
    "platforms": Kind("reports.html", _reports, style="lists"),
    "removal": Kind("reports.html", _reports, style="lists"),
    "sources": Kind(
        "all-sources.html",
        lambda _, scope: {
            "entries": list(listings.all_sources(scope.kb, scope.language)),
            "language": scope.language,
        },
        style="lists",
        is_single=True,
    ),
    "a_z": Kind(
        "a-z.html",
        lambda _, scope: {"letters": listings.a_to_z(scope.kb, scope.language)},
        style="lists",
        is_single=True,
    ),
    "glossary": Kind(
        "glossary.html",
        lambda _, scope: {"letters": listings.glossary(scope.kb, scope.language)},
        style="lists",
        is_single=True,
    ),
    "field": Kind("field.html", lambda arguments, _: {"field": arguments}),
    "picture": Kind("", style="pictures"),
    "cards": Kind("cards.html", _cards, is_single=True),
    "unchecked": Kind(
        "unchecked.html",
        lambda _, scope: listings.unchecked(scope.kb, scope.language, build_date()),
    ),
    "languages": Kind("language-status.html", _languages, style="lists"),
    "keep": Kind("keep.html", lambda _, scope: {"language": scope.language}, style="lists"),
    "downloads": Kind(
        "downloads.html",
        lambda _, scope: {"downloads": listings.downloads(scope.kb, scope.language)},
        style="lists",
    ),
}
"""Name → what it shows. Its arguments: `handvat.content.shortcodes.SHORTCODES`."""


class PageContent(NamedTuple):
    """The text of a page as readers get it."""

    in_short: str
    """The HTML up to the end of the section `in-short`; `""` where there is none."""
    html: str
    """The HTML of the rest."""
    contents: list[dict[str, Any]]
    """Its headings, in the form of `markdown.extensions.toc`."""
    sources: tuple[NumberedSource, ...]
    """The sources that it cites, in the order in which it first cites them."""
    styles: frozenset[str]
    """The styles that it needs beside that of every page: `pictures`, `lists`."""
    calls: Sequence[contacts.ContactView]
    """Whom to call at once."""


@dataclass
class ContentRenderer:
    """Renders one text."""

    scope: Scope
    environment: Environment
    context: Mapping[str, Any]
    """MkDocs' context of the page, which its filter `url` reads for relative addresses."""
    page: Page | None = None
    _shown: Counter[str] = field(default_factory=Counter, init=False)
    """How often each kind of shortcode, and each picture, is on the page so far: ids must differ."""
    _listed: defaultdict[str, list[contacts.ContactView]] = field(
        default_factory=lambda: defaultdict(list), init=False
    )
    """Kind of shortcode → the contacts that it showed."""
    _cited: dict[str, list[str]] = field(default_factory=dict, init=False)
    """Key of a source → ids of its citations in the text."""

    def __post_init__(self) -> None:
        self._strings = self.scope.kb.strings[self.scope.language.code]
        self._context = {**self.context, "t": self._strings}

    def render(
        self,
        events: Iterable[Event],
        leads_to: Callable[[str], str],
        revise: Callable[[str], str] = str,
    ) -> PageContent:
        """Render the text of `events`. Raises BadShortcode, jinja2.TemplateError.

        `leads_to` and `revise` are those of `write_html`.
        """
        kb, page = self.scope.kb, self.page
        show: dict[str, Callable[[str], str]] = {
            "Shortcode": self._shortcode,
            "Citation": self._citation,
            "Label": lambda kind: str(escape(self._strings(f"block.{kind}"))),
            "Section": lambda section: ways.get(section, "") + self._stale_notice(section),
            "SectionEnd": lambda section: ends.get(section, ""),
        }
        code = self.scope.language.code
        pieces, contents = write_html(events, leads_to, revise, lambda text: typeset(text, code))
        ways: dict[str, str] = {}
        ends = {"in-short": _IN_SHORT_END}
        if page and page.is_urgent and contents[1:]:
            # On a small phone In short fills the first screen: its heading leads on to what to do.
            link = '<a class="to-steps" href="#{id}" data-search-ignore>{name}</a>'
            ways["in-short"] = link.format_map(contents[1])
            ends[contents[1]["id"]] = "<!-- contents -->"  # where main.html puts the contents
        html = "".join(
            [show[one.what](one.value) if isinstance(one, Node) else one for one in pieces]
        )
        html = finish(html, code, kb.foreign_words, self._glossary(leads_to))
        sources = [
            listings.describe_source(kb, self.scope.language, key, number=number, back=back)
            for number, (key, back) in enumerate(self._cited.items(), 1)
        ]
        named = {one.name: one for one in self._listed["contacts"] or self._listed["contact"]}
        can_be_called = [one for one in named.values() if one.numbers]
        in_short, end, html = html.rpartition(_IN_SHORT_END)
        if calls := can_be_called[:3] if page and page.folder in _WITH_CALLS else ():
            template = self.environment.get_template("partials/calls.html")
            in_short += template.render(self._context, contacts=calls).strip()
        if end:
            in_short += "</section>\n"
            html = html.removeprefix("</section>\n")
        styles = frozenset(KINDS[name].style for name in self._shown if name in KINDS) - {""}
        return PageContent(in_short, html, contents, tuple(sources), styles, calls)

    def _glossary(self, leads_to: Callable[[str], str]) -> dict[str, str]:
        """Return the addresses of the glossary's entries: Dutch word → address; none on the page of the glossary."""
        kb, code, page = self.scope.kb, self.scope.language.code, self.page
        if not page or page.path == listings.GLOSSARY or not kb.page(code, listings.GLOSSARY):
            return {}
        glossary = leads_to("../" * page.path.count("/") + listings.GLOSSARY)
        terms = kb.terms.get(code, ())
        return {word: f"{glossary}#{term.id}" for term in terms for word in term.dutch}

    def _shortcode(self, written: str) -> str:
        name, arguments = shortcodes.parse_shortcode(written)
        kind = KINDS[name]
        self._shown[name] += 1
        if kind.is_single and self._shown[name] > 1:
            return ""
        if name == "picture":
            drawing = f"picture {arguments.name}"
            self._shown[drawing] += 1
            return pictures.draw(
                arguments.name, self.environment, self._strings, self._shown[drawing]
            )
        template = self.environment.get_template(f"partials/{kind.template}")
        values = kind.values(arguments, self.scope)
        self._listed[name] += values.get("contacts", ())
        return template.render(self._context, **values).strip()

    def _citation(self, written: str) -> str:
        """The HTML of `[@a:b; @a:c; @d]`: a raised number for each source, each a link to the list."""
        marks: dict[str, str] = {}
        for _, key, _ in citation_keys(written):
            if key in marks or key not in self.scope.kb.sources:
                continue
            ids = self._cited.setdefault(key, [])
            number = list(self._cited).index(key) + 1
            ids.append(f"_cite-{number}-{len(ids) + 1}")
            name = f'id="{ids[-1]}" aria-label="{self._strings("sources.mark", number=number)}"'
            marks[key] = f'<a href="#_source-{number}" {name}>{number}</a>'
        return f'<sup class="cite" data-search-ignore>{", ".join(marks.values())}</sup>'

    @cached_property
    def _stale(self) -> Collection[str]:
        """Ids of the sections that are older than their source sections."""
        source = self.page and self.scope.kb.source_of(self.page)
        return compare(self.page, source).stale if self.page and source else ()

    def _stale_notice(self, section: str) -> str:
        if self.page is None or section not in self._stale:
            return ""
        source = self.scope.kb.source_language
        template = self.environment.get_template("partials/stale.html")
        place = {"source_url": f"{source.prefix}{self.page.url}", "section": section}
        return template.render(self._context, **place, language=source.code).strip()
