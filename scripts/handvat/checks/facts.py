"""Rules about what the pages state: claims, sources, contacts. Each fact stands in `data/`, once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.models import word_file
from handvat.content.page import Page
from handvat.content.problem import Problem, did_you_mean
from handvat.content.shortcodes import BadShortcode, choose_contacts, parse_shortcode

_SOURCES = "data/sources.yml"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FIGURE = re.compile(r"\d")
_PHONE = re.compile(
    r"(?<![\w.,-])(?:\+\d{1,3}[ -]?(?:\(0\))?(?:[ -]?\d){7,11}"  # international
    r"|0\d{1,3}[ -]{1,3}\d(?:[ -]?\d){3,8}"  # 020 - 261 52 75, 0900-8844, 0800 0113
    r"|0\d{9}|116 ?\d{3}|1-800-[\w-]+)(?![\w-])"
)


def unread_data(base: KnowledgeBase) -> Iterator[Problem]:
    """What somebody wrote into a file that nothing reads is lost, and nobody is told."""
    if base.overlay:
        return  # an edition may have fewer languages than there are files for
    read = {*base.data, *(problem.file for problem in base.problems)}
    read.update(word_file(language.code) for language in base.languages)
    for path in sorted((base.root / "data").rglob("*")):
        name = path.relative_to(base.root).as_posix()
        if path.is_file() and name not in read and not path.name.startswith("."):
            yield Problem(name, 1, "unread-data", "nothing reads this file",
                          did_you_mean(name, read))  # fmt: skip


def claims_known(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A page that names a claim nobody made counts for a claim that is then carried nowhere."""
    for page in base.pages_in(language.code) if "data/claims.yml" in base.data else ():
        for number, claim in enumerate(page.front.claims):
            if claim not in base.claims:
                yield Problem(
                    page.file,
                    page.head.line(("claims", number)),
                    "claims",
                    f"unknown claim {claim!r}",
                    did_you_mean(claim, base.claims),
                )


def claims_carried(base: KnowledgeBase) -> Iterator[Problem]:
    """What the knowledge base must say at the least stands on a page of the source language."""
    if base.overlay:
        return  # an organisation answers for what it replaces or leaves out
    pages = base.pages_in(base.source_language.code)
    carried = {claim for page in pages for claim in page.front.claims}
    for number, claim in enumerate(base.claims.values()):
        if claim.id not in carried:
            yield Problem(
                "data/claims.yml",
                base.data["data/claims.yml"].line((number,)),
                "claims-carried",
                f"no page carries the claim {claim.id!r} yet (part: {claim.part})",
                f"say it on a page, and name it there: claims: [{claim.id}]",
            )


