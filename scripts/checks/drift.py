"""Rules about translations that read well and say something else: a number, a source, a link less.

Words differ between languages; what hangs on them does not. Each section of a translation has the
same citations, links, calls, blocks and figures as its Dutch section.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.page import Page, Section
from scripts.knowledge.problem import Problem

_GROUPED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))")
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)?")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


def same_structure(base: KnowledgeBase) -> Iterator[Problem]:
    """A citation dropped or a phone number changed in one language is seen by nobody for years."""
    default = base.default_language.code
    for (code, path), page in base.pages.items():
        source = base.page(default, path)
        if code == default or source is None:
            continue
        for section in page.sections:
            model = source.section(section.id)
            if model is None:
                continue
            for kind, found, wanted in _compare(page, section, source, model):
                missing, extra = wanted - found, found - wanted
                if missing or extra:
                    yield Problem(
                        page.file,
                        section.line,
                        "translation-drift",
                        f"the {kind} of {section.id!r} differ from {source.file}:{model.line}: "
                        + "; ".join(
                            f"{name} {', '.join(sorted(map(str, some.elements())))}"
                            for name, some in (("missing", missing), ("too much", extra))
                            if some
                        ),
                        "make both say the same",
                    )


def figures(text: str) -> Counter[str]:
    """The numbers in `text`, however the language groups and writes them: 1.200 and 1,200 are one."""
    plain = _GROUPED.sub("", text.translate(_ARABIC_DIGITS))
    return Counter(found.replace(",", ".") for found in _FIGURE.findall(plain))


def _compare(
    page: Page, section: Section, source: Page, model: Section
) -> Iterator[tuple[str, Counter[str], Counter[str]]]:
    ours, theirs = _hanging(page, section), _hanging(source, model)
    for kind in ours:
        yield kind, ours[kind], theirs[kind]


def _hanging(page: Page, section: Section) -> dict[str, Counter[str]]:
    """What hangs on the words of a section, by kind."""
    end = min((other.line for other in page.sections if other.line > section.line), default=10**9)
    text = page.text

    def here(line: int) -> bool:
        return section.line <= line < end

    calls = [call for call in text.calls if here(call.line)]
    return {
        "citations": Counter(str(item.key) for item in text.citations if here(item.line)),
        "links": Counter(_place(page, item.address) for item in text.targets if here(item.line)),
        "contacts, pictures and tools": Counter(
            f"{call.name}" if call.name == "field" else "".join(call.written.split())
            for call in calls
        ),
        "blocks": Counter(block.kind for block in text.blocks if here(block.line)),
        "figures": figures(" ".join(piece.text for piece in text.prose if here(piece.line))),
    }


def _place(page: Page, address: str) -> str:
    """Where a link leads, whatever the language of the page it is on."""
    path, _, fragment = address.partition("#")
    if "://" in path:
        return address
    place = page.path
    if path:
        folder = posixpath.dirname(f"{page.language}/{page.path}")
        place = posixpath.normpath(posixpath.join(folder, path)).partition("/")[2]
    return f"{place}#{fragment}" if fragment else place
