"""Renders pages, each by itself, with MkDocs made ready for one language: in as many processes as there are cores.

MkDocs has one way to work, a whole site at a time. Left to itself, static-i18n runs that for every language into one
folder: the last 404 page wins and speaks the wrong language (ultrabug/mkdocs-static-i18n#284), no language can be
rendered without the others, and no page without all. So the plugin says what a language is (which files, which
fallback, from one loaded configuration), and this module which page of it is rendered: with the steps of
`mkdocs.commands.build.build`, in its order.
"""

from __future__ import annotations

import gc
import logging
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from mkdocs.commands.build import _build_page, _build_theme_template, _populate_page
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, file_sort_key, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import yaml_load

from handvat.build.hooks import EDITION, TAKE
from handvat.build.inputs import Edition
from handvat.build.site import Rendered
from handvat.console import FULL
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page as SourcePage
from handvat.content.page import url_of
from handvat.content.problem import UserError
from handvat.postprocess.page import Finished, finish
from handvat.render import pictures
from handvat.workers import Lost, shared

_NOT_FOUND = "404.html"
_FRAME = "base.html"
"""Material's, which ours fill in."""


class RenderFailed(UserError):
    """MkDocs stopped or warned. `problems` has a line for each thing to mend, page named."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[RenderFailed], tuple[tuple[str, ...]]]:
        return RenderFailed, (self.problems,)


class _Listener(logging.Handler):
    """Keeps MkDocs' warnings and errors, which name the page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[_Listener]:
    listener = _Listener()
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        yield listener
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


def load_configuration(root: Path, out: Path) -> MkDocsConfig:
    """`mkdocs.yml` in the folder `root`, with its site going to `out`, and strict.

    Raises RenderFailed when MkDocs does not accept it.
    """
    with _listening() as listener:
        try:
            return load_config(str(root / "mkdocs.yml"), site_dir=str(out), strict=True)
        except MkDocsException as error:
            raise RenderFailed(
                [f"mkdocs.yml: {line}" for line in listener.lines or [error]]
            ) from error


def told(config: MkDocsConfig) -> str:
    """What `mkdocs.yml` says but for the navigation, with what the environment puts into it, and its hooks."""
    said = yaml_load(Path(config.config_file_path).read_text("utf-8"))
    hooks = "".join(Path(name).read_text("utf-8") for name in config.hooks)
    return repr(sorted((key, value) for key, value in said.items() if key != "nav")) + hooks


