"""MkDocs' thin hand-over: passes each page to the domain code, decides nothing itself.

Only what belongs to one page happens here. static-i18n builds language after language, so what
concerns the whole site belongs after the build (`scripts/finish/`).
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

# MkDocs loads a hook by its path; the other modules are imported by name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.finish.findable import findable
from scripts.finish.site import FINDABLE
from scripts.finish.smaller import smaller_page
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.forge import edit_address
from scripts.knowledge.languages import Language
from scripts.knowledge.progress import LanguageProgress, progress
from scripts.render import compiled
from scripts.render.content import Filler
from scripts.render.inline import read_inline
from scripts.render.page_view import Site

GIVEN = "given"
"""Below `extra` in MkDocs' configuration: what a build hands over, a `Given`."""


@dataclass(frozen=True)
class Given:
    """What a build knows before MkDocs starts on a language."""

    base: KnowledgeBase
    built: Collection[str]
    """Codes of all languages of the build."""

    @cached_property
    def progress(self) -> tuple[LanguageProgress, ...]:
        """How far each language is: worked out once, for the page about it in each of them."""
        return progress(self.base)


class _State:
    """What one run of MkDocs needs from page to page."""

    given: Given
    site: Site
    environment: Environment


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Takes the knowledge base that it is given; loads it where MkDocs was started without us."""
    given = config.extra.get(GIVEN) or Given(
        KnowledgeBase.load(Path(config.config_file_path).resolve().parent),
        tuple(config.plugins["i18n"].build_languages),
    )
    _State.given = given
    _State.site = Site(
        given.base,
        (config.site_url or "/").rstrip("/") + "/",
        edit_address(config.repo_url, config.edit_uri),
        given.built,
        read_inline(Path(config.theme.custom_dir), _State.given.base.host.colour),
        config.site_name,
    )
    if not config.repo_url:
        # MkDocs would make an address of edit_uri alone, and refuse it on every page.
        config.edit_uri = None
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leaves out the pages of languages that this run shows nothing of: static-i18n looks long at each."""
    shown = {_language(config), _State.given.base.default_language}
    others = {language.code for language in _State.given.base.languages if language not in shown}
    for file in list(files):
        if file.src_uri.partition("/")[0] in others:
            files.remove(file)
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Keeps the templates' environment: partials render contacts and lists inside a text."""
    # Arabic and Ukrainian as they are: as \u… each of their letters would take six.
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    env.bytecode_cache = compiled.PAGES
    _State.environment = env
    return env


def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Fills the text and hands the page's view to the templates."""
    code, _, path = page.file.src_uri.partition("/")
    filler = Filler(
        _State.given.base,
        _State.given.base.language(code),
        _State.environment,
        {**context, "page": page},
        _State.site.address,
        lambda: _State.given.progress,
    )
    page.content, sources = filler.fill(page.content or "", _State.given.base.page(code, path))
    context["view"] = _State.site.view(_language(config), path, sources)
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Finishes a page as readers get it, and keeps what search reads of it."""
    folder = config.extra.get(FINDABLE)
    if folder and (words := findable(output)):
        path = folder / page.file.dest_uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    return smaller_page(output)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Finishes the 404 page like all others."""
    return smaller_page(output_content)


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Hands the view to the templates that are no page: the 404 page."""
    if template_name == "404.html":
        context["view"] = _State.site.view(_language(config), None)
    return context


def _language(config: MkDocsConfig) -> Language:
    """The language that static-i18n builds now."""
    return _State.given.base.language(config.plugins["i18n"].current_language)
