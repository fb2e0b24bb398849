"""A run of `make fuzz` that tried too little fails; any other prints how to repeat it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from fixture_site import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "tests/fuzz"))

import count


def _half(file: Path, number: int) -> str:
    count.keep(file, {"texts": number - 5, "heads": 5}, "7")
    assert sum(json.loads(file.read_text("utf-8"))["tried"].values()) == number
    return str(file)


@pytest.mark.parametrize(("second", "code"), [(10_000, 0), (9_999, 1)])
def test_both_halves_together_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], second: int, code: int
) -> None:
    halves = [_half(tmp_path / "a.json", 10_000), _half(tmp_path / "b.json", second)]
    assert count.main(halves) == code
    printed = capsys.readouterr()
    assert f"{10_000 + second:,} inputs in all. The same again: make fuzz SEED=7" in printed.out
    assert ("Fewer than 20,000" in printed.err) == bool(code)


def test_each_kind_is_named_with_those_that_passed() -> None:
    assert count.lines({"texts": 1200, "heads": 3}, {"texts": 40}) == [
        "      3  heads, 0 of them without an error",
        "  1,200  texts, 40 of them without an error",
    ]


def test_make_runs_every_file_of_hostile_input_and_counts_both_halves() -> None:
    text = (CHECKOUT / "Makefile").read_text("utf-8")
    rules = text[text.index("\nfuzz:") : text.index("\nfollow:")]
    files = sorted(path.name for path in (CHECKOUT / "tests/fuzz").glob("test_*.py"))
    assert files
    assert [name for name in files if rules.count(f"tests/fuzz/{name}") != 1] == []
    assert rules.count("FUZZ_COUNT=") == 2
    assert "tests.fuzz.count $(COUNTS)" in rules
