"""Run MkDocs for one language at a time, in as many processes as there are cores.

MkDocs builds a whole site at a time. static-i18n would run that for every language into one folder: the last 404
page wins, in the wrong language (ultrabug/mkdocs-static-i18n#284), and no page can be rendered alone. So the plugin
determines the files of a language and their fallbacks, and this module which pages are rendered: with the steps of `mkdocs.commands.build.build`, in its order.
"""

from __future__ import annotations

import logging
import math
import os
import pickle
import sys
import time
import traceback
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from mkdocs.commands.build import _build_template, _populate_page, get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, file_sort_key, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import yaml_load

from handvat.build.hooks import INPUTS
from handvat.build.inputs import BuildInputs
from handvat.console import FULL, say, say_duration
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import url_of
from handvat.content.problem import UserError
from handvat.postprocess.page import OutputPage, output_page
from handvat.processes import cores, in_processes
from handvat.site_output import RenderedLanguage, SiteOutput, write_file

_NOT_FOUND = "404.html"
_log = logging.getLogger("mkdocs.commands.build")


class RenderFailed(UserError):
    """MkDocs stopped or warned. Each of `args` is a line on a thing to fix, with the page's name."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


@contextmanager
def _warnings() -> Iterator[list[logging.LogRecord]]:
    """Yield the list that MkDocs' warnings and errors are added to, which name the page."""
    handler = BufferingHandler(sys.maxsize)
    handler.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        yield handler.buffer
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)


def load_configuration(base: KnowledgeBase, out: Path) -> MkDocsConfig:
    """Load `mkdocs.yml` with the settings of an organisation over it, strict, for a site in `out`.

    static-i18n gets the languages of `base`. Raises RenderFailed.
    """
    with _warnings() as records:
        try:
            config = load_config(
                str(base.root / "mkdocs.yml"), site_dir=str(out), strict=True, **base.overlay.mkdocs
            )
        except MkDocsException as error:
            lines = [record.getMessage() for record in records] or [error]
            raise RenderFailed(*(f"mkdocs.yml: {line}" for line in lines)) from error
    languages = {language.code: language for language in base.languages}
    plugin = config.plugins["i18n"].config
    plugin.languages = [entry for entry in plugin.languages if entry.locale in languages]
    for entry in plugin.languages:
        language = languages[entry.locale]
        entry.default, entry.build = language.is_default, language.is_built
    return config


def _navigation(base: KnowledgeBase, there: Container[str]) -> list[str | dict[str, list[str]]]:
    """`nav:` as MkDocs reads it, of the pages that are `there`."""
    entries = (entry for entry in base.navigation if entry.path in there)
    sections = groupby(entries, key=lambda entry: entry.folder or entry.path)
    lists = ((name, [entry.path for entry in mine]) for name, mine in sections)
    return [name if paths == [name] else {name: paths} for name, paths in lists]


def settings_of(config: MkDocsConfig) -> str:
    """The settings of `mkdocs.yml`, with the values from the environment, and the text of its hooks."""
    settings = yaml_load(Path(config.config_file_path).read_text("utf-8"))
    hooks = [Path(name).read_text("utf-8") for name in config.hooks]
    return repr((settings, hooks))


