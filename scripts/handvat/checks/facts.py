"""Rules about what the pages state: claims, sources, contacts, law. Each fact is written once, in `data/`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from babel.core import Locale

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import CITATION, SHORTCODE, citation_keys
from handvat.content.models import Entry, word_file
from handvat.content.page import Page
from handvat.content.problem import Finding, Problem, did_you_mean
from handvat.content.search_data import danger_file, questions_file, read_questions, read_sentences
from handvat.content.shortcodes import (
    BadShortcode,
    choose_contacts,
    choose_platforms,
    parse_shortcode,
)
from handvat.content.text import QUOTED, Prose
from handvat.content.translation import figures

_CLAIMS = "data/claims.yml"
_SOURCES = "data/sources.yml"
_DATA_CARD = "data/questions/README.md"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FIGURE = re.compile(r"\d")
_LIST_NUMBER = re.compile(r"^\s*\d+\.\s")
_SENTENCE_END = re.compile(r"(?<=[.!?:؟])\s+(?=[^\Wa-z_])")
_ALONE = re.compile(r"\s*(?:[-*>]\s+)*\{\{.*\}\}\s*")  # nothing else on its line

_GAP = r"[ \u00a0\u2010-\u2013-]"
_PHONE = re.compile(
    rf"(?<![\w.,-])(?:(?:\+|00{_GAP}?)\d{{1,3}}{_GAP}?(?:\(0\))?(?:{_GAP}?\d){{7,11}}"  # international
    rf"|\(?0\d{{1,3}}\)?{_GAP}{{1,3}}\d(?:{_GAP}?\d){{3,8}}"  # (020) 261 52 75, 0900-8844, 0800 0113
    r"|0\d{1,3}[./]\d{6,8}|0\d{9}|116 ?\d{3}|1-800-[\w-]+)(?![\w-])"
)


def foreign_law(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A reader in danger who is given another country's numbers calls in vain.

    Other pages on another country's law are shown with a notice, and their numbers are not links.
    """
    if not (page.is_safety_critical and base.is_foreign(page) and _is_built(base, page)):
        return
    names = Locale("en").territories
    here, there = base.country.upper(), str(page.front.jurisdiction)
    fix = f"write it for {names[here]}, with jurisdiction: {here}"
    if base.overlay and not base.is_own(page):
        fix = f"begin your own, handvat overlay add {page.file}, and {fix}"
    yield Finding(
        page.head.line(("jurisdiction",)),
        "readers in danger are led here, and it gives another country's law and numbers "
        f"({names[there]}, not {names[here]})",
        fix,
    )


def unread_data(base: KnowledgeBase) -> Iterator[Problem]:
    """A text in a file that nothing reads is lost, and its author does not notice."""
    if base.overlay:
        return  # an edition may have fewer languages than there are files for
    read = {*base.data, *(problem.file for problem in base.problems)}
    read.add(_DATA_CARD)
    for language in base.languages:
        code = language.code
        read.update((word_file(code), questions_file(code), danger_file(code)))
    for path in sorted((base.root / "data").rglob("*")):
        name = path.relative_to(base.root).as_posix()
        if path.is_file() and name not in read and not path.name.startswith("."):
            fix = did_you_mean(name, read)
            yield Problem(name, 1, "unread-data", "nothing reads this file", fix)


