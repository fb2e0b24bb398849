"""Tab completes the commands and options in a real shell."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from handvat.cli import run as handvat

PROGRAMS = Path(sys.executable).parent
TIMEOUT = 60


def typed(folder: Path, text: str, expected: str) -> str:
    """What a terminal with bash in `folder` shows after `text` is typed, up to `expected`."""
    parent_end, shell_end = pty.openpty()
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
        "INPUTRC": os.devnull,
        "PS1": "$ ",
        "LC_ALL": "C",
    }
    shell = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"],
        stdin=shell_end,
        stdout=shell_end,
        stderr=shell_end,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    os.close(shell_end)
    os.write(parent_end, b'eval "$(handvat completion bash)"; echo re""ady\n')
    shown, todo, ends = "", text, time.monotonic() + TIMEOUT
    try:
        while expected not in shown.partition("ready")[2] and time.monotonic() < ends:
            if select.select([parent_end], [], [], 0.2)[0]:
                shown += os.read(parent_end, 4096).decode()
            if todo and "ready" in shown:
                os.write(parent_end, todo.encode())
                todo = ""
    finally:
        shell.kill()
        shell.wait()
        os.close(parent_end)
    return shown.partition("ready")[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("handvat translations mark-c\t", "handvat translations mark-current "),
        ("handvat build --site\t", "handvat build --site-url "),
        ("handvat check --format git\t", "handvat check --format github "),
        ("handvat deploy releas\t", "handvat deploy release-1"),
    ],
)
def test_bash_completes_what_is_typed(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "release-1").mkdir()
    assert expected in typed(tmp_path, text, expected)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_and_completions(
    shell: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert handvat(["completion", shell]) == 0
    assert f"_HANDVAT_COMPLETE={shell}_complete" in capfd.readouterr().out
    done = subprocess.run(
        [PROGRAMS / "handvat"],
        env={"COMP_WORDS": "handvat re", "COMP_CWORD": "re" if shell == "fish" else "1",
             "_HANDVAT_COMPLETE": f"{shell}_complete"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "rename" in done.stdout and "report" in done.stdout
    assert "serve" not in done.stdout, done.stderr
