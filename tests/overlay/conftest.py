"""These tests use the `organisation.yml` of their project, which the others ignore."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _edition_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGANISATION", raising=False)
