"""A tiny project that hostile input is put into: loaded, checked and rendered within this process.

A build with MkDocs for each input would take seconds. So MkDocs is made ready once, by the calls that
its own `build` makes, and each page then goes through the same functions.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fixture_site import make_site, page
from handvat.build.hooks import INPUTS, page_contexts
from handvat.build.inputs import BuildInputs
from handvat.build.mkdocs_runner import LanguageRenderer, load_configuration
from handvat.commands.check import find_problems
from handvat.content import yaml_files
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import read_page
from handvat.content.problem import Problem
from handvat.overlay.apply import load_edition
from mkdocs.commands import build as mkdocs_build

LISTED = "about/sources.md"
"""The page that shows every list of the data."""

HOSTILE = "now/first-hour.md"
"""The Dutch page that each hostile text replaces."""

CONTACTS = """\
- {id: hulp, name: Hulp & co, audiences: [youth], needs: [talk, danger], numbers: [{dial: "0800 0432", kind: national, works_from: NL}], url: "https://hulp.example/", chat: null, hours: [{days: [mon, tue, wed], from: "09:00", to: "24:00"}], cost: free, languages: [nl], crisis: false, what: {nl: Praten., en: Talk., ar: كلام.}, sources: [], checked: 2026-11-24}
"""
SOURCES = """\
een-2024: {title: Een, by: A, year: 2024, url: "https://een.example/", language: nl, seen: 2026-11-24, kind: primary}
"""
TERMS = """\
nl:
  - {use: beelden van misbruik, avoid: [kinderporno], why: "Het is misbruik.", meaning: "Beelden."}
"""
LISTS = """\
Zo is het [@een-2024].

{{ contacts() }}

{{ sources() }}

{{ a_z() }}

{{ glossary() }}

{{ languages() }}

{{ unchecked() }}

{{ downloads() }}

Bel {{ contact("hulp") }}.
"""


# Files that an input leaves unchanged are parsed once; nothing changes a parsed document.
yaml_files.parse_yaml = functools.lru_cache(maxsize=64)(yaml_files.parse_yaml)


@dataclasses.dataclass
class Project:
    """The project in `root`, sound, and MkDocs ready to render its Dutch pages."""

    root: Path
    base: KnowledgeBase
    engine: LanguageRenderer

    def __repr__(self) -> str:
        return "project"  # a failure is reported with its input

    @classmethod
    def make(cls, folder: Path) -> Project:
        """Writes the project into `folder`, and makes MkDocs ready."""
        return cls.of(sound_project(folder / "project"), folder / "out")

    @classmethod
    def of(cls, root: Path, out: Path) -> Project:
        """The project in `root`, and MkDocs ready as its `build` makes it. `out` stays empty.

        Raises RenderFailed where MkDocs does not take its settings.
        """
        base = load_edition(root)
        config = load_configuration(base, out)
        codes = [language.code for language in base.languages]
        inputs = BuildInputs(base, page_contexts(base, config, codes))
        return cls(root, base, LanguageRenderer(inputs, base.language("nl"), config))

    @property
    def sound(self) -> list[Problem]:
        """The problems of the project as it was made; none is an error."""
        return find_problems(self.base)

    def with_page(self, data: bytes, path: str = HOSTILE) -> KnowledgeBase:
        """Writes `data` as the Dutch page at `path`; the knowledge base with only it read again."""
        file = self.root / "docs" / "nl" / path
        file.write_bytes(data)
        found, problems = read_page(file, f"docs/nl/{path}", "nl")
        pages, unreadable = dict(self.base.pages), set(self.base.unreadable)
        if found is None:
            del pages["nl", path]
            unreadable.add(("nl", path))
        else:
            pages["nl", path] = found
        return dataclasses.replace(
            self.base,
            pages=pages,
            unreadable=unreadable,
            problems=[*self.base.problems, *problems],
        )

    def render(self, base: KnowledgeBase, path: str = HOSTILE) -> tuple[str, str]:
        """The text of the Dutch page at `path`, and the whole page, as a reader gets them."""
        engine, config = self.engine, self.engine.config
        inputs = config.extra[INPUTS]
        contexts = dataclasses.replace(inputs.contexts, base=base)
        config.extra[INPUTS] = dataclasses.replace(inputs, base=base, contexts=contexts)
        page = engine.files.get_file_from_path(f"nl/{path}").page
        with _quiet():
            mkdocs_build._populate_page(page, config, engine.files)
            context = mkdocs_build.get_context(engine.nav, (), config, page)
            context = config.plugins.on_page_context(
                context, page=page, config=config, nav=engine.nav
            )
            whole = engine.environment.get_template("main.html").render(context)
        # These parts of every page are long, and the same each time.
        inline = contexts.inline
        for part in (inline.style, inline.script, inline.first, *inline.more.values()):
            whole = whole.replace(part, "")
        return page.content, whole


@contextmanager
def _quiet() -> Iterator[None]:
    """Without MkDocs' warnings of bad links; other tests of this process need them."""
    logger = logging.getLogger("mkdocs")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def sound_project(root: Path) -> Path:
    """Writes the fixture site into `root`, with something of each kind of data."""
    make_site(
        root,
        {
            "nl/about/sources.md": page("Bronnen", LISTS),
            "nl/glossary.md": page("Woorden", "Woorden.\n"),
        },
    )
    for name, words in (("sources", SOURCES), ("contacts/nl", CONTACTS), ("terms", TERMS)):
        (root / "data" / f"{name}.yml").write_text(words, "utf-8")
    return root


def faults(problems: Iterable[Problem], root: Path) -> list[str]:
    """What is wrong with `problems`: each is one line, and names a file and a line that exist."""
    return [fault for problem in problems for fault in _faults(problem, root)]


def _faults(problem: Problem, root: Path) -> Iterator[str]:
    shown = str(problem)
    if not shown.isprintable():
        yield f"a message that is not one line: {shown!r}"
    if not problem.what or not problem.fix:
        yield f"a message without a cause or a fix: {shown}"
    if problem.rule == "missing-file":
        return
    path = root / problem.file
    if not os.path.lexists(path):
        yield f"no such file: {shown}"
    elif problem.line < 1:
        yield f"no such line: {shown}"
    elif path.is_file() and path.resolve() == path:
        lines = len(re.split(rb"\r\n|\r|\n", path.read_bytes()))
        if problem.line > lines:
            yield f"{lines} lines: {shown}"
