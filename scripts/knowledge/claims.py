"""Lists what the knowledge base must say at the least, so that nothing essential gets lost."""

from __future__ import annotations

from pydantic import Field

from scripts.knowledge.front_matter import Strict
from scripts.knowledge.sources import KEY


class Claim(Strict):
    """An entry of `data/claims.yml`. `part` is the folder in which a reader looks for it."""

    id: str = Field(pattern=KEY)
    part: str
    says: str = Field(min_length=1)
