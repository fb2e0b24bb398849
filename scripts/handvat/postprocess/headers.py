"""The HTTP headers that protect a reader, in a file for hosts.

`_headers` is read by the static hosts that know such a file (Cloudflare Pages, Netlify and others after them); for
other servers it is the list to copy. Sources: OWASP Secure Headers Project;
Permissions Policy (W3C); `frame-ancestors` works as a header only (CSP Level 3, 3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from handvat.site_output import SiteOutput, StepFailed

NAME = "_headers"
POLICY = "Content-Security-Policy"

_HASH = re.compile(r"'sha256-[^']+'")

_REFUSED = (
    "accelerometer browsing-topics camera display-capture geolocation gyroscope magnetometer microphone "
    "midi payment serial usb"
)
"""What could watch, hear, find, know or charge a reader."""


def headers(policy: str) -> dict[str, str]:
    """Return name and value of the headers of a page; `policy` is that of all pages."""
    return {
        POLICY: f"{policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _REFUSED.split()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def step(site: SiteOutput) -> None:
    """Write `_headers`. Raises StepFailed when the pages have no policy, or not the same."""
    found = {
        page: policy
        for rendered in site.rendered.values()
        for policy, page in rendered.policies.items()
    }
    policy = common_policy(found[page] for page in sorted(found))
    lines = [f"  {name}: {value}" for name, value in headers(policy).items()]
    (site.folder / NAME).write_text("\n".join(["/*", *lines]) + "\n", encoding="utf-8")


def apart(text: str, root: str, folder: str, names: Iterable[str], own: Mapping[str, str]) -> str:
    """Return the `_headers` in `text` with the headers `own` for `folder`, in the place of those of the pages.

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


def common_policy(policies: Iterable[str]) -> str:
    """Return one policy for all pages, with the hashes of the scripts and styles in each.

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
