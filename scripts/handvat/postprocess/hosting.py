"""The files that static hosts read: `_headers` and `_redirects`, and the pages that redirect where they do not.

Cloudflare Pages, Netlify, and others after them read both files; for other servers `_headers` is the list to copy.
Sources: OWASP Secure Headers Project; Permissions Policy (W3C); `frame-ancestors` works as a header only (CSP Level 3,
3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote, urlsplit

from handvat.content.page import url_of
from handvat.site_output import SiteOutput, StepFailed, write_file

HEADERS = "_headers"
REDIRECTS = "_redirects"
POLICY = "Content-Security-Policy"

_HASH = re.compile(r"'sha256-[^']+'")

_DENIED_FEATURES = (
    "accelerometer browsing-topics camera display-capture geolocation gyroscope magnetometer microphone "
    "midi payment serial usb"
)
"""Features of a browser that could watch, hear, locate, profile or charge a reader."""

_REDIRECT = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{canonical}">
<title>{title}</title>
<p><a href="{target}">{title}</a></p>
"""


def write_headers(site: SiteOutput) -> None:
    """Write `HEADERS`. Raises StepFailed when the pages have no policy, or not the same."""
    found = {
        page: policy
        for rendered in site.rendered.values()
        for policy, page in rendered.policies.items()
    }
    headers = {
        POLICY: f"{_common_policy(found[page] for page in sorted(found))}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED_FEATURES.split()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    lines = [f"  {name}: {value}" for name, value in headers.items()]
    (site.folder / HEADERS).write_text("\n".join(["/*", *lines]) + "\n", encoding="utf-8")


def _common_policy(policies: Iterable[str]) -> str:
    """One policy for all pages, with the hashes of the scripts and styles in each.

    Raises StepFailed when there is none, or when pages differ in anything else.
    """
    known: dict[str, list[str]] = {}
    for policy in dict.fromkeys(policies):
        directives = policy.split("; ")
        names = [_HASH.sub("", directive).strip() for directive in directives]
        if known and [*known] != names:
            raise StepFailed(
                "two pages have different Content-Security-Policies; see scripts/handvat/render/inline_assets.py"
            )
        for name, directive in zip(names, directives, strict=True):
            hashes = known.setdefault(name, [])
            hashes += [one for one in _HASH.findall(directive) if one not in hashes]
    if not known:
        raise StepFailed("no page has a Content-Security-Policy; see overrides/main.html")
    return "; ".join(" ".join([name, *hashes]) for name, hashes in known.items())


def except_folder(
    text: str, root: str, folder: str, names: Iterable[str], own: Mapping[str, str]
) -> str:
    """The `HEADERS` in `text` with the headers `own` for `folder`, in the place of those of the pages.

    A host applies each rule that matches, and a second policy only forbids more; so the headers that differ are set for
    everything else by name: `names` are the files and folders (with a slash) at the `root` of the site.
    """
    lines = text.splitlines()[1:]
    pages = [line for line in lines if line.strip().partition(":")[0] in own]
    rules = ["/*", *(line for line in lines if line not in pages)]
    for name in ("", *sorted(names)):
        rules += [f"{root}{name}{'*' if name.endswith('/') else ''}", *pages]
    rules += [f"{root}{folder}/*", *(f"  {name}: {value}" for name, value in own.items())]
    return "\n".join(rules) + "\n"


def write_redirects(site: SiteOutput) -> None:
    """Write a page that redirects at each old address of each language, and `REDIRECTS`, for readers' bookmarks.

    A `refresh` works on every host and without scripts (HTML, 4.2.5.3); hosts that read `REDIRECTS` answer with a 301,
    which search engines prefer. Its addresses are those of the host, with the site's folder.
    """
    root = urlsplit(site.site_url).path
    lines = []
    for old, new in site.kb.redirects.items():
        for language in site.languages:
            page = site.kb.shown_page(language.code, new)
            if page is None:
                continue
            old_url, new_url = language.prefix + url_of(old), language.prefix + page.url
            text = _REDIRECT.format(
                language=language.code,
                direction=language.direction,
                target=escape("../" * old_url.count("/") + new_url),
                canonical=escape(site.site_url + new_url),
                title=escape(page.front.title),
            )
            write_file(site.folder / old_url / "index.html", text.encode())
            lines.append(f"{root}{quote(old_url)} {root}{quote(new_url)} 301\n")
    if lines:
        (site.folder / REDIRECTS).write_text("".join(lines), "utf-8")
