"""The settings that a host decides, below `extra:` in `mkdocs.yml` or in an `organisation.yml`.

A misspelt one is an error: it would publish what somebody meant to keep quiet, as the title of a page in the preview
of a link.
"""

from __future__ import annotations

import difflib
import re
from typing import Literal

from pydantic import Field, field_validator

from handvat.content.colour import check
from handvat.content.editor_settings import EditorSettings
from handvat.content.front_matter import Strict
from handvat.content.problem import Problem
from handvat.content.yaml_reader import Yaml, keys_of, validate

# One line of a file of lines.
_AS_CONTACT = re.compile(r"(?:https://|mailto:|tel:)[!-~]+")


class HostSettings(Strict):
    """The settings, each optional."""

    previews: Literal["full", "discreet"] = "full"
    """What a chat shows of a link: title and description of the page, or the name of the site alone."""
    security_contact: str | None = None
    """Where to report a vulnerability (RFC 9116, 2.5.3), unless that is the repository's own page for it."""
    exit: str | dict[str, str] = Field(default_factory=dict)
    """Target of quick exit, an ordinary page that loads quickly: an address, or language code → address.

    Empty for that of each language (`exit.target` in `data/strings/`)."""
    colour: str = ""
    """The accent colour, `#rrggbb`, refused where its contrast is too low; `""` for the shipped one."""
    logo: str = ""
    """The logo in the bar, below the root of the site; `""` for the shipped one."""
    notice: dict[str, str] = Field(default_factory=dict)
    """Language code → text above every page."""
    footer: dict[str, str] = Field(default_factory=dict)
    """Language code → text at the foot of every page."""
    privacy: dict[str, str] = Field(default_factory=dict)
    """Language code → what the host's own server logs, for the page about privacy."""
    imprint: str = ""
    """The page that names who is responsible, linked at the foot: `about/imprint.md`."""
    editor: EditorSettings | None = None
    """The editor in the browser, at `edit/`; None for a site without."""

    @field_validator("security_contact")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not _AS_CONTACT.fullmatch(value):
            raise ValueError(
                f"{value!r} is no address: write mailto:somebody@example.org, "
                "https://… or tel:+31-… (RFC 9116)"
            )
        return value

    @field_validator("colour")
    @classmethod
    def _can_be_read(cls, value: str) -> str:
        if value:
            check(value)
        return value

    @field_validator("exit")
    @classmethod
    def _leads_away(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        for address in [value] if isinstance(value, str) else value.values():
            if not address.startswith("https://") or " " in address or not address.isprintable():
                raise ValueError(
                    f"{address!r} is no address to leave for: write https://…, a page that loads "
                    "quickly and that nobody wonders about"
                )
        return value

    def in_language(self, text: Literal["notice", "footer", "privacy"], language: str) -> str:
        """One of the host's texts in `language`; `""` where there is none."""
        texts: dict[str, str] = getattr(self, text)
        return texts.get(language, "")

    def exit_target(self, language: str) -> str:
        """The target of quick exit in `language`; `""` for the default one."""
        return self.exit if isinstance(self.exit, str) else self.exit.get(language, "")

    @property
    def is_discreet(self) -> bool:
        """Whether a preview must not show what a page is about."""
        return self.previews == "discreet"


def read_host(mkdocs_yml: Yaml) -> tuple[HostSettings, list[Problem]]:
    """The settings in `mkdocs.yml`, and what is wrong with them.

    With a problem, previews are discreet: nothing is shown because of a mistake.
    """
    whole = mkdocs_yml.value if isinstance(mkdocs_yml.value, dict) else {}
    extra = whole.get("extra")
    extra = extra if isinstance(extra, dict) else {}
    known = keys_of(HostSettings)
    problems = [
        Problem(
            mkdocs_yml.file,
            mkdocs_yml.line(("extra", key)),
            "host",
            f"unknown setting {key!r}",
            f"did you mean {near[0]!r}?",
        )
        for key in map(str, extra)
        if key not in known and (near := difflib.get_close_matches(key, known, n=1, cutoff=0.8))
    ]
    mine = {key: extra[key] for key in known if key in extra}
    found, wrong = validate(HostSettings, mkdocs_yml, mine, ("extra",), "host")
    problems += wrong
    return (found if found and not problems else HostSettings(previews="discreet")), problems
