"""A page of the knowledge base: its front matter, its sections by id, and the facts of its text."""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

from handvat.content.languages import typeset
from handvat.content.markdown import Event, read, without_entries
from handvat.content.models import FrontMatter
from handvat.content.problem import Problem
from handvat.content.text import Text, collect
from handvat.content.yaml_files import Unreadable, Yaml, read_front_matter, read_text, validate

Item = TypeVar("Item")

SAFETY_CRITICAL = (
    "now/", "you/", "police/evidence.md", "conversation/asking-about-suicide.md", "contacts/", "parents/for-parents.md",
    "parents/honour-and-removal.md", "parents/is-it-safe-to-tell.md", "parents/it-came-to-me.md", "tools/safety-plan.md",
    "understand/forced-to-hurt.md",
)  # fmt: skip
"""Pages on which a mistake can cost most: folders, and single pages."""

MAX_LINE = 4_000
MAX_PAGE = 100_000
"""Characters; the longest line and page here have 1,200 and 30,000. The time of the parsers is quadratic in these
lengths, up to hours."""

PAGE_PATH = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?\.md$")
"""A well-formed path below a language's folder: `now/first-hour.md`."""


@dataclass(frozen=True)
class Section:
    """The part of a page below one `##` heading, up to the next. `markdown` is without the heading."""

    id: str
    title: str
    line: int
    markdown: str

    @property
    def words(self) -> str:
        """Title and text, without the entries of citations: the input of the fingerprint."""
        return f"{self.title}\n{without_entries(self.markdown)}"

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with the title and text, but not with white space or line breaks."""
        words = " ".join(self.words.split())
        return hashlib.sha256(unicodedata.normalize("NFC", words).encode()).hexdigest()[:12]


class Place(NamedTuple):
    """The target of a link between pages. `fragment` is a section's id, or `""`."""

    language: str
    path: str
    fragment: str


