"""Keeps a part of a site in a folder, to be joined with others elsewhere, and lets no two join that are not of one site.

A part has the pages of some languages of a site of all of them: with menus, switches and notices as on the whole
site. Pages say which day it is, what is left to do, how far each language is, and where the site stands; so two
parts that were made from anything different would make a site that nobody wrote, and no reader could tell.

In the folder: `part.json` with what the part is made of and what the finishing steps have to know; `site/` with the
pages and the search indexes as readers get them; and `SHA256SUMS`, as sha256sum(1) writes it, of all of these, so that
one that was cut short or damaged on its way is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scripts import cache
from scripts.finish.site import Rendered, Site
from scripts.knowledge.clock import build_date
from scripts.knowledge.downloads import find_downloads
from scripts.knowledge.feed import has_feed
from scripts.knowledge.history import commit_of
from scripts.render.edition import Edition
from scripts.swap import Kind

PART = Kind("part of a site", "part.json")

_SETTINGS = ("SITE_URL", "REPO_URL", "EDIT_URI")
"""The one after the other: where readers mend a page depends on where the source stands."""

_SUMS = "SHA256SUMS"
_PAGES = "site"


class NotJoined(Exception):
    """These parts make no site; the text says why and what to do."""


@dataclass(frozen=True)
class Origin:
    """All that pages depend on and that is the same for the whole of a site."""

    commit: str
    """40 hexadecimal digits; `""` where git does not say."""
    settings: Mapping[str, str]
    """Variable of the environment → what the site is told by it, or by `mkdocs.yml` where it is not set."""
    day: str
    """Of the build: `2026-11-27`."""
    languages: Sequence[str]
    """Codes of all languages of the site, default first."""
    feeds: Sequence[str]
    """Codes of those that have a feed of changes, which needs the history of git."""
    program: str
    """Digest of what runs: scripts, libraries, Python."""
    files: Mapping[str, str]
    """Folder or file of the project → digest of what is in it."""

    def differs(self, mine: str, other: Origin, others: str) -> str:
        """What tells this one, of what is called `mine`, from that of `others`, and what to do; `""` for nothing."""

        def told(what: str, one: str, another: str, cure: str) -> str:
            return f"{mine} is {what} {one}, and {others} {what} {another}: {cure}."

        if self.commit != other.commit:
            return told("of commit", self.commit[:12] or "(git does not say)", other.commit[:12] or "(git does not say)",
                        "make each part, and join them, in a checkout of the same commit")  # fmt: skip
        for name in _SETTINGS:
            one, another = self.settings.get(name), other.settings.get(name)
            if one != another:
                return told(f"made with {name}", repr(one), repr(another),
                            "set it for each part, and to join them, to the same")  # fmt: skip
        if self.day != other.day:
            return told("of", self.day, other.day,
                        "set SOURCE_DATE_EPOCH for each part, and to join them, to the output of git log -1 --format=%ct")  # fmt: skip
        if self.languages != other.languages:
            return told("of a site in", ", ".join(self.languages), ", ".join(other.languages),
                        "make each part, and join them, from the same project")  # fmt: skip
        if self.feeds != other.feeds:
            return told("made with a feed of changes in", ", ".join(self.feeds) or "no language", ", ".join(other.feeds) or "no language",
                        "fetch the whole history each time (fetch-depth: 0, GIT_DEPTH: 0, or git fetch --unshallow)")  # fmt: skip
        if self.program != other.program:
            return (
                f"{mine} and {others} were made with different scripts, libraries or versions of Python: "
                "make each part, and join them, on the same system with the same requirements.lock."
            )
        changed = [name for name in self.files if self.files[name] != other.files.get(name)]
        if changed:
            return (
                f"{mine} and {others} are made from different texts or files, in {', '.join(changed)}: "
                "commit what was changed and is not committed, or take it back, and make each part anew."
            )
        return ""


@dataclass(frozen=True)
class Part:
    """A part that lies whole in a folder."""

    name: str
    """As somebody named the folder."""
    folder: Path
    origin: Origin
    rendered: Mapping[str, Rendered]
    """Code of each language in it → what is known of its pages; files are named as below the project's folder."""

    def lay(self, site: Site) -> None:
        """Puts its pages and its search indexes into `site`, as if they had been rendered there."""
        shutil.copytree(self.folder / _PAGES, site.folder, dirs_exist_ok=True)
        for code, known in self.rendered.items():
            files = {place: site.kb.root / file for place, file in known.files.items()}
            site.rendered[code] = replace(known, files=files)


