"""Reads `organisation.yml`, by which one file makes the site an organisation's own; a slip in it is named.

All of it is optional. Paths are relative to the file, and nothing outside its folder is read: what is
published is what somebody put there. `handvat overlay init` writes a commented start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from handvat.content.problem import Problem
from handvat.content.settings import HostSettings
from handvat.content.urls import refusal
from handvat.content.yaml_reader import (
    Path_,
    Unreadable,
    leads_out,
    parse_yaml,
    read_text,
    validate,
)

NAME = "organisation.yml"
VARIABLE = "ORGANISATION"
"""The variable of the environment that names another file."""

PAGES = "pages"
UPSTREAM = "upstream"
"""Beside the pages: what a replaced page said when it was replaced, to show what changed since."""

_LARGEST_LOGO = 20_000
_PICTURES = {".svg", ".png"}


class Organisation(HostSettings):
    """What an organisation decides of its own edition, besides what any host may decide."""

    name: str = Field(default="", max_length=60)
    address: str = ""
    """Of the site, with a slash at the end: `https://wissen.example.org/kinder/`."""
    icon: str = ""
    """The mark in the reader's tab, an SVG. `logo` is a file beside this one as well."""
    languages: list[str] = Field(default_factory=list)
    """Codes to build, the one at the root first; empty for those of the project."""
    country: str = ""
    """The code of the country whose law applies and whose contacts come first."""
    contacts: str = ""
    """A file of contacts with the schema of `data/contacts/`: an id that is there is replaced."""
    sources: str = ""
    """A file of sources with the schema of `data/sources.yml`, for own pages."""
    pages: str = PAGES
    leave_out: list[str] = Field(default_factory=list)
    """Pages that the site does not have: `police/rights.md`."""
    foreign_pages: Literal["show", "leave-out"] = "show"
    """Pages on another country's law: shown with a line that says so, or left out, but for those that a
    reader in danger must find."""
    edition: Literal["preview", "release"] = "preview"
    repository: str | None = ""
    """Where readers mend a page; null for nowhere, `""` for that of the project."""

    @field_validator("address")
    @classmethod
    def _is_a_folder(cls, value: str) -> str:
        why = refusal(value) if value else ""
        if value and not why and not value.endswith("/"):
            why = "write it with a slash at the end"
        if why:
            raise ValueError(f"{value[:80]!r} is no address of a site: {why}")
        return value

    @field_validator("repository")
    @classmethod
    def _can_be_opened(cls, value: str | None) -> str | None:
        if value and (why := refusal(value)):
            raise ValueError(f"{value[:80]!r} is no address of a repository: {why}")
        return value

    @field_validator("country")
    @classmethod
    def _is_a_code(cls, value: str) -> str:
        if value and not (len(value) == 2 and value.isascii() and value.islower()):
            raise ValueError(f"{value!r} is no country: write its code in small letters, as de")
        return value

    @field_validator("leave_out")
    @classmethod
    def _can_be_missed(cls, value: list[str]) -> list[str]:
        for path in value:
            if path in NEEDED:
                raise ValueError(
                    f"{path} cannot be left out: other pages rely on it; replace it instead"
                )
        return value


NEEDED = (
    "index.md",
    "a-z.md",
    "contacts/index.md",
    "about/index.md",
    "about/exit-safely.md",
    "about/how-we-work.md",
    "about/privacy.md",
    "about/sources.md",
    "now/index.md",
    "now/first-hour.md",
    "now/immediate-danger.md",
)
"""Pages that every page, or a reader in danger, must find."""


def _lies_there(path: Path) -> bool:
    """Whether anything is there; a name that is too long, or that goes round in a circle, leads to nothing."""
    try:
        return path.exists()
    except OSError:
        return False


def read_organisation(file: Path) -> tuple[Organisation, list[Problem]]:
    """The settings in `file`, and what is wrong with them, each with its line.

    With a problem that is an error the settings are those of the project, to be used for nothing.
    """
    name = file.name
    if not (_lies_there(file) and file.is_file()):
        return Organisation(), [
            Problem(str(file), 1, "organisation", "the file is not there",
                    f"handvat overlay init writes one; {VARIABLE} says where it is")
        ]  # fmt: skip
    try:
        document = parse_yaml(read_text(file, name), name)
    except Unreadable as error:
        return Organisation(), [error.problem]
    found, problems = validate(Organisation, document, document.value or {}, (), "organisation")
    if found is None:
        return Organisation(), problems

    def complain(path: Path_, what: str, mend: str) -> None:
        problems.append(Problem(name, document.line(path), "organisation", what, mend))

    folder = file.parent.resolve()
    for key in ("logo", "icon", "contacts", "sources", "pages"):
        written = getattr(found, key)
        path = folder / written
        if not written or (key == "pages" and written == PAGES and not os.path.lexists(path)):
            continue
        if leads_out(path, folder):
            complain(
                (key,), f"{written} lies outside the folder of {name}", "put it beside the file"
            )
        elif not (lies_there := _lies_there(path)) or not (
            path.is_dir() if key == "pages" else path.is_file()
        ):
            what = (
                f"is no {'folder' if key == 'pages' else 'file'}"
                if lies_there
                else "does not exist"
            )
            complain((key,), f"{written[:80]} {what}", f"it is looked for beside {name}")
        elif key in {"logo", "icon"}:
            if path.suffix not in (_PICTURES if key == "logo" else {".svg"}):
                complain((key,), f"{written} is no picture that every browser shows small",
                         "give an .svg, or for the logo a .png")  # fmt: skip
            elif path.stat().st_size > _LARGEST_LOGO:
                complain((key,), f"{written} has {path.stat().st_size:,} bytes, more than {_LARGEST_LOGO:,}",
                         "every page loads it: make it smaller, svgo or pngquant do")  # fmt: skip
    if found.editor and found.repository is None and not found.editor.repository:
        complain(("editor",), "there is no repository to propose to, since repository: is null",
                 "write repository: https://forge/owner/name below editor:")  # fmt: skip
    return found, problems
