"""Says which words wound or blame, and which to use instead, so that no page hurts its reader."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import Field

from scripts.knowledge.front_matter import Strict


class Term(Strict):
    """An entry of `data/terms.yml`, under its language."""

    use: str = Field(min_length=1)
    avoid: list[str] = Field(default=[])
    """Words that must not stand in a text, whole words, in any case of letters."""
    why: str | None = None
    search: list[str] = Field(default=[])
    """Words that people type: kept for search only."""
    meaning: str = Field(min_length=1)
    """One plain sentence for the glossary."""

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds any of the words to avoid; None when there are none."""
        if not self.avoid:
            return None
        words = "|".join(re.escape(word) for word in sorted(self.avoid, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
