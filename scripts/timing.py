"""Says how long each step of long work took, and which share of the whole: where quicker would help."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_SMALL = 0.02
"""The share from which a step is named by itself at the end."""


class Watch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Prints `name` and how long the block took, when it went well."""
        started = time.monotonic()
        yield
        self._steps[name] = time.monotonic() - started
        _say(name, self._steps[name])

    def summary(self) -> str:
        """The time since the beginning with the share of each step: `8.0 s: checked 30 %, …`."""
        whole = time.monotonic() - self._started
        shares = {name: taken / whole for name, taken in self._steps.items()}
        named = [f"{name} {share:.0%}" for name, share in shares.items() if share >= _SMALL]
        rest = 1 - sum(share for share in shares.values() if share >= _SMALL)
        return f"{whole:.1f} s: {', '.join([*named, f'all else {rest:.0%}'])}"


def say_rendered(code: str, seconds: float) -> None:
    """Prints that a language is rendered: several are at once, and all together are a step."""
    _say(f"rendered {code}", seconds)


def _say(name: str, seconds: float) -> None:
    print(f"  {name:<14}{seconds:6.1f} s")
