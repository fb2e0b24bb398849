"""Downloads record their edition, so that no site offers the numbers of another country."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fixture_site import make_site
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.offline import find_downloads, writing


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return KnowledgeBase.load(make_site(tmp_path))


def names(base: KnowledgeBase) -> list[str]:
    return [one.path.name for one in find_downloads(base)]


def test_a_download_is_offered_by_the_edition_that_it_was_made_of_and_by_no_other(
    base: KnowledgeBase,
) -> None:
    folder = base.root / "downloads"
    for name in ("handvat-nl.pdf", "handvat-nl.zip"):
        with writing(folder / name, base) as part:
            part.write_bytes(b"whole")
    assert names(base) == ["handvat-nl.zip", "handvat-nl.pdf"]
    assert names(replace(base, country="be")) == []
    record = json.loads((folder / "handvat-nl.zip.json").read_text("utf-8"))
    assert record == {"edition": "Handvat (nl)", "commit": ""}
    (folder / "handvat-nl.zip.json").write_text("[]")
    assert names(base) == ["handvat-nl.pdf"]


def test_what_fails_while_it_is_written_leaves_the_last_download_and_its_record(
    base: KnowledgeBase,
) -> None:
    target = base.root / "downloads/handvat-nl.zip"
    with writing(target, base) as part:
        part.write_bytes(b"the last one")

    def write_half(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"), writing(target, base) as part:
        write_half(part)
    assert target.read_bytes() == b"the last one"
    assert names(base) == ["handvat-nl.zip"]
    assert sorted(path.name for path in target.parent.iterdir()) == [
        "handvat-nl.zip",
        "handvat-nl.zip.json",
    ]
