"""Packs a copy into one zip file, the same bytes for the same site, with a note on what it is.

Who gets it on a USB stick has nobody to ask: the note says how to open it, who else can see it and
that it grows old. It is plain text for the oldest Notepad (marked as UTF-8, lines end as Windows').
"""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

from handvat.exports.zip_page import UNPACKED, UNPACKED_STYLE, local_page
from handvat.exports.zip_site import CopyFailed, Edition

_EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""No file in a zip can be older (PKWARE APPNOTE 4.4.6)."""


def files_of(edition: Edition, licence: str) -> dict[str, bytes]:
    """Path in the copy → content, for all that goes along; `licence` is the project's LICENSE.

    Raises CopyFailed for a site of which no working copy can be made.
    """
    pages = edition.pages()
    if not pages:
        raise CopyFailed(
            f"{edition.site.name}/ has no pages in {edition.language.name}: "
            f"build it with that language (make build LANGS={edition.language.code})"
        )
    files: dict[str, bytes] = {}
    needed: set[str] = set()
    for path in pages:
        files[edition.place(path)], asked = local_page(edition, path)
        needed |= asked
    for path in needed.difference(pages):
        files[edition.place(path)] = (edition.site / path).read_bytes()
    files[UNPACKED] = UNPACKED_STYLE
    files[edition.strings("copy.readme.name")] = _note(edition)
    files["LICENSE.txt"] = _plain(licence)
    return files


def pack(files: dict[str, bytes], folder: str, target: Path, moment: datetime.datetime) -> None:
    """Writes `files` into the zip file `target`, below `folder`, all dated `moment`.

    Sorted and with fixed rights, so that the same files give the same bytes
    (https://reproducible-builds.org/docs/archives/). What was at `target` stays until the new one is
    whole.
    """
    when = max(moment, _EARLIEST).timetuple()[:6]
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(files):
                entry = zipfile.ZipInfo(f"{folder}/{path}", when)
                entry.create_system = 3  # Unix: the rights below are read on every system
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, files[path])
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _note(edition: Edition) -> bytes:
    """What the copy is, in its language."""
    t = edition.strings
    home = (edition.site / edition.language.prefix / "index.html").read_bytes()
    paragraphs = [
        f"{t('site.name')}: {t('site.tagline')}",
        f"{t('copy.readme.what')}\n{t('copy.date', date=edition.day)}",
        t("copy.readme.open"),
        t("copy.readme.seen"),
        t("copy.readme.exit"),
        t("copy.readme.old"),
    ]
    if b"notice-preview" in home:
        paragraphs.append(t("notice.preview"))
    if edition.address:
        paragraphs.append(f"{t('copy.newest')}: {edition.online(edition.language.prefix)}")
    paragraphs.append(f"{t('footer.licence')} (LICENSE.txt)")
    return _plain("\n\n".join(paragraphs))


def _plain(text: str) -> bytes:
    return "\r\n".join([*text.strip().splitlines(), ""]).encode("utf-8-sig")
