"""Write a project of any size from an existing one, to see what growth costs before it comes.

    .venv/bin/python benchmarks/synthetic.py FOLDER --pages 200 [--project .]

A small project has the pages that every page links to and as many others as it takes. A large one has variants of its
pages besides: the same markup, citations and shortcodes, with other words of the same language, since a copied text
would add no word to the search index. The text means nothing, but it passes the checks; translations of variants are
out of date, which is a warning. The same project gives the same files.
"""

from __future__ import annotations

import argparse
import posixpath
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import yaml

load = partial(yaml.load, Loader=yaml.CSafeLoader)
dump = partial(yaml.dump, Dumper=yaml.CSafeDumper, allow_unicode=True)
COPIED = ("docs", "data", "overrides", "scripts", "mkdocs.yml")
ALWAYS = {"", "about", "contacts", "now"}
"""Sections that every page links to; "" are the pages at the root of a language."""
FIXED = {"", "about", "contacts", "tools"}
"""Sections without variants: lists made from all pages, and tools with a script each."""

# A word is letters only: a translation must have the figures of its source. What is markup is not a word.
TOKEN = re.compile(
    r"(?P<markup>\{\{.*?\}\}|\[@[^\]]*\]|\{[^}]*\}|\]\([^)]*\)|<[^>]*>|(?m:^///\s*\w*))"
    r"|(?<![^\W_])(?P<word>[^\W\d_]+)(?![^\W_])"
)
LINK = re.compile(r"\[([^\]\[]*)\]\(([^)#\s:]+\.md)(#[^)\s]*)?\)")
CARDS = re.compile(r"(?<=cards\(\[)[^\]]*(?=\])")
NAV = re.compile(r"^nav:\n(?:[ #\n].*\n?|\n)*", re.MULTILINE)


class Place(NamedTuple):
    """A page to write, made from the page `model`; `variant` is 0 for that page itself."""

    path: str
    model: str
    variant: int


def write_project(project: Path, folder: Path, pages: int) -> None:
    """Write a project of `pages` pages a language (0: as it is) to the new `folder`. Raise SystemExit for too few.

    A translation lacks the pages that it lacks in `project`, and their variants.
    """
    folder.mkdir(parents=True)
    for path in (project / name for name in COPIED if pages == 0 or name != "docs"):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.is_file():
            shutil.copy(path, folder)
    if pages == 0:
        return
    configuration = (project / "mkdocs.yml").read_text("utf-8")
    paths = re.findall(r"([\w/.-]+\.md)\s*$", NAV.findall(configuration)[0], re.MULTILINE)
    places = list(_places(paths, pages))
    sections: dict[str, list[str]] = {}
    for place in places:
        sections.setdefault(_section(place.path), []).append(place.path)
    nav = [*sections[""], *({name: paths} for name, paths in sections.items() if name)]
    nav_text = dump({"nav": nav})
    (folder / "mkdocs.yml").write_text(NAV.sub("", configuration) + nav_text, "utf-8")
    cited: set[str] = set()
    for docs in sorted(path for path in (project / "docs").iterdir() if path.is_dir()):
        for path, text in _texts(project, docs, places):
            file = folder / "docs" / docs.name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            cited.update(re.findall(r"@([\w.-]+)", "".join(re.findall(r"\[@[^\]]*\]", text))))
    # A source that no page cites is an error, as is a claim on no page, or a redirect to no page.
    sources = load((project / "data" / "sources.yml").read_text("utf-8"))
    used = {key: source for key, source in sources.items() if key in cited}
    (folder / "data" / "sources.yml").write_text(dump(used), "utf-8")
    (folder / "data" / "claims.yml").write_text("[]\n", "utf-8")
    made = {place.path for place in places}
    for file in sorted((folder / "data" / "questions").glob("*.yml")):
        questions = load(file.read_text("utf-8"))
        left = {key: texts for key, texts in questions.items() if key.partition("#")[0] in made}
        file.write_text(dump(left), "utf-8")
    (folder / "data" / "redirects.yml").unlink(missing_ok=True)


def _section(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


def _places(paths: Sequence[str], pages: int) -> Iterator[Place]:
    """`pages` pages, made from those at `paths`."""
    always = [path for path in paths if _section(path) in ALWAYS]
    if pages < len(always):
        raise SystemExit(f"{pages} pages are too few: every page links to {len(always)} of them")
    chosen = [*always, *(path for path in paths if path not in always)][:pages]
    yield from (Place(path, path, 0) for path in paths if path in chosen)
    growing = [path for path in paths if _section(path) not in FIXED]
    for number in range(pages - len(chosen)):
        variant, model = number // len(growing) + 1, growing[number % len(growing)]
        yield Place(f"{model.removesuffix('.md')}-{variant + 1}.md", model, variant)


def _texts(project: Path, docs: Path, places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """Path and text of each of `places` that the language with the pages in `docs` has."""
    chance = random.Random(docs.name)  # noqa: S311 - repeatable, not secret
    there = {place.path for place in places}
    models = sorted({place.model for place in places if (docs / place.model).is_file()})
    parts = {path: (docs / path).read_text("utf-8").split("---\n", 2) for path in models}
    terms = load((project / "data" / "terms.yml").read_text("utf-8")).get(docs.name, [])
    avoided = " ".join(phrase for term in terms for phrase in term.get("avoid", ())).casefold()
    words: dict[int, list[str]] = defaultdict(list)
    for _, word in TOKEN.findall("".join(body for _, _, body in parts.values()).casefold()):
        if word not in avoided:
            words[len(word)].append(word)

    def replace(found: re.Match[str]) -> str:
        """Replace most words by others as long, one in fifty by a new one."""
        alike, draw = words.get(len(found[0])), chance.random()
        if found["markup"] or not alike or draw > 0.7:
            return found[0]
        word, other = chance.choices(alike, k=2)
        if draw < 0.02:
            word = word[: len(word) // 2] + other[len(word) // 2 :]
        return word.capitalize() if found[0][0].isupper() else word

    def link(found: re.Match[str], path: str) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
        # A translation links to the page of another language where its own lacks it.
        return found[0] if re.sub(r"^\.\./\w+/", "", target) in there else found[1]

    def cards(found: re.Match[str]) -> str:
        return ",".join(name for name in found[0].split(",") if name.strip(" \"'") in there).strip()

    for path, model, variant in (place for place in places if place.model in parts):
        _, head, body = parts[model]
        head = re.sub(r"(?m)^claims: .*$", "claims: []", head)
        body = CARDS.sub(cards, LINK.sub(lambda found, at=path: link(found, at), body))
        if variant:
            head = re.sub(r"(?m)^(title: .*?)([\"']?)$", rf"\1 {variant}\2", head)
            head = re.sub(r"(?m)^translation:\n(  .*\n)+", "translation: {sections: {}}\n", head)
            body = TOKEN.sub(replace, body)
        yield path, f"---\n{head}---\n{body}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a project of any size.")
    parser.add_argument("folder", type=Path, help="where to write it; must not exist")
    parser.add_argument("--pages", type=int, default=200, help="in each language")
    parser.add_argument("--project", type=Path, default=Path(), help="what it is made from")
    options = parser.parse_args()
    write_project(options.project, options.folder, options.pages)
