"""Addresses: which ones are public, and where the pencil of a page leads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixture_site import build, make_site
from handvat.content.urls import edit_address, is_public, refusal

ADDRESSES = {
    "https://kennis.jeugdhulp.nl/": True,
    "https://kennis.jeugdhulp.nl./handvat/": True,
    "https://handvat.github.io/handvat/": True,
    "https://145.97.39.155/": True,
    "http://[2a02:898::1]:8080/": True,
    "https://testament.nl/": True,
    # RFC 2606 and 6761: names for examples and tests.
    "https://handvat.example/": False,
    "https://kennis.example.org/": False,
    "https://EXAMPLE.com./": False,
    "https://handvat.test/": False,
    "https://handvat.invalid/": False,
    "http://localhost:8000/": False,
    "http://handvat.localhost/": False,
    # RFC 6762, RFC 8375: names of the local network.
    "http://handvat.local/": False,
    "http://handvat.home.arpa/": False,
    "http://intranet/": False,
    # RFC 1918 and the like: addresses of the local network.
    "http://192.168.1.5/": False,
    "http://10.0.0.2:8000/": False,
    "http://172.16.3.4/": False,
    "http://127.0.0.1:8000/": False,
    "http://169.254.1.1/": False,
    "http://[::1]/": False,
    "http://[fd00::1]/": False,
    "/": False,
    "": False,
}
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


@pytest.mark.parametrize(("address", "public"), ADDRESSES.items())
def test_an_address_is_public_where_a_phone_elsewhere_can_reach_it(
    address: str, public: bool
) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("address", ["http://[:::]/", "http://[1.2]/"])
def test_an_invalid_ip_address_is_refused(address: str) -> None:
    assert "the host and a path" in refusal(address)


@pytest.mark.parametrize(("repository", "address"), FORGES.items())
def test_each_forge_has_its_own_editor(repository: str, address: str) -> None:
    assert edit_address(repository, GITHUB_FORM) == address


def test_the_branch_is_preserved_and_a_custom_form_is_used_as_it_is() -> None:
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
    # Not translated into Arabic: the reader sees the Dutch text, and edits that.
    assert found["ar/now"] == f"{start}docs/nl/now/index.md"
    assert all((root / address.removeprefix(start)).is_file() for address in found.values())


def test_a_site_without_a_repository_shows_no_pencil(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    code, output = build(root, REPO_URL="")
    assert code == 0, output
    assert pencils(root / "site") == {}
    assert "edit/main" not in (root / "site/index.html").read_text("utf-8")
