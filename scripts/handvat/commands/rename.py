"""`handvat rename` and `handvat delete`: move or delete a page in every language, with its links and a redirect.

By hand one of eight languages is forgotten, a link dies, and every bookmark with it. Translations that were up to
date stay so, since only the targets of links change.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from handvat.commands import options
from handvat.commands.translations import unchanged, with_record
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import edit_navigation
from handvat.content.page import PAGE_PATH, Page, parse_page
from handvat.content.problem import UserError, did_you_mean
from handvat.content.search_data import questions_file
from handvat.content.translation import fingerprints
from handvat.content.urls import REDIRECTS
from handvat.content.yaml_files import CommentedMap, edit_yaml

_LINK = re.compile(r"(\]\(\s*<?)([^\s<>)]+)")
"""The address of a link after its opening; the parser decides which addresses are links."""

_LONGEST = 120
"""Characters of a path: file systems refuse names of more than 255 bytes."""


def move(base: KnowledgeBase, old: str, new: str, *, is_deleted: bool = False) -> list[str]:
    """Move the page `old` to `new` in every language, or delete it in favour of the page `new`.

    Both are paths below a language's folder. Updates links, cards, fingerprints, the navigation and redirects. Returns
    the files that changed, relative to the project. Raises UserError, with nothing changed.
    """
    paths = base.paths_in(base.source_language.code)
    codes = [language.code for language in base.languages]
    if old not in paths:
        raise UserError(f"there is no page {old}; {did_you_mean(old, paths)}")
    if old == "index.md":
        raise UserError("index.md is the home page, which a site cannot do without")
    if is_deleted and (new not in paths or new == old):
        raise UserError(f"{new} is not another page; {did_you_mean(new, paths)}")
    if not is_deleted and not (PAGE_PATH.fullmatch(new) and len(new) <= _LONGEST):
        raise UserError(f"{new} is not a page path; write section/page.md, lower case, hyphens")
    if not is_deleted and any((base.root / "docs" / code / new).exists() for code in codes):
        raise UserError(f"{new} exists already")
    # All texts are edited in memory first, so that a mistake half-way changes nothing.
    with_new_links = partial(_with_new_links, old=old, new=new, is_deleted=is_deleted)
    texts: dict[Path, str | None] = {}
    for page in base.pages.values():
        path = base.root / page.file
        if page.path == old:
            texts[path] = None
            if is_deleted:
                continue
            path = base.root / "docs" / page.language / new
        before = _read(base.root / page.file)
        after = _with_new_fingerprints(with_new_links(before, page), base, page, with_new_links)
        if after != before or page.path == old:
            texts[path] = after
    path = base.root / "mkdocs.yml"
    texts[path] = edit_navigation(_read(path), remove=old, add="" if is_deleted else new)
    for code in codes:
        path = base.root / questions_file(code)
        if path.is_file() and (before := _read(path)) != (
            after := _with_moved_questions(before, old, new)
        ):
            texts[path] = after
    path = base.root / REDIRECTS
    texts[path] = _with_redirect(_read(path) if path.is_file() else "", old, new)
    for path, text in texts.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    return sorted(path.relative_to(base.root).as_posix() for path in texts)


def _read(path: Path) -> str:
    """Return the text of a file with its line ends."""
    return path.read_bytes().decode()


def _with_moved_questions(text: str, old: str, new: str) -> str:
    """Return the questions `text` with those for the page `old` moved to `new`, at the end of those that it has."""
    blocks = {
        block.split(":", 1)[0].strip("\"'"): block
        for block in re.split(r"^(?=[^\s#-])", text, flags=re.MULTILINE)
    }
    of_old = {key: block for key, block in blocks.items() if key.partition("#")[0] == old}
    if new not in blocks:
        renamed = {key: block.replace(old, new, 1) for key, block in of_old.items()}
        return "".join({**blocks, **renamed}.values())
    lines = [line for block in of_old.values() for line in block.splitlines()[1:] if line.strip()]
    own = blocks[new].rstrip("\n")
    added = [line for line in dict.fromkeys(lines) if line not in own.splitlines()]
    blocks[new] = "\n".join([own, *added]) + blocks[new][len(own) :]
    return "".join(block for key, block in blocks.items() if key not in of_old)


def _with_new_links(text: str, page: Page, *, old: str, new: str, is_deleted: bool) -> str:
    """Return `text` with the links and cards of `page` as they must be after the move."""
    place = new if page.path == old and not is_deleted else page.path
    moved: dict[str, str] = {}
    for address in {target.address for target in page.text.targets if target.is_internal}:
        written, mark, fragment = address.partition("#")
        target = page.leads_to(address) if written else None
        if target is None or (target.path != old and place == page.path):
            continue
        path = new if target.path == old else target.path
        start = posixpath.dirname(f"{page.language}/{place}")
        moved[address] = posixpath.relpath(f"{target.language}/{path}", start)
        if mark and not (is_deleted and target.path == old):
            moved[address] += mark + fragment
    text = _LINK.sub(lambda found: found[1] + moved.get(found[2], found[2]), text)
    return text.replace(f'"{old}"', f'"{new}"')  # cards(["now/first-hour.md"])


def _with_new_fingerprints(
    text: str, base: KnowledgeBase, page: Page, with_new_links: Callable[[str, Page], str]
) -> str:
    """Return the `text` of `page`, a translation, with new fingerprints of source sections in which only links change."""
    source, record = base.source_of(page), page.front.translation
    if source is None or record is None:
        return text
    before = _read(base.root / source.file)
    moved = with_new_links(before, source)
    after, _ = parse_page(moved, source.file, source.language) if moved != before else (None, [])
    renewed = unchanged(record, fingerprints(source), fingerprints(after)) if after else {}
    return with_record(text, record.sections | renewed) if renewed else text


def _with_redirect(text: str, old: str, new: str) -> str:
    """Add a redirect; those to `old` then lead to `new`, so that no reader is redirected twice."""

    def change(redirects: CommentedMap) -> None:
        redirects.fa.set_block_style()
        redirects.pop(new, None)
        for before, after in redirects.items():
            if after == old:
                redirects[before] = new
        redirects[old] = new

    return edit_yaml(text, change)


@options.command("rename", "rename now/first-hour.md now/the-first-hour.md")
@click.argument("old", type=options.PATH)
@click.argument("new", type=options.PATH)
def rename(old: Path, new: Path) -> None:
    """Rename the page OLD to NEW in every language.

    Links, the menu and translations follow; the old address leads to the new one.
    """
    _move(old, new, is_deleted=False)


@options.command("delete", "delete now/old.md --replace-with now/first-hour.md")
@click.argument("page", type=options.PATH)
@click.option("--replace-with", "other", required=True, type=options.PATH, metavar="PAGE",
              help="The page that takes its place: the old address leads to it.")  # fmt: skip
def delete(page: Path, other: Path) -> None:
    """Delete PAGE in every language. Links to it, and its old address, lead to another page."""
    _move(page, other, is_deleted=True)


def _move(old: Path, new: Path, *, is_deleted: bool) -> None:
    base = options.load_shipped()
    if any(problem.is_error for problem in base.problems):
        problems = "\n".join(map(str, base.problems))
        raise UserError(f"{problems}\nFix this first: a file that cannot be read cannot be edited.")
    names = [_below_language(base, path) for path in (old, new)]
    print("\n".join(move(base, *names, is_deleted=is_deleted)))


def _below_language(base: KnowledgeBase, path: Path) -> str:
    """Return `path` below its language's folder: `now/index.md` for `docs/nl/now/index.md`, as an editor shows it."""
    parts = path.parts[1:] if path.parts[:1] == ("docs",) else path.parts
    if parts and parts[0] in {language.code for language in base.languages}:
        parts = parts[1:]
    return "/".join(parts)