class Engine:
    """MkDocs, ready to render any page of one language."""

    def __init__(self, edition: Edition, language: Language, config: MkDocsConfig) -> None:
        """Reads the files and the navigation of `language`. `config` may have served another one before.

        Raises RenderFailed for what MkDocs warns of.
        """
        self.language = language
        self.config = config
        self.taken: list[str] = []
        config.extra[EDITION] = edition
        config.extra[TAKE] = self.taken.append
        plugin = config.plugins["i18n"]
        # The plugin pairs each page with every language it is to build, for a language switch of its own.
        # Ours needs no such pairs: all it has to know is this language, and the one that stands in for it.
        for entry in plugin.config.languages:
            entry.build = entry.locale in {language.code, edition.base.default_language.code}
        plugin.current_language = language.code
        # Says that a build is going on already: the plugin then does not start on the other languages.
        plugin.building = True
        with self._explained(edition.base.root):
            config = self.config = config.plugins.on_config(config)
            config.plugins.on_pre_build(config=config)
            files = config.plugins.on_files(self._files(edition), config=config)
            set_exclusions(files, config)
            self.nav = config.plugins.on_nav(
                get_navigation(files, config), config=config, files=files
            )
            self.environment = config.plugins.on_env(
                config.theme.get_env(), config=config, files=files
            )
            self.files = files
        # For alternates in its own sitemap, which ours does without: all pages of all languages, as long as it lives.
        plugin.i18n_files_per_language.clear()
        self.pages = {file.dest_uri: file for file in files.documentation_pages()}

    def _files(self, edition: Edition) -> Files:
        """What MkDocs finds when it walks through `docs/`, but for the pages of other languages: seven of eight."""
        config = self.config
        names = [*edition.files(self.language), *edition.other_files]
        where = (config.docs_dir, config.site_dir, config.use_directory_urls)
        return Files(sorted((File(name, *where) for name in names), key=file_sort_key))

    def render(self, root: Path, path: str | None) -> str:
        """The page at `path` as the templates and hooks make it; None is the 404 page. Raises RenderFailed."""
        with self._explained(root):
            if path is None:
                _build_theme_template(
                    _NOT_FOUND, self.environment, self.files, self.config, self.nav
                )
            else:
                file = self.pages[f"{self.language.prefix}{url_of(path)}index.html"]
                page = file.page or Page(None, file, self.config)
                try:
                    _populate_page(page, self.config, self.files)
                    _build_page(page, self.config, (), self.nav, self.environment)
                finally:
                    # A thousand rendered texts would stay in memory until the last is done.
                    page.content = page.markdown = None
        return self.taken.pop()

    def static_files(self) -> dict[str, str]:
        """What lies among the texts and is no page: place on the site → file."""
        return {
            file.dest_uri: str(file.abs_src_path)
            for file in self.files
            if not file.is_documentation_page() and file.inclusion.is_included()
        }

    @contextmanager
    def _explained(self, root: Path) -> Iterator[None]:
        """Turns warnings and errors into RenderFailed, but for a full disk."""
        with _listening() as listener:
            try:
                yield
            except MkDocsException as error:
                raise self._failed(listener.lines or [str(error)]) from error
            except Exception as error:
                if isinstance(error, OSError) and error.errno in FULL:
                    raise
                raise self._failed([*listener.lines, _place(error, root)]) from error
        if listener.lines:
            raise self._failed(listener.lines)

    def _failed(self, lines: Sequence[str]) -> RenderFailed:
        return RenderFailed([f"{self.language.code}: {line}" for line in lines])


class _Task(NamedTuple):
    """A page of a language; None is the 404 page."""

    code: str
    path: str | None


@dataclass
class Renderer:
    """Makes finished pages, or finds them in the cache. Each process has one."""

    edition: Edition
    site: Path
    """The folder that they are written to."""
    keeps_engines: bool = False
    """Whether every language that was asked for stays ready, as the live preview needs it; else only the last one."""
    _engines: dict[str, Engine] = field(default_factory=dict)
    _folders: set[Path] = field(default_factory=set)

    def __call__(self, task: _Task) -> Rendered | RenderFailed:
        """Puts a page into the site: what is to know of it, or all that is wrong with it."""
        language = self.edition.base.language(task.code)
        try:
            done = self._put(self.finished(language, task.path), language, task.path)
            if task.path is None:
                done.files = self._static_files(language)
        except RenderFailed as error:
            return error
        return done

    def finished(self, language: Language, path: str | None) -> Finished:
        """The page at `path` in `language`, as readers get it; None is the 404 page."""
        where = self.edition.address(language, path)
        if kept := self.edition.kept.get(where):
            return Finished.from_bytes(kept)
        output = self.engine(language).render(self.edition.base.root, path)
        address = self.edition.site.address + quote(_file(language, path))
        made = finish(output, address, self.edition.assets)
        self.edition.kept.put(where, made.to_bytes())
        return replace(made, is_new=True)

    def get_ready(self) -> None:
        """Compiles the templates, for this process and those that are forked from it, and opens the first engine.

        Where most pages are kept it would take longer than what is left to render.
        """
        if self.finds_most_kept():
            return
        base = self.edition.base
        engine = self.engine(_longest_first(base, map(base.language, self.edition.built))[0])
        environment, folder = engine.environment, Path(engine.config.theme.custom_dir)
        parts = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
        for name in (*parts, _FRAME):
            environment.get_template(name)
        for path in sorted((folder / "pictures").glob("*.svg")):
            pictures.compile_template(path.stem, environment)

    def finds_most_kept(self) -> bool:
        """Whether the 404 page is kept, whose address is made of all but the texts: then so are most pages."""
        default = self.edition.base.default_language
        return self.edition.kept.get(self.edition.address(default, None)) is not None

    def engine(self, language: Language) -> Engine:
        """MkDocs, ready for `language`: opened now, unless it is open already. Raises RenderFailed."""
        if language.code not in self._engines:
            before = None if self.keeps_engines else next(iter(self._engines.values()), None)
            # One configuration can serve language after language, as static-i18n has it do.
            config = (
                before.config if before else load_configuration(self.edition.base.root, self.site)
            )
            if before:
                self._engines.clear()
                del before
                # Or what eight languages need would be there at once: pages and files of MkDocs hold each other.
                self.edition.let_go()
                gc.collect()
            self._engines[language.code] = Engine(self.edition, language, config)
        engine = self._engines[language.code]
        engine.config.extra[EDITION] = self.edition
        return engine

    def _put(self, page: Finished, language: Language, path: str | None) -> Rendered:
        file = _file(language, path)
        page.write(self.site / file, self._folders)
        done = Rendered(
            {file: (page.fingerprint, len(page.data))}, set(page.named), new=int(page.is_new)
        )
        if page.policy:
            done.policies[page.policy] = file
        if page.findable:
            done.findable[file] = page.findable
        return done

    def _static_files(self, language: Language) -> dict[str, Path]:
        """What lies among the texts and is no page, as static-i18n lays it out for `language`."""
        if not self.edition.other_files:
            return {}
        return {place: Path(file) for place, file in self.engine(language).static_files().items()}


