"""`handvat new`: begin a page with the front matter and sections of its type.

An author who begins with an empty file forgets a section, invents an id, or writes a page that is in no menu. The new
page has its sections with ids, a hint in each, and its place in the navigation. Until the hints are replaced,
`handvat check` refuses it.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from handvat.checks.files import LOCALE
from handvat.commands import options
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import edit_navigation
from handvat.content.models import PageType
from handvat.content.page import PAGE_PATH, SAFETY_CRITICAL
from handvat.content.problem import UserError, did_you_mean
from handvat.content.search_data import questions_file
from handvat.content.text import as_comment, as_value, own_id
from handvat.content.yaml_files import leads_out
from handvat.overlay.apply import organisation_file
from handvat.overlay.organisation import read_organisation

_QUESTIONS = 3
_EXAMPLE = "new signal signals/new-thing.md"
_TITLE = "what the page is called, in the language of the other pages"
_DESCRIPTION = "what a reader finds here, in one sentence of at most 160 characters"
# Short: a longer one would be reported as a paragraph in the wrong language.
_OWN = "a heading of its own"
_FREE = "Begin here; ## headings with an id of their own, { #what-it-is-about }, where they help."


def new_page(base: KnowledgeBase, kind: str, path: str, pages: Path | None = None) -> str:
    """Write a page of type `kind` at `path`, below a language's folder, and return the name of its file.

    With an organisation's folder of pages, `pages`, the page is in the first language of its edition; without it, in
    the source language, and added to the navigation. Raises UserError, with nothing changed.
    """
    if kind not in base.page_types:
        what = f"there is no type of page {kind!r}; {did_you_mean(kind, base.page_types)}"
        raise UserError(f"data/page_types.yml: {what}")
    code = _language(base, pages)
    _check_path(base, path, code)
    top = pages or base.root / "docs"
    name = f"{top.name}/{code}/{path}"
    file = top / code / path
    if any(parent.is_symlink() for parent in file.parents if top.parent in parent.parents):
        out = f" that leads out of {top.name}/" if leads_out(file.parent, top) else ""
        raise UserError(f"the folder of {path} is a link{out}, and is not read; use a real folder")
    if os.path.lexists(file):
        raise UserError(f"{name} exists already: open that one")
    if pages and path in base.paths_in(code):
        raise UserError(
            f"{path} is a shipped page; begin yours: handvat overlay add docs/{code}/{path}"
        )
    configuration = base.root / "mkdocs.yml"
    before = "" if pages else configuration.read_bytes().decode()
    after = edit_navigation(before, add=path) if before else ""
    is_new = not file.parent.exists()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page_text(kind, base.page_types[kind]), "utf-8")
        if after:
            configuration.write_bytes(after.encode())
    except OSError as error:
        with suppress(OSError):
            file.unlink(missing_ok=True)
            if is_new:
                file.parent.rmdir()
        raise UserError(f"{name} cannot be written: {error.strerror}; nothing is changed") from None
    return name


def _language(base: KnowledgeBase, pages: Path | None) -> str:
    """Return the code of the language of a new page: the source language, or the first one of an edition."""
    return (base.default_language if pages else base.source_language).code


def page_text(kind: str, page_type: PageType) -> str:
    """Return a page of type `kind` with hints in place of what a person must write."""
    head = [
        "---",
        f"title: {json.dumps(as_value(_TITLE))}",
        f"description: {json.dumps(as_value(_DESCRIPTION))}",
        f"type: {kind}",
        "aliases: []",
        "claims: []",
        "review: null",
        "---",
    ]
    sections = [
        (section.heading, key, section.hint) for key, section in page_type.sections.items()
    ] + [
        (as_value(_OWN), own_id(number), page_type.purpose)
        for number in range(1, page_type.own_sections + 1)
    ]
    parts = [
        f"## {heading} {{ #{key} }}\n\n{as_comment(hint)}\n" for heading, key, hint in sections
    ]
    if not parts:
        parts = [as_comment(f"{page_type.purpose} {_FREE}") + "\n"]
    return "\n".join(head) + "\n\n" + "\n".join(parts)


def _check_path(base: KnowledgeBase, path: str, code: str) -> None:
    """Raise UserError where a page at `path` would not be read, or not be found by readers."""
    example = f"write section/page.md: handvat {_EXAMPLE}"
    codes = {language.code for language in base.languages}
    first = path.split("/", maxsplit=1)[0]
    if path.startswith("/") or ".." in path.split("/"):
        raise UserError(f"{path} is outside docs/{code}/; {example}")
    if not path.endswith(".md"):
        raise UserError(f"{path} does not end in .md; a page is a Markdown file: {path}.md?")
    if first in codes and "/" in path:
        raise UserError(
            f"{path} is a translation: write the page in docs/{code}/ first, copy it to "
            f"docs/{first}/, translate it there, and run handvat translations mark-current docs/{path}"
        )
    if "/" in path and LOCALE.match(first):
        raise UserError(
            f"mkdocs-static-i18n takes the folder {first!r} for a language and drops its pages without "
            "a warning (scripts/handvat/checks/files.py); give the folder a longer name"
        )
    if not PAGE_PATH.fullmatch(path):
        raise UserError(
            f"{path} is not a page path: one folder at most, lower case, words joined by "
            f"hyphens; {example}"
        )
    if path in base.redirects:
        raise UserError(
            f"{path} was renamed to {base.redirects[path]}, and old links lead there "
            "(data/redirects.yml); choose another name"
        )
    index = f"{first}/index.md"
    is_there = index in base.paths_in(code) or (base.root / "docs" / code / index).is_file()
    if "/" in path and path != index and not is_there:
        folders = sorted({entry.folder for entry in base.navigation} - {""})
        raise UserError(
            f"docs/{code}/{index} does not exist, and a folder is found through it; "
            f"{did_you_mean(first, folders)} Or begin with: handvat new index {index}"
        )


def _ask(base: KnowledgeBase, path: str) -> None:
    """Ask for ways in which people would type for the page at `path`, and add them to the questions."""
    file = base.root / questions_file(base.source_language.code)
    print(
        f"How would people ask for it, in a hurry? {_QUESTIONS} ways, in their words (Enter: later):"
    )
    asked = []
    for number in range(1, _QUESTIONS + 1):
        try:
            text = click.prompt(f"  {number}", default="", show_default=False).strip()
        except click.Abort:  # Ctrl-D: later, and the page is written already
            print()
            break
        asked += [text] if text else []
    if asked:
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text("utf-8").rstrip("\n") + "\n\n" if file.is_file() else ""
        lines = [f"- {json.dumps(text, ensure_ascii=False)}\n" for text in asked]
        file.write_text(f"{before}{path}:\n{''.join(lines)}", "utf-8")
        print(f"{len(asked)} written to {file.relative_to(base.root)}.")


def _next_steps(base: KnowledgeBase, file: str) -> str:
    code, path = file.split("/", 2)[1:]
    others = [language.code for language in base.languages if language.code != code]
    steps = [
        "Write: title, description, and each section in place of its hint (<!-- hint: … -->).",
        f"Does it describe the law or help of one country? Add jurisdiction: {base.country.upper()} on top.",
        "Link to it from the page that comes before it in practice.",
        "See it while you write: make serve",
        f"When it is written: make check names what is missing in {file}",
        f"Ask for the translations ({', '.join(others)}): until then those readers get this page.",
    ]
    if file.startswith("docs/"):
        asked = f"{_QUESTIONS} ways in which people would ask for it in {questions_file(code)}"
        steps.insert(2, f"Search finds it by what people type: write {asked}.")
    if path.startswith(SAFETY_CRITICAL):
        steps.insert(1, "A mistake on this page costs most: a release needs a reviewer's name.")
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


@options.command("new", _EXAMPLE)
@click.argument("kind", metavar="TYPE", default="")
@click.argument("page", type=options.PATH, metavar="PAGE", default="")
@options.organisation
def command(kind: str, page: Path) -> None:
    """Begin a page of TYPE at PAGE, with its sections, a hint in each, and its place in the menu.

    Without both it lists the types. With an organisation.yml the page is one of your own, in its folder of pages.
    """
    base = options.load_edition()
    if not base.navigation or not base.page_types:
        problems = "\n".join(map(str, base.problems))
        raise UserError(f"{problems}\nFix this first: a new page is made from it.")
    if not kind or page == Path():
        types = (f"  {name:<17} {one.purpose}" for name, one in base.page_types.items())
        raise UserError("\n".join([f"Which type of page, and where? handvat {_EXAMPLE}", *types]))
    own = organisation_file(Path.cwd())
    pages = own.parent / read_organisation(own)[0].pages if own else None
    path = page.as_posix()
    for prefix in (f"{pages.name if pages else 'docs'}/", f"{_language(base, pages)}/"):
        path = path.removeprefix(prefix)  # as an editor shows it
    file = new_page(base, kind, path, pages)
    where = "" if pages else ", and added to nav: in mkdocs.yml"
    if pages is None and sys.stdin.isatty():
        _ask(base, path)
    print(f"{file} is written{where}. Next:")
    print(_next_steps(base, file))
