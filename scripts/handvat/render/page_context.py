"""Gathers what surrounds a page's text: menu, languages, notices, review state, addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from handvat.content.git_history import FEED, has_feed
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.content.page import Page
from handvat.content.ui_strings import Strings
from handvat.render.contacts import country_name
from handvat.render.inline_assets import Inline
from handvat.render.listings import in_words, link_to
from handvat.render.social import share_preview, structured_data
from handvat.render.template_cache import FragmentCache
from handvat.render.transliteration import in_latin_letters
from handvat.render.views import (
    Alternate,
    DangerCall,
    Hreflang,
    Link,
    NavItem,
    Notice,
    PageView,
)
from handvat.site_output import build_date

_PRIVACY = "about/privacy.md"
_PAGES_WITH_FEED = {"index.md", "about/index.md", "about/languages.md"}
"""Where somebody looks for what changed; on every page it would weigh on all readers."""


@dataclass(frozen=True)
class PageContextFactory:
    """Makes the view of each page: what templates know beside its text. `address` ends with a slash."""

    base: KnowledgeBase
    address: str
    edit_address: str | None
    built: Collection[str]
    """Codes of the languages in this build."""
    inline: Inline = field(default_factory=Inline)
    """The script and the style that stand in each page."""
    name: str = ""
    """What the site is called."""
    _frames: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False)
    """Language code → the fields that are the same in all its views."""
    _links: dict[tuple[str, str], Link | None] = field(default_factory=dict, init=False, repr=False)
    """Language code and path → the link there: each menu has dozens."""

    def view(self, language: Language, path: str | None) -> PageView:
        """The view of the page at `path` on the site of `language`; None is the 404 page.

        A page that does not exist in `language` is shown in the default language.
        """
        base = self.base
        strings = base.strings[language.code]
        default = base.default_language
        own = base.page(language.code, path) if path else None
        page = own or (base.page(default.code, path) if path else None)
        text_language = language if own or page is None else default
        is_fallback = page is not None and own is None
        if page is None:
            title, description, kind = strings("not_found.title"), "", "not-found"
        else:
            title, description = page.front.title, page.front.description
            kind = "home" if page.path == "index.md" else page.front.type
        home = base.page(default.code, "index.md")
        previous, following = self._neighbours(language, page)
        canonical = self._canonical(text_language, page)
        breadcrumbs = tuple(self._breadcrumbs(language, page))
        return PageView(
            **self._frame(language),
            text_language=text_language.code,
            text_direction=text_language.direction,
            is_fallback=is_fallback,
            kind=kind,
            tool=page.name if page and kind == "tool" else "",
            section=page.folder if page else "",
            title=title,
            description=description,
            canonical=canonical,
            noindex=base.edition == "preview" or page is None or is_fallback,
            hreflang=() if is_fallback else self._hreflang(page),
            alternates=tuple(self._alternates(language, page or home)),
            navigation=tuple(self._navigation(language, page)),
            breadcrumbs=breadcrumbs,
            children=tuple(self._children(language, page)),
            previous=previous,
            next=following,
            notices=tuple(self._notices(language, page, is_fallback)),
            review=self._review(language, page),
            translation=self._translation(language, own),
            edit_url=self._edit(page),
            aliases=_search_words(page) if page else (),
            latin_title=" ".join(in_latin_letters([page.front.title])) if page else "",
            host_privacy=base.host.in_language("privacy", text_language.code)
            if page and page.path == _PRIVACY
            else "",
            in_short=self._in_short(page),
            is_indexed=own is not None,
            preview=page and share_preview(base, page, self.name, self.address, canonical),
            structured_data=structured_data(base, own, self.name, self.address, breadcrumbs)
            if own
            else "",
            feed_url=self._feed(language, page),
        )

    def _frame(self, language: Language) -> dict[str, Any]:
        """The fields that are the same in all views of `language`."""
        if language.code not in self._frames:
            base = self.base
            strings = base.strings[language.code]
            self._frames[language.code] = {
                "t": strings,
                "language": language.code,
                "direction": language.direction,
                "home_url": language.prefix,
                "a_z_url": f"{language.prefix}a-z/",
                "contacts_url": f"{language.prefix}contacts/",
                "exit_page_url": f"{language.prefix}about/exit-safely/",
                "exit_target": base.host.exit_target(language.code) or strings("exit.target"),
                "footer": tuple(self._footer(language)),
                "footer_text": base.host.in_language("footer", language.code),
                "logo": base.host.logo,
                "danger": tuple(self._danger(language)),
                "edition": strings("paper.edition", date=build_date()),
                "inline": self.inline,
                "also_search": tuple(self._also_search(language)),
                "is_discreet": base.host.is_discreet,
                "fragments": FragmentCache(),
            }
        return self._frames[language.code]

    def _in_short(self, page: Page | None) -> str:
        if page is None:
            return ""
        words = " ".join(page.sentences("in-short", partial(in_words, self.base, page)))
        words = words or page.front.description
        # Search shows it without the notice that the page has on top.
        strings = self.base.strings[page.language]
        return f"{_jurisdiction(page, strings)} {words}" if self.base.is_foreign(page) else words

    def _best(self, language: Language, path: str) -> Page | None:
        """The page as a reader of `language` gets it: their own, or the default language's."""
        default = self.base.default_language.code
        return self.base.page(language.code, path) or self.base.page(default, path)

    def _link(self, language: Language, path: str) -> Link | None:
        key = language.code, path
        if key not in self._links:
            page = self._best(language, path)
            self._links[key] = link_to(page, language) if page else None
        return self._links[key]

    def _existing(self, language: Language, paths: Iterable[str]) -> Iterator[tuple[str, Link]]:
        """Those of `paths` that have a page, each with its link."""
        for path in paths:
            if link := self._link(language, path):
                yield path, link

    def _canonical(self, text_language: Language, page: Page | None) -> str:
        return self.address + text_language.prefix + page.url if page else ""

    @cached_property
    def _built_languages(self) -> list[Language]:
        return [language for language in self.base.languages if language.code in self.built]

    def _also_search(self, language: Language) -> list[Language]:
        """The source language, which has everything, and the one that most readers share."""
        codes = {self.base.source_language.code, SHARED_LANGUAGE} - {language.code}
        return [other for other in self._built_languages if other.code in codes]

    def _hreflang(self, page: Page | None) -> tuple[Hreflang, ...]:
        if page is None:
            return ()
        pairs = [
            Hreflang(language.code, self.address + language.prefix + page.url)
            for language in self._built_languages
            if self.base.page(language.code, page.path)
        ]
        default = self.base.default_language
        return (*pairs, Hreflang("x-default", self.address + default.prefix + page.url))

    def _alternates(self, language: Language, page: Page | None) -> list[Alternate]:
        return [
            Alternate(
                code=other.code,
                name=other.name,
                direction=other.direction,
                url=other.prefix + (page.url if page else ""),
                exists=page is not None and self.base.page(other.code, page.path) is not None,
                is_current=other == language,
            )
            for other in self._built_languages
        ]

    @cached_property
    def _menu(self) -> list[tuple[str, list[str]]]:
        """The navigation by folder, in order: a folder's paths, `""` with one path beside the folders."""
        menu: list[tuple[str, list[str]]] = []
        folders: dict[str, list[str]] = {}
        for entry in self.base.navigation:
            if entry.folder in folders:
                folders[entry.folder].append(entry.path)
                continue
            menu.append((entry.folder, [entry.path]))
            if entry.folder:
                folders[entry.folder] = menu[-1][1]
        return menu

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each path stands in the navigation."""
        return {entry.path: number for number, entry in enumerate(self.base.navigation)}

    def _navigation(self, language: Language, page: Page | None) -> Iterator[NavItem]:
        here = page.path if page else None
        for folder, paths in self._menu:
            is_open = page is not None and folder == page.folder != ""
            # The first that is there opens a folder; the others stand below it where the page is in it.
            links = self._existing(language, paths)
            path, link = next(links, ("", None))
            if link is None:
                continue
            is_home = path == "index.md"
            yield NavItem(
                self.base.strings[language.code]("site.home") if is_home else link.title,
                link.url,
                path == here,
                is_open,
                tuple(
                    NavItem(child.title, child.url, other == here, language=child.language)
                    for other, child in (links if is_open else ())
                ),
                "" if is_home else link.language,
            )

    def _breadcrumbs(self, language: Language, page: Page | None) -> list[Link]:
        if page is None or page.path == "index.md":
            return []
        strings = self.base.strings[language.code]
        crumbs = [Link(strings("site.home"), language.prefix)]
        if page.folder and not page.is_index:
            parent = self._link(language, f"{page.folder}/index.md")
            crumbs += [parent] if parent else []
        return crumbs

    def _children(self, language: Language, page: Page | None) -> list[Link]:
        if page is None or not page.is_index or not page.folder:
            return []
        paths = dict(self._menu).get(page.folder, ())
        return [link for path, link in self._existing(language, paths) if path != page.path]

    def _neighbours(self, language: Language, page: Page | None) -> tuple[Link | None, Link | None]:
        if page is None or page.path not in self._places or page.path == "index.md":
            return None, None
        number = self._places[page.path]
        order = self.base.navigation
        before = self._link(language, order[number - 1].path) if number > 0 else None
        after = self._link(language, order[number + 1].path) if number + 1 < len(order) else None
        return before, after

    def _notices(self, language: Language, page: Page | None, is_fallback: bool) -> list[Notice]:
        strings = self.base.strings[language.code]
        notices = []
        if self.base.edition == "preview":
            how = Link(strings("notice.preview_link"), f"{language.prefix}about/how-we-work/")
            notices.append(Notice("preview", strings("notice.preview"), how))
        if page is None:
            return notices
        source = self.base.source_language
        dutch = Link(strings("notice.dutch"), source.prefix + page.url)
        if is_fallback:
            default = self.base.default_language
            there = dutch if default == source else Link(default.name, default.prefix + page.url)
            notices.append(
                Notice("untranslated", strings("notice.untranslated"), there, default.code)
            )
        record = page.front.translation
        if record and record.reviewed is None and page.is_safety_critical:
            # A host may leave the source language out: then there is no text to go to.
            to = dutch if source.code in self.built else None
            notices.append(Notice("unreviewed", strings("notice.unreviewed"), to, source.code))
        if page.front.jurisdiction:
            kind = "foreign" if self.base.is_foreign(page) else "jurisdiction"
            notices.append(Notice(kind, _jurisdiction(page, strings)))
        if notice := self.base.host.in_language("notice", language.code):
            notices.append(Notice("host", notice))
        return notices

    def _review(self, language: Language, page: Page | None) -> str:
        strings = self.base.strings[language.code]
        if page is None:
            return ""
        review = page.front.review
        if review is None:
            said = strings("review.none")
        else:
            said = strings("review.done", by=review.by, date=review.date)
        if page.file in self.base.overlay.changed:
            # CC BY-SA 4.0, 3.a.1.B: whoever shares an adapted text says that it was changed.
            by = self.base.overlay.name or urlsplit(self.address).hostname or self.name
            said = f"{said} {strings('review.changed', by=by)}"
        return said

    def _translation(self, language: Language, page: Page | None) -> str:
        record = page.front.translation if page else None
        if record is None:
            return ""
        strings = self.base.strings[language.code]
        if record.reviewed:
            review = record.reviewed
            return strings("translation.reviewed", by=review.by, date=review.date)
        made = strings("translation.by", by=record.by) + " " if record.by else ""
        return made + strings("translation.unreviewed" if record.by else "translation.machine")

    def _feed(self, language: Language, page: Page | None) -> str:
        is_asked = page is not None and page.path in _PAGES_WITH_FEED
        return language.prefix + FEED if is_asked and has_feed(self.base, language) else ""

    def _edit(self, page: Page | None) -> str | None:
        if page is None or not self.edit_address or self.base.is_own(page):
            return None  # a page of the host's own is in no repository that we know of
        return self.edit_address + page.file.removeprefix("docs/")

    def _footer(self, language: Language) -> list[Link]:
        strings = self.base.strings[language.code]
        return [
            Link(strings(f"footer.{name}"), self._link(language, path).url)  # type: ignore[union-attr]
            for name, path in (
                ("about", "about/index.md"),
                ("sources", "about/sources.md"),
                ("privacy", "about/privacy.md"),
                ("offline", "about/offline.md"),
            )
            if self._best(language, path)
        ] + self._imprint(language)

    def _imprint(self, language: Language) -> list[Link]:
        """Who is responsible for the site, where the host names a page of its own for that."""
        link = self._link(language, self.base.host.imprint) if self.base.host.imprint else None
        return [link] if link else []

    def _danger(self, language: Language) -> Iterator[DangerCall]:
        """In the order of urgency: one line for danger, one for who talks about suicide alone."""
        strings = self.base.strings[language.code]
        contacts = [contact for contact in self.base.own_contacts.values() if contact.is_for_danger]
        for need in ("danger", "suicide"):
            mine = [
                contact for contact in contacts if ("danger" in contact.needs) == (need == "danger")
            ]
            if mine:
                before, _, after = strings(f"paper.{need}").partition("{numbers}")
                numbers = tuple(number for contact in mine for number in contact.numbers)
                yield DangerCall(before, numbers, after)


def _jurisdiction(page: Page, strings: Strings) -> str:
    """Whose law and help `page` tells."""
    return strings(
        "notice.jurisdiction", country=country_name(str(page.front.jurisdiction), strings)
    )


def _search_words(page: Page) -> tuple[str, ...]:
    """The page's own, and their Latin spellings where they are Cyrillic."""
    return (*page.front.aliases, *in_latin_letters(page.front.aliases))
