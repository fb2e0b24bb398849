"""`handvat export zip`: for each language a zip of the site that works without the internet, for a USB stick.

At a locked-down office, or with a reader who must not be seen online, the texts have to come on a stick. Its reader
may have no help: a note in it explains how to open it, who else can see it and that it grows old.

From `file://` a browser opens files and not folders, and a link to what is not in the copy ends in an error page. So
each address becomes a file of the copy, or an address on the internet, or plain text.

The same site gives the same bytes: the files are dated SOURCE_DATE_EPOCH where it is set, else when `site/` was built.
"""

from __future__ import annotations

import datetime
import posixpath
import time
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement
from lxml.html.builder import CLASS, E

from handvat.console import say
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language, language_at
from handvat.content.offline import file_name, writing
from handvat.content.problem import UserError
from handvat.content.ui_strings import Strings
from handvat.content.urls import is_public
from handvat.exports.built_site import (
    below_root,
    built_languages,
    edition_of,
    read_html,
    remove,
    site_address,
)
from handvat.site_output import source_date_epoch

_EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""No file in a zip can be older (PKWARE APPNOTE 4.4.6)."""

_UNPACKED = "unpacked.css"
"""A style sheet at the top of the copy: it hides the line that asks to unpack."""

_UNPACKED_STYLE = b".not-unpacked { display: none; }\n"

_LEFT_OUT = ("downloads/",)
"""Other exports."""

_LEFT_OUT_TYPES = {".html", ".xml"}
"""Redirects, feeds and the sitemap."""

_ONLINE_ONLY = (
    "//head/link[@rel='canonical' or @rel='alternate']"
    # Previews for social media.
    " | //head/meta[starts-with(@property,'og:') or starts-with(@name,'twitter:')]"
)

_ONLINE_DIRECTIVES = {"connect-src", "worker-src", "manifest-src"}
"""Directives of the CSP that only an installed site needs; without them `default-src 'none'` applies."""

_LINK_ATTRIBUTES = ("href", "hreflang", "rel", "target", "type", "download", "aria-current")


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
    if not copy.pages:
        raise UserError(
            f"{copy.site} has no page in {copy.language.name}: run handvat build first."
        )
    for path in copy.pages:
        files[copy.place(path)], references = _local_page(copy, path)
        needed |= references
    for path in needed.difference(copy.pages):
        files[copy.place(path)] = (copy.site / path).read_bytes()
    files[_UNPACKED] = _UNPACKED_STYLE
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
        f"{t('copy.readme.what', name=t('site.name'))}\n{t('copy.date', date=copy.day)}",
        t("copy.readme.open"),
        t("copy.readme.seen"),
        t("copy.readme.exit"),
        t("copy.readme.old"),
        t("notice.preview") if base.edition == "preview" else "",
        newest,
        base.host.footer.get(copy.language.code, ""),
        f"{t('footer.licence')} (LICENSE.txt)",
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _plain(text: str) -> bytes:
    """Return `text` for the oldest Notepad: marked as UTF-8, with the line ends of Windows."""
    return "\r\n".join([*text.strip().splitlines(), ""]).encode("utf-8-sig")


@dataclass(frozen=True)
class OfflineCopy:
    """One language of the built site as a folder of files.

    Paths are those of files, with slashes: relative to the site, as `ar/now/index.html`, or to the copy, where the
    same page is `now/index.html`.
    """

    site: Path
    """The folder of the built site."""
    language: Language
    languages: Sequence[Language]
    """All languages of the site, the default one first."""
    strings: Strings
    day: datetime.date
    """The day of the build."""
    address: str
    """The public address of the site, with a slash at the end; `""` without one."""

    @cached_property
    def pages(self) -> list[str]:
        """The pages of this language, without the error page, which only a server shows."""
        files = (self.site / self.language.prefix).rglob("index.html")
        paths = sorted(file.relative_to(self.site).as_posix() for file in files)
        own = (path for path in paths if language_at(path, self.languages) == self.language)
        # A redirect from an old address has no frame of the site around it.
        return [path for path in own if b"<main" in (self.site / path).read_bytes()]

    def place(self, path: str) -> str:
        """Return the path in the copy of the file of the site at `path`."""
        return path.removeprefix(self.language.prefix)

    def find(self, page: str, link: str) -> tuple[str, str] | None:
        """Return the file of the site that `link` on the page at `page` leads to, and the fragment.

        The file need not exist. None for what is outside the site: other hosts, phone numbers.
        """
        if self.address and link.startswith(self.address):
            link = f"/{link.removeprefix(self.address)}"
        below = below_root(quote(page), link)
        if below is None:
            return None
        parts = urlsplit(below)
        path = unquote(parts.path).lstrip("/")
        if not path or path.endswith("/") or (self.site / path).is_dir():
            path = posixpath.join(path, "index.html")
        return path, parts.fragment

    def holds(self, path: str) -> bool:
        """Return whether the file of the site at `path` goes into the copy, when a page refers to it."""
        file = self.site / path
        if file.name == "index.html":
            return path in self.pages
        if file.suffix in _LEFT_OUT_TYPES or path.startswith(_LEFT_OUT):
            return False
        return file.is_file()

    def relative(self, page: str, path: str) -> str:
        """Return the address of the file at `path`, seen from the page at `page`, within the copy."""
        here = posixpath.dirname(self.place(page))
        return quote(posixpath.relpath(self.place(path), here or "."))

    def online(self, path: str) -> str:
        """Return the public address of the file at `path`; `""` where the site has none."""
        return self.address and self.address + quote(path.removesuffix("index.html"))


def _local_page(copy: OfflineCopy, path: str) -> tuple[bytes, set[str]]:
    """Return the page at `path` for the copy, and the files of the site that it shows or links to.

    Raises UserError for a page without the frame of the site, or without its style or script.
    """
    root = read_html(copy.site / path)
    remove(root.xpath(_ONLINE_ONLY))
    try:
        _narrow_policy(root)
        searched = _local_search(root, copy, path)
        _limit_languages(root, copy)
        needed = _rewrite_links(root, copy, path) | searched
        _add_date(root, copy, path)  # after the links: it leads to the internet on purpose
    except (IndexError, ValueError) as error:
        raise UserError(
            f"{path}: the page is not as overrides/main.html makes it: run handvat build, or fix "
            f"scripts/handvat/exports/zip.py ({error})"
        ) from error
    text: bytes = etree.tostring(
        root.getroottree(), method="html", encoding="utf-8", doctype="<!doctype html>"
    )
    return text + b"\n", needed


def _narrow_policy(root: HtmlElement) -> None:
    """Remove the permissions of an installed site from the Content-Security-Policy.

    'self' stays: from `file://` Chromium takes it for every file and Firefox ignores it, and nothing stricter works,
    since integrity hashes cannot be checked there (W3C Subresource Integrity needs CORS, which files do not have).
    """
    (meta,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']")
    directives = meta.get("content").split("; ")
    needed = (one for one in directives if one.split(" ")[0] not in _ONLINE_DIRECTIVES)
    meta.set("content", "; ".join(needed))


def _local_search(root: HtmlElement, copy: OfflineCopy, path: str) -> set[str]:
    """Make the addresses of search those of the copy, without other languages; return the files that it needs."""
    (opener,) = root.xpath("//*[@data-script and @data-style]")
    (window,) = root.xpath("//dialog[@id='_search']")
    needed = set()
    wanted = [(opener, "data-script"), (opener, "data-style"), (window, "data-index")]
    wanted += [(reader, "data-script") for reader in root.xpath("//button[@data-script]")]
    for one, name in wanted:
        found = copy.find(path, one.get(name))
        if found is None or not copy.holds(found[0]):
            raise ValueError(f"{name} is {one.get(name)!r}, which is no file of the site")
        needed.add(found[0])
        one.set(name, copy.relative(path, found[0]))
    home = copy.relative(path, f"{copy.language.prefix}index.html")
    window.set("data-root", home.removesuffix("index.html") or ".")
    window.set("data-file", "index.html")
    window.attrib.pop("data-others", None)
    return needed


def _limit_languages(root: HtmlElement, copy: OfflineCopy) -> None:
    """Leave the reachable languages in the menu, with a note on the others."""
    for menu in root.xpath("//details[contains(@class,'languages')]//ul"):
        if not copy.address:
            remove(menu.xpath("./li[a[not(@aria-current)]]"))
        key = "copy.languages_online" if copy.address else "copy.languages"
        menu.addnext(E.p(CLASS("panel-note"), copy.strings(key)))


def _rewrite_links(root: HtmlElement, copy: OfflineCopy, path: str) -> set[str]:
    """Make each address one of the copy or of the internet, or remove the link; return the files that the copy needs."""
    needed = set()
    for one in root.xpath("//*[@href or @src]"):
        name = "href" if one.get("href") is not None else "src"
        link = one.get(name)
        found = None if link.startswith("#") else copy.find(path, link)
        if found is None:
            continue
        file, fragment = found
        is_held = copy.holds(file)
        if not is_held and one.tag != "a":
            raise UserError(
                f"{path}: {link} is not in the site: run handvat build, or see _LEFT_OUT in "
                "scripts/handvat/exports/zip.py"
            )
        target = copy.relative(path, file) if is_held else copy.online(file)
        if not target:
            _unlink(one, copy, file)
            continue
        one.set(name, f"{target}#{fragment}" if fragment else target)
        if is_held:
            needed.add(file)
        else:
            one.set("rel", "noreferrer")
    return needed


def _unlink(link: HtmlElement, copy: OfflineCopy, file: str) -> None:
    """Replace a link by its words; in a notice that offers the text in another language, by the name of that download."""
    if link.get("hreflang") and "notice" in (link.getparent().get("class") or ""):
        link.text = copy.strings(
            "copy.dutch", file=file_name(language_at(file, copy.languages), "zip")
        )
    link.tag = "span"
    for name in _LINK_ATTRIBUTES:
        link.attrib.pop(name, None)


def _add_date(root: HtmlElement, copy: OfflineCopy, path: str) -> None:
    """Add the day of the copy and the address of the newest at the foot, and on top that the zip must be unpacked.

    Windows opens a page within a zip file without the other files, so its links and tools are dead; then the style
    sheet that hides the line on top is missing too.
    """
    line = E.p(CLASS("foot-licence"), copy.strings("copy.date", date=copy.day))
    if copy.address:
        line.text += " "
        line.append(E.a(copy.strings("copy.newest"), href=copy.online(path), rel="noreferrer"))
    root.xpath("//footer[contains(@class,'foot')]")[0].append(line)
    root.body.insert(0, E.p(CLASS("notice not-unpacked"), copy.strings("copy.not_unpacked")))
    style = "../" * copy.place(path).count("/") + _UNPACKED
    root.head.append(E.link(rel="stylesheet", href=style))
