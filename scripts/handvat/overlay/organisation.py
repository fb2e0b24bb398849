"""Read `organisation.yml`: the one file that makes the site an organisation's own.

Every key is optional. Paths are relative to the file, and nothing outside its folder is read, so that only
files that somebody put there are published. `handvat overlay init` writes a commented start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from handvat.content.models import explain_country
from handvat.content.problem import Problem
from handvat.content.settings import HostSettings
from handvat.content.urls import refusal
from handvat.content.yaml_files import Unreadable, leads_out, parse_yaml, read_text, validate

NAME = "organisation.yml"
VARIABLE = "ORGANISATION"
"""The environment variable that names another file."""

NONE = "-"
"""Its value for the shipped edition, also where the project's folder has an `organisation.yml`."""

PAGES = "pages"
NEEDED = {
    "index.md", "a-z.md", "contacts/index.md", "now/index.md", "now/first-hour.md", "now/immediate-danger.md",
    "about/index.md", "about/exit-safely.md", "about/how-we-work.md", "about/privacy.md", "about/sources.md",
}  # fmt: skip
"""Pages that all pages link to or that a reader in danger needs: they can be replaced, not left out."""

_LARGEST_LOGO = 20_000
_ENDINGS = {"logo": {".svg", ".png"}, "icon": {".svg"}}


class Organisation(HostSettings):
    """The settings of an organisation's own edition, and those that every host has."""

    name: str = Field(default="", max_length=60)
    address: str = ""
    """The address of the site, with a slash at the end: `https://wissen.example.org/kinder/`."""
    icon: str = ""
    """The file of the favicon, an SVG. `logo` is a file beside `organisation.yml` as well."""
    languages: list[str] = Field(default_factory=list)
    """Codes to build, the one at the root first; empty for those of the project."""
    country: str = ""
    """The country whose law applies and whose contacts come first, in small letters (ISO 3166-1)."""
    contacts: str = ""
    """A file of contacts with the schema of `data/contacts/`: a shipped one with the same id is replaced."""
    sources: str = ""
    """A file of sources with the schema of `data/sources.yml`, for own pages."""
    pages: str = PAGES
    leave_out: list[str] = Field(default_factory=list)
    """Paths of pages that are not in the edition: `police/rights.md`."""
    foreign_pages: Literal["show", "leave-out"] = "show"
    """Pages on another country's law: shown with a notice, or left out, safety-critical ones excepted."""
    edition: Literal["preview", "release"] = "preview"
    repository: str | None = ""
    """Where readers edit a page; null for nowhere, `""` for that of the project."""

    @field_validator("address", "repository")
    @classmethod
    def _can_be_opened(cls, value: str | None, info: ValidationInfo) -> str | None:
        kind = "site" if info.field_name == "address" else "repository"
        why = refusal(value) if value else ""
        if value and kind == "site" and not why and not value.endswith("/"):
            why = "write it with a slash at the end"
        if value and why:
            raise ValueError(f"{value[:80]!r} is not an address of a {kind}: {why}")
        return value

    @field_validator("country")
    @classmethod
    def _is_a_code(cls, value: str) -> str:
        if value and (fix := explain_country(value)):
            raise ValueError(f"{value[:80]!r} is not a country: {fix}")
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


def read_organisation(file: Path) -> tuple[Organisation, list[Problem]]:
    """Return the settings in `file`, and the problems in them, each with its line.

    With problems the settings are not to be used.
    """
    name = file.name
    if not os.path.isfile(file):  # noqa: PTH113 - Path's raises for a long name and a circle of links
        fix = f"handvat overlay init writes one; {VARIABLE} names its place"
        what = "the file is not there"
        return Organisation(), [Problem(str(file), 1, "organisation", what, fix)]
    try:
        document = parse_yaml(read_text(file, name, may_be_empty=True), name)
    except Unreadable as error:
        return Organisation(), [error.problem]
    found, problems = validate(Organisation, document, document.value or {}, (), "organisation")
    if found is None:
        return Organisation(), problems
    wrong = {
        key: _explain_file(file, key, getattr(found, key))
        for key in ("logo", "icon", "contacts", "sources", "pages")
    }
    if found.editor and found.repository is None and not found.editor.repository:
        what = "there is no repository to propose to, since repository: is null"
        wrong["editor"] = what, "write repository: https://forge/owner/name below editor:"
    return found, [
        document.problem((key,), "organisation", *why) for key, why in wrong.items() if why
    ]


def _explain_file(file: Path, key: str, written: str) -> tuple[str, str] | None:
    """Return the problem of the file or folder that `file` names at `key`, and its fix; None where it is right."""
    path = file.parent.resolve() / written
    is_default = written == Organisation.model_fields[key].default
    if not written or (is_default and not os.path.lexists(path)):
        return None
    if leads_out(path, file.parent):
        return f"{written} is outside the folder of {file.name}", "put it beside the file"
    is_there = os.path.isdir(path) if key == "pages" else os.path.isfile(path)  # noqa: PTH112, PTH113
    if not is_there:
        kind = "folder" if key == "pages" else "file"
        return f"there is no {kind} {written[:80]!r}", f"it is looked for beside {file.name}"
    if key not in _ENDINGS:
        return None
    if path.suffix not in _ENDINGS[key]:
        what = f"{written} is not a picture that every browser shows small"
        return what, "give an .svg, or for the logo a .png"
    if (size := path.stat().st_size) > _LARGEST_LOGO:
        what = f"{written} has {size:,} bytes, more than {_LARGEST_LOGO:,}"
        return what, "every page loads it: make it smaller, svgo or pngquant do"
    return None
