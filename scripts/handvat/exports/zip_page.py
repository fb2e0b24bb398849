"""Turns a page of the site into one that works from `file://`, and says what the copy is.

lxml reads and writes the pages. It is no browser's parser, but writes all 776 pages so that one (tinyhtml5,
after the HTML standard) finds not one element, attribute or text changed; the tests watch over that.
"""

from __future__ import annotations

from lxml import etree, html

from handvat.exports.zip_site import CopyFailed, Edition, name_of

_ONLINE_ONLY = (
    "//head/link[@rel='canonical' or @rel='alternate' or @rel='manifest']"
    # Cards for social media.
    " | //head/meta[starts-with(@property,'og:') or starts-with(@name,'twitter:')]"
    " | //dialog[@id='_search']"
)

_NO_NEED = {"connect-src", "worker-src", "manifest-src"}
"""Of the policy: what only search and an installed site need; `default-src 'none'` then holds."""

UNPACKED = "unpacked.css"
"""At the top of the copy: it hides the line that asks to unpack."""

UNPACKED_STYLE = b".not-unpacked { display: none; }\n"

_LINK_ONLY = ("href", "hreflang", "rel", "target", "type", "download", "aria-current")


def local_page(edition: Edition, path: str) -> tuple[bytes, frozenset[str]]:
    """The page at `path` for the copy, and the files of the site that it shows or links to.

    Raises CopyFailed for a page without the frame of the site, or without its style or script.
    """
    parser = html.HTMLParser(encoding="utf-8")
    root = html.document_fromstring((edition.site / path).read_bytes(), parser=parser)
    for element in root.xpath(_ONLINE_ONLY):
        element.drop_tree()
    try:
        _narrow_policy(root)
        _leave_search_to_the_a_z(root, edition, path)
        _tell_languages(root, edition)
        needed = _lead_links(root, edition, path)
        _tell_date(root, edition, path)  # after the links: it leads to the internet on purpose
    except (IndexError, ValueError) as error:
        raise CopyFailed(
            f"{path}: the page is not as overrides/main.html makes it: build the site anew "
            f"(make build), or mend scripts/handvat/exports/zip_page.py ({error})"
        ) from error
    text = etree.tostring(
        root.getroottree(), method="html", encoding="utf-8", doctype="<!doctype html>"
    )
    return text + b"\n", needed


def _narrow_policy(root: html.HtmlElement) -> None:
    """Takes search's permissions out of the policy.

    'self' stays: from `file://` Chromium takes it for every file and Firefox does not look at it, and
    nothing stricter works, since integrity hashes cannot be checked there (W3C Subresource Integrity
    needs CORS, which files do not have).
    """
    (meta,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']")
    kept = [
        directive.replace(" 'wasm-unsafe-eval'", "")
        for directive in meta.get("content").split("; ")
        if directive.split(" ")[0] not in _NO_NEED
    ]
    meta.set("content", "; ".join(kept))


def _leave_search_to_the_a_z(root: html.HtmlElement, edition: Edition, path: str) -> None:
    """The search button becomes the link that it is without JavaScript; the A–Z says how to go on.

    Pagefind needs `fetch`, modules and WebAssembly, which browsers refuse from `file://`.
    """
    for opener in root.xpath("//*[@data-script and @data-style]"):
        del opener.attrib["data-script"], opener.attrib["data-style"]
    if path == f"{edition.language.prefix}a-z/index.html":
        note = _element("p", edition.strings("copy.a_z"), "notice")
        root.xpath("//article/h1")[0].addnext(note)


def _tell_languages(root: html.HtmlElement, edition: Edition) -> None:
    """The menu of languages keeps those that can be reached, and says where the others are."""
    for menu in root.xpath("//details[contains(@class,'languages')]//ul"):
        for link in menu.xpath("./li/a[not(@aria-current)]"):
            if not edition.address:
                link.getparent().drop_tree()
        key = "copy.languages_online" if edition.address else "copy.languages"
        menu.addnext(_element("p", edition.strings(key), "panel-note"))


def _tell_date(root: html.HtmlElement, edition: Edition, path: str) -> None:
    """At the foot: of which day the copy is, and where the newest is.

    On top, where only a page shows it whose folder is not there: that the archive was not unpacked.
    Windows opens a page from within a zip file alone, with dead links and dead tools.
    """
    strings = edition.strings
    line = _element("p", strings("copy.date", date=edition.day), "foot-licence")
    if edition.address:
        line.text += " "
        newest = _element("a", strings("copy.newest"))
        newest.set("href", edition.online(path))
        newest.set("rel", "noreferrer")
        line.append(newest)
    root.xpath("//footer[contains(@class,'foot')]")[0].append(line)
    root.body.insert(0, _element("p", strings("copy.not_unpacked"), "notice not-unpacked"))
    mark = _element("link", "")
    mark.set("rel", "stylesheet")
    mark.set("href", "../" * edition.place(path).count("/") + UNPACKED)
    root.head.append(mark)


def _lead_links(root: html.HtmlElement, edition: Edition, path: str) -> frozenset[str]:
    """Makes each address one of the copy or of the internet, or takes the link away."""
    needed = set()
    for element in root.xpath("//*[@href or @src]"):
        name = "href" if element.get("href") is not None else "src"
        link = element.get(name)
        found = None if link.startswith("#") else edition.find(path, link)
        if found is None:
            continue
        file, fragment = found
        if edition.holds(file):
            needed.add(file)
            element.set(name, edition.relative(path, file, fragment))
        elif element.tag != "a":
            raise CopyFailed(
                f"{path}: {link} is not in the site: build it anew (make build), and see "
                "scripts/handvat/exports/zip_site.py for what goes along"
            )
        elif online := edition.online(file, fragment):
            element.set("href", online)
            element.set("rel", "noreferrer")
        else:
            _unlink(element, edition, file)
    return frozenset(needed)


def _unlink(link: html.HtmlElement, edition: Edition, file: str) -> None:
    """Leaves the words of a link that leads nowhere; of a notice that offers a text, its download."""
    is_offer = link.get("hreflang") and "notice" in (link.getparent().get("class") or "")
    if is_offer:
        archive = f"{name_of(edition.owner(file))}.zip"
        link.text = edition.strings("copy.dutch", file=archive)
    link.tag = "span"
    for name in _LINK_ONLY:
        link.attrib.pop(name, None)


def _element(tag: str, text: str, css_class: str = "") -> html.HtmlElement:
    made = html.Element(tag)
    made.text = text or None
    if css_class:
        made.set("class", css_class)
    return made
