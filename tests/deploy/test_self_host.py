"""The steps of the page about hosting, done as they are written, in a fresh clone.

From nothing to an organisation's own site, and past a change of a page that was replaced. In one
language: a whole edition is tested in tests/overlay/.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, checkout_base
from followed import exists
from handvat.overlay.organisation import NAME, PAGES, Organisation

PAGE = "about/self-host.md"
REPLACED = "docs/nl/help/index.md"
BASE = checkout_base()
LANGUAGES = [language.code for language in BASE.languages]


def text_of(code: str) -> str:
    return (CHECKOUT / "docs" / code / PAGE).read_text("utf-8")


def commands(code: str) -> list[str]:
    """The commands between backticks, in the order of the page."""
    return re.findall(r"`((?:make|git|source|handvat) [^`]+)`", text_of(code))


def run(command: str, folder: Path, **more: str) -> str:
    """Runs `command` as it is typed; make uses the environment of the tests."""
    words = command.replace("make ", "make -o .venv/ready ").split()
    environment = {**os.environ, "PATH": f"{folder}/.venv/bin:{os.environ['PATH']}", **more}
    environment.pop("ORGANISATION", None)
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_names_the_same_commands_and_settings_and_all_exist(code: str) -> None:
    assert commands(code) == commands("nl")
    typed = [command for command in commands(code) if command.startswith(("make", "handvat"))]
    assert [command for command in typed if not exists(command)] == []
    table = re.findall(r"^\| ((?:`\w+`(?:, |،\s*|、)?)+) \|", text_of(code), re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", " ".join(table)))
    assert {"name", "colour", "languages", "contacts", "pages", "privacy"} <= named
    assert named <= set(Organisation.model_fields)


def test_an_own_site_and_its_upgrade_work_as_the_page_describes(tmp_path: Path) -> None:
    upstream, folder = tmp_path / "upstream", tmp_path / "handvat"
    for source, clone in ((CHECKOUT, upstream), (upstream, folder)):
        subprocess.run(["git", "clone", "--quiet", source, clone], check=True)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    for name in (NAME, PAGES):  # of the fork that runs this test, where it is one
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).unlink(missing_ok=True)
    listed = commands("nl")
    new, overlay, build = (
        next(command for command in listed if command.startswith(verb))
        for verb in ("handvat overlay init", "handvat overlay add", "make build SITE_URL=")
    )
    assert overlay.endswith(REPLACED) and "git pull" in listed
    assert "source .venv/bin/activate" in listed

    run(new, folder)
    settings = folder / NAME
    text = settings.read_text("utf-8")
    for key, value in (("name", '"Ons huis"'), ("languages", "[nl]")):
        text = re.sub(f"^# {key}: .*$", f"{key}: {value}", text, flags=re.MULTILINE)
    settings.write_text(text, "utf-8")
    run(overlay, folder)
    own = folder / REPLACED.replace("docs/", "pages/")
    own.write_text(
        own.read_text("utf-8").replace("#in-short }\n\n", "#in-short }\n\nBel ons huis.\n"), "utf-8"
    )
    output = run(build, folder)
    assert "has changed since" not in output
    site = folder / "site/help/index.html"
    assert "Bel ons huis." in site.read_text("utf-8")
    assert "https://example.org/handvat/help/" in site.read_text("utf-8")
    run("handvat export zip", folder)
    assert (folder / "downloads/handvat-nl.zip").is_file()

    shipped = upstream / REPLACED
    shipped.write_text(
        shipped.read_text("utf-8").replace("#in-short }\n\n", "#in-short }\n\nEen nieuwe zin.\n"),
        "utf-8",
    )
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(
        ["git", *who, "commit", "--quiet", "--all", "-m", "New"], cwd=upstream, check=True
    )
    run("git pull", folder)
    output = run(build, folder)
    assert f"replaces {REPLACED}, which has changed since" in output
    assert "+Een nieuwe zin." in output
    assert "Bel ons huis." in site.read_text("utf-8") and "nieuwe zin" not in site.read_text(
        "utf-8"
    )
    run(overlay, folder)
    assert "has changed since" not in run(build, folder)
    assert "Bel ons huis." in site.read_text("utf-8")


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`([A-Z]+\.md|deploy/[\w.]*)`", text_of("nl"))
    assert named and all((CHECKOUT / name).exists() for name in named)
