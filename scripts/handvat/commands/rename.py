"""`handvat rename` and `handvat delete`: change a page's place in every language, and lose no reader.

By hand one of eight languages is forgotten, a link dies, and every bookmark with it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path

import click

from handvat.commands import options
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import PAGE_PATH, Page
from handvat.content.problem import UserError, did_you_mean, one_line
from handvat.content.urls import NAME

_LINK = re.compile(r"\]\(([^)\s#]+\.md)(#[^)\s]*)?\)")


_LONGEST = 120
"""Signs: no file system takes a name of more than 255 bytes."""


class Refused(UserError):
    """The move would lose or hide something; the text says what."""


def move(base: KnowledgeBase, old: str, new: str, *, is_deleted: bool = False) -> list[str]:
    """Moves the page `old` to `new` in every language, or deletes it in favour of `new`.

    Links, the navigation, cards and redirects follow. Returns the files that changed. Raises
    Refused, with nothing changed.
    """
    default = base.source_language.code
    paths = [page.path for page in base.pages_in(default)]
    if old not in paths:
        raise Refused(f"there is no page {old}; {did_you_mean(old, paths)}")
    if is_deleted and (new not in paths or new == old):
        raise Refused(f"{new} is no other page; {did_you_mean(new, paths)}")
    if not is_deleted and not (PAGE_PATH.fullmatch(new) and len(new) <= _LONGEST):
        raise Refused(f"{new} is no path of a page; write section/page.md, lower case, hyphens")
    if not is_deleted and any((base.root / "docs" / code / new).exists() for code in _codes(base)):
        raise Refused(f"{new} exists already")
    # Everything is written in memory first, so that a mistake half-way changes nothing.
    texts: dict[Path, str | None] = {}
    for page in base.pages.values():
        path = base.root / page.file
        if page.path == old:
            texts[path] = None
            if is_deleted:
                continue
            path = base.root / "docs" / page.language / new
        before = (base.root / page.file).read_text("utf-8")
        after = _follow(before, page, old, new, is_deleted)
        if after != before or page.path == old:
            texts[path] = after
    texts[base.root / "mkdocs.yml"] = _navigation(base, old, new, is_deleted)
    texts[base.root / NAME] = _redirects(base, old, new)
    for path, text in texts.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return sorted(path.relative_to(base.root).as_posix() for path in texts)


def _codes(base: KnowledgeBase) -> Sequence[str]:
    return [language.code for language in base.languages]


def _follow(text: str, page: Page, old: str, new: str, is_deleted: bool) -> str:
    """`text` of `page` with its links right after the move, its own place included."""
    place = new if page.path == old else page.path

    def link(found: re.Match[str]) -> str:
        target = page.leads_to(found.group(1))
        if target is None:
            return found.group()
        path, fragment = target.path, found.group(2) or ""
        if path == old:
            path = new
            fragment = "" if is_deleted else fragment
        elif place == page.path:
            return found.group()
        start = posixpath.dirname(f"{page.language}/{place}")
        return f"]({posixpath.relpath(f'{target.language}/{path}', start)}{fragment})"

    text = _LINK.sub(link, text)
    return text.replace(f'"{old}"', f'"{new}"')  # cards(["now/first-hour.md"])


def _navigation(base: KnowledgeBase, old: str, new: str, is_deleted: bool) -> str:
    lines = (base.root / "mkdocs.yml").read_text("utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip() == f"- {old}":
            lines[number] = "" if is_deleted else line.replace(old, new)
    return "".join(lines)


def _redirects(base: KnowledgeBase, old: str, new: str) -> str:
    """The file of redirects with this one more, chains shortened: nobody is sent on twice."""
    entries = {
        before: new if after == old else after
        for before, after in base.redirects.items()
        if before != new
    }
    entries[old] = new
    path = base.root / NAME
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")] if (
        path.is_file()
    ) else []  # fmt: skip
    return "\n".join([*head, *(f"{before}: {after}" for before, after in entries.items())]) + "\n"


@options.command("rename")
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> None:
    """Rename the page OLD (now/old.md) to NEW in every language; a redirect stays."""
    _move(old, new, is_deleted=False)


@options.command("delete")
@click.argument("page")
@click.option("--replace-with", "other", required=True, metavar="PAGE",
              help="The page that takes its place: its old address leads there.")  # fmt: skip
def delete(page: str, other: str) -> None:
    """Delete PAGE (now/old.md) in every language; its address leads to another page."""
    _move(page, other, is_deleted=True)


def _move(old: str, new: str, *, is_deleted: bool) -> None:
    base = KnowledgeBase.load(Path.cwd())
    if any(problem.is_error for problem in base.problems):
        problems = "\n".join(map(str, base.problems))
        raise UserError(f"{problems}\nMend this first: what cannot be read cannot follow.")
    prefixes = tuple(f"{code}/" for code in _codes(base))
    names = [name.removeprefix("docs/") for name in (old, new)]
    names = [name.split("/", 1)[1] if name.startswith(prefixes) else name for name in names]
    try:
        changed = move(base, *names, is_deleted=is_deleted)
    except Refused as error:
        raise UserError(one_line(str(error))) from error
    print("\n".join(changed))
