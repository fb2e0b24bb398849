"""MkDocs' hooks, which pass each page to the domain code.

Only what belongs to one page happens here. static-i18n builds language after language, so what
concerns the whole site runs after the build (`handvat/postprocess/`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc

from handvat.build.inputs import BuildInputs
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import read
from handvat.content.overlay import ICON
from handvat.content.urls import edit_address
from handvat.overlay.apply import organisation_file
from handvat.overlay.pages import edition_links, without_left_out
from handvat.postprocess.page import minify_html
from handvat.render.inline_assets import read_inline
from handvat.render.page_content import ContentRenderer, Scope
from handvat.render.page_context import PageContextFactory

INPUTS = "handvat_inputs"
"""The key in MkDocs' `config.extra` of the `BuildInputs`."""

_ENVIRONMENT = "handvat_environment"
"""The key of the environment of the templates."""

_log = logging.getLogger("mkdocs.hooks.handvat")


class CompiledTemplates(BytecodeCache):
    """The templates that this process compiled: MkDocs makes a new environment for each language.

    A process that it forks has them too.
    """

    codes: dict[tuple[str, str], CodeType] = {}  # noqa: RUF012 - one for all environments
    """Key and checksum of a template, as Jinja makes them of its name and of its text → its code."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket`; Jinja compiles the template when it stays empty."""
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store what Jinja compiled."""
        assert bucket.code is not None
        self.codes[bucket.key, bucket.checksum] = bucket.code


def page_contexts(
    base: KnowledgeBase,
    config: MkDocsConfig,
    built: Collection[str],
    assets: Mapping[str, str] | None = None,
) -> PageContextFactory:
    """Return the factory for the site that `config` describes; `built` are its languages' codes.

    `assets`: name of a script or style in `overrides/assets` → its name on the site.
    """
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
    """Load the inputs of a plain run; `handvat` passes its own."""
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


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Return the text that the knowledge base has, without its front matter, which MkDocs would parse again."""
    code, _, path = page.file.src_uri.partition("/")
    known = _inputs(config).base.page(code, path)
    # An empty line first, or "Let op: …" there would be taken for front matter; empty front matter is read as YAML.
    return f"\n{known.body}" if known else None


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Disable MkDocs' rendering of the text: `on_page_context` renders it, since shortcodes need the templates."""
    code, _, path = page.file.src_uri.partition("/")
    base = _inputs(config).base
    known, language = base.page(code, path), _language(config).code
    path_to_url = _RelativePathTreeprocessor(page.file, files, config).path_to_url
    leads_to = edition_links(base, known, path_to_url)

    def lead(address: str) -> str:
        return leads_to(base.fallback_address(known, language, address) if known else address)

    page.leads_to = lead  # type: ignore[attr-defined]
    page.render = lambda config, files: setattr(page, "content", "")  # type: ignore[method-assign]


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Store the templates' environment: partials render contacts and lists inside a text."""
    # Without escapes: \u… takes six characters for each Arabic or Ukrainian letter.
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    env.bytecode_cache = CompiledTemplates()
    config.extra[_ENVIRONMENT] = env
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
    markdown = page.markdown or ""
    is_own = known and markdown.strip("\n") == known.body.strip("\n")  # no plugin changed it
    text = ContentRenderer(scope, config.extra[_ENVIRONMENT], context, known).render(
        known.events if known and is_own else read(markdown),
        page.leads_to,  # type: ignore[attr-defined]
        without_left_out,
    )
    page.content, page.toc = text.html, get_toc(text.contents)
    context["view"] = replace(
        view,
        in_short=text.in_short,
        sources=text.sources,
        styles=text.styles,
        calls=text.calls,
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
    """Return the language that static-i18n builds now."""
    return _inputs(config).base.language(config.plugins["i18n"].current_language)
