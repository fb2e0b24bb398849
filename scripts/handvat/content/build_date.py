"""Keeps builds repeatable: what depends on the day asks here, never the clock."""

from __future__ import annotations

import datetime
import os

from handvat.content.problem import UserError


class NoDay(UserError):
    """`SOURCE_DATE_EPOCH` is no day; the text says so."""


def build_date() -> datetime.date:
    """The day of the build: `SOURCE_DATE_EPOCH` (seconds since 1970, UTC) where it is set.

    Raises NoDay. See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
        except (ValueError, OverflowError, OSError):
            raise NoDay(
                f"SOURCE_DATE_EPOCH is {epoch[:40]!r}, and no day: give seconds since 1970, or leave it out"
            ) from None
    return datetime.datetime.now(datetime.UTC).date()
