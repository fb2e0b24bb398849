"""`handvat overlay add docs/de/now/first-hour.md`: a page of an organisation's own in the place of ours.

The first time it copies our page into the organisation's folder, to be changed there. After that, when
ours has changed, it records that the organisation has seen the change: their text stays as it is. A copy
of what ours said is kept in `upstream/`, so that the next change can be shown.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from handvat.commands import options
from handvat.content.page import parse_page
from handvat.content.problem import UserError, did_you_mean, one_line
from handvat.content.yaml_reader import leads_out, read_text
from handvat.overlay.apply import organisation_file, said_version, version_of
from handvat.overlay.organisation import NAME, UPSTREAM, read_organisation

_REPLACES = re.compile(r"^replaces:[^\r\n]*", re.MULTILINE)


class _Refused(UserError):
    """Nothing was laid over anything; the text says why, and what to do instead."""


def _lay(root: Path, home: Path, pages: str, page: str) -> str:
    """Lays the page in the folder `pages` of `home` over `page`, and says what was done.

    Raises Unreadable or _Refused, with nothing changed.
    """
    ours = _ours(root, page)
    below = ours.relative_to(Path(os.path.realpath(root)) / "docs")
    place = f"docs/{below.as_posix()}"
    text = read_text(ours, place)
    version = version_of(text)
    name = f"{pages}/{below.as_posix()}"
    own, seen = home / pages / below, home / UPSTREAM / below
    is_new = not os.path.lexists(own)
    for path in (own, seen):
        _refuse_obstacle(path, home)
    if os.path.realpath(own) == os.path.realpath(seen):
        raise _Refused(f"{UPSTREAM}/ keeps what our pages said, and yours would be lost there; give pages another folder")  # fmt: skip
    if is_new:
        mine, done = _freed(text, place), f"{name} is now yours to change; make build shows it instead of {place}."  # fmt: skip
    else:
        read_text(own, name)  # names what is wrong with it
        mine = own.read_bytes().decode("utf-8")
        done = (
            f"{name}: it is recorded that it replaces {place} as it is now. Your text is as it was."
        )
    written = _with_version(mine, version)
    if not is_new and said_version(read_text(own, name)) == version:
        written = mine
        done = f"{name} already says that it replaces this version. Nothing is changed."
    if said_version(written.replace("\r\n", "\n").removeprefix("\ufeff")) != version:
        raise _Refused(
            f"{name}:1: it has no head in which its version can stand; begin it with ---"
        )
    try:
        for path, words in ((own, written), (seen, text)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(words, encoding="utf-8", newline="")
    except OSError as error:
        raise _Refused(f"{path} cannot be written: {error.strerror}") from None
    return done


def _ours(root: Path, page: str) -> Path:
    """The file of the page of ours that is asked for. Raises _Refused."""
    docs = Path(os.path.realpath(root)) / "docs"
    try:
        ours = Path(os.path.realpath(root / page))
        if ours.is_relative_to(docs) and ours.suffix == ".md" and ours.is_file():
            return ours
    except (OSError, ValueError):
        pass  # no file can have such a name
    known = [path.relative_to(docs.parent).as_posix() for path in docs.rglob("*.md")]
    raise _Refused(f"{page[:80]} is no page of docs/; {did_you_mean(page, known)}")


def _refuse_obstacle(path: Path, home: Path) -> None:
    """Raises _Refused where something lies at or above `path` that is no file or folder of the organisation's."""
    if leads_out(path, home):
        raise _Refused(f"{path} leads out of {home} through a link; use a real file and folder")
    for part in (path, *path.parents):
        if os.path.lexists(part) and not (part.is_file() if part == path else part.is_dir()):
            raise _Refused(f"{part} is in the way; put it elsewhere")


def _with_version(text: str, version: str) -> str:
    """`text` with the version in its head: a quoted one, or YAML might take it for a number."""
    line = f'replaces: "{version}"'
    end = "\r\n" if "\r\n" in text else "\n"
    head, separator, rest = text.partition(f"{end}---{end}")
    if _REPLACES.search(head):
        head = _REPLACES.sub(line, head)
    else:
        head += f"{end}{line}"
    return head + separator + rest


def _freed(text: str, name: str) -> str:
    """Our page without what only ours has: whom it was translated from, and who checked it."""
    page, _ = parse_page(text, name, name.split("/")[1])
    if page is None or page.front.translation is None:
        return text
    head, separator, rest = text.partition("\n---\n")
    kept, is_inside = [], False
    for line in head.split("\n"):
        is_inside = line.startswith("translation:") or (is_inside and line.startswith((" ", "\t")))
        if not is_inside:
            kept.append(line)
    return "\n".join(kept) + separator + rest


@options.command("add", "overlay add docs/nl/help/index.md")
@click.argument("page", metavar="PAGE")
@options.organisation
def command(page: str) -> None:
    """Begin a page of your own in place of PAGE (docs/de/now/first-hour.md), or record that you saw its change."""
    root = Path.cwd()
    file = organisation_file(root)
    if file is None:
        raise UserError(f"there is no {NAME}: handvat overlay init writes one")
    organisation, problems = read_organisation(file)
    if problems:
        raise UserError("\n".join(map(str, problems)))
    try:
        print(_lay(root, file.parent, organisation.pages.rstrip("/"), page.strip()))
    except _Refused as error:
        raise UserError(one_line(str(error))) from error
