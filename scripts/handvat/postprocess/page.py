"""A page as readers get it, with all that the steps after it have to know: nobody reads or changes it again.

Leaves out of pages what no reader needs: a phone has to fetch all of it.

Comments, indents and the words that a page is searched by go. The words are in the index, which gets them by
itself (`findable.py`); in the page they would weigh a kilobyte, and tell whoever looks at its source what readers
ask.

Gives search a page without its frame, so that menus are neither found nor read 800 times.

What stands around the text is four fifths of a page, and the same on each: Pagefind leaves it out
in any case, and without it needs two thirds of the time. The words to search by, which readers do not
get (`smaller.py`), are here.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from html import unescape
from pathlib import Path

import deflate

from handvat.content.offline_manifest import fingerprint
from handvat.postprocess.assets import named_in, with_names
from handvat.postprocess.compress import smaller_copies

_GZIP = ".gz"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True)
class Finished:
    """A page, and what it is made of."""

    data: bytes
    copies: Mapping[str, bytes]
    """The ending of a compressed copy → the copy."""
    findable: str
    """What search reads of it; `""` for a page that search must not find."""
    named: frozenset[str]
    """Addresses of the files that it names."""
    policy: str
    """Its Content-Security-Policy."""
    fingerprint: str
    """What tells it from another edition of it (`device_list.fingerprint`)."""
    is_new: bool = False
    """Whether it was made now, and not by an earlier build."""

    def to_bytes(self) -> bytes:
        """All of it, to be kept."""
        whole = replace(self, data=b"") if _GZIP in self.copies else self
        return pickle.dumps([getattr(whole, one.name) for one in fields(whole)], protocol=5)

    @classmethod
    def from_bytes(cls, data: bytes) -> Finished:
        """What `to_bytes` gave."""
        page = cls(*pickle.loads(data))  # noqa: S301 - from our own cache, which knows its checksum
        # A copy holds the page: to unpack it takes less than to read it.
        if page.data:
            return page
        return replace(page, data=bytes(deflate.gzip_decompress(page.copies[_GZIP])))

    def write(self, path: Path, folders: set[Path]) -> None:
        """Writes the page to `path` and its copies beside it; `folders` are those that are there already."""
        make_folder(path.parent, folders)
        for ending, data in {"": self.data, **self.copies}.items():
            # Not with a Path for each: they take as long to make as a file to write.
            with open(f"{path}{ending}", "wb") as file:  # noqa: PTH123
                file.write(data)


def finish(output: str, address: str, names: Mapping[str, str]) -> Finished:
    """The rendered page `output`, which stands at `address`, finished.

    `names` are the scripts and styles of the site by the names that templates know (`assets.read_names`).
    """
    page = with_names(smaller_page(output), names)
    policy = _POLICY.search(page)
    data = page.encode("utf-8", "xmlcharrefreplace")  # as MkDocs writes
    return Finished(
        data,
        smaller_copies(data),
        findable(output) or "",
        frozenset(named_in(page, address)),
        unescape(policy[1]) if policy else "",
        fingerprint(data),
    )


def make_folder(folder: Path, known: set[Path]) -> None:
    """Makes `folder` unless it is among the `known`, and notes it: asking the disk for each page takes longer."""
    if folder not in known:
        folder.mkdir(parents=True, exist_ok=True)
        known.add(folder)


# What Material's frame has for its own menu, search and notices; ours are links and <details>. A test
# sees to it that nothing of them is left, should a later Material write them otherwise.
_FRAME = re.compile(
    r'<input class="md-toggle"[^>]*>|<label class="md-overlay"[^>]*></label>'
    r'|<div data-md-component="(?:skip|announce)">(?:\s*<a [^>]*class="md-skip">[^<]*</a>)?\s*</div>'
    r'|<div class="md-dialog"[^>]*>\s*<div [^>]*></div>\s*</div>'
)
_INDENT = re.compile(r"\n\s+")
# Where a space is one. Scripts and styles of a page are known by their hash. It goes from `<` to `<`:
# sign by sign through the style took longer than all else here.
_AS_WRITTEN = re.compile(r"(<(pre|textarea|script|style)\b[^<]*+(?:<(?!/\2>)[^<]*+)*+</\2>)")


def smaller_page(text: str) -> str:
    """The page `text` as a reader needs it."""
    # Every third part is the name of an element that stays as it is, in the part before it.
    parts = _AS_WRITTEN.split(text)
    for number in range(0, len(parts), 3):
        parts[number] = _INDENT.sub("\n", _FRAME.sub("", FIELD.sub("", parts[number])))
    return "".join(part for number, part in enumerate(parts) if number % 3 != 2)


FIELD = re.compile(r"<meta [^<>]*data-pagefind-meta=[^<>]*>")
"""What a page says to search alone (overrides/main.html)."""

_ROOT = re.compile(r"<html\b[^>]*>")
_IGNORED = "data-pagefind-ignore"
_LEFT_OUT = re.compile(rf"<(\w+)\b[^<>]*\s{_IGNORED}\b[^<>]*>")
_TEXT = re.compile(r"<article\b[^>]*\sdata-pagefind-body.*</article>", re.DOTALL)


def findable(page: str) -> str | None:
    """Of the rendered `page` what Pagefind reads; None for a page that search must not find."""
    root, text = _ROOT.search(page), _TEXT.search(page)
    if root is None or text is None:
        return None
    body = "".join(_searched(text[0]))
    fields = "".join(FIELD.findall(page, 0, text.start()))
    return f"<!doctype html>{root[0]}<head>{fields}</head><body>{body}</body></html>"


def _searched(text: str) -> Iterator[str]:
    """`text` in pieces, without what Pagefind is told to leave out.

    It would leave it out by itself. But then a notice that the Dutch is newer, or the table of how far each language is,
    would make another page of it, and a new index of seven languages after a word in the eighth.
    """
    end = at = 0
    # The few with the word, not the hundreds of other elements.
    while (at := text.find(_IGNORED, at)) >= 0:
        if found := _LEFT_OUT.match(text, text.rfind("<", 0, at)):
            yield text[end : found.start()]
            end = at = _end_of(found[1], text, found.end())
        else:
            at += len(_IGNORED)
    yield text[end:]


def _end_of(name: str, text: str, start: int) -> int:
    """Where the element `name` ends in `text` whose content begins at `start`; there, where it does not."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}\b[^<>]*>").finditer(text, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return start
