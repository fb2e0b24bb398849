"""The pencil of a page opens its file at whoever keeps the repository, and is not there without one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixture_site import build, make_site
from handvat.content.urls import edit_address

GITHUB_FORM = "edit/main/docs/"
# The forms: docs.github.com (edit), GitLab's project route (-/edit), Forgejo's router (_edit).
FORGES = {
    "https://github.com/handvat/handvat": "https://github.com/handvat/handvat/edit/main/docs/",
    "https://github.com/handvat/handvat.git": "https://github.com/handvat/handvat/edit/main/docs/",
    "https://gitlab.com/a/b/handvat/": "https://gitlab.com/a/b/handvat/-/edit/main/docs/",
    "https://gitlab.gemeente.example/a/b": "https://gitlab.gemeente.example/a/b/-/edit/main/docs/",
    "https://codeberg.org/a/b": "https://codeberg.org/a/b/_edit/main/docs/",
    "https://forgejo.example.org/a/b": "https://forgejo.example.org/a/b/_edit/main/docs/",
    "https://gitea.example.org:3000/x/a/b": "https://gitea.example.org:3000/x/a/b/_edit/main/docs/",
    "https://code.example.org/a/gitlab": "https://code.example.org/a/gitlab/edit/main/docs/",
}


@pytest.mark.parametrize(("repository", "address"), FORGES.items())
def test_each_forge_has_its_own_editor(repository: str, address: str) -> None:
    assert edit_address(repository, GITHUB_FORM) == address


def test_the_branch_is_kept_and_a_form_of_ones_own_is_taken_as_it_is() -> None:
    assert edit_address("https://gitlab.com/a/b", "edit/trunk/docs/") == (
        "https://gitlab.com/a/b/-/edit/trunk/docs/"
    )
    assert edit_address("https://code.example.org/a/b", "-/edit/main/docs") == (
        "https://code.example.org/a/b/-/edit/main/docs/"
    )


@pytest.mark.parametrize(("repository", "form"), [(None, GITHUB_FORM), ("", GITHUB_FORM), ("https://x.example/a", None)])  # fmt: skip
def test_without_a_repository_there_is_no_pencil(repository: str | None, form: str | None) -> None:
    assert edit_address(repository, form) is None


def pencils(site: Path) -> dict[str, str]:
    """Page of the built site → where its pencil leads."""
    found = {}
    for file in sorted(site.rglob("index.html")):
        addresses = re.findall(r'href="([^"]*edit/[^"]*\.md)"', file.read_text("utf-8"))
        if addresses:
            (found[file.parent.relative_to(site).as_posix()],) = addresses
    return found


def test_in_each_language_the_pencil_opens_the_file_that_is_shown(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    code, output = build(root, REPO_URL="https://codeberg.org/a/b")
    assert code == 0, output
    found = pencils(root / "site")
    start = "https://codeberg.org/a/b/_edit/main/"
    assert found["en/now"] == f"{start}docs/en/now/index.md"
    assert found["ar"] == f"{start}docs/ar/index.md"
    assert found["now"] == f"{start}docs/nl/now/index.md"
    # Not there in Arabic yet: the reader sees the Dutch text, and mends that.
    assert found["ar/now"] == f"{start}docs/nl/now/index.md"
    assert all((root / address.removeprefix(start)).is_file() for address in found.values())


def test_a_site_without_a_repository_shows_no_pencil(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    code, output = build(root, REPO_URL="")
    assert code == 0, output
    assert pencils(root / "site") == {}
    assert "edit/main" not in (root / "site/index.html").read_text("utf-8")
