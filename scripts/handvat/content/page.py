"""A page of the knowledge base: its head, its sections by id, and what stands in its text."""

from __future__ import annotations

import codecs
import hashlib
import json
import posixpath
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from handvat.cache import Cache, address
from handvat.content.front_matter import FrontMatter
from handvat.content.markdown import CITATION, Text, citation_keys, parse_text, plain_lines
from handvat.content.problem import Problem
from handvat.content.yaml_reader import Unreadable, Yaml, parse_yaml, read_bytes, text_of, validate

Item = TypeVar("Item")

SAFETY_CRITICAL = (
    "now/",
    "police/evidence.md",
    "conversation/asking-about-suicide.md",
    "contacts/",
    "parents/for-parents.md",
)
"""Pages on which a mistake can cost most: folders, and single pages."""

MAX_LINE = 4_000
MAX_PAGE = 100_000
"""Signs; the longest here are 1,200 and 30,000. Parsers look from each sign to the end of a line, or of
the page: what is ten times as long takes a hundred times as long to read, up to hours."""

PAGE_PATH = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?\.md$")
"""A path below a language's folder as it should be: `now/first-hour.md`."""

KEPT = 2_500
"""Pages: more than a language and its source have together, each of a thousand."""

_HEAD_LINE = 2
_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)

# Where none of this stands, a citation is a citation and a heading a heading: both are found without reading the
# page as Markdown, which takes as long as to render a third of it. Code, raw HTML, underlined headings.
_INTRICATE_SIGNS = "`~<"
_INTRICATE_LINE = re.compile(r"\n(?:=+|-+)[ \t]*(?=\n|\Z)")
_SECTION = r"^##[ \t][^\n]*\{{:?[ \t]*#{}(?=[\s}}])[^}}\n]*\}}[ \t]*$(.*?)(?=^##[ \t]|\Z)"


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a page below one `##` heading, up to the next; `markdown` without the heading."""

    id: str
    title: str
    line: int
    markdown: str

    @property
    def words(self) -> str:
        """Heading and text, as the fingerprint is made of them."""
        return f"{self.title}\n{self.markdown}"

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when the section's words change.

        White space and line wrapping do not count, the heading's words do.
        """
        return _fingerprint(self.words)


@lru_cache(maxsize=2048)  # each translation asks for the same of its source
def _fingerprint(words: str) -> str:
    words = " ".join(words.split())
    return hashlib.sha256(unicodedata.normalize("NFC", words).encode()).hexdigest()[:12]


