"""What a finishing step knows of the site it works on, so that no step depends on another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.languages import Language

PAGES = "pages"
"""In the folder of a rendered language: its pages as readers get them, and the theme's files."""

FINDABLE = "findable"
"""Beside it: of each page that search may find, what search reads."""


class StepFailed(Exception):
    """A step cannot make a good site of what it was given; the text says why and what to do."""


@dataclass(frozen=True)
class Site:
    """A site between rendering and the swap. Steps change nothing outside `folder` and `scratch`.

    Where nobody keeps what was rendered, its files may be taken as well.
    """

    folder: Path
    """The tree that readers will get, in staging."""
    rendered: Mapping[str, Path]
    """Language code → the folder it was rendered into, with `PAGES` and `FINDABLE` in it."""
    scratch: Path
    """An empty folder for what a step needs in between; thrown away with the staging folder."""
    languages: tuple[Language, ...]
    """The languages of this build, default first."""
    kb: KnowledgeBase
    site_url: str
    """The absolute address of the site's root, with a slash at the end."""
    name: str = ""
    """What the site is called."""
    repo_url: str = ""
    """Where its source stands, `""` where nobody says."""
    keeps_rendered: bool = True
    """Whether what is in `rendered` is needed after this site, as for the next round of the live preview."""
    indexing: dict[str, Popen[str]] = field(default_factory=dict)
    """Language code → the process that makes its search index, which may begin before the steps do."""

    @property
    def default_language(self) -> Language:
        """The language at the root of the site."""
        return self.languages[0]

    def address(self, language: Language, url: str = "") -> str:
        """The absolute address of the page at `url` below the home of `language`."""
        return self.site_url + quote(language.prefix + url)

    def owner(self, path: str) -> Language:
        """The language that `path` (relative to `folder`, with slashes) belongs to."""
        for language in self.languages[1:]:
            if path.startswith(language.prefix):
                return language
        return self.default_language