class LanguageRenderer:
    """MkDocs, prepared to render any page of one language."""

    def __init__(self, inputs: BuildInputs, language: Language, config: MkDocsConfig) -> None:
        """Build the files and the navigation of `language` with `config`, which is used for it alone.

        Raises RenderFailed for what MkDocs warns of.
        """
        self.language = language
        self.root = inputs.base.root
        config.extra[INPUTS] = inputs
        # The default language of an edition may lack a page that the source language has.
        config.nav = _navigation(inputs.base, set(inputs.paths(language)))
        plugin = config.plugins["i18n"]
        # The plugin pairs each page with every language that it builds, for a language switch of its own;
        # ours needs only this language and its fallback.
        for entry in plugin.config.languages:
            entry.build = entry.locale in {language.code, inputs.base.default_language.code}
        plugin.current_language = language.code
        plugin.building = True  # or the plugin would start to build the other languages
        with self._explained():
            config = self.config = config.plugins.on_config(config)
            config.plugins.on_pre_build(config=config)
            files = config.plugins.on_files(self._files(inputs), config=config)
            set_exclusions(files, config)
            self.nav = config.plugins.on_nav(
                get_navigation(files, config), config=config, files=files
            )
            self.environment = config.plugins.on_env(
                config.theme.get_env(), config=config, files=files
            )
            self.files = files
        self.pages = {file.dest_uri: file for file in files.documentation_pages()}

    def _files(self, inputs: BuildInputs) -> Files:
        """What MkDocs finds in `docs/`, without the pages of other languages."""
        config = self.config
        code = self.language.code
        pages = (inputs.base.shown_page(code, path) for path in inputs.paths(self.language))
        names = [page.file.removeprefix("docs/") for page in pages if page] + inputs.static_files
        where = (config.docs_dir, config.site_dir, config.use_directory_urls)
        return Files(sorted((File(name, *where) for name in names), key=file_sort_key))

    def render(self, path: str | None) -> str:
        """The HTML of the page at `path`; None is the 404 page. Raises RenderFailed."""
        with self._explained():
            if path is None:
                template = self.environment.get_template(_NOT_FOUND)
                return _build_template(_NOT_FOUND, template, self.files, self.config, self.nav)
            file = self.pages[f"{self.language.prefix}{url_of(path)}index.html"]
            page = file.page or Page(None, file, self.config)
            try:
                _populate_page(page, self.config, self.files)
                try:
                    context = get_context(self.nav, (), self.config, page)
                    context = self.config.plugins.on_page_context(
                        context, page=page, config=self.config, nav=self.nav
                    )
                    return self.environment.get_template("main.html").render(context)
                except Exception as error:
                    _log.error("Error building page '%s': %s", file.src_uri, error)
                    raise
            finally:
                # MkDocs holds the pages until the last one is rendered.
                page.content = page.markdown = None

    def static_files(self) -> dict[str, Path]:
        """The files below `docs/` that are not pages: place on the site → file."""
        base = self.config.extra[INPUTS].base
        return {
            file.dest_uri: base.find(f"docs/{file.src_uri}")
            for file in self.files
            if not file.is_documentation_page() and file.inclusion.is_included()
        }

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn warnings and errors into RenderFailed, except for a full disk."""
        cause = None
        with _warnings() as records:
            try:
                yield
            except Exception as error:
                if isinstance(error, OSError) and error.errno in FULL:
                    raise
                cause = error
        lines = [record.getMessage() for record in records]
        if isinstance(cause, MkDocsException):
            lines = lines or [str(cause)]
        elif cause:
            lines.append(_place(cause, self.root))
        if lines:
            raise RenderFailed(*(f"{self.language.code}: {line}" for line in lines)) from cause


@dataclass
class PageRenderer:
    """A renderer of pages, with the cache in front. Each process has one."""

    inputs: BuildInputs
    folder: Path
    """The folder of the site, for MkDocs' configuration."""
    from_cache: int = 0
    """The number of pages that were taken from the cache."""
    _renderers: dict[str, LanguageRenderer] = field(default_factory=dict)

    def page(self, language: Language, path: str | None) -> OutputPage:
        """The page at `path` in `language` as readers get it; None is the 404 page. Raises RenderFailed."""
        inputs = self.inputs
        key = inputs.key(language, path)
        if cached := inputs.cache.get(key):
            self.from_cache += 1
            return pickle.loads(cached)  # noqa: S301 - our own, with a checksum
        address = inputs.contexts.address + quote(file_of(language, path))
        page = output_page(self.language(language).render(path), address)
        inputs.cache.put(key, pickle.dumps(page))
        return page

    def language(self, language: Language) -> LanguageRenderer:
        """The renderer of `language`, which is prepared at first use. Raises RenderFailed."""
        if language.code not in self._renderers:
            config = load_configuration(self.inputs.base, self.folder)
            self._renderers[language.code] = LanguageRenderer(self.inputs, language, config)
        renderer = self._renderers[language.code]
        renderer.config.extra[INPUTS] = self.inputs  # the live preview replaces them
        return renderer


