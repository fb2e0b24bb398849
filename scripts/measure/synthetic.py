"""Writes a project of any size in any of the languages, to see what growth costs before it comes.

Fewer pages than there are: those that every page links to, then the sections in turn. More: variants
of the pages that are there, with a vocabulary that grows (growth.py). A section holds at most three
times the pages it has today; then new sections open beside it, since a menu is read by people. What
it says means nothing, but it passes the checks, so that it is built as any project is: sources and
claims of pages that were left out are left out too.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page, parse_page
from scripts.knowledge.redirects import NAME as REDIRECTS
from scripts.knowledge.translation import fingerprints
from scripts.measure.growth import WORD, Growth

_COPIED = ("data", "overrides", "scripts")
_SINGLE = ("about", "contacts", "tools", "")
"""Sections that do not grow: lists made of all pages, tools with a script each, the top."""
_FIRST = "now"
"""The section that a site has before all others: it is there whole, however small the site."""
_ROUNDS_A_SECTION = 3

# What is no word, though it has letters: calls, citations, attributes, addresses, marks of blocks.
_MARKUP = re.compile(
    r"\{\{.*?\}\}|\[@[^\]]*\]|\{[^}]*\}|\]\([^)]*\)|<[^>]*>|^///\s*\w*", re.MULTILINE
)
_LINK = re.compile(r"\[([^\]\[]*)\]\(([^)\s]+)\)")
_CARDS = re.compile(r"(\{\{ *cards\(\[)([^\]]*)(?=\])")
_NAV = re.compile(r"^nav:\n(?:[ #\n].*\n?|\n)*", re.MULTILINE)


class TooFew(Exception):
    """A site of so few pages lacks some that every page links to."""


@dataclass(frozen=True)
class _Place:
    """A page of the generated project: `path` there, `model` here, and which variant of it (0: itself)."""

    path: str
    model: str
    variant: int


def write_project(
    base: KnowledgeBase,
    folder: Path,
    pages: int,
    codes: Sequence[str],
    said: Callable[[str], None] = lambda _code: None,
) -> KnowledgeBase:
    """Writes a project of `pages` pages in each of the languages `codes` into the empty `folder`.

    It is made of the project of `base`; the same project gives the same files. The default language
    is always among its languages; `said` is told of each language when it is written. Returns the
    new knowledge base. Raises TooFew for fewer pages than every page links to.
    """
    root = base.root
    default = base.default_language.code
    places = list(_places(base, pages))
    for name in _COPIED:
        if (root / name).is_dir():
            shutil.copytree(
                root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    (folder / REDIRECTS).unlink(missing_ok=True)
    built = [default, *(code for code in codes if code != default)]
    configuration = (root / "mkdocs.yml").read_text("utf-8")
    (folder / "mkdocs.yml").write_text(_configuration(configuration, places, built), "utf-8")
    sources: dict[str, Page] = {}
    for code in built:
        for place, text in _texts(base, code, places, sources):
            file = folder / "docs" / code / place.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            if code == default:
                page, _ = parse_page(text, f"docs/{code}/{place.path}", code)
                sources |= {place.path: page} if page else {}
        said(code)
    _leave_out_unused(base, folder, places, built)
    return KnowledgeBase.load(folder)


def _leave_out_unused(
    base: KnowledgeBase, folder: Path, places: Sequence[_Place], codes: Sequence[str]
) -> None:
    """Leaves out of `data/` the sources that no page of `places` cites, and the claims that none carries."""
    found = (base.page(code, place.path) for code in codes for place in places if not place.variant)
    pages = [page for page in found if page]
    cited = {citation.key for page in pages for citation in page.text.citations}
    carried = {claim for page in pages for claim in page.front.claims}
    sources = folder / "data" / "sources.yml"
    claims = folder / "data" / "claims.yml"
    if set(base.sources) - cited:
        entries = yaml.safe_load(sources.read_text("utf-8"))
        _dump({key: entry for key, entry in entries.items() if key in cited}, sources)
    if set(base.claims) - carried:
        entries = yaml.safe_load(claims.read_text("utf-8"))
        _dump([entry for entry in entries if entry["id"] in carried], claims)


def _dump(entries: object, file: Path) -> None:
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10_000)
    file.write_text(text, encoding="utf-8")


def _places(base: KnowledgeBase, pages: int) -> Iterator[_Place]:
    """Which pages the project has, in the order of its navigation."""
    paths = [entry.path for entry in base.navigation]
    growing = [entry.path for entry in base.navigation if entry.folder not in _SINGLE]
    kept = [path for path in paths if path not in growing or path.startswith(f"{_FIRST}/")]
    if pages < len(kept):
        raise TooFew(f"{pages} pages are too few: every page links to {len(kept)} of them")
    others = [path for path in growing if path not in kept]
    chosen = {*kept, *_in_turn(others)[: pages - len(kept)]}
    yield from (_Place(path, path, 0) for path in paths if path in chosen)
    for number in range(pages - len(chosen)):
        variant, model = number // len(growing) + 1, growing[number % len(growing)]
        section, _, name = model.partition("/")
        group, within = divmod(variant, _ROUNDS_A_SECTION)
        section += f"-{group + 1}" if group else ""
        stem = name.removesuffix(".md")
        # Each section opens with its own index page; a second one in it is a page like others.
        name = f"{stem}-{within + 1}.md" if within else name
        yield _Place(f"{section}/{name}", model, variant)


def _in_turn(paths: Sequence[str]) -> list[str]:
    """`paths` with one of each section in turn, so that a small site has all sections."""
    before: dict[str, int] = {}
    turns = []
    for number, path in enumerate(paths):
        section = path.partition("/")[0]
        turns.append((before.get(section, 0), number, path))
        before[section] = before.get(section, 0) + 1
    return [path for _, _, path in sorted(turns)]


def _texts(
    base: KnowledgeBase, code: str, places: Sequence[_Place], sources: dict[str, Page]
) -> Iterator[tuple[_Place, str]]:
    """Each page of `places` that `code` has, as text; translations follow `sources`."""
    there = {place.path for place in places}
    originals = [base.page(code, place.path) for place in places if not place.variant]
    growth = Growth(
        (_MARKUP.sub(" ", page.body) for page in originals if page),
        code,
        {word for term in base.terms.get(code, ()) for word in _telling(term.avoid)},
    )
    for place in places:
        page = base.page(code, place.model)
        if page is None:
            continue
        body = _LINK.sub(lambda found, at=place, of=page: _link(found, of, at, there), page.body)
        body = _CARDS.sub(lambda found: _cards(found, there), body)
        head = dict(page.head.value)
        if place.variant:
            subject = growth.coin()
            body = _vary(body, growth)
            head["title"] = f"{growth.vary(page.front.title)} {subject}"[-90:].strip()
            head["aliases"] = [subject, *(growth.vary(alias) for alias in page.front.aliases)]
            head["claims"] = []
        if page.front.translation and place.path in sources:
            head["translation"] = {"sections": fingerprints(sources[place.path])}
        text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)
        yield place, f"---\n{text}---\n\n{body}"


def _telling(phrases: Iterable[str]) -> Iterator[str]:
    """The longest word of each of `phrases`: without it there is no such phrase."""
    for phrase in phrases:
        yield max(WORD.findall(phrase.casefold()), key=len)


def _cards(found: re.Match[str], there: set[str]) -> str:
    """A call for pocket cards, without those of pages that were left out."""
    kept = [name for name in found[2].split(",") if name.strip(" \"'") in there]
    return f"{found[1]}{','.join(kept).strip()}"


def _vary(body: str, growth: Growth) -> str:
    """`body` with other words, markup untouched."""
    end = 0
    parts = []
    for found in _MARKUP.finditer(body):
        parts += [growth.vary(body[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*parts, growth.vary(body[end:])])


def _link(found: re.Match[str], page: Page, place: _Place, there: set[str]) -> str:
    """A link of `page` as it must be at `place`; only its words where its goal was left out."""
    words, address = found.groups()
    if ":" in address or address.startswith("#"):
        return found.group()
    goal = page.leads_to(address)
    if goal is None or goal.language != page.language or goal.path not in there:
        return words
    way = posixpath.relpath(goal.path, posixpath.dirname(place.path) or ".")
    return f"[{words}]({way}{'#' if goal.fragment else ''}{goal.fragment})"


def _configuration(text: str, places: Sequence[_Place], codes: Sequence[str]) -> str:
    """`mkdocs.yml` with the pages of `places` in its navigation, building `codes` alone."""
    lines = ["nav:"]
    sections: dict[str, list[str]] = {}
    for place in places:
        section = place.path.partition("/")[0] if "/" in place.path else place.path
        sections.setdefault(section, []).append(place.path)
    for section, paths in sections.items():
        if paths == [section]:
            lines.append(f"  - {section}")
        else:
            lines += [f"  - {section}:", *(f"      - {path}" for path in paths)]
    text = re.sub(
        r"(locale: (\w+),.*?build: )(?:true|false)",
        lambda found: found[1] + ("true" if found[2] in codes else "false"),
        text,
    )
    return _NAV.sub("", text).rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
