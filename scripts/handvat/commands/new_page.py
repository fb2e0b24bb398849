"""`handvat new signal signals/new-thing.md`: a page with all that its type asks for.

Whoever begins with an empty file forgets a section, invents an id, or writes a page that stands in
no menu. The page comes with its front matter, its sections with ids, a hint in each of what belongs
there, and its place in the navigation. Until the hints are written over, `make check` refuses it.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path, PurePosixPath

import click

from handvat.checks.files import LOCALE
from handvat.commands import options
from handvat.content.front_matter import PageType
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import read_navigation
from handvat.content.page import PAGE_PATH, SAFETY_CRITICAL
from handvat.content.problem import UserError, did_you_mean, one_line
from handvat.content.text import as_comment, as_value, own_id
from handvat.content.yaml_reader import Unreadable, leads_out, parse_yaml

USAGE = "handvat new signal signals/new-thing.md"

_TITLE = "what the page is called, in the language of the other pages"
_DESCRIPTION = "what a reader finds here, in one sentence of at most 160 characters"
# Short: a longer one would be taken for a paragraph in the wrong language.
_OWN = "a heading of its own"
_FREE = "Begin here; ## headings with an id of their own, { #what-it-is-about }, where they help."


class Refused(UserError):
    """The page would be lost, or would hide another; the text says why, and what to do instead."""


def new_page(base: KnowledgeBase, kind: str, path: str) -> str:
    """Writes a page of type `kind` at `path`, below the source language's folder, and lists it.

    Returns its file, relative to the project. Raises Refused, with nothing changed.
    """
    if kind not in base.page_types:
        what = f"there is no type of page {kind!r}; {did_you_mean(kind, base.page_types)}"
        raise Refused(f"data/page_types.yml: {what}")
    _check_path(base, path)
    name = f"docs/{base.source_language.code}/{path}"
    file = base.root / name
    if any(parent.is_symlink() for parent in file.parents if base.root in parent.parents):
        out = " that leads out of docs/" if leads_out(file.parent, base.root / "docs") else ""
        raise Refused(f"the folder of {path} is a link{out}, and is not read; use a real folder")
    if os.path.lexists(file):
        raise Refused(f"{name} exists already: open that one")
    navigation = with_entry(base, path)
    is_new = not file.parent.exists()
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(page_text(kind, base.page_types[kind]), "utf-8")
        (base.root / "mkdocs.yml").write_text(navigation, "utf-8", newline="")
    except OSError as error:
        # Nobody would find half of it.
        with suppress(OSError):
            file.unlink(missing_ok=True)
            if is_new:
                file.parent.rmdir()
        raise Refused(f"{name} cannot be written: {error.strerror}; nothing is changed") from None
    return name


def page_text(kind: str, page_type: PageType) -> str:
    """A page of type `kind` of which everything is there but what a person must write."""
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


def with_entry(base: KnowledgeBase, path: str) -> str:
    """The text of `mkdocs.yml` with `path` as the last page of its section; all else untouched."""
    lines = (base.root / "mkdocs.yml").read_bytes().decode("utf-8").splitlines(keepends=True)
    folder = path.split("/", maxsplit=1)[0] if "/" in path else ""
    mine = [entry for entry in base.navigation if entry.folder == folder]
    last = max(mine or base.navigation, key=lambda entry: entry.line)
    found = re.match(rf"^(\s*)- {re.escape(last.path)}\s*(?:#.*)?$", lines[last.line - 1])
    if not found:
        raise Refused(
            f"mkdocs.yml:{last.line}: {last.path} does not stand on a line of its own, as "
            f"`- {last.path}`; write it so, and run the same command again"
        )
    indent = found.group(1)
    if not mine and last.folder:
        indent = _outer(lines[: last.line - 1], indent)
    end = lines[0].removeprefix(lines[0].rstrip("\r\n"))
    lines[last.line - 1] = lines[last.line - 1].rstrip("\r\n") + end
    is_new_folder = bool(folder) and not mine
    added = [f"- {folder}:", f"    - {path}"] if is_new_folder else [f"- {path}"]
    lines[last.line : last.line] = [f"{indent}{line}{end}" for line in added]
    after = "".join(lines)
    _check_added(base, after, path)
    return after


def _outer(above: list[str], indent: str) -> str:
    """The indentation of the section to which a page with `indent` belongs."""
    for line in reversed(above):
        outer = line[: len(line) - len(line.lstrip())]
        if line.strip().startswith("-") and len(outer) < len(indent):
            return outer
    return indent


def _check_added(base: KnowledgeBase, text: str, path: str) -> None:
    """Raises Refused unless `text` lists what the navigation has, in its order, and `path`."""
    try:
        document = parse_yaml(text.removeprefix("\ufeff"), "mkdocs.yml")
    except Unreadable as error:
        raise Refused(f"{error}: there is no place for {path}") from None
    entries, problems = read_navigation(document)
    paths = [entry.path for entry in entries]
    others = [other for other in paths if other != path]
    if problems or path not in paths or others != [entry.path for entry in base.navigation]:
        raise Refused(
            f"the navigation in mkdocs.yml is written in a way that has no place for {path}; "
            "write it as `- section:` with `- section/page.md` lines below, and try again"
        )


def _check_path(base: KnowledgeBase, path: str) -> None:
    code = base.source_language.code
    codes = {language.code for language in base.languages}
    first = path.split("/", maxsplit=1)[0]
    if path.startswith("/") or ".." in PurePosixPath(path).parts:
        raise Refused(f"{path} is outside docs/{code}/; {_example()}")
    if not path.endswith(".md"):
        raise Refused(f"{path} does not end in .md; a page is a Markdown file: {path}.md?")
    if first in codes and "/" in path:
        raise Refused(
            f"{path} is a translation: write the page in docs/{code}/ first, copy it to "
            f"docs/{first}/, translate it there, and run handvat translations mark-current docs/{path}"
        )
    if "/" in path and LOCALE.match(first):
        raise Refused(
            f"the engine takes the folder {first!r} for a language and drops its pages without a "
            "word (scripts/handvat/checks/files.py); give the folder a longer name"
        )
    if not PAGE_PATH.fullmatch(path):
        raise Refused(
            f"{path} is no path of a page: one folder at most, lower case, words joined by "
            f"hyphens; {_example()}"
        )
    if path in base.redirects:
        raise Refused(
            f"{path} was renamed to {base.redirects[path]}, and old links lead there "
            "(data/redirects.yml); choose another name"
        )
    index = f"{first}/index.md"
    if "/" in path and path != index and not (base.root / "docs" / code / index).is_file():
        folders = sorted({entry.folder for entry in base.navigation} - {""})
        raise Refused(
            f"docs/{code}/{index} does not exist, and a folder is found through it; "
            f"{did_you_mean(first, folders)} Or begin with: handvat new index {index}"
        )


def _example() -> str:
    return f"write section/page.md: {USAGE}"


def _below(base: KnowledgeBase, written: str) -> str:
    """`written` below the source language's folder: docs/nl/… is meant by whoever copies a path."""
    code = base.source_language.code
    path = written.removeprefix("./").removeprefix("docs/")
    return path.removeprefix(f"{code}/")


