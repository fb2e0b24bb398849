"""Lays the pages of a generated project out for other generators, so that their figures are of the same pages.

Each gets a folder with a copy of the Markdown as it is, and the least that it needs to build all languages, as it is
shipped: no theme of ours, no plugin but static-i18n, its own search where it brings one. Our calls, citations and boxes stay
in the text as they are written, and nobody answers them. All were built so in November 2026 (40 pages in each of eight languages).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.languages import Language

LOOK_AT = """\
What to look at:
- Seconds (real) and processor seconds (user + sys), three times. Cold: remove first what it keeps, named above. Warm: build once,
  put a sentence at the end of {content}, build again.
- Pages: find . -path ./node_modules -prune -o -path ./.venv -prune -o -name '*.html' -print | wc -l
  must give as many as there are pages in all languages, and a 404 page or so.
- Memory: /usr/bin/time -v tells the largest process alone, make bench-build that of all together.
- What is not done. None of them checks facts, sources or translations, answers {{{{ contacts(…) }}}} or [@source], or compresses its files.
  Is there a search for each language? What does a reader get whose language lacks a page, and one who reads from right to left?
"""

_KINDS = ("scene", "say", "never", "next", "note")
_MARKDOWN = f"""\
markdown_extensions:
  - attr_list
  - tables
  - toc
  - pymdownx.blocks.admonition:
      types: [{", ".join(_KINDS)}]
"""
_MATERIAL = """\
site_name: Handvat
theme: {name: material, font: false}
"""


@dataclass(frozen=True)
class Peer:
    """Another generator."""

    name: str
    """Of its folder too."""
    content: str
    """Where the Markdown goes, below its folder."""
    install: str
    build: str
    kept: str
    """What it keeps of a build for the next one, and where it writes the site."""
    files: Callable[[Sequence[Language]], dict[str, str]]
    """The languages to build, default first → its settings: name of a file → text."""
    index: str = "index.md"
    """What it calls the first page of a folder."""


def write(project: Path, base: KnowledgeBase) -> None:
    """Writes a folder for each peer into `project`, with the pages that are in its `docs/`."""
    languages = sorted(
        (one for one in base.languages if one.is_built), key=lambda one: not one.is_default
    )
    for peer in PEERS:
        folder = project / peer.name
        shutil.copytree(project / "docs", folder / peer.content)
        for file in list(folder.rglob("index.md")):
            file.rename(file.with_name(peer.index))
        for name, text in peer.files(languages).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def how(folder: Path) -> Iterator[str]:
    """How to build each of them, as lines; `folder` is the project."""
    for peer in PEERS:
        yield f"cd {folder / peer.name}"
        yield f"    {peer.install}"
        yield f"    time {peer.build}        # cold: rm -rf {peer.kept}"
    yield ""
    yield LOOK_AT.format(content=f"{PEERS[0].content}/en/now/first-hour.md")


def _material(languages: Sequence[Language]) -> dict[str, str]:
    entries = [
        {"locale": one.code, "name": one.name, "default": one.is_default} for one in languages
    ]
    i18n = {
        "docs_structure": "folder",
        "fallback_to_default": True,
        "reconfigure_material": True,
        "languages": entries,
    }
    plugins = yaml.safe_dump({"plugins": ["search", {"i18n": i18n}]}, allow_unicode=True)
    return {"mkdocs.yml": _MATERIAL + plugins + _MARKDOWN}


def _zensical(_languages: Sequence[Language]) -> dict[str, str]:
    # It takes the plugin's settings and does nothing with them: languages are folders.
    return {"mkdocs.yml": _MATERIAL + _MARKDOWN}


def _vitepress(languages: Sequence[Language]) -> dict[str, str]:
    settings = {
        "title": "Handvat",
        "srcDir": "docs",
        "outDir": "site",
        "ignoreDeadLinks": True,
        "themeConfig": {"search": {"provider": "local"}},
        "locales": _locales(languages),
        # Our calls are written {{ … }}, which Vue would work out.
        "vue": {"template": {"compilerOptions": {"delimiters": ["[[[", "]]]"]}}},
    }
    return {
        **_npm(),
        ".vitepress/config.mjs": f"export default {json.dumps(settings, indent=2)};\n",
    }


def _starlight(languages: Sequence[Language]) -> dict[str, str]:
    settings = {
        "title": "Handvat",
        "defaultLocale": languages[0].code,
        "locales": _locales(languages),
    }
    return {
        **_npm(),
        "astro.config.mjs": f"""\
