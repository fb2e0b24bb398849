"""The build: whatever happens to it, `site/` is the last good one or the new one."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, build, build_apart, make_site, manifest, page, run, verb
from handvat import processes
from handvat.build.build import build as build_site
from handvat.build.hooks import CompiledTemplates
from handvat.build.mkdocs_runner import RenderFailed
from handvat.checks import runner
from handvat.content.markdown import read
from handvat.content.page import Page
from jinja2 import Environment, FileSystemLoader
from lxml import html

PAGE = "docs/nl/now/index.md"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_site(tmp_path / "project")


def edit(project: Path, words: str) -> None:
    (project / PAGE).write_text(page("Wat is er aan de hand", f"{words}\n"), "utf-8")


def add_hook(project: Path, code: str) -> None:
    """Lets MkDocs run `code` as well, to inject a fault into a build."""
    (project / "fault.py").write_text(f"import logging, os, signal\n\n{code}\n", "utf-8")
    config = project / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace("hooks:\n", "hooks:\n  - fault.py\n"), "utf-8"
    )


def leftovers(project: Path) -> list[str]:
    names = {path.name for path in (project / ".build").iterdir()}
    return sorted(names - {"lock", ".gitignore", "cache"})


def test_each_language_is_in_its_own_folder_and_the_default_one_at_the_root(
    project: Path,
) -> None:
    code, output = build(project)
    assert code == 0, output
    for name, language in (("index.html", "nl"), ("en/index.html", "en"), ("ar/index.html", "ar")):
        assert f'lang="{language}"' in (project / "site" / name).read_text("utf-8")
    assert not (project / "site/nl").exists()
    assert leftovers(project) == []


def test_a_fallback_page_links_to_a_section_only_where_the_translation_has_it(
    tmp_path: Path,
) -> None:
    dutch = (
        "Kies.\n\n## Nu { #now }\n\nBel.\n\n## Later { #later }\n\nDan.\n\n## Ook { #too }\n\nZo.\n"
    )
    links = "[Nu](index.md#now), [later](index.md#later), [ook](index.md#too), [hier](#in-short).\n"
    english = "## Now { #now }\n\nCall.\n\n## Also {#too}\n\nSo.\n"
    project = make_site(
        tmp_path,
        {
            "nl/now/index.md": page("Wat is er aan de hand", dutch),
            "nl/now/first-hour.md": page("Uur", f"## Kort {{ #in-short }}\n\n{links}"),
            "en/now/index.md": page("What", english, translated=True),
        },
    )
    code, output = build(project)
    assert code == 0, output
    for folder, expected in (
        ("", {"../#now", "../#later", "../#too", "#in-short"}),
        ("en/", {"../#now", "../", "../#too", "#in-short"}),
    ):
        html = (project / f"site/{folder}now/first-hour/index.html").read_text("utf-8")
        text = html[html.index('data-section="in-short"') :].partition("</section>")[0]
        assert {*re.findall(r"<a href=\"?([^\s\">]+)", text)} == expected


def test_two_builds_of_one_commit_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    one, two = make_site(tmp_path / "one"), make_site(tmp_path / "elsewhere" / "two")
    assert build_apart(one, PYTHONHASHSEED="1")[0] == 0
    time.sleep(1.1)  # so that a time stamp in whole seconds differs too
    assert build_apart(two, PYTHONHASHSEED="2")[0] == 0
    assert manifest(one / "site") == manifest(two / "site")


def test_langs_limits_the_build_to_these_and_the_default_language(project: Path) -> None:
    code, output = build(project, LANGS="en")
    assert code == 0, output
    assert (project / "site/index.html").exists()
    assert (project / "site/en/index.html").exists()
    assert not (project / "site/ar").exists()
    assert 'hreflang="ar"' not in (project / "site/index.html").read_text("utf-8")


def test_an_unknown_language_is_reported_with_the_known_ones(project: Path) -> None:
    code, output = build(project, LANGS="nl,xx")
    assert code == 1
    assert "no language xx; known are nl, en, ar" in output
    assert "Traceback" not in output
    assert not (project / "site").exists()


def test_the_address_of_the_site_is_a_setting(project: Path) -> None:
    assert build(project, SITE_URL="https://help.example/young/")[0] == 0
    assert "<loc>https://help.example/young/en/</loc>" in (project / "site/sitemap.xml").read_text(
        "utf-8"
    )


def test_a_broken_page_stops_the_build_with_its_line_and_the_site_stays(project: Path) -> None:
    assert build(project)[0] == 0
    old = manifest(project / "site")
    (project / PAGE).write_text("---\ntitel: x\n---\n", "utf-8")
    code, output = build(project)
    assert code == 1
    assert f"{PAGE}:2:" in output
    assert manifest(project / "site") == old


@pytest.mark.parametrize(
    "fault",
    [
        'logging.getLogger("mkdocs.plugins.x").warning(f"{page.file.src_uri} looks odd")',
        'raise ValueError("odd")',
    ],
)
def test_a_warning_or_an_error_of_mkdocs_names_the_page_and_stops_the_build(
    project: Path, fault: str
) -> None:
    add_hook(
        project,
        "def on_page_markdown(markdown, page, config, files):\n"
        f"    if page.file.src_uri == 'nl/now/index.md':\n        {fault}\n    return markdown",
    )
    code, output = build(project)
    assert code == 1
    assert "nl/now/index.md" in output
    assert "odd" in output
    assert "Traceback" not in output
    assert not (project / "site").exists()
    assert leftovers(project) == []


@pytest.mark.parametrize("cores", [1, 2])
def test_a_killed_process_ends_the_build_with_the_name_of_its_language_and_the_site_stays(
    project: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    assert build(project)[0] == 0
    old = manifest(project / "site")
    edit(project, "New words.")
    add_hook(
        project,
        "def on_page_markdown(markdown, page, config, files):\n"
        "    if page.file.src_uri == 'en/now/index.md':\n        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return markdown",
    )
    monkeypatch.setattr(processes, "cores", lambda: cores)
    code, output = verb(project, "build")
    assert code == 1
    assert "rendered English (en/404.html to en/now/index.html)" in output
    assert " was killed from outside; when memory is short, build fewer languages" in output
    assert "العربية" not in output or cores > 1, "no process was rendering this language"
    assert "Nederlands" not in output or cores > 1, "this language was done"
    assert "Traceback" not in output
    assert manifest(project / "site") == old
    assert leftovers(project) == []


def test_each_language_is_shared_among_the_processes_where_there_are_more_of_these(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = []
    for cores in (1, 7):
        monkeypatch.setattr(processes, "cores", lambda cores=cores: cores)
        monkeypatch.setattr("handvat.build.mkdocs_runner.cores", processes.cores)
        code, output = verb(project, "build", "--out", f"{cores}/site")
        assert code == 0, output
        sites.append(manifest(project / f"{cores}/site"))
    assert sites[0] == sites[1]


def test_processes_that_are_not_forked_build_the_same_site(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS: all that they work with is pickled."""
    monkeypatch.setattr(runner, "FEW_PAGES", 0)
    sites = []
    for method in ("fork", "spawn"):
        monkeypatch.setattr(processes, "_START_METHOD", method)
        shutil.rmtree(project / ".build", ignore_errors=True)
        code, output = verb(project, "build", "--out", f"{method}/site")
        assert code == 0, output
        sites.append(manifest(project / f"{method}/site"))
    assert sites[0] == sites[1]


