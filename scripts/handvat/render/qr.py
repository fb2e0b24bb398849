"""QR codes from paper to the page: a pocket card says the start, its code brings the rest to a phone.

Made at build by segno, so no service learns who prints what. A code to an address where no site can
ever be would lead somebody in a hurry to an error: such a site gets none.
"""

from __future__ import annotations

import io
import ipaddress
from urllib.parse import urlsplit

from handvat.render.views import Code

QUIET_ZONE = 4
"""Modules of nothing around the code (ISO/IEC 18004, 9.1): readers need it to find the code."""

TYPEABLE = 48
"""Characters that somebody may still type over from a card; a longer address is for a camera alone."""

_RESERVED = {"example", "test", "invalid", "localhost", "local"}
"""Names that never lead to a public site (RFC 2606, RFC 6761, RFC 6762)."""
_RESERVED_DOMAINS = {"example.com", "example.net", "example.org"}


def leads_somewhere(address: str) -> bool:
    """Whether a phone elsewhere can ever reach `address`: no reserved name, no private number."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        is_reserved = labels[-1] in _RESERVED or ".".join(labels[-2:]) in _RESERVED_DOMAINS
        return len(labels) > 1 and not is_reserved


def code_to(address: str) -> Code:
    """The code that leads to the absolute `address`.

    Error level M at the least (a card wears in a pocket); higher where that makes it no larger.
    """
    import segno  # noqa: PLC0415 - 20 ms, for which every build would wait, and one page needs it

    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written,
        kind="svg",
        border=QUIET_ZONE,
        omitsize=True,
        xmldecl=False,
        svgns=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    letters = address.partition("://")[2].rstrip("/")
    return Code(
        address, written.getvalue().decode("utf-8"), letters if len(letters) <= TYPEABLE else ""
    )
