"""Knows what a page is made of, and gives that an address: what is finished under it need not be made again.

A page is its source text, read by Markdown and put into the templates. All that both are given beside it is worked
out here: the view, the answers to calls, the sources it cites, which sections are behind.
Nothing else of the knowledge base reaches a page, so a page whose address is the same is the same page, byte by
byte; and what is not given to any page, such as another page's text, changes no address.

To work out what a page is given takes longer than all else that is done with a finished page. So the outcome is kept
as well, under an address of all that it can be worked out from: the data, the heads of all pages, the texts of a language.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from pathlib import Path

from handvat import cache
from handvat.content.build_date import build_date
from handvat.content.downloads import find_downloads
from handvat.content.git_history import has_feed
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.markdown import SHORTCODE
from handvat.content.page import Page
from handvat.content.progress import LanguageProgress, progress
from handvat.content.shortcodes import BadShortcode
from handvat.render.citations import describe
from handvat.render.page_content import stale_sections
from handvat.render.page_context import Site
from handvat.render.shortcodes import Scope, resolve
from handvat.render.views import PageView

_OF_A_LANGUAGE = {"t", "asset", "inline", "kept"}
"""Fields of a view that are the same for all its pages: the words, and what stands in every page."""

_OF_A_PAGE = [one.name for one in fields(PageView) if one.name not in _OF_A_LANGUAGE]


@dataclass
class Edition:
    """The site as one build makes it."""

    base: KnowledgeBase
    site: Site
    counted: Sequence[LanguageProgress] | None = None
    """How far each language is, where somebody knows already."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Name of a script or style → the name that it has on this site."""
    settings: str = ""
    """What `mkdocs.yml` says but for its navigation, of which a view has its part."""
    kept: cache.Cache = cache.Cache()
    """What earlier builds kept."""
    _told: dict[tuple[str, ...], str] = field(default_factory=dict, init=False)
    """What stands in the addresses of pages for what several of them have."""
    _said: dict[str, str] = field(default_factory=dict, init=False)
    """Language code → what stands for the site's words in it."""
    _knows: dict[str, str] = field(default_factory=dict, init=False)
    """Language code → what stands for all that its pages can be given anything of."""
    _view: tuple[str, str | None, PageView] | None = field(default=None, init=False)
    """That of the last page asked for: its address is made of it, and then the page."""

    @property
    def built(self) -> Collection[str]:
        """Codes of all languages of the build."""
        return self.site.built

    @cached_property
    def progress(self) -> Sequence[LanguageProgress]:
        """How far each language is."""
        return progress(self.base) if self.counted is None else self.counted

    def view(self, language: Language, path: str | None) -> PageView:
        """What templates know of the page at `path` on the site of `language` (`page_view.Site.view`)."""
        if self._view is None or self._view[:2] != (language.code, path):
            self._view = (language.code, path, self.site.view(language, path))
        return self._view[2]

    def let_go(self) -> None:
        """Forgets what pages of one language ask for, which those of the next do not."""
        self._told.clear()

    def paths(self, language: Language) -> list[str]:
        """The pages that the site has in `language`, those of the default language among them that it lacks."""
        codes = self._read_in(language)
        return sorted({path for code, path in self.base.pages if code in codes})

    def files(self, language: Language) -> list[str]:
        """The texts that the site of `language` is made of, below `docs/`: its own, and those of the default language."""
        read = (self.text(language, path) for path in self.paths(language))
        return [page.file.removeprefix("docs/") for page in read if page]

    def text(self, language: Language, path: str | None) -> Page | None:
        """What is read to the reader of `language` at `path`: the page of the default language where it has none."""
        if path is None:
            return None
        found = (self.base.page(code, path) for code in self._read_in(language))
        return next(filter(None, found), None)

    def _read_in(self, language: Language) -> tuple[str, str]:
        """In which languages its readers read, the first where there is a page in both."""
        return language.code, self.base.default_language.code

    def address(self, language: Language, path: str | None) -> str:
        """Where the finished page is kept; None is the page that says that a page does not exist."""
        page = self.text(language, path)
        parts: dict[str, str | bytes] = {"around": self._around(language, path, page)}
        if page:
            parts |= {"source": page.digest, "behind": repr(self.behind(page))}
        return cache.address("page", **parts)

    def _around(self, language: Language, path: str | None, page: Page | None) -> str:
        """What stands for all that a page is given beside its text: as it was worked out before, or is now."""
        place = ""
        if self.kept.folder:
            # A page with the call that shows it, or with the word alone.
            shows_progress = page is not None and "languages" in page.body
            place = cache.address(
                "around before",
                language=language.code,
                path=path or "",
                known=self._known(language),
                progress=repr(self.progress) if shows_progress else "",
            )
        if found := self.kept.get(place):
            return found.decode()
        around = cache.address("around", **self._given(language, path, page))
        self.kept.put(place, around.encode())
        return around

    def _given(self, language: Language, path: str | None, page: Page | None) -> dict[str, str]:
        parts = {
            "settings": self.settings,
            "templates": self._templates,
            "files": "\n".join(self.other_files),
            "words": self._words(language),
            "view": _alone(self.view(language, path or None)),
        }
        if page:
            spoken = self.base.language(page.language)
            parts |= {
                "words of the text": self._words(spoken),
                "answers": "\n".join(self._answered(page, spoken)),
                "sources": "\n".join(self._cited(page, spoken)),
            }
        return parts

    def _known(self, language: Language) -> str:
        """What stands for all that a page of `language` can be given anything of, but for how far languages are."""
        if language.code not in self._knows:
            read = sorted((page.file, page.digest.hex()) for page in self._read_by(language))
            self._knows[language.code] = cache.address(
                "known", everywhere=self._everywhere, texts=repr(read)
            )
        return self._knows[language.code]

    def _read_by(self, language: Language) -> Iterable[Page]:
        """The pages of `language`, and those of other languages that stand in where it has none."""
        base = self.base
        found: dict[str, Page] = {}
        for code in (base.source_language.code, *reversed(self._read_in(language))):
            found |= {page.path: page for page in base.pages_in(code)}
        return found.values()

    @cached_property
    def _everywhere(self) -> str:
        """What stands for all that pages of every language can be given something of."""
        base, site = self.base, self.site
        heads = sorted((page.file, page.written[: page.body_start]) for page in base.pages.values())
        downloads = [one.facts for one in find_downloads(base.root)]
        return cache.address(
            "everywhere",
            settings=self.settings,
            templates=self._templates,
            files="\n".join(self.other_files),
            data=repr(sorted((name, document.text) for name, document in base.data.items())),
            heads=repr(heads),
            organisation=repr((base.composed.organisation, sorted(base.composed.own))),
            built=repr(sorted(site.built)),
            feeds=repr([one.code for one in base.languages if has_feed(base, one)]),
            downloads=repr(downloads),
            day=build_date().isoformat(),
        )

    @cached_property
    def _templates(self) -> str:
        root = self.base.root / "overrides"
        return cache.of_files(root, (path for path in root.rglob("*") if path.is_file()))

    @cached_property
    def other_files(self) -> list[str]:
        """What lies among the texts and is no page, below `docs/`: a picture's address on a page depends on it."""
        docs = self.base.root / "docs"
        found = ((Path(folder), names) for folder, _, names in os.walk(docs))
        others = (
            (folder, name) for folder, names in found for name in names if not name.endswith(".md")
        )
        return sorted(str((folder / name).relative_to(docs)) for folder, name in others)

    def _words(self, language: Language) -> str:
        if language.code not in self._said:
            said = f"{language} {self.base.strings[language.code].texts}"
            # Their digest: with the words themselves each page would take a third longer.
            self._said[language.code] = cache.address("words", said=said)
        return self._said[language.code]

    def behind(self, page: Page) -> tuple[str, ...]:
        """Ids of the sections of `page` that no longer follow their Dutch."""
        if self.counted is None:
            return stale_sections(self.base, page)
        return self._behind.get((page.language, page.path), ())

    @cached_property
    def _behind(self) -> dict[tuple[str, str], tuple[str, ...]]:
        rows = self.counted or ()
        return {(row.language, page.page): page.stale for row in rows for page in row.behind}

    def _answered(self, page: Page, language: Language) -> Iterator[str]:
        """What the answers say to all that is written as a call, also where it is only an example."""
        country = self.base.country_of(page)
        for written in dict.fromkeys(SHORTCODE.findall(page.body)):
            key = "answer", language.code, written.strip(), country
            scope = Scope(self.base, language, country, self.site.address, lambda: self.progress)
            with suppress(BadShortcode):
                yield self._once(key, partial(resolve, written, scope))

    def _cited(self, page: Page, language: Language) -> Iterator[str]:
        """What is told of the sources of `page`."""
        base = self.base
        strings, source = base.strings[language.code], base.source_language.code
        for key in sorted(page.cited & base.sources.keys()):
            tell = partial(describe, key, base.sources[key], strings, source)
            yield self._once(("source", language.code, key), tell)

    def _once(self, key: tuple[str, ...], tell: Callable[[], object]) -> str:
        """What `tell` gives, as a text: dozens of pages ask for the same contact and cite the same source."""
        if key not in self._told:
            self._told[key] = repr(tell())
        return self._told[key]


def _alone(view: PageView) -> str:
    """What `view` says of its page alone."""
    # Not its repr: of the hundred pairs and links of a page that takes five times as long.
    said = {name: getattr(view, name) for name in _OF_A_PAGE}
    return json.dumps(said, ensure_ascii=False, default=repr)
