"""The pages of an edition: an organisation's own, the shipped ones that they replace, and links to those left out.

A page that replaces a shipped one names the version it was adapted from (`replaces:` in its front matter), and
`upstream/` has that version. When the shipped page has changed, moved or gone since, theirs is shown, and a note says
what to do.

A link to a page that is left out becomes plain words when a text is rendered. What is checked, and what translations
are compared with, is the shipped text: no translation is out of date because an edition leaves a page out.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, relpath

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page, parse_page
from handvat.content.problem import Problem
from handvat.content.yaml_files import Unreadable, leads_out, read_text

UPSTREAM = "upstream"
"""The folder beside the pages: each shipped page as it was when it was replaced, to show what changed since."""

_PICTURES = {".avif", ".jpg", ".png", ".svg", ".webp"}


def version_of(text: str) -> str:
    """Return the version of a page, for `replaces:`: twelve hexadecimal digits of its hash."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:12]


@dataclass
class OwnPages:
    """The contents of an organisation's folder of pages."""

    root: Path
    """The folder of the project."""
    home: Path
    """The folder of the organisation's settings: every file must be inside it."""
    folder: str
    """The folder of its pages, below `home`."""
    redirects: Mapping[str, str]
    """Path of a removed page → path of its replacement."""
    files: dict[str, Path] = field(default_factory=dict)
    """Place in the project → file."""
    origins: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Place → name in messages, and how many of its lines are theirs: all."""
    changed: set[str] = field(default_factory=set)
    """Places of the pages whose text was adapted from a shipped one."""
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def current_path(self, path: str) -> str:
        """Return the path today of the page that once was at `path`."""
        for _ in self.redirects:  # not for ever in a circle
            path = self.redirects.get(path, path)
        return path

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
                what = "this link leads out of the organisation's folder"
                self.complain(name, what, "copy the file instead")
                continue
            if below.parts[0] not in codes or not (is_picture or path.suffix == ".md"):
                fix = f"pages are Markdown files in {', '.join(sorted(codes))}/"
                self.complain(name, "this is not a page of a language of the site", fix)
                continue
            if not is_picture:
                try:
                    place = self._placed(place, name, read_text(path, name))
                except Unreadable as error:
                    self.problems.append(error.problem)
            self.files[place] = path
            self.origins[place] = name, sys.maxsize

    def complain(self, name: str, what: str, fix: str) -> None:
        """Report a problem of the own file `name`, at its first line."""
        self.problems.append(Problem(name, 1, "organisation", what, fix))

    def _placed(self, place: str, name: str, text: str) -> str:
        """Return the place of the page `name` in the project, after comparing it with the page it replaces."""
        page = _parse(text, place)
        version = page.front.replaces if page else None
        copy = self._copy(name)
        if page and version and not (self.root / place).is_file():
            place = self._successor(page, name, copy)
        if page is None or not (self.root / place).is_file():
            return place
        command = f"handvat overlay add {place}"
        if version is None:
            what = f"it takes the place of {place}, and does not name the version of that"
            self.complain(name, what, f"{command} records it")
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
        """Return the place of the own `page`, which replaces a shipped one that is no longer at its place.

        The shipped page was renamed where one with its title, in the same folder, took its place: then theirs is used
        there. Otherwise it was merged into another, or deleted, and theirs stays where it is.
        """
        new = self.current_path(page.path)
        goal = f"docs/{page.language}/{new}"
        theirs = name.removesuffix(page.path) + new
        try:
            shipped = _parse(read_text(self.root / goal, goal), goal) if new != page.path else None
        except Unreadable:
            shipped = None
        note = f"{name} replaces {page.file}, which "
        if shipped is None:
            note += "is gone. Yours is now a page of your own: take the line replaces: out, or delete it."
        elif (
            shipped.front.title == (_parse(copy, page.file) or page).front.title
            and shipped.folder == page.folder
            and not (self.home / theirs).exists()
        ):
            self.notes.append(
                f"{note}is now {goal}. Yours is used there: git mv {name} {theirs}, then handvat overlay add {goal}"
            )
            return goal
        else:
            note += f"gave way to {goal}. Both are shown: carry over what matters, or delete yours."
        self.notes.append(note)
        self.changed.add(page.file)
        return page.file

    def _copy(self, name: str) -> str:
        """Return the shipped page as it was when `name` replaced it; `""` where there is no copy."""
        copy = self.home / UPSTREAM / name.removeprefix(f"{self.folder}/")
        try:
            return "" if leads_out(copy, self.home) else read_text(copy, UPSTREAM)
        except Unreadable:
            return ""


def _parse(text: str, place: str) -> Page | None:
    return parse_page(text, place, place.split("/")[1])[0]


_LEFT_OUT = "#_left-out"
"""The address of every link to a page that is left out: ids of headings do not begin so."""

_LINK = rf'<a href="{_LEFT_OUT}"[^>]*>((?:(?!</a>).)*)</a>'
_WORDS = re.compile(_LINK, re.DOTALL)
_ENTRY = re.compile(
    rf"<li>(?:<p>)?\s*{_LINK}[\s.;,]*(?:</p>)?\s*</li>\n"
    rf"|<tr>\n<td[^>]*>\s*{_LINK}\s*</td>(?:(?!</tr>).)*</tr>\n",
    re.DOTALL,
)
_EMPTY_LIST = re.compile(r"<(ul|ol)[^>]*>\s*</\1>\n")


def edition_links(
    base: KnowledgeBase, page: Page | None, leads_to: Callable[[str], str]
) -> Callable[[str], str]:
    """Return `leads_to`, written address on `page` → address on the site, as it is in the edition of `base`.

    A link of an own page to a shipped one that was renamed leads to its new name.
    """
    if not base.overlay or page is None:
        return leads_to

    def lead(address: str) -> str:
        place = None if ":" in address else page.leads_to(address)
        if place is None or place.path in base.paths_in(place.language):
            return leads_to(address)
        new = base.redirects.get(place.path, place.path) if base.is_own(page) else place.path
        if new in base.overlay.left_out:
            return _LEFT_OUT
        if new != place.path:
            address = relpath(f"{place.language}/{new}", dirname(f"{page.language}/{page.path}"))
            address += f"#{place.fragment}" if place.fragment else ""
        return leads_to(address)

    return lead


def without_left_out(html: str) -> str:
    """Return the rendered text `html` with plain words for links to pages that the edition leaves out.

    A list item that was nothing but such a link goes, and so does a row of a table that begins with one.
    """
    if _LEFT_OUT not in html:
        return html
    html = _EMPTY_LIST.sub("", _ENTRY.sub("", html))
    return _WORDS.sub(r"\1", html)
