"""MkDocs' hooks, which pass each page to the domain code.

Only what belongs to one page happens here. static-i18n builds language after language, so what
concerns the whole site runs after the build (`handvat/postprocess/`).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc

from handvat.build.inputs import BuildInputs
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import read
from handvat.content.urls import edit_address
from handvat.overlay.apply import organisation_file
from handvat.overlay.pages import edition_links, without_left_out
from handvat.postprocess.page import minify_html
from handvat.render.inline_assets import ICON, read_inline
from handvat.render.page_content import ContentRenderer, Scope
from handvat.render.page_context import PageContextFactory

INPUTS = "handvat_inputs"
"""The key in MkDocs' `config.extra` of the `BuildInputs`."""

_log = logging.getLogger("mkdocs.hooks.handvat")


_compiled: dict[tuple[Any, ...], CodeType] = {}


class CompiledTemplates(BytecodeCache):
    """The templates that this process compiled: MkDocs makes a new environment for each language."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket`; Jinja compiles the template when it stays empty."""
        bucket.code = _compiled.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store what Jinja compiled."""
        assert bucket.code is not None
        _compiled[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> tuple[Any, ...]:
        return bucket.environment.autoescape, bucket.key, bucket.checksum


class _State:
    """The state of one run of MkDocs."""

    environment: Environment


def page_contexts(
    base: KnowledgeBase,
    config: MkDocsConfig,
    built: Collection[str],
    assets: Mapping[str, str] | None = None,
) -> PageContextFactory:
    """The factory of page contexts for the site that `config` describes; `built` are its languages' codes."""
    return PageContextFactory(
        base,
        (config.site_url or "/").rstrip("/") + "/",
        edit_address(config.repo_url, config.edit_uri),
        built,
        read_inline(Path(config.theme.custom_dir), base.host.colour, base.overlay.assets.get(ICON)),
        config.site_name,
        assets or {},
    )


def on_startup(*, command: str, dirty: bool) -> None:
    """Log the parts of the site that a plain `mkdocs` or `properdocs` run lacks; `handvat` does not call this."""
    _log.info(
        "%s makes the pages only. `handvat %s` checks first, and adds search, a 404 page for each "
        "language, the sitemap, feeds, security headers, the offline copy and compressed files.",
        f"This {command}",
        "serve" if command == "serve" else "build",
    )


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load the inputs, unless `handvat` passed them."""
    if INPUTS not in config.extra:
        root = Path(config.config_file_path).resolve().parent
        if organisation_file(root):
            _log.info(
                "This is the shipped edition: only `handvat` makes that of an organisation.yml."
            )
        base = KnowledgeBase.load(root)
        built = tuple(config.plugins["i18n"].build_languages)
        config.extra[INPUTS] = BuildInputs(base, page_contexts(base, config, built))
    if not config.repo_url:
        # MkDocs would make an address of edit_uri alone, and refuse it on every page.
        config.edit_uri = None
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave out the pages of languages of which this run shows nothing: static-i18n is slow with each."""
    base = _inputs(config).base
    shown = {_language(config), base.default_language}
    others = {language.code for language in base.languages if language not in shown}
    for file in list(files):
        if file.src_uri.partition("/")[0] in others:
            files.remove(file)
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Look each file up once: static-i18n looks in three places, for each link on each page."""
    files.get_file_from_path = functools.cache(files.get_file_from_path)  # type: ignore[method-assign]
    return nav


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Pass the text that the knowledge base has, without its front matter, which MkDocs would parse again."""
    code, _, path = page.file.src_uri.partition("/")
    known = _inputs(config).base.page(code, path)
    # An empty line first, or "Let op: …" there would be taken for front matter; empty front matter is read as YAML.
    return f"\n{known.body}" if known else None


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Leave the text unrendered: `on_page_context` renders it, since shortcodes need the templates."""
    code, _, path = page.file.src_uri.partition("/")
    base = _inputs(config).base
    leads_to = _RelativePathTreeprocessor(page.file, files, config).path_to_url
    page.leads_to = edition_links(base, base.page(code, path), leads_to)  # type: ignore[attr-defined]
    page.render = lambda config, files: setattr(page, "content", "")  # type: ignore[method-assign]


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Store the templates' environment: partials render contacts and lists inside a text."""
    # Without escapes: \u… takes six characters for each Arabic or Ukrainian letter.
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    env.bytecode_cache = CompiledTemplates()
    _State.environment = env
    return env


def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Render the text, and pass the page's view to the templates."""
    code, _, path = page.file.src_uri.partition("/")
    inputs = _inputs(config)
    base = inputs.base
    known = base.page(code, path)
    country = base.country_of(known) if known else base.country
    view = context["view"] = inputs.contexts.view(_language(config), path)
    address = inputs.contexts.address
    scope = Scope(base, base.language(code), country, address, lambda: inputs.progress)
    text = ContentRenderer(scope, _State.environment, context, known).render(
        read(page.markdown or ""),
        page.leads_to,  # type: ignore[attr-defined]
        without_left_out,
    )
    page.content, page.toc = text.html, get_toc(text.contents)
    context["view"] = replace(
        view, sources=text.sources, styles=text.styles, in_short=text.in_short
    )
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Minify the page where MkDocs writes it; `handvat` does not call this."""
    return minify_html(output)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Minify the 404 page."""
    return minify_html(output_content)


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Pass the view to the 404 page."""
    if template_name == "404.html":
        context["view"] = _inputs(config).contexts.view(_language(config), None)
    return context


def _inputs(config: MkDocsConfig) -> BuildInputs:
    return config.extra[INPUTS]


def _language(config: MkDocsConfig) -> Language:
    """The language that static-i18n builds now."""
    return _inputs(config).base.language(config.plugins["i18n"].current_language)
