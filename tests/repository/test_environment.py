"""What a machine lacks is reported in one clear sentence, not a traceback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, run

MAKE = shutil.which("make") or "make"


def fake_python(folder: Path, code: str) -> Path:
    """A Python that runs `code` before the script it is given."""
    start = folder / "start.py"
    start.write_text(
        f"import runpy, sys\nsys.argv = sys.argv[1:]\n{code}\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    path = folder / "python-fake"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{start}" "$@"\n')
    path.chmod(0o755)
    return path


def own_environment() -> dict[str, str]:
    """Without the variables of a `make` that runs these tests: it would print folders."""
    return {
        key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))
    }


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Runs `make serve` in a project with only its set-up; `.venv/` there, if any, is ready."""
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(CHECKOUT / name, folder)
    (folder / "scripts").mkdir()
    shutil.copy(CHECKOUT / "scripts" / "bootstrap.py", folder / "scripts")
    if (folder / ".venv/bin/handvat").exists():
        (folder / ".venv/ready").touch()  # newer than the files that it depends on
    return subprocess.run(
        [MAKE, f"PYTHON={python}", "serve"],
        cwd=folder,
        env=own_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("sys.version_info = (3, 9, 2)", "Handvat needs Python 3.11 or newer, this is 3.9."),
        ("sys.modules['ensurepip'] = None", "Python's venv module is missing."),
        ("sys.modules['venv'] = None", "Python's venv module is missing."),
    ],
    ids=["a Python too old", "Debian's venv without ensurepip", "no venv module"],
)
def test_what_is_missing_is_named_in_one_sentence(tmp_path: Path, code: str, message: str) -> None:
    done = make(tmp_path, str(fake_python(tmp_path, code)))
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == 1
    assert lines[0].startswith(message)
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_is_a_link_elsewhere_is_left_alone_and_named(tmp_path: Path) -> None:
    elsewhere, project = tmp_path / "elsewhere", tmp_path / "project"
    (elsewhere / "bin").mkdir(parents=True)
    project.mkdir()
    (project / ".venv").symlink_to(elsewhere)
    done = make(project, sys.executable)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == 1
    assert lines[0].startswith("The folder .venv/ could not be made")
    assert [path.name for path in elsewhere.iterdir()] == ["bin"]


def test_a_missing_python_is_reported(tmp_path: Path) -> None:
    done = make(tmp_path, "python-that-is-not-there")
    assert "python-that-is-not-there was not found" in done.stderr
    assert done.returncode != 0


def test_an_installed_environment_is_not_installed_again(tmp_path: Path) -> None:
    python = fake_python(tmp_path, "sys.exit('installed again')")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    stand_in = tmp_path / ".venv" / "bin" / "handvat"
    stand_in.write_text("#!/bin/sh\necho started\n")
    stand_in.chmod(0o755)
    done = make(tmp_path, str(python))
    assert (done.returncode, done.stdout) == (0, "started\n")


def test_a_taken_port_is_reported_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = run(tmp_path, "serve", PORT=str(port))
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(output.splitlines()) == 1
    assert str(port) in output
