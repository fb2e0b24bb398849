"""The context of the text of a page: menu, languages, notices, review state, addresses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from handvat.content.git_history import FEEDS, changed_on, has_feed
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.content.models import TranslationRecord
from handvat.content.page import Page
from handvat.content.ui_strings import Strings
from handvat.render.inline_assets import Inline
from handvat.render.listings import link_to
from handvat.render.social import share_preview, structured_data
from handvat.render.views import Alternate, DangerCall, Link, NavItem, Notice, PageView
from handvat.site_output import build_date

_HOME = "index.md"
_PRIVACY = "about/privacy.md"
_YOUNG_PERSON = "you/index.md"
_CONTRIBUTE = "about/contribute.md"
_PAGES_WITH_FEED = {_HOME, "about/index.md", "about/languages.md"}
"""Where readers look for changes; on every page the link would cost all of them bytes."""

_SHEET = re.compile(r"^(\||- \[ \]|{{ (field|cards|picture)\()", re.MULTILINE)
"""A line to fill in, to tick, or of what is printed: the sheet of a tool begins with the first section that has one."""

_FOOTER = {
    "about": "about/index.md",
    "sources": "about/sources.md",
    "privacy": "about/privacy.md",
    "offline": "about/offline.md",
}
"""Name in `data/strings` → the page that the foot of every page links to."""


@dataclass(frozen=True)
class PageContextFactory:
    """Makes the view of each page."""

    base: KnowledgeBase
    address: str
    """The address of the site's root, with a slash at the end."""
    edit_address: str | None
    """The address of `docs/` in the editor of the repository, with a slash at the end."""
    built: Collection[str]
    """Codes of the languages in this build."""
    inline: Inline = field(default_factory=Inline)
    name: str = ""
    """The name of the site."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Name of a script or style in `overrides/assets` → its name on the site."""

    def view(self, language: Language, path: str | None) -> PageView:
        """Return the view of the page at `path` on the site of `language`; None is the 404 page.

        A page without a translation into `language` is shown in the default language.
        """
        base = self.base
        page = base.shown_page(language.code, path) if path else None
        if page is None:
            return PageView(
                **self._frame(language),
                kind="not-found",
                title=base.strings[language.code]("not_found.title"),
                text_language=language.code,
                text_direction=language.direction,
                alternates=self._alternates(language, base.shown_page(language.code, _HOME)),
                navigation=tuple(self._navigation(language, None)),
                notices=tuple(self._preview_notice(language)),
            )
        is_own = page.language == language.code
        text_language = base.language(page.language)
        kind = "home" if page.path == _HOME else page.front.type
        to_fill_in = page.sections[2:] if kind == "tool" else ()
        canonical = self.address + text_language.prefix + page.url
        breadcrumbs = tuple(self._breadcrumbs(language, page))
        return PageView(
            **self._frame(language),
            text_language=text_language.code,
            text_direction=text_language.direction,
            kind=kind,
            tool=page.name if kind == "tool" else "",
            sheet=next((one.id for one in to_fill_in if _SHEET.search(one.markdown)), ""),
            title=page.front.title,
            description=page.front.description,
            canonical=canonical,
            noindex=base.edition == "preview" or not is_own,
            is_indexed=is_own,
            hreflang=self._hreflang(page) if is_own else {},
            alternates=self._alternates(language, page),
            navigation=tuple(self._navigation(language, page)),
            breadcrumbs=breadcrumbs,
            children=tuple(self._children(language, page)),
            notices=tuple(self._notices(language, page)),
            review=self._review(language, page),
            contribute=self._link(language, _CONTRIBUTE),
            # The repository of a host's own page is not known.
            edit_url=self.edit_address + page.file.removeprefix("docs/")
            if self.edit_address and not base.is_own(page)
            else None,
            host_privacy=base.host.privacy.get(text_language.code, "")
            if page.path == _PRIVACY
            else "",
            preview=share_preview(base, page, self.name, self.address, canonical),
            structured_data=structured_data(base, page, self.name, self.address, breadcrumbs)
            if is_own
            else "",
            feeds=tuple((language.prefix + name, media) for name, media in FEEDS.items())
            if page.path in _PAGES_WITH_FEED and has_feed(base, language)
            else (),
        )

    def _frame(self, language: Language) -> dict[str, Any]:
        """Return the fields with the same value in all views of `language`."""
        base = self.base
        strings = base.strings[language.code]
        also_search = {base.source_language.code, SHARED_LANGUAGE} - {language.code}
        return {
            "t": strings,
            "language": language.code,
            "direction": language.direction,
            "home_url": language.prefix,
            "exit_target": base.host.exit_target(language.code) or strings("exit.target"),
            "footer": tuple(self._footer(language)),
            "footer_text": base.host.footer.get(language.code, ""),
            "logo": base.host.logo,
            "danger": tuple(self._danger(language)),
            "own_page": self._link(language, _YOUNG_PERSON),
            "edition": strings("paper.edition", date=build_date()),
            "inline": self.inline,
            "asset": self._asset,
            "also_search": tuple(one for one in self._languages if one.code in also_search),
            "is_discreet": base.host.is_discreet,
        }

    def _asset(self, path: str) -> str:
        folder, slash, name = path.rpartition("/")
        return f"{folder}{slash}{self.assets.get(name, name)}"

    def _link(self, language: Language, path: str) -> Link | None:
        page = self.base.shown_page(language.code, path)
        return link_to(page, language) if page else None

    def _existing(self, language: Language, paths: Iterable[str]) -> Iterator[tuple[str, Link]]:
        """Yield those of `paths` that have a page, each with its link."""
        for path in paths:
            if link := self._link(language, path):
                yield path, link

    @cached_property
    def _languages(self) -> list[Language]:
        """The languages in this build."""
        return [language for language in self.base.languages if language.code in self.built]

    def _hreflang(self, page: Page) -> dict[str, str]:
        found = {
            language.code: self.address + language.prefix + page.url
            for language in self._languages
            if self.base.page(language.code, page.path)
        }
        # The default language of an edition may lack the page: then no page is at its address.
        if default := found.get(self.base.default_language.code):
            found["x-default"] = default
        return found

    def _alternates(self, language: Language, page: Page | None) -> tuple[Alternate, ...]:
        return tuple(
            Alternate(
                code=other.code,
                name=other.name,
                url=other.prefix
                + (page.url if page and self.base.shown_page(other.code, page.path) else ""),
                exists=page is not None and self.base.page(other.code, page.path) is not None,
                is_current=other == language,
            )
            for other in self._languages
        )

    @cached_property
    def _menu(self) -> dict[str, list[str]]:
        """Folder → paths of its pages, in the order of the navigation; a page beside the folders has its own path as key."""
        menu: dict[str, list[str]] = {}
        for entry in self.base.navigation:
            menu.setdefault(entry.folder or entry.path, []).append(entry.path)
        return menu

    def _navigation(self, language: Language, page: Page | None) -> Iterator[NavItem]:
        here = page.path if page else None
        for folder, paths in self._menu.items():
            is_open = page is not None and folder == page.folder
            # The first page that exists opens a folder; the others are below it on a page of the folder.
            links = self._existing(language, paths)
            path, link = next(links, ("", None))
            if link is None:
                continue
            is_home = path == _HOME
            yield NavItem(
                self.base.strings[language.code]("site.home") if is_home else link.title,
                link.url,
                path == here,
                is_open,
                tuple(
                    NavItem(child.title, child.url, other == here, language=child.language)
                    for other, child in (links if is_open else ())
                ),
                "" if is_home else link.language,
            )

    def _breadcrumbs(self, language: Language, page: Page) -> Iterator[Link]:
        if page.path == _HOME:
            return
        yield Link(self.base.strings[language.code]("site.home"), language.prefix)
        if not page.is_index and (parent := self._link(language, f"{page.folder}/index.md")):
            yield parent

    def _children(self, language: Language, page: Page) -> list[Link]:
        if not page.is_index:
            return []
        places = (page.leads_to(one.address) for one in page.text.targets if one.is_internal)
        linked = {page.path, *(place.path for place in places if place)}
        there = self._existing(language, self._menu.get(page.folder, ()))
        return [link for path, link in there if path not in linked]

    def _preview_notice(self, language: Language) -> Iterator[Notice]:
        if self.base.edition == "preview":
            strings = self.base.strings[language.code]
            how = Link(strings("notice.preview_link"), f"{language.prefix}about/how-we-work/")
            yield Notice("preview", strings("notice.preview"), how)

    def _notices(self, language: Language, page: Page) -> Iterator[Notice]:
        base, strings = self.base, self.base.strings[language.code]
        yield from self._preview_notice(language)
        source, default = base.source_language, base.default_language
        if page.language != language.code:
            name = strings("notice.dutch") if default == source else default.name
            there = Link(name, default.prefix + page.url)
            yield Notice("untranslated", strings("notice.untranslated"), there, default.code)
        if page.front.jurisdiction:
            kind = "foreign" if base.is_foreign(page) else "jurisdiction"
            country = strings.country(page.front.jurisdiction)
            yield Notice(kind, strings("notice.jurisdiction", country=country))
        if notice := base.host.notice.get(language.code, ""):
            yield Notice("host", notice)

    def _review(self, language: Language, page: Page) -> Notice:
        strings, source = self.base.strings[language.code], self.base.source_language
        text = strings("review.none")
        if review := page.front.review:
            text = strings("review.done", by=review.by, date=review.date)
        summary, text = (text, "") if page.is_urgent else ("", text)
        if page.file in self.base.overlay.changed:
            # CC BY-SA 4.0, 3.a.1.B: whoever shares an adapted text indicates that it was modified.
            by = self.base.overlay.name or urlsplit(self.address).hostname or self.name
            text = f"{text} {strings('review.changed', by=by)}"
        elif day := changed_on(self.base.root, page):
            text = f"{strings('review.day', date=day)} {text}"
        link = None
        if page.front.translation and page.language == language.code:
            text = f"{text} {self._translation(strings, page.front.translation)}"
            # A host may leave the source language out: then there is no text to link to.
            if source.code in self.built:
                link = Link(strings("notice.dutch"), source.prefix + page.url)
        return Notice("review", text, link, source.code, summary)

    def _translation(self, strings: Strings, record: TranslationRecord) -> str:
        if record.reviewed:
            return strings("translation.reviewed", by=record.reviewed.by, date=record.reviewed.date)
        if not record.by:
            return strings("translation.machine")
        return f"{strings('translation.by', by=record.by)} {strings('translation.unreviewed')}"

    def _footer(self, language: Language) -> Iterator[Link]:
        strings = self.base.strings[language.code]
        # A young person who arrives on a page for professionals finds the one for themself.
        if link := self._link(language, _YOUNG_PERSON):
            yield Link(link.title, link.url, language=link.language)
        for name, path in _FOOTER.items():
            if link := self._link(language, path):
                yield Link(strings(f"footer.{name}"), link.url)
        # The host's page that names who is responsible for the site.
        if link := self._link(language, self.base.host.imprint):
            yield link

    def _danger(self, language: Language) -> Iterator[DangerCall]:
        """Yield who to call in order of urgency: a line for danger, and one for suicide."""
        strings = self.base.strings[language.code]
        for need in ("danger", "suicide"):
            numbers = tuple(
                number
                for contact in self.base.danger_contacts
                if ("danger" in contact.needs) == (need == "danger")
                for number in contact.numbers
            )
            if numbers:
                before, _, after = strings(f"paper.{need}").partition("{numbers}")
                yield DangerCall(need, before, numbers, after)
