"""Hands a host the headers that protect a reader, so that nobody has to think of them again.

`_headers` is read as it is by the static hosts that know such a file (Cloudflare Pages, Netlify and
others after them); for other servers it is the list to copy. Sources: OWASP Secure Headers Project;
Permissions Policy (W3C); `frame-ancestors` works as a header only (CSP Level 3, 3.3).
"""

from __future__ import annotations

import re
from html import unescape

from scripts.finish.site import Site, StepFailed

NAME = "_headers"

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')

_REFUSED = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media fullscreen "
    "geolocation gyroscope magnetometer microphone midi payment picture-in-picture "
    "publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking"
)


def headers(policy: str) -> dict[str, str]:
    """Name and value of every header that each answer carries; `policy` is that of the pages."""
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _REFUSED.split()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def step(site: Site) -> None:
    """Writes `_headers`. Raises StepFailed when the home page has no policy to repeat."""
    found = _POLICY.search((site.folder / "index.html").read_text(encoding="utf-8"))
    if not found:
        raise StepFailed("index.html has no Content-Security-Policy; see overrides/main.html")
    lines = [f"  {name}: {value}" for name, value in headers(unescape(found[1])).items()]
    (site.folder / NAME).write_text("\n".join(["/*", *lines]) + "\n", encoding="utf-8")
