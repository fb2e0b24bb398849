"""Remembers which files were put at a place, so that none of somebody else's is ever deleted there.

It stands at the place itself, beside the site, as any machine may publish next. Every name is written
down before the first upload: after a cut nothing lies there that nobody knows of. Whoever has a page
open since before still searches and opens tools, so what such a page asks for stays for `GRACE` after
the last edition that used it; a page that is gone goes at once, since it may have been withdrawn.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.publishing.order import RECORD, is_asked_for_later

GRACE = datetime.timedelta(days=7)

_NOTE = (
    "The files that make publish put here, and since when no edition needs a file any more. "
    "Leave this file: without it make publish cannot tell its files from others."
)


class Unknown(Exception):
    """What lies at the place was not put there by us; the text says what to do."""


@dataclass(frozen=True)
class Record:
    """Name → since which day (as 2026-11-27) no edition needs the file, or `""` where one does."""

    files: dict[str, str]

    def with_edition(self, names: Iterable[str], today: datetime.date) -> Record:
        """The record once an edition of the files `names` is on its way."""
        needed = dict.fromkeys(names, "")
        idle = {name: since or today.isoformat() for name, since in self.files.items()}
        return Record({**idle, **needed})

    def due(self, today: datetime.date) -> list[str]:
        """What no edition needs and no open page asks for any more."""
        return [
            name
            for name, since in sorted(self.files.items())
            if since and _is_due(name, since, today)
        ]

    def without(self, names: Iterable[str]) -> Record:
        """The record once the files `names` are deleted."""
        gone = set(names)
        return Record({name: since for name, since in self.files.items() if name not in gone})

    def as_text(self) -> str:
        """What stands in the file."""
        value = {"note": _NOTE, "files": dict(sorted(self.files.items()))}
        return json.dumps(value, ensure_ascii=False, indent=0) + "\n"


def read_record(text: str, place: str) -> Record:
    """The record in `text`, found at `place`. Raises Unknown."""
    try:
        files = json.loads(text)["files"]
        for name, since in files.items():
            if since:
                datetime.date.fromisoformat(since)
            if not _is_below(name):
                raise ValueError(f"{name!r} is no file of a site")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unknown(
            f"{place}/{RECORD} is not what make publish wrote ({error}). Is this the right place? Then "
            "delete that file there, and publish with ADOPT=1: all that lies there is then ours."
        ) from error
    return Record(files)


def _is_below(name: str) -> bool:
    return name.isprintable() and not {"", ".", ".."} & set(name.split("/"))


def _is_due(name: str, since: str, today: datetime.date) -> bool:
    return not is_asked_for_later(name) or today - datetime.date.fromisoformat(since) >= GRACE
