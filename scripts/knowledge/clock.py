"""Keeps builds repeatable: what depends on the day asks here, never the clock."""

from __future__ import annotations

import datetime
import os


def build_date() -> datetime.date:
    """The day of the build: `SOURCE_DATE_EPOCH` (seconds since 1970, UTC) where it is set.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
    return datetime.datetime.now(datetime.UTC).date()
