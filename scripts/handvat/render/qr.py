"""QR codes from paper to the page: a pocket card has the first sentences, its code opens the rest on a phone.

Made at build by segno, so no service learns who prints what. A site without a public address gets none
(`content.urls.is_public`): its code would lead somebody in a hurry to an error.
"""

from __future__ import annotations

import io

from handvat.render.views import Code

QUIET_ZONE = 4
"""Empty modules around the code (ISO/IEC 18004, 9.1): readers need them to find it."""

TYPEABLE = 48
"""Characters of the longest address to type from a card; a longer one is for a camera alone."""


def code_to(address: str) -> Code:
    """Return the code for the absolute `address`.

    Error correction level M at least (a card wears in a pocket), higher where that makes the code no larger.
    """
    import segno  # noqa: PLC0415 - loaded for the one page with cards

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