def origin_of(site: Site, edition: Edition, project: Path) -> Origin:
    """What the pages of `site` are made from; `project` is the folder of the project before an organisation's edition."""
    root = site.kb.root
    downloads = [one.facts for one in find_downloads(root)]
    # An edition is put together in a folder that has another name each time, and projects stand where they stand.
    configuration = (root / "mkdocs.yml").read_text("utf-8") + edition.settings
    for place in (root, project):
        configuration = configuration.replace(str(place), "")
    return Origin(
        commit=commit_of(project),
        settings=dict(
            zip(
                _SETTINGS,
                (site.site_url, site.repo_url, edition.site.edit_address or ""),
                strict=True,
            )
        ),
        day=build_date().isoformat(),
        languages=[language.code for language in site.languages],
        feeds=[language.code for language in site.languages if has_feed(site.kb, language)],
        program=_digest(cache.program()),
        files={
            "docs/": _of_folder(root / "docs"),
            "data/": _of_folder(root / "data"),
            "overrides/": _of_folder(site.themes[0]),
            "mkdocs.yml": _digest(configuration),
            "downloads/": _digest(repr(downloads)),
        },
    )


def write_part(folder: Path, site: Site, origin: Origin) -> None:
    """Makes the empty `folder` the part with what is rendered of `site`. Its pages are moved there."""
    site.folder.rename(folder / _PAGES)
    told = {
        "origin": asdict(origin),
        "rendered": {code: _as_data(known, site.kb.root) for code, known in site.rendered.items()},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / PART.mark).write_text(text + "\n", encoding="utf-8")
    sums = "".join(f"{sum_}  {name}\n" for name, sum_ in sorted(_sums(folder).items()))
    (folder / _SUMS).write_text(sums, encoding="utf-8")


def read_parts(names: Iterable[str], root: Path) -> list[Part]:
    """The parts in the folders `names`, relative to `root`: whole, of one site, and each language of it once.

    Raises NotJoined.
    """
    parts = [_read(name, root / name) for name in names]
    if not parts:
        raise NotJoined(
            'No part is named. make merge PARTS="part-1 part-2" names the folders that '
            "make build PART=… wrote."
        )
    first = parts[0]
    for part in parts[1:]:
        if wrong := part.origin.differs(part.name, first.origin, first.name):
            raise NotJoined(wrong)
    held: dict[str, str] = {}
    for part in parts:
        for code in part.rendered:
            if code in held:
                raise NotJoined(
                    f"{code} is in {held[code]} and in {part.name}: leave one of them out of PARTS."
                )
            held[code] = part.name
    missing = ",".join(code for code in first.origin.languages if code not in held)
    if missing:
        raise NotJoined(
            f"No part has {missing}. make build LANGS={missing} PART=part-{missing.replace(',', '-')} "
            "makes one: name it in PARTS as well."
        )
    return parts


def refuse_others(parts: Sequence[Part], origin: Origin) -> None:
    """Raises NotJoined unless `parts`, which belong together, are of the site of this project, `origin`."""
    if wrong := parts[0].origin.differs(parts[0].name, origin, "this project"):
        raise NotJoined(wrong)


def _read(name: str, folder: Path) -> Part:
    if not os.path.isdir(folder):  # noqa: PTH112 - Path's raises for a name that is too long
        raise NotJoined(f"{name}: there is no such folder. PARTS names those that make build PART=… wrote.")  # fmt: skip
    if not (folder / PART.mark).is_file():
        raise NotJoined(
            f"{name} is no part of a site, since it has no {PART.mark}. PARTS names folders that "
            "make build PART=… wrote."
        )
    if wrong := next(_damage(folder), ""):
        raise NotJoined(f"{name} is damaged: {wrong}. Copy it anew, or make it anew.")
    try:
        told = json.loads((folder / PART.mark).read_text(encoding="utf-8"))
        rendered = {code: _from_data(data) for code, data in told["rendered"].items()}
        return Part(name, folder, Origin(**told["origin"]), rendered)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotJoined(
            f"{name}/{PART.mark} was written by another version of this program: make the part anew."
        ) from None


def _damage(folder: Path) -> Iterator[str]:
    """What is not as it was written."""
    try:
        lines = (folder / _SUMS).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        yield f"{_SUMS} is missing, or no text"
        return
    written = {name: sum_ for sum_, _, name in (line.partition("  ") for line in lines)}
    there = _sums(folder)
    for name in sorted({*written, *there}):
        if name not in there:
            yield f"{name} is missing"
        elif name not in written:
            yield f"{name} is not in {_SUMS}"
        elif written[name] != there[name]:
            yield f"{name} is not as it was written"


def _sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a part."""
    found = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name != _SUMS:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _as_data(rendered: Rendered, root: Path) -> dict[str, Any]:
    """What is known of pages, for JSON. Files are below `root`, which is elsewhere on another machine."""
    return {
        "pages": rendered.pages,
        "named": sorted(rendered.named),
        "policies": rendered.policies,
        "files": {
            place: file.relative_to(root).as_posix() for place, file in rendered.files.items()
        },
    }


def _from_data(data: Mapping[str, Any]) -> Rendered:
    return Rendered(
        pages={name: (known[0], known[1]) for name, known in data["pages"].items()},
        named=set(data["named"]),
        policies=data["policies"],
        files={place: Path(file) for place, file in data["files"].items()},
    )


def _of_folder(folder: Path) -> str:
    return cache.of_files(folder, _files(folder))


def _files(folder: Path) -> Collection[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
