"""Makes a tiny whole site in three languages, one of them right to left, for tests that build.

The theme and the hooks are the checkout's own, by path; what a test changes is a copy.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from functools import cache, lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar
from unittest.mock import patch

import yaml
from handvat.cli import run as handvat
from handvat.commands.translations import with_record
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import parse_page
from handvat.content.translation import fingerprints

# The sites of tests have nearly the same data and strings: each text is parsed once in a process.
yaml.compose = lru_cache(maxsize=256)(yaml.compose)

CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = Path(".build", "cache")
T = TypeVar("T")
_SETTINGS = {"LANGS", "PORT", "SITE_URL", "REPO_URL", "EDIT_URI", "ORGANISATION"}

MKDOCS = """\
site_name: Fixture
site_url: !ENV [SITE_URL, "https://fixture.example/base/"]
repo_url: !ENV [REPO_URL, "https://github.com/fixture/fixture"]
edit_uri: !ENV [EDIT_URI, "edit/main/docs/"]
docs_dir: docs
site_dir: site
use_directory_urls: true
strict: true
theme:
  name: material
  custom_dir: {checkout}/overrides
  language: nl
  font: false
hooks:
  - {checkout}/scripts/handvat/build/hooks.py
plugins:
  - i18n:
      docs_structure: folder
      fallback_to_default: true
      reconfigure_material: true
      reconfigure_search: false
      languages:
        - {{locale: nl, name: Nederlands, default: true, build: true}}
        - {{locale: en, name: English, build: true}}
        - {{locale: ar, name: العربية, build: true}}
extra:
  edition: preview
  country: nl
validation:
  nav: {{omitted_files: warn, not_found: warn, absolute_links: warn}}
  links: {{not_found: warn, absolute_links: warn, unrecognized_links: warn, anchors: ignore}}