class Place(NamedTuple):
    """Where a link between pages leads; `fragment` is a section's id, or `""`."""

    language: str
    path: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language. `path` is below the language's folder: `now/first-hour.md`.

    What stands below the head is read when somebody asks for it, and not kept for ever (`read_body`):
    of all pages together it would take more room than everything else.
    """

    language: str = field(compare=False)
    path: str = field(compare=False)
    file: str
    """Relative to the project's folder, for messages: `docs/nl/now/first-hour.md`."""
    front: FrontMatter = field(compare=False)
    written: bytes = field(compare=False, repr=False)
    """The file as it was read, in UTF-8: in this form it takes the least room."""
    body_start: int = field(compare=False)
    """Where in `written` the head ends."""
    digest: bytes
    """Of `written`, SHA-256: two pages of one file with the same words are the same."""

    @property
    def head(self) -> Yaml:
        """The head, for the lines of messages. Read anew for each: few pages have one."""
        found = _HEAD.match(self.written[: self.body_start].decode())
        assert found is not None, "the page was read, so it has a head"
        return parse_yaml(found.group(1), self.file, first_line=_HEAD_LINE)

    @property
    def body(self) -> str:
        """All below the head."""
        return self.written[self.body_start :].decode()

    @property
    def body_line(self) -> int:
        """The line on which `body` begins."""
        return self.written.count(b"\n", 0, self.body_start) + 1

    @property
    def text(self) -> Text:
        """What stands in `body`. It is shared: nobody may change it."""
        return read_body(self).text

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts of `body` below its `##` headings."""
        return read_body(self).sections

    @property
    def folder(self) -> str:
        """The top-level folder, `""` for a page that stands beside the folders."""
        return self.path.split("/")[0] if "/" in self.path else ""

    @property
    def name(self) -> str:
        """Its file's name without `.md`."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".md")

    @property
    def is_index(self) -> bool:
        """Whether the page opens its folder."""
        return self.name == "index"

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
        """Every id that a link may point at."""
        return {heading.id for heading in self.text.headings if heading.id}

    def leads_to(self, address: str) -> Place | None:
        """Where the relative `address` of a link on this page leads, whether or not a page is there.

        None where it leads out of `docs/`.
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
        body = self.body
        if _is_intricate(body):
            return frozenset(item.key for item in self.text.citations if item.key is not None)
        found = (key for inner in CITATION.findall(body) for _, key in citation_keys(inner))
        return frozenset(key for key in found if key is not None)

    def _markdown_of(self, section_id: str) -> str | None:
        body = self.body
        if _is_intricate(body):
            section = self.section(section_id)
            return section and section.markdown
        found = re.search(_SECTION.format(re.escape(section_id)), body, re.DOTALL | re.MULTILINE)
        return found and found[1].strip("\n")

    def section(self, section_id: str) -> Section | None:
        """The section with this id, if the page has it."""
        return next((section for section in self.sections if section.id == section_id), None)

    def lines_of(self, section: Section) -> range:
        """The lines of the file that `section` takes up, its heading included."""
        after = [other.line for other in self.sections if other.line > section.line]
        return range(section.line, min(after, default=self.body_line + self.body.count("\n") + 1))

    def by_section(self, items: Iterable[tuple[int, Item]]) -> list[list[Item]]:
        """`items`, each with its line, by where they stand: a list for each section, in their order."""
        starts = [section.line for section in self.sections]
        found: list[list[Item]] = [[] for _ in starts]
        for line, item in items:
            number = bisect_right(starts, line) - 1
            if number >= 0:
                found[number].append(item)
        return found

    def sentences(
        self, section_id: str, answer: Callable[[str], str] = lambda _written: ""
    ) -> list[str]:
        """The words of a section without any markup, as they are written: one sentence a line.

        `answer` gives the words for what stands in `{{ … }}`. Empty where there is no such section.
        """
        markdown = self._markdown_of(section_id)
        if markdown is None:
            return []
        return plain_lines(markdown, answer)

    def plain(self, section_id: str, answer: Callable[[str], str] = lambda _written: "") -> str:
        """The same on one line, as a search excerpt shows it."""
        return " ".join(self.sentences(section_id, answer))


def _is_intricate(body: str) -> bool:
    # Sign by sign in one pattern it would take ten times as long.
    return any(sign in body for sign in _INTRICATE_SIGNS) or bool(
        _INTRICATE_LINE.search(f"\n{body}")
    )


def url_of(path: str) -> str:
    """The address of the page at `path`, below its language's prefix."""
    plain = path.removesuffix(".md").removesuffix("index").rstrip("/")
    return f"{plain}/" if plain else ""


Read = tuple[Page | None, list[Problem]]
"""A page (None when it cannot be used) and the problems of its head."""


def read_page(path: Path, root: Path, language: str) -> Read:
    """Reads the page `path` of `language`; `root` is the project's folder."""
    ((_, found),) = Written([path], root, language, Cache()).read()
    return found


