"""A fork that commits its `organisation.yml` passes the tests, which are of the shipped edition."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from edition_site import write_edition
from fixture_site import make_site

TESTS = Path(__file__).resolve().parent.parent
PROBE = """\
from fixture_site import CHECKOUT, run

def test_the_site_is_the_shipped_one(built_site):
    assert "Ons huis" not in (built_site / "index.html").read_text("utf-8")
    assert (built_site / "en/index.html").is_file()

def test_a_command_reads_the_shipped_edition():
    assert " in 3 languages" in run(CHECKOUT, "check").communicate()[0]
"""


def test_a_fork_with_an_edition_of_its_own_passes_the_tests(tmp_path: Path) -> None:
    fork = make_site(tmp_path / "fork")
    write_edition(fork, 'name: "Ons huis"\nlanguages: [nl]\n')
    shutil.copytree(TESTS / "helpers", fork / "tests/helpers")
    shutil.copy(TESTS / "conftest.py", fork / "tests")
    (fork / "tests/test_probe.py").write_text(PROBE, "utf-8")
    (fork / "pytest.ini").write_text("[pytest]\npythonpath = tests tests/helpers\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "ORGANISATION"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "tests"],
        cwd=fork,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
