"""Parts of a site, made apart, join into the very site that one build makes, and no others join."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_site import build, make_site, manifest, page, run

from scripts.parts import Origin

DAY = {"SOURCE_DATE_EPOCH": "1764201600"}
SUM = ["sha256sum"] if shutil.which("sha256sum") else ["shasum", "-a", "256"]
ADDRESS = "https://fixture.example/base/"


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.example"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(project: Path) -> None:
    git(project, "add", "docs", "data", "mkdocs.yml")
    git(project, "commit", "-m", "Words")


def make_project(folder: Path) -> Path:
    project = make_site(folder)
    # What lies among the texts and is no page.
    (project / "docs/nl/now/plan.png").write_bytes(b"A drawing.")
    text = page("Wat is er aan de hand", "Kies. [Begin](../index.md) ![Plan](plan.png)\n")
    (project / "docs/nl/now/index.md").write_text(text, "utf-8")
    git(project, "init", "--quiet")
    commit(project)
    return project


def make_part(project: Path, name: str, languages: str, **environment: str) -> tuple[int, str]:
    return build(project, PART=name, LANGS=languages, **{**DAY, **environment})


def merge(project: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    process = run(project, "merge", *arguments, **{**DAY, **environment})
    output, _ = process.communicate()
    return process.returncode, output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its site at `one/`, built in one go, and a part of each language."""
    project = make_project(tmp_path_factory.mktemp("parts") / "project")
    code, output = build(project, "--out", "one", **DAY)
    assert code == 0, output
    for language in ("nl", "en", "ar"):
        code, output = make_part(project, f"part-{language}", language)
        assert code == 0, output
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A copy of it that stands elsewhere, for a test that changes something; with a site from before."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(made, copy)
    (copy / "site").mkdir()
    (copy / "site/index.html").write_text("The site from before.")
    return copy


def refused(project: Path, *parts: str, **environment: str) -> str:
    """What is said when `parts` are refused; the site from before is still there."""
    code, output = merge(project, *parts, **environment)
    assert code == 1, output
    assert "Traceback" not in output
    assert manifest(project / "site") == {"index.html": b"The site from before."}
    assert sorted(path.name for path in (project / ".build").glob("build-*")) == []
    return " ".join(output.split())


def test_a_part_has_the_pages_of_its_languages_and_knows_all_of_the_site(made: Path) -> None:
    pages = {path.relative_to(made / "part-en/site") for path in (made / "part-en/site").rglob("*.html")}  # fmt: skip
    assert pages
    assert {path.parts[0] for path in pages} == {"en"}
    assert 'hreflang="ar"' in (made / "part-en/site/en/index.html").read_text("utf-8")
    assert not (made / "part-en/site/sitemap.xml").exists()


def test_what_a_part_holds_can_be_checked_without_us(made: Path) -> None:
    done = subprocess.run(
        [*SUM, "--check", "SHA256SUMS"], cwd=made / "part-nl", check=False, capture_output=True
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    "parts",
    [("part-nl", "part-en", "part-ar"), ("part-ar", "part-en", "part-nl"), ("part-both", "part-en")],
    ids=" ".join,
)  # fmt: skip
def test_parts_join_into_the_site_that_one_build_makes_byte_for_byte(
    project: Path, parts: tuple[str, ...]
) -> None:
    if "part-both" in parts:
        assert make_part(project, "part-both", "nl,ar")[0] == 0
    code, output = merge(project, *parts)
    assert code == 0, output
    one, site = manifest(project / "one"), manifest(project / "site")
    assert sorted(site) == sorted(one)
    assert [name for name in one if site[name] != one[name]] == []
    assert {"feed.xml", "now/plan.png", "pagefind/ar/pagefind.js"} <= set(site)


def test_parts_of_an_organisations_edition_join_as_well(project: Path) -> None:
    own = project / "ours"
    (own / "pages/en/now").mkdir(parents=True)
    text = page("The first hour", "## In short { #in-short }\n\nStay.\n", translated=True)
    (own / "pages/en/now/first-hour.md").write_text(text, "utf-8")
    (own / "organisation.yml").write_text("name: Ours\nlanguages: [nl, en]\n", "utf-8")
    edition = {"ORGANISATION": str(own / "organisation.yml"), "SITE_URL": "https://ours.example/"}
    code, output = build(project, "--out", "one", **DAY, **edition)
    assert code == 0, output
    for language in ("nl", "en"):
        assert make_part(project, f"part-{language}", language, **edition)[0] == 0
    code, output = merge(project, "part-nl", "part-en", **edition)
    assert code == 0, output
    site = manifest(project / "site")
    assert site == manifest(project / "one")
    assert b"Ours" in site["index.html"]
    (own / "pages/en/now/first-hour.md").write_text(text.replace("Stay", "Go"), "utf-8")
    code, output = merge(project, "part-nl", "part-en", **edition)
    assert code == 1
    assert "different texts or files, in docs/" in output
    assert manifest(project / "site") == site


