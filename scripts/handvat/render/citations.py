"""Numbers the citations of a page and prints their list, so that a reader can trace every figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from handvat.content.markdown import citation_keys
from handvat.content.models import Source
from handvat.content.ui_strings import Strings
from handvat.render.views import NumberedSource


@dataclass
class Citations:
    """The sources of one page, numbered in the order in which the text first cites them."""

    sources: dict[str, Source]
    strings: Strings
    note_language: str
    """The language of the notes in the data: the site's source language."""
    places: dict[str, list[str]] = field(default_factory=dict)
    """Key → ids of its citations in the text."""

    def mark(self, inner: str) -> str:
        """The markup of `[@a; @b]`: a raised number per source, each a link to the list."""
        marks = [self._one(key) for _, key in citation_keys(inner) if key in self.sources]
        return f'<sup class="cite" data-pagefind-ignore>{", ".join(marks)}</sup>'

    def _one(self, key: str | None) -> str:
        places = self.places.setdefault(str(key), [])
        number = list(self.places).index(str(key)) + 1
        places.append(f"_cite-{number}-{len(places) + 1}")
        return f'<a href="#_source-{number}" id="{places[-1]}">{number}</a>'

    def numbered(self) -> tuple[NumberedSource, ...]:
        """The list for the foot of the page."""
        return tuple(
            describe(
                key, self.sources[key], self.strings, self.note_language, number=number, back=places
            )
            for number, (key, places) in enumerate(self.places.items(), 1)
        )


def describe(
    key: str,
    source: Source,
    strings: Strings,
    note_language: str,
    *,
    number: int = 0,
    back: Iterable[str] = (),
) -> NumberedSource:
    """A source in the words of the reader's language."""
    return NumberedSource(
        number=number,
        key=key,
        title=source.title,
        by=source.by,
        year=str(source.year) if source.year else strings("sources.no_year"),
        url=source.url,
        language=source.language,
        kind=strings(f"sources.kind.{source.kind}"),
        note=source.note or "",
        note_language="" if note_language == strings.language.code else note_language,
        seen=strings("sources.seen", date=source.seen),
        back=tuple(back),
    )
