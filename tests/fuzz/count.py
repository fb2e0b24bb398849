"""Adds up the inputs that the halves of `make fuzz` tried: too few would look like a success.

python -m tests.fuzz.count .build/fuzz-pages.json .build/fuzz-data.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FEWEST = 20_000
"""Inputs in one run of `make fuzz`."""


def lines(tried: Mapping[str, int], passed: Mapping[str, int]) -> list[str]:
    """How many inputs of which kind were tried, and how many of them had no error."""
    return [
        f"{count:>7,}  {kind}, {passed.get(kind, 0):,} of them without an error"
        for kind, count in sorted(tried.items())
    ]


def keep(file: Path, tried: Mapping[str, int], seed: str) -> None:
    """Writes to `file` what one half tried."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"tried": tried, "seed": seed}), "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints how many inputs the halves, in the files `arguments`, tried in all. 1 for too few."""
    files = sys.argv[1:] if arguments is None else arguments
    halves = [json.loads(Path(name).read_text("utf-8")) for name in files]
    count = sum(sum(half["tried"].values()) for half in halves)
    seeds = ", ".join(sorted({half["seed"] for half in halves}))
    print(f"{count:,} inputs in all. The same again: make fuzz SEED={seeds}")
    if count < FEWEST:
        print(f"Fewer than {FEWEST:,}: tests/fuzz lost some of its tests, or of their `times`.", file=sys.stderr)  # fmt: skip
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
