"""`handvat overlay add docs/de/now/first-hour.md`: a page of an organisation's own in the place of a shipped one.

The first time it copies the shipped page into the organisation's folder, to be changed there. After that, when the
shipped page has changed, it records that the organisation has seen the change: their text stays as it is. A copy of
the shipped text goes to `upstream/`, so that the next change can be shown.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import yaml

from handvat.commands import options
from handvat.content.page import parse_page
from handvat.content.problem import UserError, did_you_mean, one_line
from handvat.content.yaml_files import leads_out, read_text
from handvat.overlay.apply import organisation_file
from handvat.overlay.organisation import NAME, read_organisation
from handvat.overlay.pages import UPSTREAM, version_of

_REPLACES = re.compile(r"^replaces:[^\r\n]*", re.MULTILINE)
_TRANSLATION = re.compile(r"^translation:.*\n(?:[ \t].*\n)*", re.MULTILINE)


def _add(root: Path, home: Path, pages: str, page: str) -> str:
    """Write the page in the folder `pages` of `home` that replaces the shipped `page`; return what was done.

    Raises UserError, with nothing changed.
    """
    below = _shipped(root, page)
    place, name = f"docs/{below}", f"{pages}/{below}"
    text = read_text(root / place, place)
    own, seen = home / pages / below, home / UPSTREAM / below
    for path in (own, seen):
        _refuse_obstacle(path, home)
    if os.path.realpath(own) == os.path.realpath(seen):
        raise UserError(f"{UPSTREAM}/ holds copies of shipped pages, and yours would be lost there; give pages another folder")  # fmt: skip
    line = f'replaces: "{version_of(text)}"'
    before = ""
    if os.path.lexists(own):
        read_text(own, name)  # names what is wrong with it
        before = own.read_bytes().decode("utf-8")
        done = f"{name}: it is recorded that it replaces {place} as it is now. Your text is as it was."  # fmt: skip
    else:
        done = f"{name} is now yours to change; handvat build shows it instead of {place}."
    mine = before or _without_fingerprints(text, place)
    end = "\r\n" if "\r\n" in mine else "\n"
    head, separator, rest = mine.partition(f"{end}---{end}")
    head = _REPLACES.sub(line, head) if _REPLACES.search(head) else f"{head}{end}{line}"
    if not separator or not head.removeprefix("\ufeff").startswith(f"---{end}"):
        raise UserError(
            f"{name}:1: it has no head in which its version can stand; begin it with ---"
        )
    written = head + separator + rest
    if written == before:
        done = f"{name} already says that it replaces this version. Nothing is changed."
    try:
        for path, words in ((own, written), (seen, text)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(words, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    return done


def _shipped(root: Path, page: str) -> str:
    """The place below `docs/` of the shipped page that `page` names. Raises UserError."""
    docs = Path(os.path.realpath(root)) / "docs"
    try:
        path = Path(os.path.realpath(root / page))
        if path.is_relative_to(docs) and path.suffix == ".md" and path.is_file():
            return path.relative_to(docs).as_posix()
    except (OSError, ValueError):
        pass  # no file can have such a name
    known = {path.relative_to(docs.parent).as_posix() for path in docs.rglob("*.md")}
    fix = did_you_mean(page if page.startswith("docs/") else f"docs/nl/{page}", known)
    raise UserError(f"{page[:80]} is no page of docs/; {fix}")


def _refuse_obstacle(path: Path, home: Path) -> None:
    """Raises UserError where something at or above `path` is no file or folder of the organisation's."""
    if leads_out(path, home):
        raise UserError(f"{path} leads out of {home} through a link; use a real file and folder")
    for part in (path, *path.parents):
        if os.path.lexists(part) and not (part.is_file() if part == path else part.is_dir()):
            raise UserError(f"{part} is in the way; put it elsewhere")


def _without_fingerprints(text: str, place: str) -> str:
    """A shipped page without the record of which text it translates: an own page follows none.

    Who translated it and who read it stays: until somebody has, readers are told.
    """
    page, _ = parse_page(text, place, place.split("/")[1])
    if page is None or page.front.translation is None:
        return text
    kept = {"translation": page.front.translation.model_dump(exclude={"sections"})}
    lines = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000)
    return _TRANSLATION.sub(lambda _: lines, text, count=1)


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
        print(_add(root, file.parent, organisation.pages.rstrip("/"), page.strip()))
    except UserError as error:
        raise UserError(one_line(str(error))) from error