class _Task(NamedTuple):
    """Pages of one language; the path None is its 404 page."""

    language: Language
    paths: Sequence[str | None]


def render_languages(site: SiteOutput, inputs: BuildInputs) -> None:
    """Render every page of the languages of `site` into its folder, in processes.

    Raises RenderFailed with the problems of all languages, WorkerKilled, or OSError for a full disk.
    """
    started = time.monotonic()
    tasks = list(_tasks(site, inputs))
    left = [task.language for task in tasks]
    problems: set[str] = set()
    work = partial(_render, PageRenderer(inputs, site.folder))
    for task, (rendered, found) in in_processes(work, tasks, _describe):
        problems.update(found)
        site.rendered.setdefault(task.language.code, RenderedLanguage()).add(rendered)
        left.remove(task.language)
        if task.language not in left and not problems:
            say_duration(f"rendered {task.language.code}", time.monotonic() - started)
            done = site.rendered[task.language.code]
            say(f"  found in the cache: {done.from_cache} of {len(done.pages)} pages", 1)
    if problems:
        raise RenderFailed(*sorted(problems))


def _tasks(site: SiteOutput, inputs: BuildInputs) -> Iterator[_Task]:
    """A task for each language, and several where there are fewer languages than cores."""
    parts = math.ceil(cores() / len(site.languages))
    for language in site.languages:
        paths = [None, *inputs.paths(language)]
        size = math.ceil(len(paths) / parts)
        for start in range(0, len(paths), size):
            yield _Task(language, paths[start : start + size])


def _describe(task: _Task) -> str:
    first, last = (file_of(task.language, path) for path in (task.paths[0], task.paths[-1]))
    return f"rendered {task.language.name} ({first} to {last})"


def _render(renderer: PageRenderer, task: _Task) -> tuple[RenderedLanguage, list[str]]:
    """Write the pages of `task` into the site; return their facts, and the problems."""
    rendered, problems = RenderedLanguage(from_cache=-renderer.from_cache), []
    for path in task.paths:
        try:
            page = renderer.page(task.language, path)
        except RenderFailed as error:
            problems += error.args
            continue
        file = file_of(task.language, path)
        write_file(renderer.folder / file, page.data, page.copies)
        facts = {file: (page.fingerprint, len(page.data))}
        policies = {page.policy: file} if page.policy else {}
        documents = {path: page.search_document} if path and page.search_document else {}
        rendered.add(RenderedLanguage(facts, {*page.references}, policies, documents))
    rendered.from_cache += renderer.from_cache
    if None in task.paths and renderer.inputs.static_files and not problems:
        rendered.static_files = renderer.language(task.language).static_files()
    return rendered, problems


def file_of(language: Language, path: str | None) -> str:
    """The file of the page at `path`, below the root of the site; None is the 404 page."""
    return language.prefix + (_NOT_FOUND if path is None else f"{url_of(path)}index.html")


def _place(error: BaseException, root: Path) -> str:
    """The error with the line of ours, in a template or in Python, where it happened."""
    text = f"{type(error).__name__}: {error}"
    line = getattr(error, "lineno", None)
    name = getattr(error, "filename", None)
    if isinstance(name, str) and line:  # jinja2.TemplateSyntaxError
        return f"{os.path.relpath(name, root)}:{line}: {text}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(root) and "site-packages" not in frame.filename:
            return f"{os.path.relpath(frame.filename, root)}:{frame.lineno}: {text}"
    return text
