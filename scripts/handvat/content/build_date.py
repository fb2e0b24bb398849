"""The day of the build, from `SOURCE_DATE_EPOCH` where it is set: so the same sources give the same bytes.

See https://reproducible-builds.org/specs/source-date-epoch/.
"""

from __future__ import annotations

import datetime
import os

from handvat.content.problem import UserError


def source_date_epoch() -> datetime.datetime | None:
    """Return the time in `SOURCE_DATE_EPOCH` (seconds since 1970, UTC), None where it is not set.

    Raises UserError for a value that is no time.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise UserError(
            f"SOURCE_DATE_EPOCH is {epoch[:40]!r}, and no day: give seconds since 1970, or leave it out"
        ) from None


def build_date() -> datetime.date:
    """Return the day of the build: of `SOURCE_DATE_EPOCH`, else today (UTC). Raises UserError."""
    return (source_date_epoch() or datetime.datetime.now(datetime.UTC)).date()
