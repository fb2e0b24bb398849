"""The benchmarks run, on a tiny site: they are used seldom, and no other test covers them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, build, make_site, page, run

FIGURE = r"\d+\.\d\d \(\d+\.\d\d–\d+\.\d\d\)"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A tiny project in one language, with the virtual environment that runs the tests."""
    root = make_site(
        tmp_path / "site", {"nl/now/blackmail.md": page("Chantage", "Blijf rustig.\n")}
    )
    (root / ".venv").symlink_to(sys.prefix)
    settings = root / "mkdocs.yml"
    text = settings.read_text("utf-8").replace("build: true", "build: false")
    settings.write_text(text.replace("default: true, build: false", "default: true, build: true"))
    return root


def benchmark(folder: Path, script: str, *arguments: str) -> list[str]:
    """The lines that the benchmark `script` prints in `folder`."""
    command = [sys.executable, str(CHECKOUT / "benchmarks" / script), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.browser
def test_builds_and_saves_are_measured_of_this_checkout_and_of_the_peer(site: Path) -> None:
    before = (site / "docs/nl/now/first-hour.md").read_text("utf-8")
    head, *lines = benchmark(site, "build_time.py", "--sizes", "--runs", "1", "--peer")
    assert head.split() == ["pages", "cold", "warm", "warm/cold", "save", "to", "visible"]
    for name, line in zip(("here", "peer"), lines, strict=True):
        figures = rf"today {name} +{FIGURE} +{FIGURE} +\d+% +{FIGURE}"
        assert re.fullmatch(figures, line), line
    assert (site / "docs/nl/now/first-hour.md").read_text("utf-8") == before
    assert not (site / ".build").exists()


def test_a_build_that_fails_ends_the_benchmark_with_its_message(site: Path) -> None:
    (site / "docs/nl/now/first-hour.md").write_text(page("Uur", "[Weg](nowhere.md)\n"))
    with pytest.raises(
        AssertionError, match=r"first-hour\.md:8: links: .*nowhere(.|\n)*here: build failed"
    ):
        benchmark(site, "build_time.py", "--sizes", "--runs", "1")


@pytest.mark.browser
def test_a_page_and_a_search_are_measured_to_the_byte(site: Path) -> None:
    code, output = build(site)
    assert code == 0, output
    loaded, searched = benchmark(
        site, "page_load.py", "--page", "now/first-hour/", "--query", "rustig", "--runs", "1"
    )
    found = re.fullmatch(
        r"site: page: requests 1, bytes (\d+), FCP \d.*, LCP \d.*, CLS 0, TBT .*", loaded
    )
    assert found, loaded
    file = site / "site/now/first-hour/index.html.br"
    above = int(found[1]) - file.stat().st_size
    policies = (site / "site/_headers").read_text("utf-8")
    assert 0 < above - len(policies) < 200, "what is sent besides the page are its headers"
    found = re.fullmatch(r"site: search: requests (\d+), bytes (\S+), first result \d.*", searched)
    assert found, searched
    assert int(found[1]) == 3, "the script, its style and the index"


@pytest.fixture(scope="module")
def two_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout's project with the pages of two of its languages."""
    project = tmp_path_factory.mktemp("project")
    for name in ("data", "overrides", "mkdocs.yml", "docs/nl", "docs/ar"):
        copy = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy
        copy(CHECKOUT / name, project / name)
    return project


@pytest.mark.parametrize("is_larger", [False, True], ids=["fewer", "more"])
def test_what_is_generated_from_this_site_has_its_pages_and_passes_the_checks(
    tmp_path: Path, two_languages: Path, is_larger: bool
) -> None:
    """Fewer pages than there are, and more: a build refuses what does not pass."""
    pages = len(list((two_languages / "docs/nl").rglob("*.md"))) + 10 if is_larger else 40
    benchmark(two_languages, "synthetic.py", str(tmp_path / "generated"), "--pages", str(pages))
    docs = tmp_path / "generated" / "docs"
    source, translation = (list((docs / code).rglob("*.md")) for code in ("nl", "ar"))
    assert len(source) == pages >= len(translation) > 0.8 * pages
    process = run(tmp_path / "generated", "check")
    output, _ = process.communicate()
    assert process.returncode == 0, output


def test_the_package_imports_neither_tests_nor_benchmarks() -> None:
    for file in (CHECKOUT / "scripts").rglob("*.py"):
        assert not re.search(
            r"(?m)^ *(?:from|import) (?:tests|benchmarks)\b", file.read_text("utf-8")
        ), file