def test_no_part_is_no_site(project: Path) -> None:
    assert 'make merge PARTS="part-1 part-2"' in refused(project)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("part-*", "part-*: there is no such folder"),
        ("docs", "docs is no part of a site, since it has no part.json"),
        ("one", "one is no part of a site"),
        ("mkdocs.yml", "mkdocs.yml: there is no such folder"),
        ("x" * 300, "xxx: there is no such folder"),
    ],
)
def test_a_folder_that_is_no_part_is_refused(project: Path, name: str, said: str) -> None:
    assert said in refused(project, "part-nl", name)


def test_a_language_that_is_there_twice_is_refused(project: Path) -> None:
    said = refused(project, "part-nl", "part-en", "part-ar", "part-nl")
    assert "nl is in part-nl and in part-nl: leave one of them out" in said


def test_a_language_that_lacks_is_refused_with_the_command_that_makes_it(project: Path) -> None:
    said = refused(project, "part-nl")
    assert "No part has en,ar. make build LANGS=en,ar PART=part-en-ar makes one" in said


def test_parts_of_different_commits_are_refused(project: Path) -> None:
    (project / "docs/en/index.md").write_text(page("Home", "New.\n", translated=True), "utf-8")
    commit(project)
    said = refused(project, "part-nl", "part-en", "part-ar")
    assert "part-nl is of commit" in said and "and this project of commit" in said
    assert make_part(project, "part-ar", "ar")[0] == 0
    said = refused(project, "part-nl", "part-en", "part-ar")
    assert "part-ar is of commit" in said and "and part-nl of commit" in said
    assert "of the same commit" in said


@pytest.mark.parametrize(
    ("file", "named"),
    [("docs/ar/index.md", "docs/"), ("data/strings/en.yml", "data/"), ("mkdocs.yml", "mkdocs.yml")],
)
def test_parts_of_files_that_were_changed_and_not_committed_are_refused(
    project: Path, file: str, named: str
) -> None:
    with (project / file).open("a", encoding="utf-8") as text:
        text.write("\n" if file.endswith(".md") else "# New.\n")
    assert make_part(project, "part-ar", "ar")[0] == 0
    said = refused(project, "part-nl", "part-en", "part-ar")
    assert f"part-ar and part-nl are made from different texts or files, in {named}: commit" in said


def test_without_git_the_files_themselves_are_compared(project: Path) -> None:
    shutil.rmtree(project / ".git")
    for language in ("nl", "en", "ar"):
        assert make_part(project, f"part-{language}", language)[0] == 0
    code, output = merge(project, "part-nl", "part-en", "part-ar", "--out", "two")
    assert code == 0, output
    (project / "docs/ar/index.md").write_text(page("Home", "New.\n", translated=True), "utf-8")
    said = refused(project, "part-nl", "part-en", "part-ar")
    assert "part-nl and this project are made from different texts or files, in docs/" in said


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SITE_URL": "https://other.example/"}, f"SITE_URL 'https://other.example/', and part-nl made with SITE_URL '{ADDRESS}'"),
        ({"REPO_URL": "https://github.com/other/other"}, "made with REPO_URL 'https://github.com/other/other'"),
        ({"EDIT_URI": "edit/next/docs/"}, "made with EDIT_URI"),
        ({"SOURCE_DATE_EPOCH": "1764288000"}, "is of 2025-11-28, and part-nl of 2025-11-27: set SOURCE_DATE_EPOCH"),
    ],
    ids=["address", "repository", "where to mend", "day"],
)  # fmt: skip
def test_parts_of_different_settings_or_days_are_refused(
    project: Path, environment: dict[str, str], said: str
) -> None:
    assert make_part(project, "part-ar", "ar", **environment)[0] == 0
    assert said in refused(project, "part-nl", "part-en", "part-ar")


def of(**change: object) -> Origin:
    known = {
        "commit": "a" * 40,
        "settings": {"SITE_URL": ADDRESS, "REPO_URL": "", "EDIT_URI": ""},
        "day": "2025-11-27",
        "languages": ["nl", "en"],
        "feeds": ["nl", "en"],
        "program": "one",
        "files": {"docs/": "one"},
    }
    return Origin(**{**known, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"commit": ""}, "part-1 is of commit (git does not say), and part-2 of commit aaaaaaaaaaaa:"),
        ({"languages": ["nl"]}, "part-1 is of a site in nl, and part-2 of a site in nl, en:"),
        ({"feeds": []}, "in no language, and part-2 made with a feed of changes in nl, en: fetch the whole history"),
        ({"program": "two"}, "different scripts, libraries or versions of Python"),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_else_may_differ_is_said_with_its_cure(change: dict[str, object], said: str) -> None:
    assert said in of(**change).differs("part-1", of(), "part-2")
    assert of().differs("part-1", of(), "part-2") == ""


