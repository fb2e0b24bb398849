"""MkDocs' thin hand-over: passes each page to the domain code, decides nothing itself.

Only what belongs to one page happens here. static-i18n builds language after language, so what
concerns the whole site belongs after the build (`scripts/finish/`).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc

from handvat.build.inputs import Edition
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import read
from handvat.content.urls import edit_address
from handvat.postprocess.page import smaller_page
from handvat.render.inline_assets import read_inline
from handvat.render.page_content import ContentRenderer
from handvat.render.page_context import Site
from handvat.render.shortcodes import Scope
from handvat.render.template_cache import Compiled

EDITION = "handvat_edition"
"""Below `extra` in MkDocs' configuration, and no name that `mkdocs.yml` has there: what a build hands over, an `Edition`."""

TAKE = "handvat_take"
"""Beside it: takes a page as the templates made it, which MkDocs then does not write."""


_log = logging.getLogger("mkdocs.hooks.handvat")


class _State:
    """What one run of MkDocs needs from page to page."""

    environment: Environment


def read_edition(base: KnowledgeBase, config: MkDocsConfig, built: Collection[str]) -> Edition:
    """What pages are made from, as `mkdocs.yml` sets the site up; `built` are the codes of its languages."""
    site = Site(
        base,
        (config.site_url or "/").rstrip("/") + "/",
        edit_address(config.repo_url, config.edit_uri),
        built,
        read_inline(Path(config.theme.custom_dir), base.host.colour),
        config.site_name,
    )
    return Edition(base, site)


def on_startup(*, command: str, dirty: bool) -> None:
    """Say what a plain `mkdocs` or `properdocs` run lacks; `handvat` does not call this."""
    _log.info(
        "%s makes the pages only. `handvat %s` checks first, and adds search, a 404 page for each "
        "language, the sitemap, feeds, security headers, the offline copy and compressed files.",
        f"This {command}",
        "serve" if command == "serve" else "build",
    )


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Takes the edition that it is given; makes one where MkDocs was started without us."""
    if EDITION not in config.extra:
        config.extra[EDITION] = read_edition(
            KnowledgeBase.load(Path(config.config_file_path).resolve().parent),
            config,
            tuple(config.plugins["i18n"].build_languages),
        )
    if not config.repo_url:
        # MkDocs would make an address of edit_uri alone, and refuse it on every page.
        config.edit_uri = None
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leaves out the pages of languages that this run shows nothing of: static-i18n looks long at each."""
    base = _edition(config).base
    shown = {_language(config), base.default_language}
    others = {language.code for language in base.languages if language not in shown}
    for file in list(files):
        if file.src_uri.partition("/")[0] in others:
            files.remove(file)
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Lets a file be looked for once: static-i18n looks in three places, for each link on each page."""
    files.get_file_from_path = functools.cache(files.get_file_from_path)  # type: ignore[method-assign]
    return nav


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Hands MkDocs the text that was read already, without its head, which takes as long to read as many a text."""
    code, _, path = page.file.src_uri.partition("/")
    known = _edition(config).base.page(code, path)
    # An empty line first, or "Let op: …" there would be taken for a head; an empty head would be read as YAML.
    return f"\n{known.body}" if known else None


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Leave the text unwritten: `on_page_context` writes it, once templates are there to show shortcodes."""
    page.leads_to = _RelativePathTreeprocessor(page.file, files, config).path_to_url  # type: ignore[attr-defined]
    page.render = lambda config, files: setattr(page, "content", "")  # type: ignore[method-assign]


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Keeps the templates' environment: partials render contacts and lists inside a text."""
    # Arabic and Ukrainian as they are: as \u… each of their letters would take six.
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    env.bytecode_cache = Compiled("pages", _edition(config).kept)
    _State.environment = env
    return env


def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Write the text, and hand the page's view to the templates."""
    code, _, path = page.file.src_uri.partition("/")
    edition = _edition(config)
    base = edition.base
    known = base.page(code, path)
    country = base.country_of(known) if known else base.country
    scope = Scope(
        base, base.language(code), country, edition.site.address, lambda: edition.progress
    )
    renderer = ContentRenderer(
        scope, _State.environment, context, known, edition.behind(known) if known else ()
    )
    text = renderer.render(read(page.markdown or ""), page.leads_to)  # type: ignore[attr-defined]
    page.content, page.toc = text.html, get_toc(text.contents)
    view = edition.view(_language(config), path)
    context["view"] = replace(view, sources=text.sources, styles=text.styles)
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Hands the page to whoever takes it; finishes it where nobody does."""
    return _taken(output, config)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """The same with the 404 page."""
    return _taken(output_content, config)


def _taken(output: str, config: MkDocsConfig) -> str:
    take = config.extra.get(TAKE)
    if take is None:
        return smaller_page(output)
    take(output)
    return ""  # MkDocs writes no page that is empty


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Hands the view to the templates that are no page: the 404 page."""
    if template_name == "404.html":
        context["view"] = _edition(config).view(_language(config), None)
    return context


def _edition(config: MkDocsConfig) -> Edition:
    return config.extra[EDITION]


def _language(config: MkDocsConfig) -> Language:
    """The language that static-i18n builds now."""
    return _edition(config).base.language(config.plugins["i18n"].current_language)
