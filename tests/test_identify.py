"""Languages are told apart by one process, which is there before it is asked, and nothing is lost with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixture_site import make_site, page

from scripts import build
from scripts.cache import NAME, Cache
from scripts.knowledge.identify import Asked, IdentifierAside, identify
from scripts.processes import Aside, Lost

TEXTS = (
    "Als een jongere iets vertelt, luister je eerst en vraag je pas daarna wat er is gebeurd.",
    "When a young person tells you something, you listen first and ask what happened only then.",
    "Wenn ein Jugendlicher etwas erzählt, hörst du zuerst zu und fragst erst danach, was geschehen ist.",
)
ASKED = Asked(("de", "en", "nl"), "nl", TEXTS)


@pytest.fixture
def aside() -> Iterator[IdentifierAside]:
    made = IdentifierAside()
    yield made
    made.end()


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def test_a_text_in_the_language_that_it_should_be_in_has_no_other() -> None:
    assert identify(ASKED) == ["", "en", "de"]


def test_a_language_that_the_model_has_not_learnt_is_left_alone() -> None:
    assert identify(Asked(("nl", "ti"), "ti", TEXTS[:1])) == [""]
    assert identify(ASKED) == ["", "en", "de"]  # whoever was asked before does not matter


def test_a_process_of_its_own_says_the_same(aside: IdentifierAside) -> None:
    assert aside(ASKED) == identify(ASKED)
    assert aside(ASKED._replace(language="en")) == ["nl", "", "de"]
    assert aside(ASKED._replace(texts=())) == []


def test_when_that_process_has_died_the_answer_is_the_same(aside: IdentifierAside) -> None:
    (process,) = children()
    os.kill(process, signal.SIGKILL)
    assert aside(ASKED) == ["", "en", "de"]
    assert aside(ASKED) == ["", "en", "de"]


def test_no_process_is_left_behind() -> None:
    made = IdentifierAside()
    assert children() != []
    made.end()
    assert children() == []


def test_what_was_begun_is_done_before_what_is_asked() -> None:
    done: list[int] = []

    def work(task: int) -> list[int]:
        done.append(task)
        return done

    process = Aside(work)
    process.begin(1)
    process.begin(2)
    assert process.ask(3) == [1, 2, 3]
    assert process.ask(4) == [1, 2, 3, 4]
    process.end()


def test_whoever_asks_a_process_that_dies_hears_how() -> None:
    process = Aside(os._exit)
    answer = process.ask(7)
    process.end()
    assert isinstance(answer, Lost)
    assert str(answer) == "with code 7"


def test_only_a_first_build_has_such_a_process_from_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[IdentifierAside] = []

    class Noted(IdentifierAside):
        def __init__(self) -> None:
            super().__init__()
            begun.append(self)

    monkeypatch.setattr(build, "IdentifierAside", Noted)
    monkeypatch.setattr(build, "cores", lambda: 2)
    root = make_site(tmp_path, {})
    (root / "docs/en/strayed.md").write_text(page("Strayed", f"{TEXTS[0]}\n", translated=True))
    kept = Cache(root / ".build" / NAME)
    for _ in range(2):
        with pytest.raises(build.BadContent, match=r"strayed.md:.*seems to be Nederlands"):
            build.build(root, root / "site", "")
        assert not kept.is_empty
    assert len(begun) == 1
    assert children() == []
