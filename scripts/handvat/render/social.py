"""The preview of a page where its address is shared (ogp.me), and its description for machines (JSON-LD, schema.org).

A preview is on the receiver's screen before they open the link, where others may see it. It contains only title and
description, which the address reveals as well (`/now/image-blackmail/`); with `extra.previews: discreet` neither.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from babel.core import get_global

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page
from handvat.render.views import Link, SharePreview

PICTURE = "assets/preview.png"
"""One picture for all pages, with mark and name, drawn by `tests/helpers/preview_picture.py`."""

_LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"


def share_preview(
    base: KnowledgeBase, page: Page, name: str, address: str, canonical: str
) -> SharePreview:
    """Return the preview of `page` on the site called `name`, whose root is at `address`."""
    strings = base.strings[page.language]
    is_discreet = base.host.is_discreet
    # Open Graph needs a country (`nl_NL`), and CLDR has that of most speakers.
    language, _script, territory = get_global("likely_subtags")[page.language].split("_")
    return SharePreview(
        kind="website" if page.path == "index.md" else "article",
        title=name if is_discreet else page.front.title,
        description=strings("share.neutral") if is_discreet else page.front.description,
        # Also when discreet: some sites share this address instead of the pasted one.
        url=canonical,
        locale=f"{language}_{territory}",
        # It has the shipped name and mark.
        image="" if base.overlay.name or base.host.logo else address + PICTURE,
        image_alt=strings("share.picture"),
    )


def structured_data(
    base: KnowledgeBase, page: Page, name: str, address: str, breadcrumbs: Sequence[Link]
) -> str:
    """Return `page` as JSON-LD that is safe within a `<script>`; `""` where previews are discreet.

    It names a review only where a person checked the content and, of a translation, the language as well.
    """
    if base.host.is_discreet:
        return ""  # programs show it elsewhere
    default = base.source_language
    url = address + base.language(page.language).prefix + page.url
    record = page.front.translation
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": url,
        "name": page.front.title,
        "description": page.front.description,
        "inLanguage": page.language,
        "isPartOf": {"@type": "WebSite", "name": name, "url": address},
        "license": _LICENCE,
        "isAccessibleForFree": True,
    }
    if page.language != default.code and base.page(default.code, page.path):
        data["translationOfWork"] = {"@id": address + default.prefix + page.url}
    if page.front.review and (record is None or record.reviewed):
        data["lastReviewed"] = page.front.review.date.isoformat()
        # A plain string: whether it is a person or an organisation is not recorded.
        data["reviewedBy"] = page.front.review.by
    if breadcrumbs:
        # The breadcrumbs above the text, without the page itself.
        data["breadcrumb"] = {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": crumb.title,
                    "item": address + crumb.url,
                }
                for position, crumb in enumerate(breadcrumbs, 1)
            ],
        }
    # Without `<`, no text can end its element or open a comment.
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c")
