"""The inputs of a build, and the cache key of each page.

The key of a page has one part for everything beside the texts (templates, data, settings, the front matter of
all pages, …), and its own text with that of its source page. So a changed text renders its page and its
translations, and any other change renders all pages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from handvat import cache
from handvat.cache import Cache
from handvat.content.git_history import changed_on, has_feed
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import SHORTCODE
from handvat.content.offline import find_downloads
from handvat.content.page import Page
from handvat.content.translation import LanguageProgress, progress
from handvat.render.page_context import PageContextFactory
from handvat.site_output import build_date

_SHOWS_NO_OTHER_TEXT = {
    "a_z", "contact", "contacts", "downloads", "field", "glossary", "keep", "picture", "platforms",
    "removal", "unchecked",
}  # fmt: skip
"""Shortcodes that show data or front matter at most. A page with another one depends on all texts as a reader of
its language gets them, and one with `languages` on the progress of each language too."""


@dataclass(frozen=True)
class BuildInputs:
    """Everything that the pages of one build are made from."""

    base: KnowledgeBase
    contexts: PageContextFactory
    settings: str = ""
    """`mkdocs.yml` as MkDocs reads it, with the values from the environment."""
    known_progress: Sequence[LanguageProgress] | None = None
    """The progress of each language, if the checks determined it already."""
    cache: Cache = Cache()

    @cached_property
    def progress(self) -> Sequence[LanguageProgress]:
        """The progress of each language."""
        return progress(self.base) if self.known_progress is None else self.known_progress

    def paths(self, language: Language) -> list[str]:
        """The paths of the pages of the site in `language`, fallback pages included, by name."""
        return sorted(
            self.base.paths_in(language.code) | self.base.paths_in(self.base.default_language.code)
        )

    def key(self, language: Language, path: str | None) -> str:
        """The cache key of the page at `path` in `language`; None is the 404 page."""
        page = self.base.shown_page(language.code, path) if path else None
        return cache.key(
            "page",
            shared=self._shared,
            language=language.code,
            path=path or "",
            texts=self._texts(page, language) if page else "",
        )

    def _texts(self, page: Page, language: Language) -> str:
        """The texts that `page` shows or is compared with, for a reader of `language`."""
        shortcodes = {written.partition("(")[0].strip() for written in SHORTCODE.findall(page.body)}
        source = self.base.source_of(page)
        day = str(changed_on(self.base.root, page))
        texts = json.dumps([page.source, source.source if source else None, day])
        if not shortcodes <= _SHOWS_NO_OTHER_TEXT:
            base = self.base
            codes = (base.source_language.code, base.default_language.code, page.language)
            shown = {one.path: one for code in codes for one in base.pages_in(code)}
            texts += json.dumps([one.source for one in shown.values()])
        if page.language != language.code:
            lead = partial(self.base.fallback_address, page, language.code)
            texts += json.dumps([lead(one.address) for one in page.text.targets if one.is_internal])
        return texts + (repr(self.progress) if "languages" in shortcodes else "")

    @cached_property
    def _shared(self) -> str:
        """The key of everything that a page may depend on, apart from the texts below the front matter."""
        base, templates = self.base, self.base.root / "overrides"
        return cache.key(
            "beside the texts",
            settings=self.settings,
            templates=cache.digest_of_files(templates, filter(Path.is_file, templates.rglob("*"))),
            files=json.dumps(self.static_files),
            data=json.dumps({name: document.text for name, document in base.data.items()}),
            heads=json.dumps(
                [(page.file, page.source[: page.body_start]) for page in base.pages.values()]
            ),
            built=json.dumps(sorted(self.contexts.built)),
            feeds=json.dumps([one.code for one in base.languages if has_feed(base, one)]),
            downloads=repr([(one.url, one.size, one.made) for one in find_downloads(base)]),
            day=build_date().isoformat(),
        )

    @cached_property
    def static_files(self) -> list[str]:
        """The files below `docs/` that are not pages, relative to it, by name."""
        docs = self.base.root / "docs"
        shipped = {path.relative_to(docs).as_posix() for path in docs.rglob("*") if path.is_file()}
        own = {place.removeprefix("docs/") for place in self.base.overlay.files}
        return sorted(name for name in shipped | own if not name.endswith(".md"))
