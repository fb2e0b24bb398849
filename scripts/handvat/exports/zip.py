"""`handvat export zip`: for each language a zip of the site that works without the internet, for a USB stick.

At a locked-down office, or with a reader who must not be seen online, the texts have to come on a stick. Whoever gets
one has nobody to ask: a note in it explains how to open it, who else can see it and that it grows old.

The same site gives the same bytes: the files are dated SOURCE_DATE_EPOCH where it is set, else when `site/` was built.
"""

from __future__ import annotations

import datetime
import time
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from handvat.console import say
from handvat.content.build_date import source_date_epoch
from handvat.content.downloads import file_name, writing
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import UserError
from handvat.content.urls import is_public
from handvat.exports.built_site import built_languages, edition_of, site_address
from handvat.exports.zip_pages import UNPACKED, UNPACKED_STYLE, OfflineCopy, local_page

_EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""No file in a zip can be older (PKWARE APPNOTE 4.4.6)."""


def make(root: Path, site: Path, out: Path, codes: Collection[str]) -> None:
    """Write a zip of the built `site` to `out` for each language with one of `codes`, or for all.

    `root` is the project that the site was built from. Raises UserError, OSError or Stopped; zip files that are
    complete by then stay.
    """
    base = edition_of(root, site)
    languages = built_languages(base.languages, site, codes)
    address = site_address(site)
    if not is_public(address):
        say("The site has no public address (SITE_URL): the copies do not link to it.")
        address = ""
    moment = source_date_epoch() or datetime.datetime.fromtimestamp(
        (site / "index.html").stat().st_mtime, datetime.UTC
    )
    licence = (root / "LICENSE").read_text(encoding="utf-8")
    for language in languages:
        started = time.monotonic()
        copy = OfflineCopy(site, language, base.languages, base.strings[language.code],
                           moment.date(), address)  # fmt: skip
        files = _files(copy, base, licence)
        target = out / file_name(language, "zip")
        with writing(target, base) as part:
            _pack(files, target.stem, part, moment)
        size, seconds = target.stat().st_size / 1e6, time.monotonic() - started
        say(f"  {target.name}: {len(files)} files, {size:.1f} MB, {seconds:.1f} s")


def _files(copy: OfflineCopy, base: KnowledgeBase, licence: str) -> dict[str, bytes]:
    """Return path in the copy → content; `licence` is the text of LICENSE. Raises UserError for a damaged page."""
    files: dict[str, bytes] = {}
    needed: set[str] = set()
    pages = copy.pages()
    if not pages:
        raise UserError(
            f"{copy.site} has no page in {copy.language.name}: run handvat build first."
        )
    for path in pages:
        files[copy.place(path)], references = local_page(copy, path)
        needed |= references
    for path in needed.difference(pages):
        files[copy.place(path)] = (copy.site / path).read_bytes()
    files[UNPACKED] = UNPACKED_STYLE
    files[copy.strings("copy.readme.name")] = _plain("\n\n".join(_note(copy, base)))
    files["LICENSE.txt"] = _plain(licence)
    return files


def _pack(files: Mapping[str, bytes], folder: str, target: Path, moment: datetime.datetime) -> None:
    """Write `files` to the zip `target`, in the folder `folder`, all dated `moment`.

    Sorted and with fixed permissions, so that the same files give the same bytes
    (https://reproducible-builds.org/docs/archives/).
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", max(moment, _EARLIEST).timetuple()[:6])
            entry.create_system = 3  # Unix: the permissions below are read on every system
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])


def _note(copy: OfflineCopy, base: KnowledgeBase) -> list[str]:
    """Return the paragraphs of the note, in the language of the copy."""
    t = copy.strings
    newest = f"{t('copy.newest')}: {copy.online(copy.language.prefix)}" if copy.address else ""
    paragraphs = [
        f"{t('site.name')}: {t('site.tagline')}",
        f"{t('copy.readme.what')}\n{t('copy.date', date=copy.day)}",
        t("copy.readme.open"),
        t("copy.readme.seen"),
        t("copy.readme.exit"),
        t("copy.readme.old"),
        t("notice.preview") if base.edition == "preview" else "",
        newest,
        base.host.in_language("footer", copy.language.code),
        f"{t('footer.licence')} (LICENSE.txt)",
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _plain(text: str) -> bytes:
    """Return `text` for the oldest Notepad: marked as UTF-8, with the line ends of Windows."""
    return "\r\n".join([*text.strip().splitlines(), ""]).encode("utf-8-sig")