def typed_texts(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A question for a page that was renamed finds nothing, and a sentence of danger in the wrong place shows no help."""
    code = language.code
    yield from read_sentences(base.root, code)[1]
    document, entries, problems = read_questions(base.root, code)
    yield from problems
    for key in entries:
        path, mark, section = key.partition("#")
        page = base.shown_page(code, path)
        if page is None and (path in base.overlay.left_out or (code, path) in base.unreadable):
            continue
        if page is None:
            what, fix = f"there is no page {path!r}", did_you_mean(path, base.paths_in(code))
        elif mark and section not in page.ids:
            what = f"{path} has no section {section!r}"
            fix = did_you_mean(section, page.ids)
        else:
            continue
        yield document.problem((key,), "search-data", what, fix)


def claims_known(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A claim with a mistake in its name counts as made on this page, and is made nowhere."""
    for number, claim in enumerate(page.front.claims if _CLAIMS in base.data else ()):
        if claim not in base.claims:
            line = page.head.line(("claims", number))
            yield Finding(line, f"unknown claim {claim!r}", did_you_mean(claim, base.claims))


def claims_carried(base: KnowledgeBase) -> Iterator[Problem]:
    """What the knowledge base must say at the least is missing where no page of the source language says it."""
    if base.overlay:
        return  # an organisation answers for what it replaces or leaves out
    pages = base.pages_in(base.source_language.code)
    carried = {claim for page in pages for claim in page.front.claims}
    for number, claim in enumerate(base.claims.values()):
        if claim.id not in carried:
            yield base.data[_CLAIMS].problem(
                (number,),
                "claims-carried",
                f"no page carries the claim {claim.id!r} yet (part: {claim.part})",
                f"say it on a page, and name it there: claims: [{claim.id}]",
            )


def claim_parts(base: KnowledgeBase) -> Iterator[Problem]:
    """A claim filed under a part of the site that does not exist is looked for in vain."""
    if base.overlay:
        return  # an organisation may leave a part out
    folders = {page.folder for page in base.pages_in(base.source_language.code)} | {"home"}
    for number, claim in enumerate(base.claims.values()):
        if claim.part not in folders:
            what, fix = f"there is no part {claim.part!r}", did_you_mean(claim.part, folders)
            yield base.data[_CLAIMS].problem((number, "part"), "claim-parts", what, fix)


def citations(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A citation without a source proves nothing."""
    if _SOURCES not in base.data or not _is_shown(base, page):
        return
    for line, written, key, entry in page.text.citations:
        if key is None:
            fix = "write [@key] or [@key; @other-key]"
            yield Finding(line, f"{written!r} is not a citation key", fix)
        elif key not in base.sources:
            what = f"there is no source {key!r} in data/sources.yml"
            yield Finding(line, what, did_you_mean(key, base.sources))
        elif entry and entry not in base.sources[key].entries:
            what = f"the source {key!r} has no entry {entry!r}"
            yield Finding(line, what, did_you_mean(entry, base.sources[key].entries))
        elif base.sources[key].entries and not entry:
            first = next(iter(base.sources[key].entries))
            fix = f"name the entry that says it, as [@{key}:{first}]"
            yield Finding(line, f"[@{key}] does not name a place", fix, is_error=False)


def cited_figures(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A figure that its source does not give is believed because of the source."""
    lines = dict.fromkeys(item.line for item in page.text.citations if item.entry)
    written = page.source.splitlines() if lines and _is_shown(base, page) else ()
    for line in lines if written else ():
        for sentence, entries in _cited_sentences(base, written[line - 1]):
            known = figures(" ".join(f"{one.says} {one.about or ''}" for one in entries))
            for figure in figures(sentence):
                if figure not in known:
                    what = f"the figure {figure} is in no entry that its sentence cites"
                    fix = "correct the figure, or write it into the entry in data/sources.yml"
                    yield Finding(line, what, fix)


def _cited_sentences(base: KnowledgeBase, line: str) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the sentence before each citation in `line` whose keys all have an entry, and these entries."""
    pieces = CITATION.split(line)
    for text, inner in zip(pieces[::2], pieces[1::2], strict=False):
        keys = [(key, entry) for _, key, entry in citation_keys(inner) if key in base.sources]
        found = [base.sources[key].entries.get(entry) for key, entry in keys]
        if found and all(found):
            plain = QUOTED.sub(" ", SHORTCODE.sub(" ", _LIST_NUMBER.sub("", text)))
            yield _SENTENCE_END.split(plain.strip())[-1], [one for one in found if one]


def sources_cited(base: KnowledgeBase) -> Iterator[Problem]:
    """A source that no page cites misleads whoever looks up what the texts rest on."""
    if _SOURCES not in base.data or base.overlay:
        return
    uncited = set(base.sources)
    for page in base.pages.values():
        # Parsing all pages of the site takes long; nearly all of them cite only what others cite too.
        if any(f"@{key}" in page.source for key in uncited):
            uncited -= page.cited
    for key in uncited:
        what = f"no page cites the source {key!r}"
        fix = f"cite it with [@{key}], or take it out"
        yield base.data[_SOURCES].problem((key,), "sources-cited", what, fix)


def shortcodes(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A shortcode without an answer would leave a hole where a number to call belongs."""
    if not _is_shown(base, page):
        return
    has_contacts = f"data/contacts/{base.country}.yml" in base.data
    lines = page.body.split("\n")
    for line, written in page.text.shortcodes:
        try:
            name, arguments = parse_shortcode(written)
            if name in {"contact", "contacts"} and has_contacts:
                choose_contacts(arguments, base.contacts, base.country_of(page))
            if name == "platforms":
                choose_platforms(arguments, base.platforms)
        except BadShortcode as error:
            fix = error.fix + _own_contacts(base, page) if error.is_contact else error.fix
            yield Finding(line, error.what, fix)
            continue
        if name not in {"contact", "field"} and not _ALONE.fullmatch(lines[line - page.body_line]):
            what = f"{name} is more than words in a sentence"
            yield Finding(line, what, "write it on a line of its own")
        if name == "picture" and not base.picture(arguments.name).is_file():
            known = [path.stem for path in base.picture("").parent.glob("*.svg")]
            fix = did_you_mean(arguments.name, known)
            yield Finding(line, f"there is no picture {arguments.name!r}", fix)


def _own_contacts(base: KnowledgeBase, page: Page) -> str:
    """Return the advice for a contact of an organisation's own country; `""` in the shipped edition."""
    if not base.overlay or base.is_foreign(page):
        return ""
    file, _ = base.overlay.origins.get(f"data/contacts/{base.country}.yml", ("", 0))
    settings = base.overlay.settings.file
    own = f"a file of your own, and name that in {settings}: contacts: contacts.yml"
    return f". Or write it in {file or own}"


def cards(base: KnowledgeBase) -> Iterator[Problem]:
    """A card for the pocket that has nothing on it helps nobody."""
    code = base.source_language.code
    for page in base.pages.values():
        # Parsing all pages of the site takes long, and few have cards.
        for line, written in page.text.shortcodes if re.search(r"{{\s*cards\b", page.body) else ():
            for path in _cards(written) if _is_shown(base, page) else ():
                shown = base.page(code, path)
                # The card of a page that is left out is left out as well.
                if path not in base.overlay.left_out and not (shown and shown.section("in-short")):
                    what = f"{path} is not a page with a section in-short"
                    fix = did_you_mean(path, base.paths_in(code))
                    yield Problem(page.file, line, "calls", what, fix)


def _cards(written: str) -> Sequence[str]:
    """The paths of the pages that the shortcode `written` shows as cards; none for another shortcode."""
    try:
        name, arguments = parse_shortcode(written)
    except BadShortcode:
        return ()  # `shortcodes` reports it
    return [*arguments.pages, *filter(None, [arguments.cover])] if name == "cards" else ()


def contacts_in_pages(base: KnowledgeBase, page: Page) -> Iterator[Finding]:
    """A number written into a page lives on when it changed; somebody then calls in vain."""
    numbers = {
        number.dial.replace(" ", ""): contact.id
        # Another country's short number is an ordinary figure here: 119, 147.
        for contact in base.own_contacts.values()
        for number in contact.numbers
    }
    short = "|".join(re.escape(tel) for tel in numbers if len(tel) <= 4)
    pattern = re.compile(
        rf"{_PHONE.pattern}" + (rf"|(?<![\w.,-])(?:{short})(?![\w%-])" if short else "")
    )
    head = {"title": page.front.title, "description": page.front.description}
    heads = (Prose(page.head.line((key,)), head[key]) for key in head if _FIGURE.search(head[key]))
    for piece in (*page.text.prose, *heads):
        # Every number has a figure in it and every address an @; nearly every piece has neither.
        for found in pattern.finditer(piece.text) if _FIGURE.search(piece.text) else ():
            known = numbers.get(re.sub(r"[^+\d]", "", found.group()), "…")
            yield Finding(
                piece.line,
                f"the number {found.group().strip()!r} is written in the page",
                f'put it into data/contacts/ and ask for it: {{{{ contact("{known}") }}}}',
            )
        for found in _EMAIL.finditer(piece.text) if "@" in piece.text else ():
            what = f"the e-mail address {found.group()!r} is written in the page"
            yield Finding(piece.line, what, "put it into data/contacts/ and ask for it there")


def contact_texts(base: KnowledgeBase) -> Iterator[Problem]:
    """A contact without a word in the reader's language is a number without a meaning.

    A place to report, or a way to remove an image, shows a missing text in the source language: that one it needs.
    """
    built = [language for language in base.languages if language.is_built]
    files = [(f"data/contacts/{name}.yml", found, built) for name, found in base.contacts.items()]
    files += [(name, found, [base.source_language]) for name, found in base.reports.items()]
    for file, entries, languages in files:
        for number, entry in enumerate(entries.values()):
            for field, texts in entry:
                for language in languages if texts and isinstance(texts, dict) else ():
                    if language.code not in texts:
                        what = f"{entry.id}: {field} has no text in {language.name}"
                        fix = f'add {language.code}: "…"'
                        yield base.data[file].problem((number, field), "contact-texts", what, fix)


def _is_built(base: KnowledgeBase, page: Page) -> bool:
    return base.language(page.language).is_built


def _is_shown(base: KnowledgeBase, page: Page) -> bool:
    """False for a page of the source language that an edition has only to compare translations with it."""
    return not base.overlay or _is_built(base, page)