class Written:
    """The pages `paths` of `language` in the project's folder `root`, as they were written: not read yet."""

    def __init__(self, paths: Sequence[Path], root: Path, language: str, cache: Cache) -> None:
        """Their heads are taken from the `cache` where every page is as it was, and else put there."""
        self._language = language
        self._paths = paths
        self._names = {path: path.relative_to(root).as_posix() for path in paths}
        self._data: dict[Path, bytes] = {}
        self._unreadable: dict[Path, Read] = {}
        for path, name in self._names.items():
            try:
                self._data[path] = read_bytes(path, name)
            except Unreadable as error:
                self._unreadable[path] = None, [error.problem]
        digests = {path: hashlib.sha256(data).hexdigest() for path, data in self._data.items()}
        said = json.dumps([(self._names[path], digest) for path, digest in digests.items()])
        self._cache = cache
        self._place = address("heads", pages=said) if cache.folder else ""
        self.heads = cache.get(self._place)
        """What their heads say, as `read_heads` gives it; None where that is not known yet."""

    def __len__(self) -> int:
        return len(self._paths)

    def read_heads(self) -> bytes:
        """What their heads say, read now, as JSON: that takes half of the time that a knowledge base takes to load."""
        rows = [
            _as_row(*_read(data, self._names[path], self._language))
            for path, data in self._data.items()
        ]
        heads = json.dumps(rows).encode()
        self._cache.put(self._place, heads)
        return heads

    def read(self) -> list[tuple[Path, Read]]:
        """All of them, read."""
        rows = json.loads(self.heads or self.read_heads())
        found = dict(self._unreadable)
        for (path, data), row in zip(self._data.items(), rows, strict=True):
            found[path] = _from_row(row, data, self._names[path], self._language)
        return [(path, found[path]) for path in self._paths]


def _as_row(page: Page | None, problems: list[Problem]) -> list[Any]:
    """What reading a page came to, for JSON."""
    head = page and [page.front.model_dump_json(exclude_unset=True), page.body_start]
    return [head, [astuple(problem) for problem in problems]]


def _from_row(row: list[Any], data: bytes, name: str, language: str) -> Read:
    head, problems = row
    page = None
    if head:
        front, start = head
        if b"\r" in data or data.startswith(codecs.BOM_UTF8):
            data = text_of(data, name).encode()
        page = _page(FrontMatter.model_validate_json(front), data, start, name, language)
    return page, [Problem(*problem) for problem in problems]


def _read(data: bytes, name: str, language: str) -> Read:
    try:
        text = text_of(data, name)
    except Unreadable as error:
        return None, [error.problem]
    lines = text.split("\n")
    longest = max(lines, key=len)
    if len(longest) > MAX_LINE or len(text) > MAX_PAGE:
        what, mend = (
            (f"the line has {len(longest):,} signs, more than {MAX_LINE:,}",
             "write one sentence on a line")
            if len(longest) > MAX_LINE
            else (f"the page has {len(text):,} signs, more than {MAX_PAGE:,}", "make two of it")
        )  # fmt: skip
        return None, [Problem(name, lines.index(longest) + 1, "page-size", what, mend)]
    return parse_page(text, name, language)


def parse_page(text: str, name: str, language: str) -> Read:
    """Reads a page from its `text`; `name` is its file, `docs/<language>/…`, for messages."""
    try:
        found = _HEAD.match(text)
        if not found:
            raise Unreadable(
                Problem(
                    name,
                    1,
                    "front-matter",
                    "the page does not begin with front matter between two lines of ---",
                    "begin with ---, title:, description:, type:, review: null, ---",
                )
            )
        head = parse_yaml(found.group(1), name, first_line=_HEAD_LINE)
    except Unreadable as error:
        return None, [error.problem]
    front, problems = validate(FrontMatter, head, head.value, (), "front-matter")
    if front is None:
        return None, problems
    start = len(text[: found.end()].encode())
    return _page(front, text.encode(), start, name, language), problems


def _page(front: FrontMatter, written: bytes, start: int, name: str, language: str) -> Page:
    path = name.removeprefix(f"docs/{language}/")
    return Page(language, path, name, front, written, start, hashlib.sha256(written).digest())


class Body(NamedTuple):
    """What stands below the head of a page."""

    text: Text
    sections: tuple[Section, ...]


@lru_cache(maxsize=KEPT)
def read_body(page: Page) -> Body:
    """What stands below the head of `page`.

    What was read last is kept: rules ask for the same pages one after the other, and the live preview
    has to read only what was saved.
    """
    markdown, first_line = page.body, page.body_line
    text = parse_text(markdown, first_line)
    lines = markdown.split("\n")
    tops = [heading for heading in text.headings if heading.level == 2]
    sections = []
    for heading, following in zip(tops, [*tops[1:], None], strict=False):
        start = heading.line - first_line + 1
        end = following.line - first_line if following else len(lines)
        own = "\n".join(lines[start:end]).strip("\n")
        sections.append(Section(heading.id or "", heading.title, heading.line, own))
    return Body(text, tuple(sections))