@dataclass(frozen=True)
class Page:
    """One page in one language. Pages with the same file and source are equal."""

    language: str = field(compare=False)
    path: str = field(compare=False)
    """Below the language's folder: `now/first-hour.md`."""
    file: str
    """Relative to the project's folder, for messages: `docs/nl/now/first-hour.md`."""
    front: FrontMatter = field(compare=False)
    source: str = field(repr=False)
    """The whole file as text, front matter included."""
    body_start: int = field(compare=False)
    """Index in `source` of the first character below the front matter."""

    @property
    def head(self) -> Yaml:
        """The front matter with its lines, for messages. Parsed at each access, since few pages have a problem."""
        return read_front_matter(self.source, self.file)[0]

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        return self.source[self.body_start :]

    @property
    def body_line(self) -> int:
        """The line of the file on which `body` begins."""
        return self.source.count("\n", 0, self.body_start) + 1

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events of `body`, for its facts and for its HTML."""
        return tuple(read(self.body, self.body_line))

    @cached_property
    def text(self) -> Text:
        """The facts of `body`. The object is shared: do not change it."""
        return collect(self.events, self.body_line)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The parts of `body` below its `##` headings."""
        lines = self.body.split("\n")
        tops = [heading for heading in self.text.headings if heading.level == 2]
        sections = []
        for heading, following in zip(tops, [*tops[1:], None], strict=False):
            start = heading.line - self.body_line + 1
            end = following.line - self.body_line if following else len(lines)
            own = "\n".join(lines[start:end]).strip("\n")
            sections.append(Section(heading.id or "", heading.title, heading.line, own))
        return tuple(sections)

    @property
    def folder(self) -> str:
        """The top-level folder; `""` for a page outside the folders."""
        return self.path.split("/")[0] if "/" in self.path else ""

    @property
    def name(self) -> str:
        """The name of the file without `.md`."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".md")

    @property
    def is_index(self) -> bool:
        """Whether this is the first page of its folder."""
        return self.name == "index"

    @property
    def is_urgent(self) -> bool:
        """Whether it says what to do now: that begins in the first screen of a phone."""
        return self.folder == "now" or self.front.type == "act-now"

    @property
    def is_safety_critical(self) -> bool:
        """Whether a release needs a named reviewer for this page."""
        return self.path.startswith(SAFETY_CRITICAL)

    @property
    def url(self) -> str:
        """The address below the language's prefix, with a slash at the end; `""` for home."""
        return url_of(self.path)

    @property
    def ids(self) -> set[str]:
        """The ids that a link may point to."""
        return {heading.id for heading in self.text.headings if heading.id}

    def leads_to(self, address: str) -> Place | None:
        """Return the target of the relative `address` of a link on this page, existing or not.

        None where it is outside `docs/`.
        """
        path, _, fragment = address.partition("#")
        if not path:
            return Place(self.language, self.path, fragment)
        folder = posixpath.dirname(f"{self.language}/{self.path}")
        place = posixpath.normpath(posixpath.join(folder, unquote(path)))
        language, _, below = place.partition("/")
        return None if language == ".." else Place(language, below, fragment)

    @property
    def cited(self) -> frozenset[str]:
        """Keys of the sources that the page cites."""
        if "[@" not in self.body:
            return frozenset()  # no need to parse it
        return frozenset(item.key for item in self.text.citations if item.key is not None)

    def section(self, section_id: str) -> Section | None:
        """Return the section with this id; None where there is none."""
        return next((section for section in self.sections if section.id == section_id), None)

    def lines_of(self, section: Section) -> range:
        """Return the lines of the file from the heading of `section` to its end."""
        after = [other.line for other in self.sections if other.line > section.line]
        return range(section.line, min(after, default=self.body_line + self.body.count("\n") + 1))

    def by_section(self, items: Iterable[tuple[int, Item]]) -> list[list[Item]]:
        """Return a list for each section with those of `items`, pairs of line and value, that are in it."""
        starts = [section.line for section in self.sections]
        found: list[list[Item]] = [[] for _ in starts]
        for line, item in items:
            number = bisect_right(starts, line) - 1
            if number >= 0:
                found[number].append(item)
        return found


def url_of(path: str) -> str:
    """Return the address of the page at `path`, below its language's prefix."""
    plain = path.removesuffix(".md").removesuffix("index").rstrip("/")
    return f"{plain}/" if plain else ""


Read = tuple[Page | None, list[Problem]]
"""A page (None where it is not usable) and its problems."""


def read_page(path: Path, name: str, language: str) -> Read:
    """Read the page in the file `path` in `language`; `name` is its place in the project, `docs/<language>/…`."""
    try:
        text = read_text(path, name)
    except Unreadable as error:
        return None, [error.problem]
    lines = text.split("\n")
    longest = max(lines, key=len)
    if len(longest) > MAX_LINE:
        what = f"the line has {len(longest):,} characters, more than {MAX_LINE:,}"
        fix = "write one sentence on a line"
    elif len(text) > MAX_PAGE:
        what = f"the page has {len(text):,} characters, more than {MAX_PAGE:,}"
        fix = "make two of it"
    else:
        return parse_page(text, name, language)
    return None, [Problem(name, lines.index(longest) + 1, "page-size", what, fix)]


def parse_page(text: str, name: str, language: str) -> Read:
    """Parse a page from its `text`; `name` is its file for messages, `docs/<language>/…`."""
    try:
        head, body_start = read_front_matter(text, name)
    except Unreadable as error:
        return None, [error.problem]
    front, problems = validate(FrontMatter, head, head.value, (), "front-matter")
    if front is None:
        return None, problems
    shown = {key: typeset(getattr(front, key), language) for key in ("title", "description")}
    front = front.model_copy(update=shown)
    path = name.removeprefix(f"docs/{language}/")
    return Page(language, path, name, front, text, body_start), problems
