"""An organisation's own pages and pictures, and what became of the shipped pages that some of them replace.

A page that replaces a shipped one names the version it was adapted from (`replaces:` in its head), and `upstream/`
holds that version. When the shipped page has changed, moved or gone since, theirs is shown, and a note says what to do.
"""

from __future__ import annotations

import difflib
import hashlib
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from handvat.content.page import Page, parse_page
from handvat.content.problem import Problem
from handvat.content.yaml_files import Unreadable, leads_out, read_text

UPSTREAM = "upstream"
"""Beside the pages: what a shipped page said when it was replaced, to show what changed since."""

_PICTURES = {".avif", ".jpg", ".png", ".svg", ".webp"}


def version_of(text: str) -> str:
    """Twelve hexadecimal digits that tell one version of a page from another, for `replaces:`."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:12]


@dataclass
class OwnPages:
    """What is in an organisation's folder of pages."""

    root: Path
    """The project."""
    home: Path
    """The folder of its settings, which nothing may lead out of."""
    folder: str
    """The folder of its pages, below `home`."""
    current_path: Callable[[str], str]
    """Path of a page, perhaps an old one → its path today, after `data/redirects.yml`."""
    files: dict[str, Path] = field(default_factory=dict)
    """Place in the project → file."""
    origins: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Place → name in messages, and how many of its lines are theirs: all."""
    changed: set[str] = field(default_factory=set)
    """Places of the pages whose text was adapted from a shipped one."""
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, codes: Collection[str]) -> None:
        """Find the pages and pictures of the languages `codes`."""
        top = self.home / self.folder
        for path in sorted(top.rglob("*")) if top.is_dir() else ():
            below = path.relative_to(top)
            if path.is_dir() or any(part.startswith(".") for part in below.parts):
                continue
            name, place = f"{self.folder}/{below.as_posix()}", f"docs/{below.as_posix()}"
            is_picture = path.suffix in _PICTURES and path.is_file()
            if leads_out(path, self.home):
                self._complain(name, "this link leads out of the organisation's folder", "copy the file instead")  # fmt: skip
                continue
            if below.parts[0] not in codes or not (is_picture or path.suffix == ".md"):
                self._complain(name, "this is no page of a language of the site",
                               f"pages are Markdown files in {', '.join(sorted(codes))}/")  # fmt: skip
                continue
            if not is_picture:
                try:
                    place = self._placed(place, name, read_text(path, name))
                except Unreadable as error:
                    self.problems.append(error.problem)
            self.files[place] = path
            self.origins[place] = name, sys.maxsize

    def _complain(self, name: str, what: str, fix: str) -> None:
        self.problems.append(Problem(name, 1, "organisation", what, fix))

    def _placed(self, place: str, name: str, text: str) -> str:
        """Where the page `name` belongs in the project, once it is compared with the shipped page it replaces."""
        page = _parse(text, place)
        version = page.front.replaces if page else None
        copy = self._copy(name)
        if page and version and not (self.root / place).is_file():
            place = self._successor(page, name, copy)
        if page is None or not (self.root / place).is_file():
            return place
        command = f"handvat overlay add {place}"
        if version is None:
            self._complain(name, f"it takes the place of {place}, and does not say of which version", f"{command} records that")  # fmt: skip
            return place
        now = read_text(self.root / place, place)
        if page.body not in {one.body for one in (_parse(now, place), _parse(copy, place)) if one}:
            self.changed.add(place)
        if version != version_of(now):
            shown = f"(there is no copy of it in {UPSTREAM}/, so the difference cannot be shown)"
            if version_of(copy) == version:
                names = f"{place} as you replaced it", f"{place} now"
                lines = copy.splitlines(), now.splitlines()
                shown = "\n".join(difflib.unified_diff(*lines, *names, lineterm="", n=2))
            self.notes.append(
                f"{name} replaces {place}, which has changed since ({version} to {version_of(now)}). "
                f"Yours is used. What changed:\n{shown}\nCarry over what matters, then: {command}"
            )
        return place

    def _successor(self, page: Page, name: str, copy: str) -> str:
        """Where the own `page` belongs, which replaces a shipped one that is no longer at its place.

        The shipped page was renamed where one with its title, in the same folder, took its place: then theirs is used
        there. Else it gave way to another, or is gone, and theirs stays.
        """
        new = self.current_path(page.path)
        goal = f"docs/{page.language}/{new}"
        theirs = name.removesuffix(page.path) + new
        try:
            shipped = _parse(read_text(self.root / goal, goal), goal) if new != page.path else None
        except Unreadable:
            shipped = None
        said = f"{name} replaces {page.file}, which "
        if shipped is None:
            said += "is gone. Yours is now a page of your own: take the line replaces: out, or delete it."
        elif (
            shipped.front.title == (_parse(copy, page.file) or page).front.title
            and shipped.folder == page.folder
            and not (self.home / theirs).exists()
        ):
            self.notes.append(
                f"{said}is now {goal}. Yours is used there: git mv {name} {theirs}, then handvat overlay add {goal}"
            )
            return goal
        else:
            said += f"gave way to {goal}. Both are shown: carry over what matters, or delete yours."
        self.notes.append(said)
        self.changed.add(page.file)
        return page.file

    def _copy(self, name: str) -> str:
        """What the shipped page said when `name` replaced it; `""` where there is no copy."""
        copy = self.home / UPSTREAM / name.removeprefix(f"{self.folder}/")
        try:
            return "" if leads_out(copy, self.home) else read_text(copy, UPSTREAM)
        except Unreadable:
            return ""


def _parse(text: str, place: str) -> Page | None:
    return parse_page(text, place, place.split("/")[1])[0]
