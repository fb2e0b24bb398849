"""The changes of each language as an Atom feed, and the progress of all as JSON, for programs that follow a site.

The feed (RFC 4287) is made from git: the pages that the last commits touched, without the messages of the commits,
which were not written for readers. A copy of the project without its history gets no feed rather than a wrong one.
"""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from handvat.console import say
from handvat.content.git_history import FEED, Change, NoHistory, newest_changes
from handvat.content.languages import Language
from handvat.content.translation import STATUS_FILE
from handvat.site_output import SiteOutput, write_file

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "{http://www.w3.org/XML/1998/namespace}"


def write_feeds(site: SiteOutput) -> None:
    """Write `FEED` at the root of each language, or print why there is none."""
    for language in site.languages:
        try:
            changes = newest_changes(site.kb, language)
        except NoHistory as reason:
            say(f"  no feed of changes: {reason}")
            return
        if not changes:
            say(f"  no feed of changes in {language.code}: none of its pages is committed yet")
            continue
        path = site.folder / language.prefix / FEED
        path.write_bytes(ET.tostring(_feed(site, language, changes), "utf-8", xml_declaration=True))


def write_status(site: SiteOutput) -> None:
    """Write `STATUS_FILE`: a list with an entry per language, fields as in `LanguageProgress.as_data`."""
    entries = [row.as_data() for row in site.progress]
    text = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    write_file(site.folder / STATUS_FILE, text.encode())


def _feed(site: SiteOutput, language: Language, changes: list[Change]) -> ET.Element:
    """The feed; id, title, author and updated are required (RFC 4287, 4.1.1)."""
    strings = site.kb.strings[language.code]
    home = site.address(language)
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed", {f"{_XML}lang": language.code})
    _add(feed, "id", home + FEED)
    _add(feed, "title", f"{site.name} · {strings('share.feed')}")
    _add(feed, "updated", _time(changes[0]))
    _add(_add(feed, "author"), "name", site.name)
    _add(feed, "rights", strings("footer.licence"))
    _add(feed, "link", rel="self", type="application/atom+xml", href=home + FEED)
    _add(feed, "link", rel="alternate", type="text/html", hreflang=language.code, href=home)
    for change in changes:
        address = site.address(language, change.page.url)
        entry = _add(feed, "entry")
        _add(entry, "id", address)
        _add(entry, "title", change.page.front.title)
        _add(entry, "updated", _time(change))
        _add(entry, "summary", change.page.front.description)
        _add(entry, "link", rel="alternate", type="text/html", href=address)
    ET.indent(feed)
    return feed


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = text
    return child


def _time(change: Change) -> str:
    return change.time.strftime("%Y-%m-%dT%H:%M:%SZ")
