"""`make publish TO=remote:bucket/path`: the built site to a place that is changed file by file.

    python -m scripts.publish remote:bucket/path [--site site] [--plan] [--adopt] [--fewer-languages]

Object storage (S3, Azure, GCS), WebDAV or SFTP cannot exchange one folder for another, as a build does
here. So files go up in an order in which everything that a reader comes to leads somewhere at every
moment, and what is gone is deleted last; `publishing/order.py` says the order, and what can still differ
for how long. After a cut, publish again: what is there already stays, the rest follows.

rclone carries, and keeps the keys (`rclone config`); deploy/publish.md shows it for each kind of place.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.copies.edition import published_address
from scripts.publishing.causes import NO_BUCKET
from scripts.publishing.edition import Edition, NotWhole, frozen, languages_of
from scripts.publishing.order import ASK_FIRST, RECORD, Batch, batches, is_copy
from scripts.publishing.rclone import Kind, NotThere, Place, RcloneFailed, find_rclone
from scripts.publishing.record import Record, Unknown, read_record
from scripts.staging import one_at_a_time, open_home
from scripts.stopping import Stopped, listen_for_stop

AGAIN = "Publish again: it goes on where it was."

_QUIET = 4
"""Seconds without a word: rclone tells every five how far it is."""


class Refused(Exception):
    """What was asked for would harm; the text says what, and what to do instead."""


@dataclass(frozen=True)
class Wishes:
    """What the person at the keyboard allows."""

    is_plan: bool = False
    """Only say what would be done."""
    may_adopt: bool = False
    """All that lies at the place is a site of ours, and may be replaced and deleted."""
    may_drop_languages: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Publishes the built site of the project here. Returns 0, 1, or 128 + the signal that ended it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.publish", description="Publish site/.")
    parser.add_argument("to", nargs="?", default="", help="remote:bucket/path, as rclone knows it")
    parser.add_argument("--site", default="site", help="the folder of the built site")
    parser.add_argument("--plan", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--adopt", action="store_true", help="all that lies there is ours to replace"
    )
    parser.add_argument("--fewer-languages", action="store_true", help="withdraw languages")
    asked = parser.parse_args(arguments)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # progress, as it is
    listen_for_stop()
    # Whoever sets this for rclone means it here too.
    is_dry = os.environ.get("RCLONE_DRY_RUN", "").lower() not in {"", "0", "f", "false"}
    wishes = Wishes(asked.plan or is_dry, asked.adopt, asked.fewer_languages)
    try:
        publish(Path.cwd(), Path.cwd() / asked.site, asked.to, wishes)
    except Stopped as stop:
        print(f"Stopped. {AGAIN}", file=sys.stderr)
        return 128 + stop.number
    except (NotWhole, Refused, Unknown) as error:
        print(f"{error}\nNothing was published.", file=sys.stderr)
        return 1
    except (RcloneFailed, OSError) as error:
        print(f"{error}\nNot published, or not wholly. {AGAIN}", file=sys.stderr)
        return 1
    return 0


def publish(root: Path, site: Path, to: str, wishes: Wishes) -> None:
    """Makes what lies at `to` the `site`, in an order that no reader is hurt by. `root` is the project.

    Raises NotWhole, Refused, Unknown or RcloneFailed; after the last, what is served is still whole.
    """
    started = time.monotonic()
    check_place(to, site)
    program = find_rclone()
    home = open_home(root)
    with (
        one_at_a_time(home / "publish-lock", "publish", print) as lock,
        frozen(site, home / "publish") as edition,
    ):
        place = Place(program, to, lock)
        kind = place.kind()
        before = find_record(place, kind.is_store, wishes)
        check_languages(before, edition, site, wishes)
        print(f"Publishing {site.name}/ to {place.shown}")
        warn(edition, kind)
        todo, record = plan(place, edition, before, kind, wishes)
        due = record.due(_today())
        if wishes.is_plan:
            tell_plan(todo, due)
            return
        if todo or record != before:
            write_record(place, record)
            carry(place, edition, todo)
        if due:
            place.delete(due, has_folders=not kind.is_store)
            print(f"  {'deleted':<20}{len(due):6} files")
            write_record(place, record.without(due))
    seconds = time.monotonic() - started
    changed = sum(len(batch.files) for batch in todo)
    print(f"Published in {seconds:.1f} s: {changed} files new or changed, {len(due)} deleted")
    if kind.is_store:
        print("A store sends no security headers: deploy/publish.md says what the CDN has to add.")


def check_place(to: str, site: Path) -> None:
    """Refuses a place that is none, or that overlaps the site. Raises Refused."""
    if not to:
        raise Refused("Say where to: make publish TO=remote:bucket/path (see deploy/publish.md)")
    if ":" not in to:
        here, there = site.resolve(), Path(to).resolve()
        if here == there or here in there.parents or there in here.parents:
            raise Refused(f"TO={to} overlaps {site.name}/ itself. Name another folder.")


def find_record(place: Place, is_store: bool, wishes: Wishes) -> Record:
    """What was published there before. Raises Refused, Unknown or RcloneFailed."""
    if is_store and place.to.endswith(":"):
        raise Refused(f"Name a bucket: TO={place.shown}bucket or TO={place.shown}bucket/path.")
    try:
        there = place.names(1)
    except NotThere as error:
        if is_store:
            raise RcloneFailed(NO_BUCKET.format(shown=place.shown)) from error
        return Record({})
    if RECORD in there:
        return read_record(place.read(RECORD), place.shown)
    if not there:
        return Record({})
    if not wishes.may_adopt:
        some = ", ".join(sorted(there)[:5]) + (", …" if len(there) > 5 else "")
        raise Refused(
            f"{place.shown} is not empty, and make publish did not put there what it holds: {some}. Name "
            "an empty folder in TO=. Or is it a site of yours that may be replaced, and what the new one "
            "lacks deleted? Then add ADOPT=1."
        )
    return Record({name: "" for name in place.names(-1) if not name.endswith("/")})


def check_languages(record: Record, edition: Edition, site: Path, wishes: Wishes) -> None:
    """Refuses to withdraw a language because somebody built without it. Raises Refused."""
    in_use = tuple(name for name, since in record.files.items() if not since)
    lacking = sorted(languages_of(in_use) - edition.languages)
    if lacking and not wishes.may_drop_languages:
        raise Refused(
            f"{site.name}/ lacks {', '.join(lacking)}, which readers have now: was it built with LANGS? Run "
            "make build without it. To withdraw the language, add FEWER=1."
        )


def warn(edition: Edition, kind: Kind) -> None:
    """Prints what does not hinder, and what somebody may want to know before readers do."""
    if not published_address(edition.address):
        print("  The site has no address on the internet: build it with SITE_URL=https://…")
    if kind.is_written_over:
        print(
            "  This rclone writes over a file while it may be read, and a cut leaves half of it until you "
            "publish again: rclone 1.63 or newer does not, nor does object storage."
        )


def plan(
    place: Place, edition: Edition, before: Record, kind: Kind, wishes: Wishes
) -> tuple[list[Batch], Record]:
    """What to upload, and the record of what is there then. Raises RcloneFailed."""
    # Without checksums of the place (WebDAV) rclone would compare sizes, and miss a mended letter.
    found = place.compare(edition.folder, by_reading=not kind.has_sums) if before.files else {}
    # What came there some other way may be the same, but with no word on its type and how long to keep it.
    old = {"*", "="} if wishes.may_adopt else {"*"}
    # A store sends the file that was asked for and never its smaller copy.
    files = [name for name in edition.files if not (kind.is_store and is_copy(name))]
    new = {name for name in files if found.get(name, "+") == "+"}
    changed = {name for name in files if found.get(name) in old}
    todo = list(batches(new, changed, edition.languages, kind.is_store))
    return todo, before.with_edition(files, _today())


def tell_plan(todo: Sequence[Batch], due: Sequence[str]) -> None:
    """Prints what would be done, file by file."""
    for batch in todo:
        for name in batch.files:
            print(f"  {batch.step}: {name}")
    for name in due:
        print(f"  delete: {name}")
    print("Nothing was done: this was the plan.")


def carry(place: Place, edition: Edition, todo: Sequence[Batch]) -> None:
    """Uploads everything, step by step. Raises RcloneFailed."""
    for step in dict.fromkeys(batch.step for batch in todo):
        started = told = time.monotonic()
        mine = [batch for batch in todo if batch.step == step]
        count = sum(len(batch.files) for batch in mine)
        done = 0

        def tell(number: int) -> None:
            nonlocal told
            if time.monotonic() - told > _QUIET:
                told = time.monotonic()
                print(f"  {step:<20}{done + number:6} of {count}")  # noqa: B023 - called in this round

        for batch in mine:
            place.upload(edition.folder, batch, tell)
            done += len(batch.files)
        print(f"  {step:<20}{count:6} files {time.monotonic() - started:6.1f} s")


def write_record(place: Place, record: Record) -> None:
    """Writes down at the place what is there. Raises RcloneFailed."""
    place.write(RECORD, record.as_text(), "application/json", ASK_FIRST)


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


if __name__ == "__main__":
    sys.exit(main())