def citations(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A citation without a source proves nothing."""
    if _SOURCES not in base.data:
        return  # said once, at the file itself
    if base.overlay and not language.is_built:
        return  # translations are compared with it; the edition does not show it
    for page in base.pages_in(language.code):
        for citation in page.text.citations:
            if citation.key is None:
                yield Problem(
                    page.file,
                    citation.line,
                    "citations",
                    f"{citation.written!r} is not a citation key",
                    "write [@key] or [@key; @other-key]",
                )
            elif citation.key not in base.sources:
                yield Problem(
                    page.file,
                    citation.line,
                    "citations",
                    f"there is no source {citation.key!r} in data/sources.yml",
                    did_you_mean(citation.key, base.sources),
                )


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
        yield Problem(
            _SOURCES,
            base.data[_SOURCES].line((key,)),
            "sources-cited",
            f"no page cites the source {key!r}",
            f"cite it with [@{key}], or take it out",
        )


def calls(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A call that cannot be answered would leave a hole where a number to call should stand."""
    if f"data/contacts/{base.country}.yml" not in base.data:
        return  # said once, at the file itself
    if base.overlay and not language.is_built:
        return  # translations are compared with it; the edition does not show it
    for page in base.pages_in(language.code):
        for line, written in page.text.shortcodes:
            try:
                name, found = parse_shortcode(written)
                if name in {"contact", "contacts"}:
                    choose_contacts(found, base.contacts, base.country_of(page))
            except BadShortcode as error:
                fix = error.fix + _own_contacts(base, page) if error.is_contact else error.fix
                yield Problem(page.file, line, "calls", error.what, fix)
                continue
            if name == "picture" and not base.picture(found.name).is_file():
                known = [path.stem for path in base.picture("").parent.glob("*.svg")]
                yield Problem(page.file, line, "calls", f"there is no picture {found.name!r}",
                              did_you_mean(found.name, known))  # fmt: skip


def _own_contacts(base: KnowledgeBase, page: Page) -> str:
    """Where an organisation writes a contact that a page for its country names; `""` in the shipped edition."""
    if not base.overlay or base.is_foreign(page):
        return ""
    file, _ = base.overlay.origins.get(f"data/contacts/{base.country}.yml", ("", 0))
    if file:
        return f" Or write it in {file}"
    return f" Or write it in a file of your own, and name that in {base.overlay.settings.file}: contacts: contacts.yml"


def cards(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A card for the pocket that has nothing on it helps nobody."""
    code = base.source_language.code
    for page in base.pages_in(language.code):
        for line, written in page.text.shortcodes:
            for path in _cards(written):
                if path in base.overlay.left_out:
                    continue  # the card is left out as well
                shown = base.page(code, path)
                if shown is None or shown.section("in-short") is None:
                    yield Problem(page.file, line, "calls",
                                  f"{path} is no page with a section in-short",
                                  did_you_mean(path, base.paths_in(code)))  # fmt: skip


def _cards(written: str) -> Sequence[str]:
    """The paths of the pages that the shortcode `written` shows as cards; none for another shortcode."""
    try:
        name, arguments = parse_shortcode(written)
    except BadShortcode:
        return ()  # `calls` reports it
    return arguments.pages if name == "cards" else ()


def contacts_in_pages(base: KnowledgeBase, language: Language) -> Iterator[Problem]:
    """A number written into a page lives on when it changed; somebody then calls in vain."""
    numbers = {
        number.tel: contact.id
        # Another country's short number is an ordinary figure here: 119, 147.
        for contact in base.own_contacts.values()
        for number in contact.numbers
    }
    short = "|".join(re.escape(tel) for tel in numbers if len(tel) <= 4)
    pattern = re.compile(
        rf"{_PHONE.pattern}" + (rf"|(?<![\w.,-])(?:{short})(?![\w%-])" if short else "")
    )
    for page in base.pages_in(language.code):
        for piece in page.text.prose:
            # Every number has a figure in it and every address an @; nearly every piece has neither.
            for found in pattern.finditer(piece.text) if _FIGURE.search(piece.text) else ():
                known = numbers.get(re.sub(r"[^+\d]", "", found.group()), "…")
                yield Problem(
                    page.file,
                    piece.line,
                    "contact-in-page",
                    f"the number {found.group().strip()!r} stands in the page",
                    f'put it into data/contacts/ and ask for it: {{{{ contact("{known}") }}}}',
                )
            for found in _EMAIL.finditer(piece.text) if "@" in piece.text else ():
                yield Problem(
                    page.file,
                    piece.line,
                    "contact-in-page",
                    f"the e-mail address {found.group()!r} stands in the page",
                    "put it into data/contacts/ and ask for it there",
                )


def contact_texts(base: KnowledgeBase) -> Iterator[Problem]:
    """A contact without a word in the reader's language is a number without a meaning."""
    for country, contacts in base.contacts.items():
        name = f"data/contacts/{country}.yml"
        for number, contact in enumerate(contacts.values()):
            for field, texts in (("what", contact.what), ("note", contact.note)):
                for language in base.languages if texts else ():
                    if language.is_built and language.code not in texts:
                        yield Problem(
                            name,
                            base.data[name].line((number, field)),
                            "contact-texts",
                            f"{contact.id}: {field} has no text in {language.name}",
                            f'add {language.code}: "…"',
                        )