def _next_steps(base: KnowledgeBase, file: str, path: str) -> str:
    others = [
        language.code for language in base.languages if language.code != base.source_language.code
    ]
    steps = [
        "Write: title, description, and each section in place of its hint (<!-- hint: … -->).",
        "Does it tell the law or the institutions of one country? Add jurisdiction: NL on top.",
        "Link to it from the page that comes before it in practice.",
        "See it while you write: make serve",
        f"When it is written: make check names what is missing in {file}",
        f"Ask for the translations ({', '.join(others)}): until then those readers get this page.",
    ]
    if path.startswith(SAFETY_CRITICAL):
        steps.insert(1, "A mistake on this page costs most: a release needs a reviewer's name.")
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


@options.command("new")
@click.argument("kind", metavar="TYPE", default="")
@click.argument("page", metavar="PAGE", default="")
def command(kind: str, page: str) -> None:
    """Begin a page of TYPE (signal) at PAGE (signals/new-thing.md), with its sections and hints.

    Without both it lists the types.
    """
    base = KnowledgeBase.load(Path.cwd())
    if not base.languages or not base.navigation or not base.page_types:
        problems = "\n".join(map(str, base.problems))
        raise UserError(f"{problems}\nMend this first: it says what a page needs.")
    if not kind or not page:
        types = (f"  {name:<17} {one.purpose}" for name, one in base.page_types.items())
        raise UserError("\n".join([f"Which type of page, and where? {USAGE}", *types]))
    path = _below(base, page)
    try:
        file = new_page(base, kind, path)
    except Refused as error:
        raise UserError(one_line(str(error))) from error
    print(f"{file} is there, and stands in nav: of mkdocs.yml. Next:")
    print(_next_steps(base, file, path))
