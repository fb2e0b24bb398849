"""The arithmetic of `make bench-build`, and its table."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Runs:
    """What several runs gave, all in one unit; none where it could not be measured."""

    values: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """Half of them gave less."""
        return statistics.median(self.values)

    def text(self, digits: int = 1) -> str:
        """The median, and from the least to the most: `9.3 (9.1–10.0)`."""
        if not self.values:
            return NOT_MEASURED
        median, least, most = (
            f"{value:.{digits}f}" for value in (self.median, min(self.values), max(self.values))
        )
        return f"{median} ({least}–{most})"


def share(part: Runs, whole: Runs) -> str:
    """How much of `whole` the `part` is, by their medians: `31 %`."""
    if not part.values or not whole.values:
        return NOT_MEASURED
    return f"{part.median / whole.median:.0%}".replace("%", " %")


def growth(before: tuple[int, Runs], after: tuple[int, Runs]) -> str:
    """How time grows with the number n of pages, from one (n, time) to another: `n^1.02`.

    1 is as many times longer as there are pages; 2 is twice the pages, four times the time.
    """
    pages = after[0] / before[0]
    times = after[1].median / before[1].median
    return f"n^{math.log(times) / math.log(pages):.2f}"


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table as lines of text: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["-" * width for width in widths], *rows):
        name, *cells = row
        figures = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([f"{name:<{widths[0]}}", *figures])