def render_languages(
    renderer: Renderer,
    languages: Sequence[Language],
    took: Callable[[str, Rendered], None],
    done: Callable[[str, Rendered, float], None],
) -> None:
    """Renders every page of `languages`, shared by as many processes as there are cores.

    `took` is called with code and what is known of a page, those of a language in the order of the names of their
    files, which is the same on every machine; `done` with code, what is known of its pages, and seconds, as each
    language is ready. Raises RenderFailed with the problems of all of them, also when a process dies; OSError for a
    full disk.
    """
    if not renderer.finds_most_kept():
        languages = _longest_first(renderer.edition.base, languages)
    # Else as they are, the default one first: most often it is what changed, and all the others wait for its index.
    tasks = [
        _Task(language.code, path)
        for language in languages
        for path in sorted((None, *renderer.edition.paths(language)), key=partial(_file, language))
    ]
    left = Counter(task.code for task in tasks)
    known = {language.code: Rendered() for language in languages}
    started = time.monotonic()
    problems: list[str] = []
    for task, result in shared(renderer, tasks, kind=_language):
        if isinstance(result, Lost):
            text = renderer.edition.text(renderer.edition.base.language(task.code), task.path)
            problems.append(_obituary(text, result))
            break  # what ended one process would end the next
        if isinstance(result, RenderFailed):
            problems += result.problems
        else:
            took(task.code, result)
            known[task.code].add(result)
        left[task.code] -= 1
        if not left[task.code] and not problems:
            done(task.code, known[task.code], time.monotonic() - started)
    if problems:
        raise RenderFailed(sorted(set(problems)))


def _longest_first(base: KnowledgeBase, languages: Iterable[Language]) -> list[Language]:
    """`languages`, that with most text first: while search makes the index of the last, there is nothing else to do."""

    def text(language: Language) -> int:
        return sum(len(page.written) for page in base.pages_in(language.code))

    return sorted(languages, key=text, reverse=True)


def _language(task: _Task) -> str:
    """Code of the language of `task`: to make MkDocs ready for it takes as long as to render four pages."""
    return task.code


def _file(language: Language, path: str | None) -> str:
    """Where the page at `path` stands, below the root of the site."""
    return language.prefix + (_NOT_FOUND if path is None else f"{url_of(path)}index.html")


def _obituary(text: SourcePage | None, how: Lost) -> str:
    file = text.file if text else f"overrides/{_NOT_FOUND}"
    return (
        f"{file}: the process that rendered this ended {how} before it was done; "
        "when memory is short, build fewer languages with LANGS"
    )


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