def cut_a_page(part: Path) -> None:
    (part / "site/en/index.html").write_bytes(b"<!doctype html>")


def lose_a_page(part: Path) -> None:
    (part / "site/en/index.html").unlink()


def lose_search(part: Path) -> None:
    shutil.rmtree(part / "site/pagefind")


def change_what_is_known(part: Path) -> None:
    text = (part / "part.json").read_text("utf-8")
    (part / "part.json").write_text(text.replace("2025-11-27", "2025-11-28"), "utf-8")


def cut_the_sums(part: Path) -> None:
    lines = (part / "SHA256SUMS").read_text("utf-8").splitlines(keepends=True)
    (part / "SHA256SUMS").write_text("".join(lines[:-1]), "utf-8")


def lose_the_sums(part: Path) -> None:
    (part / "SHA256SUMS").unlink()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut_a_page, "site/en/index.html is not as it was written"),
        (lose_a_page, "site/en/index.html is missing"),
        (lose_search, "is missing"),
        (change_what_is_known, "part.json is not as it was written"),
        (cut_the_sums, "is not in SHA256SUMS"),
        (lose_the_sums, "SHA256SUMS is missing"),
    ],
)
def test_a_damaged_part_is_refused(project: Path, damage: Callable[[Path], None], said: str) -> None:  # fmt: skip
    damage(project / "part-en")
    output = refused(project, "part-nl", "part-en", "part-ar")
    assert "part-en is damaged: " in output and said in output and "Copy it anew" in output


def test_a_part_of_another_make_of_the_program_is_refused(project: Path) -> None:
    part = project / "part-en"
    told = json.loads((part / "part.json").read_text("utf-8"))
    del told["origin"]["day"]
    (part / "part.json").write_text(json.dumps(told), "utf-8")
    names = [path.relative_to(part) for path in part.rglob("*") if path.is_file()]
    names.remove(Path("SHA256SUMS"))
    sums = subprocess.run([*SUM, *names], cwd=part, check=True, capture_output=True).stdout
    (part / "SHA256SUMS").write_bytes(sums)
    said = refused(project, "part-nl", "part-en", "part-ar")
    assert "part-en/part.json was written by another version of this program" in said


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_merge_that_is_stopped_leaves_the_site_and_the_parts(
    project: Path, number: signal.Signals
) -> None:
    old = manifest(project / "site")
    parts = {name: manifest(project / name) for name in ("part-nl", "part-en", "part-ar")}
    for line in ("Joining", "  joined", "  search"):
        process = run(project, "merge", *parts, **DAY)
        assert process.stdout is not None
        for said in process.stdout:
            if said.startswith(line):
                break
        process.send_signal(number)
        process.communicate()
        assert process.returncode != 0
        assert manifest(project / "site") == old
    code, output = merge(project, *parts)
    assert code == 0, output
    assert manifest(project / "site") == manifest(project / "one")
    assert {name: manifest(project / name) for name in parts} == parts


def test_a_part_is_not_written_over_anything_else(project: Path) -> None:
    old = manifest(project / "docs")
    code, output = make_part(project, "docs", "nl")
    assert code == 1
    assert "holds something else than a part of a site" in output
    assert manifest(project / "docs") == old
    code, output = make_part(project, "one", "nl")
    assert code == 1
    before = manifest(project / "part-nl")
    assert make_part(project, "part-nl", "nl")[0] == 0
    assert manifest(project / "part-nl") == before


@pytest.mark.parametrize(
    ("languages", "said"),
    [("xx", "there is no language xx; known are nl, en, ar"), ("ar", "the site does not show ar")],
)
def test_a_part_of_a_language_that_the_site_lacks_is_refused(
    project: Path, languages: str, said: str
) -> None:
    config = project / "mkdocs.yml"
    hidden = "name: العربية, build: false"
    config.write_text(config.read_text("utf-8").replace("name: العربية, build: true", hidden), "utf-8")  # fmt: skip
    code, output = make_part(project, "part-x", languages)
    assert code == 1
    assert said in output
    assert not (project / "part-x").exists()


def test_a_bad_page_stops_a_part_and_a_merge_with_its_line(project: Path) -> None:
    (project / "docs/nl/now/index.md").write_text("---\ntitel: x\n---\n", "utf-8")
    old = manifest(project / "part-en")
    code, output = make_part(project, "part-en", "en")
    assert code == 1 and "docs/nl/now/index.md:2:" in output
    assert manifest(project / "part-en") == old
    assert "docs/nl/now/index.md:2:" in refused(project, "part-nl", "part-en", "part-ar")