nav:
{nav}"""


def page(title: str, body: str = "", kind: str = "index", translated: bool = False) -> str:
    """The text of a page: head with `title` and type `kind`, then `body`."""
    record = "translation: {sections: {}}\n" if translated else ""
    return f"---\ntitle: {title}\ndescription: {title}.\ntype: {kind}\nreview: null\n{record}---\n\n{body}"


PAGES: dict[str, str] = {
    "nl/index.md": page("Begin", "Welkom.\n\n- [Nu](now/index.md)\n"),
    "nl/now/index.md": page("Wat is er aan de hand", "Kies. [Begin](../index.md)\n"),
    "nl/now/first-hour.md": page("Het eerste uur", "## Kort { #in-short }\n\nBlijf rustig.\n"),
    "nl/contacts/index.md": page("Wie bel je", "Bel iemand.\n"),
    "nl/a-z.md": page("Van A tot Z", "Alle woorden.\n"),
    "nl/about/index.md": page("Over", "Wie wij zijn.\n"),
    "nl/about/exit-safely.md": page("Veilig weg", "Wat blijft.\n"),
    "nl/about/how-we-work.md": page("Hoe we werken", "Zo.\n"),
    "nl/about/privacy.md": page("Privacy", "Niets.\n"),
    "nl/about/sources.md": page("Bronnen", "Lijst.\n"),
    "en/index.md": page("Home", "Welcome.\n\n- [Now](now/index.md)\n", translated=True),
    "en/now/index.md": page("What is going on", "Choose.\n", translated=True),
    "ar/index.md": page("البداية", "مرحبا.\n", translated=True),
}
"""Path below `docs/` → text. `now/first-hour.md` is Dutch only, the Arabic site has only a home."""


def following(text: str, source: str) -> str:
    """The translation `text` with the record that it follows the page `source` in every section."""
    found, _ = parse_page(source, "docs/nl/x.md", "nl")
    assert found is not None
    return with_record(text, fingerprints(found))


def make_site(folder: Path, pages: Mapping[str, str] | None = None) -> Path:
    """Writes the project into `folder` and returns it; `pages` adds to `PAGES` or replaces them."""
    texts = {**PAGES, **(pages or {})}
    for name, text in texts.items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    nav = _nav([name.removeprefix("nl/") for name in texts if name.startswith("nl/")])
    (folder / "mkdocs.yml").write_text(MKDOCS.format(checkout=CHECKOUT, nav=nav), encoding="utf-8")
    data = folder / "data"
    (data / "strings").mkdir(parents=True, exist_ok=True)
    for code in ("nl", "en"):
        shutil.copy(CHECKOUT / "data" / "strings" / f"{code}.yml", data / "strings")
    shutil.copy(CHECKOUT / "data" / "page_types.yml", data)
    (data / "strings" / "ar.yml").write_text(_arabic_strings(), encoding="utf-8")
    for name, nothing in (
        ("sources", "{}"),
        ("claims", "[]"),
        ("terms", "{}"),
        ("contacts/nl", "[]"),
    ):
        path = data / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{nothing}\n", encoding="utf-8")
    return folder


def make_built_site(folder: Path) -> Path:
    """The built project in `folder`, with a redirect from old/place/ to now/."""
    project = make_site(folder)
    (project / "data/redirects.yml").write_text("old/place.md: now/index.md\n", "utf-8")
    code, output = build(project)
    assert code == 0, output
    return project


def _inherited(folder: Path) -> dict[str, str]:
    """The environment without settings of a site; the checkout of a fork may have an edition of its own."""
    found = {key: value for key, value in os.environ.items() if key not in _SETTINGS}
    return {**found, "ORGANISATION": "-"} if folder == CHECKOUT else found


def run(folder: Path, command: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Starts `handvat <command>` on the project in `folder`, as a contributor would."""
    return subprocess.Popen(
        [sys.executable, "-m", "handvat", *command.split(), *arguments],
        cwd=folder,
        env={**_inherited(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def build(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Builds the project in `folder`, in this process; returns the exit code and what was printed.

    Its cache already contains what `make_site` writes, and it starts no processes; `verb(folder, "build")`
    does. `build_apart`, for tests of caches and processes, takes many times as long.
    """
    if not (folder / CACHE).exists():
        shutil.copytree(_warm_cache(), folder / CACHE)
    with in_this_process():
        return verb(folder, "build", *arguments, **environment)


@contextmanager
def in_this_process() -> Iterator[None]:
    """Builds start no processes: to start these takes as long as to make the few pages of a fixture site."""

    def do(work: Callable[[T], Any], tasks: Iterable[T], _: object) -> Iterator[tuple[T, Any]]:
        for task in tasks:
            yield task, work(task)

    with (
        patch("handvat.build.mkdocs_runner.in_processes", do),
        patch("handvat.search.index.in_processes", do),
    ):
        yield


def build_apart(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Builds the project in `folder` from nothing, in a process of its own, as a contributor does it."""
    process = run(folder, "build", *arguments, **environment)
    output, _ = process.communicate()
    return process.returncode, output


@cache
def _warm_cache() -> Path:
    """The cache of a project as `make_site` writes it, built once in this process."""
    folder = Path(mkdtemp(prefix="handvat-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with in_this_process():
        code, output = verb(make_site(folder), "build")
    assert code == 0, output
    return folder / CACHE


def verb(folder: Path, command: str, *arguments: str, **environment: str) -> tuple[int, str]:
    """Runs `handvat <command>` in `folder`, in this process; returns the exit code and what was printed.

    `run`, for tests of the process itself, takes half a second to start one.
    """
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with (
            chdir(folder),
            patch.dict(os.environ, {**_inherited(folder), **environment}, clear=True),
            redirect_stdout(out),
            redirect_stderr(out),
        ):
            code = handvat([*command.split(), *arguments])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    out.seek(0)
    return code, out.read()


@cache
def checkout_base() -> KnowledgeBase:
    """The knowledge base of the checkout, loaded once: to be looked at, not changed."""
    return KnowledgeBase.load(CHECKOUT)


def manifest(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` with its content, for comparing two sites."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def asset(site: Path, name: str) -> str:
    """What the script or style `name` is called in the built `site`: `assets/search.0123abcd.js`."""
    stem, _, ending = name.rpartition(".")
    (found,) = site.glob(f"assets/{stem}.????????.{ending}")
    return found.relative_to(site).as_posix()


def _nav(paths: list[str]) -> str:
    lines: list[str] = []
    for path in sorted(paths, key=lambda path: (path != "index.md", "/" not in path)):
        section = path.split("/")[0] if "/" in path else ""
        if section and f"  - {section}:" not in lines:
            lines.append(f"  - {section}:")
            mine = [other for other in paths if other.startswith(f"{section}/")]
            lines += [f"      - {other}" for other in mine]
        elif not section:
            lines.append(f"  - {path}")
    return "\n".join(lines) + "\n"


@cache
def _arabic_strings() -> str:
    """English words with the plural forms that Arabic requires: enough to build with."""
    strings = yaml.safe_load((CHECKOUT / "data" / "strings" / "en.yml").read_text("utf-8"))

    def widen(value: object) -> object:
        if not isinstance(value, dict):
            return value
        if "other" in value and set(value) <= {"one", "other"}:
            return dict.fromkeys(("zero", "one", "two", "few", "many", "other"), value["other"])
        return {key: widen(item) for key, item in value.items()}

    return yaml.safe_dump(widen(strings), allow_unicode=True)


def search_index(site: Path, code: str) -> dict[str, Any]:
    """The data of the search index of a language in the built `site`."""
    script = (site / "search" / f"{code}.js").read_text("utf-8")
    data: dict[str, Any] = json.loads(script[script.index('({"pages"') + 1 : script.rindex(");")])
    return data


def known_words(index: dict[str, Any]) -> set[str]:
    """The words of a search index."""
    found, before = set(), ""
    for shared, rest in re.findall(r"([A-Z])([^A-Z]*)", index["words"]):
        before = before[: ord(shared) - ord("A")] + rest
        found.add(before)
    return found
