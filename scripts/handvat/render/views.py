"""What templates may read: one plain object per page, so that `overrides/` has markup and no logic.

The hooks (`build/hooks.py`) put a `PageView` into every template's context as `view`. Each `url` is relative to the
site's root, without a leading slash (`""` is the home page of the default language, `en/now/` the English triage
page); a template passes it through MkDocs' filter `url`.

What a page has dozens of is a named tuple: quicker to make and to compare than a dataclass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup

from handvat.content.contacts import Number
from handvat.content.languages import Language
from handvat.render.contacts import ContactView
from handvat.render.inline_assets import Inline


class Link(NamedTuple):
    """A title and its address."""

    title: str
    url: str
    description: str = ""
    language: str = ""
    """The language of the title where it is not the site's, as of a page not yet translated (WCAG 3.1.2)."""


class Code(NamedTuple):
    """A QR code that leads to an address."""

    svg: str
    """Its markup, with its quiet zone, black on transparent; its frame sets the size."""
    letters: str
    """The address to type from paper; `""` where it is too long for that."""


class CardView(NamedTuple):
    """A pocket card: its page, the sentences of that page, whom to call, and a code that leads there."""

    link: Link
    sentences: Sequence[str]
    calls: Sequence[ContactView]
    code: Code | None
    """None while the site has no public address, to which a code could lead."""


class DangerCall(NamedTuple):
    """Who to call at the foot of every page: the numbers of contacts between two pieces of a sentence."""

    need: str
    """`danger` or `suicide`."""
    before: str
    numbers: tuple[Number, ...]
    after: str


class NavItem(NamedTuple):
    """An entry of the menu; `children` is filled only for the section of the page."""

    title: str
    url: str
    is_current: bool = False
    is_section_of_page: bool = False
    children: tuple[NavItem, ...] = ()
    language: str = ""
    """As in `Link`."""


class Alternate(NamedTuple):
    """A language in the switcher. `exists` is false where it has no translation of the page yet.

    `url` is that of its page or of the fallback; of its home page where the default language lacks the page too.
    """

    code: str
    name: str
    url: str
    exists: bool
    is_current: bool


class SharePreview(NamedTuple):
    """The preview of a page in a chat or a search engine (ogp.me).

    `url` and `image` are absolute; `locale` is `nl_NL`.
    """

    kind: str
    """`website` for home, `article` for every other page."""
    title: str
    description: str
    url: str
    locale: str
    image: str
    """`""` for an edition with a name or logo of its own."""
    image_alt: str


class Notice(NamedTuple):
    """A calm line above or below the text; with a `summary`, that line alone and the text in a fold."""

    kind: str
    """`preview`, `host`, `untranslated`, `foreign`, `jurisdiction` or `review`: where it is, and its style."""
    text: str
    link: Link | None = None
    link_language: str = ""
    summary: str = ""


class SourcePlace(NamedTuple):
    """A place in a source that pages cite; `says`, `where` and `about` are in the language of the notes."""

    says: str
    where: str
    about: str
    """Population, country and year of the data; may be empty."""
    read: str


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
    """The kind of evidence, in the reader's language."""
    note: str
    """What it is and does not show, in the source language; may be empty."""
    note_language: str
    """The language of `note`, and of `by`, which may list several makers; `""` where it is the page's."""
    seen: str
    back: tuple[str, ...] = ()
    entries: tuple[SourcePlace, ...] = ()


@dataclass(frozen=True)
class PageView:
    """Everything that the templates print around the text of a page, or of the 404 page."""

    t: Callable[..., str]
    """`t("search.open")`, `t("search.count", count=3)`: the site's own words in `language`.

    `t.texts["search.count"]` has all plural forms, for a count that only the browser has.
    """
    language: str
    direction: str
    text_language: str
    """The language of the text: on a fallback page it is not `language`."""
    text_direction: str
    kind: str
    """The page's type (`act-now`, `index`, …), `home`, or `not-found`."""
    title: str
    home_url: str
    exit_target: str
    """The neutral address that quick exit leads to."""
    inline: Inline
    """The scripts and styles in the page itself, and the policy with their hashes."""
    edition: str
    """The day of this build, for paper: printed, a page does not change when the site does."""
    asset: Callable[[str], str]
    """Return the name on the site of a file of `overrides/`: `assets/search.0123abcd.js` for `assets/search.js`."""
    description: str = ""
    canonical: str = ""
    tool: str = ""
    """The name of a tool, that of its file (`signal-checklist`); `""` on all other pages."""
    sheet: str = ""
    """The id of the section of a tool in which filling in begins; `""` where there is none."""
    is_indexed: bool = False
    """False where search must not find the page (fallback pages, 404)."""
    noindex: bool = True
    """Whether search engines are asked not to index the page."""
    hreflang: Mapping[str, str] = field(default_factory=dict)
    """Language code, or `x-default` → absolute address."""
    alternates: tuple[Alternate, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    breadcrumbs: tuple[Link, ...] = ()
    children: tuple[Link, ...] = ()
    """On the index of a section: those of its pages that the text does not link to, to list below it."""
    notices: tuple[Notice, ...] = ()
    review: Notice | None = None
    """Who checked the content and the translation, and when, or that nobody did; a translation links to its source."""
    edit_url: str | None = None
    contribute: Link | None = None
    """The page that says how to report a mistake."""
    sources: tuple[NumberedSource, ...] = ()
    styles: frozenset[str] = frozenset()
    """The styles that the text needs beside that of every page: `pictures`, `lists`."""
    in_short: str = ""
    """The HTML of the text up to the end of its section `in-short`; MkDocs' `page.content` is the rest."""
    calls: Sequence[ContactView] = ()
    """Whom to call at once, where somebody may be in danger while they read."""
    footer: tuple[Link, ...] = ()
    danger: tuple[DangerCall, ...] = ()
    """Who to call in danger, in the site's country: at the foot of every page, printed too."""
    own_page: Link | None = None
    """The page for a young person about themself."""
    also_search: tuple[Language, ...] = ()
    """Other languages that search offers to include."""
    preview: SharePreview | None = None
    is_discreet: bool = False
    """Whether previews show only the site, not the subject of the page."""
    structured_data: str = ""
    """The page described for machines (JSON-LD), safe within a `<script>`; often empty."""
    feeds: tuple[tuple[str, str], ...] = ()
    """Address and media type of each feed of changes, on the few pages where readers look for them."""
    footer_text: str = ""
    """The host's own text at the foot of every page, plain."""
    host_privacy: str = ""
    """The host's own text about its server, on the page about privacy, plain."""
    logo: str = ""
    """The host's own mark, below the root of the site; `""` for ours."""

    @property
    def text_attributes(self) -> Markup:
        """The attributes that tell the language of the text, for an element of a fallback page; else nothing."""
        return self._on_fallback_page(self.text_language, self.text_direction)

    @property
    def frame_attributes(self) -> Markup:
        """Those for words of the site within such an element."""
        return self._on_fallback_page(self.language, self.direction)

    def _on_fallback_page(self, language: str, direction: str) -> Markup:
        is_fallback = self.text_language != self.language
        return Markup(f' lang="{language}" dir="{direction}"') if is_fallback else Markup()  # noqa: S704 - our own codes