def test_rendering_does_not_read_again_what_the_checks_have_read(project: Path) -> None:
    add_hook(
        project,
        "from handvat.content.knowledge_base import KnowledgeBase\nKnowledgeBase.load = None",
    )
    code, output = build_apart(project)
    assert code == 0, output


def test_a_text_is_parsed_once_unless_a_plugin_changes_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events that the checks read are written as HTML."""
    edit(project, "Bel eerst.")
    changed = property(lambda known: tuple(read(known.body.replace("eerst", "nu"))))
    monkeypatch.setattr(Page, "events", changed)
    assert build(project)[0] == 0
    assert "Bel nu." in (project / "site/now/index.html").read_text("utf-8")
    add_hook(
        project, "def on_page_markdown(markdown, **_): return markdown.replace('Bel', 'Praat')"
    )
    assert build(project)[0] == 0
    assert "Praat eerst." in (project / "site/now/index.html").read_text("utf-8")


def test_a_template_is_compiled_once_for_all_languages_until_its_text_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_ = Environment._compile
    compiled: list[str] = []
    monkeypatch.setattr(
        Environment,
        "_compile",
        lambda one, source, filename: compiled.append(filename) or compile_(one, source, filename),
    )

    def render(name: str = "a.html") -> str:
        """What the environment of another language renders."""
        environment = Environment(
            loader=FileSystemLoader(tmp_path), bytecode_cache=CompiledTemplates()
        )
        return environment.get_template(name).render()

    (tmp_path / "a.html").write_text("een", "utf-8")
    assert [render(), render()] == ["een"] * 2
    assert len(compiled) == 1
    (tmp_path / "a.html").write_text("twee", "utf-8")
    (tmp_path / "b.html").write_text("twee", "utf-8")
    assert [render(), render(), render("b.html")] == ["twee"] * 3
    assert [Path(name).name for name in compiled] == ["a.html", "a.html", "b.html"]


def test_a_template_that_cannot_be_compiled_is_named_with_its_line(tmp_path: Path) -> None:
    project = make_site(tmp_path / "project")
    shutil.copytree(CHECKOUT / "overrides", project / "overrides")
    config = project / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace(f"{CHECKOUT}/overrides", "overrides"), "utf-8"
    )
    (project / "overrides/partials/footer.html").write_text("{% if %}\n", "utf-8")
    with pytest.raises(
        RenderFailed, match=r"overrides/partials/footer.html:1: TemplateSyntaxError"
    ):
        build_site(project, project / "site", ())
    assert not (project / "site").exists()


def test_a_build_prints_the_share_of_its_time_that_each_step_took(project: Path) -> None:
    code, output = build(project, "--verbose")
    assert code == 0, output
    steps, shares = output.splitlines()[:-1], output.splitlines()[-1]
    assert re.fullmatch(r"Built site/ in [\d.]+ s: checked \d+%, (.+ \d+%, )*all else \d+%", shares)
    for name in ("checked", "rendered nl", "rendered", "search", "compress", "tidied up"):
        assert any(re.fullmatch(rf"  {name} +[\d.]+ s", line) for line in steps), name


def test_the_user_chooses_how_much_a_build_prints(project: Path) -> None:
    quiet, normal, verbose = (build(project, *option) for option in (["-q"], [], ["-v"]))
    assert quiet == (0, "")
    steps = [line.split()[0] for line in normal[1].splitlines()]
    steps.remove("no")  # feed of changes: the project has no git
    assert steps == ["checked", "Building", "rendered", "rendered", "rendered", "Built"]
    assert re.search(r"^  sitemap +[\d.]+ s$", verbose[1], re.MULTILINE)
    assert "  found in the cache: 16 of 16 results\n" in verbose[1]
    assert verbose[1].count("  found in the cache: 11 of 11 pages\n") == 3
    edit(project, "New words.")
    _, output = build(project, "-v")
    assert "  found in the cache: 13 of 16 results\n" in output
    assert output.count("  found in the cache: 10 of 11 pages\n") == 3


def test_a_folder_that_holds_something_else_is_not_built_over(project: Path) -> None:
    before = manifest(project / "docs")
    code, output = build(project, "--out", "docs")
    assert code == 1
    assert "something else than a built site" in output
    assert manifest(project / "docs") == before


def test_the_second_of_two_builds_at_once_waits_and_prints_that(project: Path) -> None:
    first = run(project, "build")
    assert first.stdout is not None
    assert "checked" in first.stdout.readline()
    first.send_signal(signal.SIGSTOP)  # or it may be done before the second begins
    second = run(project, "build")
    assert second.stdout is not None
    assert f"process {first.pid}). Waiting for it." in second.stdout.readline()
    assert second.poll() is None
    first.send_signal(signal.SIGCONT)
    outputs = [process.communicate()[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outputs
    site = manifest(project / "site")
    assert build(project)[0] == 0
    assert manifest(project / "site") == site
    assert leftovers(project) == []


def test_a_build_killed_at_any_moment_leaves_the_old_site_or_the_new_one(project: Path) -> None:
    assert build(project, LANGS="en")[0] == 0
    old = manifest(project / "site")
    edit(project, "New words.")
    code, output = build(project, "--verbose", "--out", "other/site", LANGS="en")
    assert code == 0, output
    new = manifest(project / "other/site")
    assert old != new

    # Somewhere after every fourth line of output, perhaps in the next step; and often around the
    # swap, which comes between the last two steps.
    assert output.splitlines()[-2].startswith("  tidied up"), "the last step"
    phases = output.count("\n") - 2
    chance = random.Random(2)
    moments = [(phase, chance.uniform(0, 0.2)) for phase in range(0, phases, 4)]
    moments += [(phases, chance.uniform(0, 0.02)) for _ in range(6)]
    seen = []
    for phase, delay in moments:
        process = run(project, "build", "--verbose", LANGS="en")
        assert process.stdout is not None
        for _ in range(phase):
            process.stdout.readline()
        time.sleep(delay)
        process.kill()
        process.communicate()
        site = manifest(project / "site")
        assert site in (old, new), f"a mixture, {delay:.3f} s after line {phase}"
        seen.append(site)
    assert old in seen

    code, output = build(project, LANGS="en")
    assert code == 0, output
    assert manifest(project / "site") == new
    assert leftovers(project) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_build_cleans_up_and_leaves_the_site(
    project: Path, number: signal.Signals, code: int
) -> None:
    assert build(project)[0] == 0
    old = manifest(project / "site")
    edit(project, "New words.")
    process = run(project, "build")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Building"):
            break
    process.send_signal(number)
    output, _ = process.communicate()
    assert process.returncode == code
    assert "Traceback" not in output
    assert manifest(project / "site") == old
    assert leftovers(project) == []


def test_a_full_disk_is_reported_in_one_sentence_and_leaves_the_site(
    tmp_path: Path, mount_disk: Callable[[Path, str], None]
) -> None:
    small_disk = tmp_path / "disk"
    mount_disk(small_disk, "24m")  # room for a site, and not for two
    project = make_site(small_disk / "project")
    assert build(project, LANGS="nl")[0] == 0
    old = manifest(project / "site")
    edit(project, "New words.")
    assert build(project, "--out", "other/site", LANGS="nl")[0] == 0
    new = manifest(project / "other/site")
    shutil.rmtree(project / "other")
    codes = []
    for room in range(0, 16 << 20, 600 << 10):  # full at once, while rendering, …, at the very end
        filler = small_disk / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - room)))
        code, output = verb(project, "build", LANGS="nl")
        filler.unlink()
        codes.append(code)
        assert manifest(project / "site") == (old if code else new)
        assert leftovers(project) == []
        if code:
            assert code == 1
            assert "disk" in output.lower()
            assert "full" in output
            assert "Traceback" not in output
        else:
            break
    assert codes[0] == 1
    assert codes[-1] == 0


def test_mkdocs_alone_shows_the_same_text(tmp_path: Path) -> None:
    # Started directly, MkDocs runs the hooks without the data that a build passes to them.
    body = '## Kort { #in-short }\n\n/// say\n"Fijn." [naar](../a-z.md)\n///\n'
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("Uur", body)})
    assert build(root)[0] == 0
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--site-dir",
        str(root / "plain"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)
    built, plain = (
        html.parse(root / folder / "now" / "first-hour" / "index.html").findall(".//article")
        for folder in ("site", "plain")
    )
    assert len(built) == 1
    assert list(map(html.tostring, built)) == list(map(html.tostring, plain))
    assert b'href="../../a-z/"' in html.tostring(plain[0])
