"""What a template may know: one plain object per page, so that overrides hold markup and no logic.

The hook (`scripts/handvat/build/hooks.py`) puts a `PageView` into every template's context as `view`. All
addresses named `url` are relative to the site's root, without a leading slash (`""` is the Dutch
home, `en/now/` the English triage page); a template passes them through MkDocs' `url` filter.

What a page has dozens of is a named tuple: quicker to make and to compare than a dataclass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from handvat.content.contacts import Number
from handvat.content.languages import Language
from handvat.render.inline_assets import Inline
from handvat.render.template_cache import FragmentCache


class Link(NamedTuple):
    """A title and where it leads."""

    title: str
    url: str
    description: str = ""
    language: str = ""
    """Of the title, where it is not the site's: a page not yet translated (WCAG 3.1.2)."""


@dataclass(frozen=True)
class Code:
    """A QR code that leads to `address`."""

    address: str
    svg: str
    """Markup: scaled by its frame, with its quiet zone, black on nothing."""
    letters: str
    """The address to type from paper; `""` where it is too long for that."""


@dataclass(frozen=True)
class CardView:
    """A pocket card: its page, the sentences of that page, and a code that leads there."""

    link: Link
    sentences: Sequence[str]
    code: Code | None
    """None while the site has no address of its own: a code would lead nowhere."""


@dataclass(frozen=True)
class DangerCall:
    """Who to call at the foot of every page: `before`, the numbers of one contact, `after`."""

    before: str
    numbers: tuple[Number, ...]
    after: str


class NavItem(NamedTuple):
    """One entry of the menu; `children` is filled only for the section the page is in."""

    title: str
    url: str
    is_current: bool = False
    is_section_of_page: bool = False
    children: tuple[NavItem, ...] = ()
    language: str = ""
    """Of the title, where it is not the site's."""


class Alternate(NamedTuple):
    """One language in the switcher. `exists` is false where the page is not there yet in it."""

    code: str
    name: str
    direction: str
    url: str
    exists: bool
    is_current: bool


class Hreflang(NamedTuple):
    """A pair for `<link rel=alternate hreflang>`; `href` is absolute."""

    code: str
    href: str


@dataclass(frozen=True)
class SharePreview:
    """What a chat or a search engine shows of a page whose address is passed on (ogp.me).

    `url` and `image` are absolute; `locale` is `nl_NL`.
    """

    kind: str
    """`website` for home, `article` for every other page."""
    title: str
    description: str
    url: str
    locale: str
    image: str
    image_alt: str


class Notice(NamedTuple):
    """A calm line above or below the text. `kind` is preview, untranslated, unreviewed or jurisdiction."""

    kind: str
    text: str
    link: Link | None = None
    link_language: str = ""


class NumberedSource(NamedTuple):
    """A source as printed at the foot of a page; `back` are the ids of its citations in the text."""

    number: int
    key: str
    title: str
    by: str
    year: str
    url: str | None
    language: str
    kind: str
    """What kind of evidence it is, in the reader's language."""
    note: str
    """What it is and does not say, in Dutch; may be empty."""
    note_language: str
    """Of `note`, and of `by`, which names several makers in Dutch too; empty where it is the page's."""
    seen: str
    back: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageView:
    """Everything the templates print around the text of one page (or of the 404 page)."""

    t: Callable[..., str]
    """`t("search.open")`, `t("search.count", count=3)`: the site's own words in `language`.

    `t.texts["search.count"]` has all plural forms, for a count that only the browser knows.
    """
    language: str
    direction: str
    text_language: str
    """The language of the text itself: differs from `language` on a page not yet translated."""
    text_direction: str
    is_fallback: bool
    kind: str
    """The page's type (`act-now`, `index`, …), `home`, or `not-found`."""
    tool: str
    """Which tool the page is (`signal-checklist`): its file's name; `""` on all other pages."""
    section: str
    """The top-level folder, `""` for home."""
    title: str
    description: str
    canonical: str
    home_url: str
    a_z_url: str
    contacts_url: str
    exit_page_url: str
    """The page that says what quick exit cannot hide."""
    exit_target: str
    """The neutral address quick exit leads to."""
    noindex: bool
    inline: Inline
    """The scripts and styles in the page itself, and the policy that knows them."""
    hreflang: tuple[Hreflang, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    breadcrumbs: tuple[Link, ...] = ()
    children: tuple[Link, ...] = ()
    """On a section's index: its pages, to list below the text."""
    previous: Link | None = None
    next: Link | None = None
    notices: tuple[Notice, ...] = ()
    """Above the text."""
    review: str = ""
    """One sentence: who checked the content and when, or that it is not checked."""
    translation: str = ""
    """One sentence about the translation's makers and reviewers; empty on Dutch pages."""
    edit_url: str | None = None
    sources: tuple[NumberedSource, ...] = ()
    styles: frozenset[str] = frozenset()
    """What the text needs beside the style of every page: `pictures`, `lists`."""
    aliases: tuple[str, ...] = ()
    """Search words: indexed, never shown."""
    latin_title: str = ""
    """The title in Latin letters, where it is Cyrillic: indexed, never shown."""
    footer: tuple[Link, ...] = ()
    """At the foot of every page: about, sources, privacy."""
    danger: tuple[DangerCall, ...] = ()
    """Who to call in danger, in the site's country: at the foot of every page, printed too."""
    edition: str = ""
    """The day of this build, for paper: it does not change when the site does."""
    in_short: str = ""
    """Plain text of the `in-short` section: the search excerpt."""
    is_indexed: bool = True
    """False where search must not find the page (fallback pages, 404)."""
    also_search: tuple[Language, ...] = ()
    """The languages that search can include, when the reader wants it."""
    preview: SharePreview | None = None
    """None on the 404 page."""
    is_discreet: bool = False
    """Whether previews name only the site, not the subject of the page."""
    structured_data: str = ""
    """The page described for machines (JSON-LD), safe within a `<script>`; often empty."""
    feed_url: str = ""
    """The feed of changes, on the few pages where somebody looks for it."""
    footer_text: str = ""
    """The host's own text at the foot of every page, plain."""
    host_privacy: str = ""
    """The host's own text about its server, on the page about privacy."""
    logo: str = ""
    """The host's own mark, below the root of the site; `""` for ours."""
    fragments: FragmentCache = field(default_factory=FragmentCache)
    """The parts of the frame that all pages of the language share."""
    asset: Callable[[str], str] = field(default=lambda path: path)
