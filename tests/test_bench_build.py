"""`make bench-build` measures what a contributor waits for; here its arithmetic and its ways, never a time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from fixture_site import make_site, page

from scripts import bench_build
from scripts.bench_build import (
    AT_REST,
    CHECKS,
    COLD,
    COLD_CHECKED,
    GROWTH,
    MEMORY,
    SHARE,
    WARM,
    WARM_CHECKED,
    Measured,
    columns,
)
from scripts.knowledge.base import KnowledgeBase
from scripts.measure import building, memory, table
from scripts.measure.building import Edited, Failed, copy_project, environment, run, run_cold
from scripts.measure.memory import Peak, taken
from scripts.measure.peers import PEERS
from scripts.measure.table import NOT_MEASURED, Runs

PATIENCE = 30
MEGABYTES = 120
HOLDS = f"""\
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
held = bytearray(b"x") * ({MEGABYTES} * 10**6)
print("held", flush=True)
input()
'''], stdin=sys.stdin)
child.wait()
"""
"""A process that takes nothing, with a child that takes much until it is told to end."""

TRANSLATED = {
    "en/now/first-hour.md": page(
        "The first hour",
        "## In short { #in-short }\n\nStay calm.\n",
        translated=True,
    )
}


def test_what_a_child_of_a_process_takes_is_counted_with_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        now = taken(process.pid)
        assert now > MEGABYTES * 10**6
        with Peak(process.pid) as peak:
            end = time.monotonic() + PATIENCE
            while (peak.bytes or 0) < MEGABYTES * 10**6 and time.monotonic() < end:
                time.sleep(0.05)
        process.communicate("\n")
    assert peak.bytes is not None
    assert peak.bytes > MEGABYTES * 10**6
    assert taken(process.pid) == 0


def test_a_system_that_does_not_tell_of_memory_measures_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "PROC", tmp_path)
    with Peak(1) as peak:
        pass
    assert peak.bytes is None


def test_the_spread_goes_from_the_least_to_the_most_around_the_median() -> None:
    assert Runs((3.0, 1.0, 8.25)).text() == "3.0 (1.0–8.2)"
    assert Runs((0.5,)).text(2) == "0.50 (0.50–0.50)"
    assert Runs().text() == NOT_MEASURED


def test_shares_and_growth_are_of_medians() -> None:
    quick, slow = Runs((1.0, 2.0, 9.0)), Runs((7.0, 8.0, 80.0))
    assert table.share(quick, slow) == "25 %"
    assert table.share(Runs(), slow) == NOT_MEASURED
    assert table.growth((200, Runs((10.0,))), (1000, Runs((50.0,)))) == "n^1.00"
    assert table.growth((200, Runs((10.0,))), (1000, Runs((250.0,)))) == "n^2.00"
    assert table.growth((10, Runs((4.0,))), (1000, Runs((4.0,)))) == "n^0.00"


def test_columns_of_a_table_stand_below_each_other() -> None:
    lines = list(table.lines(["", "one", "two"], [["a", "1", "22222"], ["long name", "1", "2"]]))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert lines[2] == "a            1  22222"


def test_the_table_says_growth_from_one_generated_size_to_the_next_and_shares_of_each(
    tmp_path: Path,
) -> None:
    base = KnowledgeBase.load(make_site(tmp_path, TRANSLATED))

    def project(pages: int, cold: float, *, is_generated: bool) -> Measured:
        figures = {CHECKS: [1.0], COLD: [cold], WARM.format("en"): [cold / 4]}
        checked = {COLD_CHECKED: [cold / 2], WARM_CHECKED.format("en"): [cold / 10]}
        figures = defaultdict(list, figures | checked)
        return Measured(tmp_path, base, pages, is_generated, figures)

    sizes = [
        project(10, 9.0, is_generated=False),
        project(200, 10.0, is_generated=True),
        project(1000, 50.0, is_generated=True),
    ]
    head, rows = columns(sizes)
    cells = {name: cells for name, *cells in rows}
    assert head == ["", "today, 10 pages", "200 pages", "1000 pages"]
    assert cells[COLD] == ["9.0 (9.0–9.0)", "10.0 (10.0–10.0)", "50.0 (50.0–50.0)"]
    assert cells[GROWTH] == ["–", "–", "n^1.00 from 200"]
    shares = [cells for name, *cells in rows if name == SHARE]
    assert shares == [["25 %"] * 3, ["20 %"] * 3, *[[NOT_MEASURED] * 3] * 2]
    assert cells[AT_REST.format("en")] == cells[MEMORY] == [NOT_MEASURED] * 3


def test_a_cold_build_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    before = site / ".build" / "cache" / "00" / "kept"
    before.parent.mkdir(parents=True)
    before.write_text("of an earlier build", encoding="utf-8")
    assert run_cold(site, "build").seconds > 0
    assert not before.exists()
    assert (site / "site" / "index.html").is_file()


def test_a_page_is_saved_with_another_word_each_time_and_put_back(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("Blijf rustig.\n", encoding="utf-8")
    edited = Edited(file)
    words = [edited.save() for _ in range(12)]
    assert len(set(words)) == 12
    assert all(word.isalpha() for word in words)  # a figure would have to be in every language
    assert file.read_text("utf-8") == f"Blijf rustig.\n\n{words[-1]}.\n"
    edited.restore()
    assert file.read_text("utf-8") == "Blijf rustig.\n"


def test_settings_of_the_caller_do_not_reach_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGS", "nl")
    monkeypatch.setenv("ORGANISATION", "/nowhere.yml")
    site = make_site(tmp_path / "model")
    copy = tmp_path / "copy"
    copy.mkdir()
    copy_project(site, copy)
    run(copy, "build")
    assert (copy / "site" / "en" / "index.html").is_file()
    assert not (site / ".build").exists()


def test_what_is_measured_keeps_what_python_compiled_as_it_does_for_a_contributor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in environment()


def test_a_build_that_fails_ends_the_bench_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"nl/now/first-hour.md": page("Uur", "[Weg](nowhere.md)\n")}
    site = make_site(tmp_path, wrong)
    with pytest.raises(Failed, match=r"first-hour.md:8: links: .*nowhere"):
        building.run(site, "build")
    monkeypatch.chdir(site)
    assert bench_build.main(["--sizes", "--runs", "1"]) == 1
    said = capsys.readouterr().err
    assert "docs/nl/now/first-hour.md:8: links:" in said
    assert "Nothing more was measured." in said


@pytest.mark.browser
def test_the_bench_measures_all_there_is_on_each_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path, TRANSLATED)
    before = (site / "docs/nl/now/first-hour.md").read_text("utf-8")
    monkeypatch.chdir(site)
    assert bench_build.main(["--sizes", "12", "--runs", "1"]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "today, 10 pages" in said
    assert "12 pages" in said
    assert NOT_MEASURED not in said
    assert (site / "docs/nl/now/first-hour.md").read_text("utf-8") == before
    assert not (site / ".build").exists()


def test_without_a_browser_the_rest_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(make_site(tmp_path, TRANSLATED))
    assert bench_build.main(["--sizes", "--runs", "1"]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "Save to visible is not measured: no Chromium" in said
    (line,) = [line for line in said.splitlines() if line.startswith(AT_REST.format("en"))]
    assert line.rstrip().endswith(NOT_MEASURED)


def test_other_generators_get_every_page_as_it_is_and_are_told_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asking = page("Uur", "## Kort { #in-short }\n\nLees dit: {{ contacts() }} [@a].\n")
    monkeypatch.chdir(make_site(tmp_path / "model", {"nl/now/first-hour.md": asking}))
    assert bench_build.main(["--peers", str(tmp_path / "peers"), "--sizes", "12"]) == 0
    said = capsys.readouterr().out
    project = tmp_path / "peers" / "12"
    texts = sorted(file.read_bytes() for file in (project / "docs").rglob("*.md"))
    assert len(list((project / "docs" / "nl").rglob("*.md"))) == 12
    for peer in PEERS:
        content = project / peer.name / peer.content
        assert sorted(file.read_bytes() for file in content.rglob("*.md")) == texts
        assert (content / "nl" / peer.index).is_file()
        assert f"cd {project / peer.name}\n    {peer.install}\n    time {peer.build} " in said
    assert (
        (project / "docs/nl/now/first-hour.md")
        .read_text("utf-8")
        .endswith("{{ contacts() }} [@a].\n")
    )
    # A second time nothing is written over what is there.
    assert bench_build.main(["--peers", str(tmp_path / "peers"), "--sizes", "12"]) == 1
    assert f"{project} is there already." in capsys.readouterr().err


def test_a_site_of_one_language_is_measured_in_that(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))  # its translations lack the page that is changed
    _, rows = columns([Measured(tmp_path, base, 10, is_generated=False)])
    names = [name for name, *_ in rows]
    assert WARM.format("nl") in names
    assert WARM.format("en") not in names
