"""MkDocs' thin hand-over: passes each page to the domain code, decides nothing itself.

Only what belongs to one page happens here. static-i18n builds language after language, so what
concerns the whole site belongs after the build (`scripts/finish/`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

# MkDocs loads a hook by its path; the other modules are imported by name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.forge import edit_address
from scripts.knowledge.languages import Language
from scripts.render.content import Filler
from scripts.render.inline import read_inline
from scripts.render.page_view import Site


class _State:
    """What one run of MkDocs needs from page to page."""

    base: KnowledgeBase
    site: Site
    environment: Environment


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Loads the knowledge base once per run."""
    root = Path(config.config_file_path).resolve().parent
    _State.base = KnowledgeBase.load(root)
    _State.site = Site(
        _State.base,
        (config.site_url or "/").rstrip("/") + "/",
        edit_address(config.repo_url, config.edit_uri),
        tuple(config.plugins["i18n"].build_languages),
        read_inline(Path(config.theme.custom_dir), _State.base.host.colour),
        config.site_name,
    )
    if not config.repo_url:
        # MkDocs would make an address of edit_uri alone, and refuse it on every page.
        config.edit_uri = None
    return config


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Keeps the templates' environment: partials render contacts and lists inside a text."""
    # Arabic and Ukrainian as they are: as \u… each of their letters would take six.
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    _State.environment = env
    return env


def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Fills the text and hands the page's view to the templates."""
    code, _, path = page.file.src_uri.partition("/")
    filler = Filler(
        _State.base,
        _State.base.language(code),
        _State.environment,
        {**context, "page": page},
        _State.site.address,
    )
    page.content, sources = filler.fill(page.content or "", _State.base.page(code, path))
    context["view"] = _State.site.view(_language(config), path, sources)
    return context


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Hands the view to the templates that are no page: the 404 page."""
    if template_name == "404.html":
        context["view"] = _State.site.view(_language(config), None)
    return context


def _language(config: MkDocsConfig) -> Language:
    """The language that static-i18n builds now."""
    return _State.base.language(config.plugins["i18n"].current_language)