import {{ defineConfig }} from "astro/config";
import starlight from "@astrojs/starlight";

export default defineConfig({{ integrations: [starlight({json.dumps(settings)})] }});
""",
        "src/content.config.mjs": """\
import { defineCollection } from "astro:content";
import { docsLoader } from "@astrojs/starlight/loaders";
import { docsSchema } from "@astrojs/starlight/schema";

export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };
""",
    }


def _docusaurus(_languages: Sequence[Language]) -> dict[str, str]:
    settings = {
        "title": "Handvat",
        "url": "https://handvat.example",
        "baseUrl": "/",
        "onBrokenLinks": "warn",
        "onBrokenAnchors": "ignore",
        # Its other format takes braces for JavaScript.
        "markdown": {"format": "md"},
        "presets": [["classic", {"docs": {"routeBasePath": "/"}, "blog": False}]],
    }
    return {
        **_npm(),
        "docusaurus.config.mjs": f"export default {json.dumps(settings, indent=2)};\n",
    }


def _hugo(languages: Sequence[Language]) -> dict[str, str]:
    settings = {
        "title": "Handvat",
        "baseURL": "https://handvat.example/",
        "defaultContentLanguage": languages[0].code,
        "languages": {one.code: {"contentDir": f"content/{one.code}"} for one in languages},
        # Ours are words that people type, not addresses.
        "disableAliases": True,
        "disableKinds": ["taxonomy", "term"],
    }
    # It ships no theme: the least that has a menu, a table of contents and the text.
    page = '{{ define "main" }}{{ .TableOfContents }}{{ .Content }}{{ end }}\n'
    return {
        "hugo.yml": yaml.safe_dump(settings),
        "layouts/_default/single.html": page,
        "layouts/_default/list.html": page,
        "layouts/_default/baseof.html": """\
<!doctype html>
<html lang="{{ .Language.Lang }}">
<head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body>
<nav>{{ range .Site.RegularPages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav>
<main>{{ block "main" . }}{{ end }}</main>
</body>
</html>
""",
    }


def _locales(languages: Sequence[Language]) -> dict[str, dict[str, str]]:
    return {one.code: {"label": one.name, "lang": one.code} for one in languages}


def _npm() -> dict[str, str]:
    """A project of npm's; `npm init` would call its modules CommonJS, which Docusaurus' own are not."""
    return {"package.json": '{"private": true}\n'}


_VENV = "python3 -m venv .venv && .venv/bin/pip install"

PEERS = (
    Peer(
        "material",
        "docs",
        f"{_VENV} mkdocs-material mkdocs-static-i18n",
        ".venv/bin/mkdocs build",
        "site",
        _material,
    ),
    Peer(
        "zensical",
        "docs",
        f"{_VENV} zensical",
        ".venv/bin/zensical build",
        ".cache site",
        _zensical,
    ),
    Peer(
        "vitepress",
        "docs",
        "npm install vitepress",
        "npx vitepress build",
        ".vitepress/cache site",
        _vitepress,
    ),
    Peer(
        "starlight",
        "src/content/docs",
        "npm install astro @astrojs/starlight node@22",
        "npx astro build",
        ".astro node_modules/.astro dist",
        _starlight,
    ),
    Peer(
        "docusaurus",
        "docs",
        "npm install @docusaurus/core @docusaurus/preset-classic react react-dom",
        "npx docusaurus build",
        ".docusaurus node_modules/.cache build",
        _docusaurus,
    ),
    Peer(
        "hugo",
        "content",
        "apt install hugo",
        "hugo",
        "resources public",
        _hugo,
        index="_index.md",
    ),
)
