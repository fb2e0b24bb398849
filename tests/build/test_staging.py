"""The swap: a reader never finds half a site, whatever system the site is on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from handvat import staging as swap
from handvat.staging import HOME, SwapRefused, exchange, put_in_place, recover


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> None:
    """Where the old site is between two renames."""
    (tmp_path / HOME).mkdir()


def site(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "index.html").write_text(text)
    (folder / "404.html").write_text(text)
    return folder


def words(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.iterdir()}


def test_the_new_site_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target, new = site(tmp_path / "site", "old"), site(tmp_path / "new", "new")
    put_in_place(new, target)
    assert words(target) == {"new"}
    assert not [*(tmp_path / HOME).iterdir()]


def test_the_first_site_needs_no_old_one(tmp_path: Path) -> None:
    put_in_place(site(tmp_path / "new", "new"), tmp_path / "site")
    assert words(tmp_path / "site") == {"new"}


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    put_in_place(site(tmp_path / "new", "new"), tmp_path / "site")
    assert words(tmp_path / "site") == {"new"}


def test_a_reader_always_finds_a_whole_site(tmp_path: Path) -> None:
    target, new = site(tmp_path / "site", "0"), site(tmp_path / "new", "1")
    if not exchange(new, target):
        pytest.skip("this system cannot exchange two folders in one step")
    missing: list[OSError] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                (target / "index.html").read_text()
            except OSError as error:
                missing.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _ in range(500):
            put_in_place(new, target)
    finally:
        stop.set()
        reader.join()
    assert not missing


def test_without_an_exchange_two_renames_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "exchange", lambda *_: False)
    target, new = site(tmp_path / "site", "old"), site(tmp_path / "new", "new")
    put_in_place(new, target)
    assert words(target) == {"new"}
    assert [path.name for path in tmp_path.iterdir() if path.name != HOME] == ["site"]
    assert not [*(tmp_path / HOME).iterdir()]


def test_when_the_second_rename_fails_the_old_site_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "exchange", lambda *_: False)
    target = site(tmp_path / "site", "old")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "never made", target)
    assert words(target) == {"old"}


@pytest.mark.parametrize("has_target", [False, True])
def test_a_build_killed_between_the_two_renames_is_mended(tmp_path: Path, has_target: bool) -> None:
    spare = site(tmp_path / HOME / "previous-site", "old")
    if has_target:
        site(tmp_path / "site", "new")
    recover(tmp_path / "site")
    assert words(tmp_path / "site") == ({"new"} if has_target else {"old"})
    assert not spare.exists()


@pytest.mark.parametrize("kind", ["link", "file", "work"])
def test_what_is_not_a_built_site_is_never_replaced(tmp_path: Path, kind: str) -> None:
    target, work = tmp_path / "site", tmp_path / "work"
    work.mkdir()
    (work / "letter.md").write_text("mine")
    if kind == "link":
        target.symlink_to(work)
    elif kind == "file":
        target.write_text("mine")
    else:
        work.rename(target)
    with pytest.raises(SwapRefused, match=str(target)):
        put_in_place(site(tmp_path / "new", "new"), target)
    assert (target if kind == "file" else target / "letter.md").read_text() == "mine"


def test_a_mount_point_is_refused_in_a_sentence(
    tmp_path: Path, mount_disk: Callable[[Path, str], None]
) -> None:
    target = tmp_path / "site"
    mount_disk(target, "64k")
    with pytest.raises(SwapRefused, match="mount point"):
        put_in_place(site(tmp_path / "new", "new"), target)
