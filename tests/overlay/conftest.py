"""Here an `organisation.yml` decides, which it does not in the other tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _edition_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGANISATION", raising=False)
