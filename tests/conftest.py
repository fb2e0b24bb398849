"""What tests share: the checkout's own site, built once, and a server for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the checkout's site, built as `make build` builds it."""
    out = tmp_path_factory.mktemp("built") / "site"
    environment = {key: value for key, value in os.environ.items() if key != "LANGS"}
    environment["SITE_URL"] = "https://handvat.example/"
    done = subprocess.run(
        [sys.executable, "-m", "scripts.build", "--out", str(out)],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the site does not build:\n{done.stdout}\n{done.stderr}"
    return out
