"""CONTRIBUTING.md can be followed word for word, in an empty folder, with an empty home.

Apart from the tests (`make follow`): it installs everything anew, builds the site, and takes
minutes. `_BETWEEN` does what a person does between the commands. Only the two addresses lead
elsewhere: git uses this checkout as the repository, and an empty one as the fork.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_site import CHECKOUT
from followed import commands

UPSTREAM, FORK = "https://github.com/handvat/handvat", "https://github.com/YOUR-NAME/handvat"
DUTCH, ENGLISH = "docs/nl/signals/new-thing.md", "docs/en/signals/new-thing.md"
NOT_HERE = {"make test": "CI runs it"}

_DUTCH = {
    "title": "Iets heel nieuws",
    "description": "Wat je ziet als er iets heel nieuws speelt, en wat je dan doet.",
    "in-short": "Vraag ernaar, rustig.\nLuister eerst.",
    "what-you-may-see": "Noor lacht minder dan vroeger.",
    "what-else-it-can-be": "Het kan ook gewoon de puberteit zijn.",
    "how-to-weigh-it": "Let op wat er verandert.",
    "what-to-do-next": "Overleg met een collega.",
}
_ENGLISH = {
    "title": "Something quite new",
    "description": "What you see when something quite new is going on, and what you do then.",
    "in-short": "Ask about it, calmly.\nListen first.",
    "what-you-may-see": "Noor laughs less than before.",
    "what-else-it-can-be": "It can simply be puberty, too.",
    "how-to-weigh-it": "Watch what changes.",
    "what-to-do-next": "Talk it over with a colleague.",
}
_HEADINGS = {
    "Kort": "In short",
    "Wat je kunt zien": "What you may see",
    "Wat het ook kan zijn": "What else it can be",
    "Hoe je het weegt": "How to weigh it",
    "Wat je doet": "What you do",
}


def _write(root: Path) -> None:
    """Writes the new page: every hint by the words of its section."""
    path = root / DUTCH
    text = path.read_text("utf-8")
    for key in ("title", "description"):
        text = re.sub(rf"^{key}: .*$", f"{key}: {_DUTCH[key]}", text, flags=re.MULTILINE)
    for key, words in _DUTCH.items():
        text = re.sub(rf"({{ #{key} }}\n\n)<!-- hint: .*? -->", rf"\1{words}", text)
    path.write_text(text, "utf-8")


def _translate(root: Path) -> None:
    path = root / ENGLISH
    text = path.read_text("utf-8")
    for dutch, english in {
        **_HEADINGS,
        **{_DUTCH[key]: _ENGLISH[key] for key in _DUTCH},
    }.items():
        text = text.replace(dutch, english)
    path.write_text(text, "utf-8")


def _change_a_comma(root: Path) -> None:
    path = root / DUTCH
    path.write_text(path.read_text("utf-8").replace("ernaar, rustig", "ernaar; rustig"), "utf-8")


_BETWEEN: dict[str, Callable[[Path], None]] = {
    f"handvat new signal {DUTCH.removeprefix('docs/nl/')}": _write,
    f"cp {DUTCH} {ENGLISH}": _translate,
    "handvat report status": _change_a_comma,
}
"""What a person does after a command."""


def _environment(home: Path, repositories: dict[str, Path]) -> dict[str, str]:
    """Nothing of the caller's environment, except how this machine reaches the package index."""
    kept = {"PATH", "LANG", "SSL_CERT_FILE"}
    inherited = {
        key: value for key, value in os.environ.items() if key in kept or key.startswith("PIP_")
    }
    git = {"GIT_CONFIG_COUNT": str(len(repositories)), "GIT_CONFIG_NOSYSTEM": "1"}
    for number, (address, folder) in enumerate(repositories.items()):
        git[f"GIT_CONFIG_KEY_{number}"] = f"url.{folder}.insteadOf"
        git[f"GIT_CONFIG_VALUE_{number}"] = address
    return {**inherited, **git, "HOME": str(home), "PORT": "8931", "LC_ALL": "C.UTF-8"}


def _serve(command: str, folder: Path, environment: dict[str, str]) -> None:
    """Runs the live preview until it shows the site, and ends it as Ctrl-C does."""
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env=environment, start_new_session=True
    )
    address = f"http://127.0.0.1:{environment['PORT']}/"
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(address, timeout=10) as answer:
                    shown = answer.read().decode("utf-8")
                break
            except OSError:
                time.sleep(1)
        assert process.poll() is None, f"{command} ended with {process.returncode}"
        assert "<h1" in shown
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


@pytest.mark.timeout(1800)
def test_contributing_can_be_followed_word_for_word(tmp_path: Path) -> None:
    home, fork, folder = tmp_path / "home", tmp_path / "fork.git", tmp_path / "empty"
    home.mkdir()
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", "--bare", fork], check=True)
    environment = _environment(home, {UPSTREAM: CHECKOUT, FORK: fork})
    for command in commands():
        print(f"$ {command}", flush=True)
        if command in NOT_HERE:
            continue
        if command.startswith("source "):
            environment["PATH"] = f"{folder}/.venv/bin:{environment['PATH']}"
        elif command.startswith("cd "):
            folder = folder / command.removeprefix("cd ")
            assert folder.is_dir()
        elif command == "make serve":
            _serve(command, folder, environment)
        else:
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=False)
            assert done.returncode == 0, f"{command} ended with {done.returncode}"
        _BETWEEN.get(command, lambda _root: None)(folder)
    commit = subprocess.run(
        ["git", "log", "-1", "--format=%an %s", "new-thing"],
        cwd=fork, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert commit.startswith("Your Name A page about the new thing")
    assert (folder / ENGLISH).read_text("utf-8").count("translation:") == 1
