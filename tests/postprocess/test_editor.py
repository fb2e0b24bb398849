"""The editor loads each page whole, and a save is a proposal that the project's parser reads.

The editor is the one that hosts get, from npm; GitHub is a stub. Without npm and its registry these
tests fail; they are not skipped.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from chromium import Watch, opened, served
from fixture_site import CHECKOUT, build, checkout_base, make_site, page
from github import GitHub
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.models import FrontMatter
from handvat.content.page import parse_page
from handvat.content.problem import UserError
from handvat.content.settings import EditorSettings, read_repository
from handvat.overlay.organisation import NAME
from handvat.postprocess import editor, hosting, npm
from handvat.postprocess.editor import DECAP, configuration, policy
from handvat.site_output import SiteOutput, StepFailed
from helpers.browser import for_address
from helpers.servers import SERVERS, ask, hosted
from playwright.sync_api import Browser, Page, expect

REPOSITORY = "example/handvat"
GITHUB = {
    "backend": "github",
    "base_url": "https://login.example.org",
    "repository": f"https://github.com/{REPOSITORY}",
    "pages": "pages",
}
OTHERS = {
    "gitlab": {"backend": "gitlab", "app_id": "id", "repository": "https://gitlab.com/one/two"},
    "forgejo": {"backend": "forgejo", "app_id": "id", "repository": "https://codeberg.org/one/two"},
}
KEYS = {*FrontMatter.model_fields, "body"} - {"replaces"}
"""The keys of a shipped page; only a page of an organisation has `replaces`."""
HOUR = "docs/{}/now/first-hour.md"
OWN = "pages/nl/help/our-team.md"
TEAM = """\
---
title: Ons team
description: Wie wij zijn.
type: guide
review: {by: Noor Jansen, date: 2026-05-04}
replaces: "0123456789ab"
---

## Kort { #in-short }

Bel ons.
"""
USER = {"token": "key", "backendName": "github", "login": "sam", "name": "Sam"}


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return checkout_base()


def make(base: KnowledgeBase, folder: Path, settings: dict[str, Any]) -> SiteOutput:
    """The editor with `settings` in the site at `folder / "site"`, and nothing else there."""
    host = base.host.model_copy(update={"editor": EditorSettings(**settings)})
    for name in ("site", "scratch"):
        (folder / name).mkdir(parents=True)
    site = SiteOutput(
        folder / "site", {}, folder / "scratch", base.languages, replace(base, host=host),
        "https://handvat.example/", "Handvat",
    )  # fmt: skip
    editor.step(site)
    icon = site.folder / "assets/favicon.svg"
    icon.parent.mkdir()
    icon.write_bytes((CHECKOUT / "overrides/assets/favicon.svg").read_bytes())
    return site


@pytest.fixture(scope="module")
def address(base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the editor of the checkout's own pages is served, under a path, as on some hosts."""
    site = make(base, tmp_path_factory.mktemp("editor"), GITHUB)
    with served(site.folder, "/kennis/") as root:
        yield f"{root}edit/"


@pytest.fixture
def github() -> GitHub:
    files = {HOUR.format(code): text_of(code) for code in ("nl", "ar")}
    return GitHub(REPOSITORY, {**files, OWN: TEAM})


@pytest.fixture
def desk(browser: Browser, github: GitHub) -> Iterator[tuple[Page, Watch]]:
    """A tab of a user who is logged in to GitHub."""
    with opened(browser) as (tab, watch):
        github.answer_in(tab.context)
        key = json.dumps(json.dumps(USER))
        tab.add_init_script(f"localStorage.setItem('decap-cms-user', {key})")
        yield tab, watch


def text_of(code: str) -> str:
    return (CHECKOUT / HOUR.format(code)).read_text("utf-8")


def save(tab: Page, github: GitHub) -> str:
    """Saves what is open; returns the text of the one file in the proposal."""
    tab.get_by_role("button", name="Opslaan").click()
    expect(tab.get_by_text("Item opgeslagen")).to_be_visible()
    assert len(github.committed) == 1 and len(github.pulls) == 1, "one save, one file, one proposal"
    return next(iter(github.committed.values()))


def head_of(text: str, name: str, code: str) -> dict[str, Any]:
    """The head of a page by the project's parser, which reports no problem."""
    found, problems = parse_page(text, name, code)
    assert problems == [] and found is not None
    return found.head.value


# What is edited, and what comes of it


def test_the_editor_opens_on_its_own_host_and_lists_a_tree_for_each_language(
    desk: tuple[Page, Watch], address: str, base: KnowledgeBase
) -> None:
    tab, watch = desk
    tab.goto(f"{address}#/collections/nl/filter/now")
    expect(tab.get_by_role("link", name="Een jongere heeft je net iets verteld")).to_be_visible()
    for language in base.languages:
        expect(tab.get_by_role("link", name=language.name, exact=True)).to_be_visible()
    expect(tab.get_by_role("button", name="Media")).to_have_count(0)  # it would bypass a proposal
    expect(tab.get_by_text("Opslaan maakt een voorstel")).to_be_visible()
    assert watch.complaints == [] and watch.foreign == []


def test_a_sentence_that_is_mended_becomes_a_pull_request_and_no_key_is_lost(
    desk: tuple[Page, Watch], address: str, github: GitHub
) -> None:
    tab, watch = desk
    tab.goto(f"{address}#/collections/nl/entries/now/first-hour")
    body = tab.get_by_label("Tekst", exact=True)
    before = body.input_value()
    fixed = before.replace("\n## ", "\nNog een zin.\n\n## ", 2)
    body.fill(fixed)
    after = save(tab, github)

    path = HOUR.format("nl")
    assert [*github.committed] == [path]
    assert github.branches == ["refs/heads/cms/nl/now/first-hour"]
    assert github.pulls[0]["base"] == "main" and github.pulls[0]["title"] == f"Change {path}"
    assert head_of(after, path, "nl") == head_of(text_of("nl"), path, "nl")
    assert after.partition("\n---\n")[2] == text_of("nl").partition("\n---\n")[2].replace(
        before, fixed
    )
    assert "Nog een zin." in after
    assert watch.complaints == [] and watch.foreign == [] and github.unknown == []


def test_every_key_of_a_page_has_its_field_in_the_words_of_its_language(
    desk: tuple[Page, Watch], address: str, base: KnowledgeBase
) -> None:
    tab, watch = desk
    tab.goto(f"{address}#/collections/ar/entries/now/first-hour")
    strings = base.strings["ar"]
    for key in KEYS:
        expect(tab.get_by_text(strings(f"editor.{key}")).first).to_be_visible()
    expect(tab.get_by_label(strings("editor.title"))).to_have_value(re.compile("[\u0621-\u064a]"))
    style = tab.get_by_label(strings("editor.body"), exact=True).evaluate(
        "one => getComputedStyle(one).unicodeBidi"
    )
    assert style == "plaintext"  # lines in Arabic run right to left
    assert watch.complaints == []


def test_a_reviewer_signs_a_translation_and_the_fingerprints_stay(
    desk: tuple[Page, Watch], address: str, github: GitHub, base: KnowledgeBase
) -> None:
    tab, _ = desk
    tab.goto(f"{address}#/collections/ar/entries/now/first-hour")
    strings = base.strings["ar"]
    tab.get_by_label(strings("editor.by")).last.fill("ليلى")
    tab.get_by_label(strings("editor.date")).last.fill("2026-11-24")
    head = head_of(save(tab, github), HOUR.format("ar"), "ar")
    before = head_of(text_of("ar"), HOUR.format("ar"), "ar")
    assert head["translation"].pop("reviewed")["by"] == "ليلى"
    before["translation"].pop("reviewed")
    assert head == before


def test_a_page_of_the_organisation_s_own_keeps_what_it_replaces_and_who_checked_it(
    desk: tuple[Page, Watch], address: str, github: GitHub
) -> None:
    tab, _ = desk
    tab.goto(f"{address}#/collections/own-nl/entries/help/our-team")
    tab.get_by_label("Titel").fill("Ons eigen team")
    after = save(tab, github)
    assert 'replaces: "0123456789ab"' in after or "replaces: 0123456789ab" in after
    head = yaml.safe_load(after.split("---")[1])
    assert head == yaml.safe_load(TEAM.split("---")[1]) | {"title": "Ons eigen team"}


def test_a_new_page_of_the_organisation_s_own_begins_with_the_sections_of_its_type(
    desk: tuple[Page, Watch], address: str, github: GitHub
) -> None:
    tab, watch = desk
    tab.goto(f"{address}#/collections/own-nl/new")
    tab.get_by_label("Titel").fill("Wie wij zijn")
    tab.get_by_label("Samenvatting").fill("Vier mensen.")
    tab.get_by_label("Map", exact=True).click()
    tab.get_by_role("option", name="help", exact=True).click()
    head = head_of(save(tab, github), "docs/nl/help/wie-wij-zijn.md", "nl")
    assert [*github.committed] == ["pages/nl/help/wie-wij-zijn.md"]
    assert head["type"] == "guide" and head["review"] is None
    assert "{ #in-short }" in github.committed["pages/nl/help/wie-wij-zijn.md"]
    assert watch.complaints == []


@pytest.mark.parametrize("kind", OTHERS)
def test_the_editor_accepts_what_other_forges_need_and_offers_to_log_in(
    browser: Browser, base: KnowledgeBase, tmp_path: Path, kind: str
) -> None:
    site = make(base, tmp_path, OTHERS[kind])
    with served(site.folder) as root, opened(browser) as (tab, watch):
        tab.goto(f"{root}edit/")
        expect(tab.get_by_role("button", name=re.compile(kind, re.IGNORECASE))).to_be_visible()
        assert watch.complaints == [] and watch.foreign == []


# What it is made of


def configure(base: KnowledgeBase, settings: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the editor with `settings`."""
    parsed = EditorSettings(**settings)
    site = SiteOutput(Path(), {}, Path(), base.languages, base, "https://handvat.example/")
    return configuration(site, parsed, read_repository(parsed.repository))


def test_no_key_that_a_page_has_is_unknown_to_the_editor(base: KnowledgeBase) -> None:
    known = {
        collection["name"]: [field["name"] for field in collection["fields"]]
        for collection in configure(base, GITHUB)["collections"]
    }
    for language in base.languages:
        for one in base.pages_in(language.code):
            assert one.head.value.keys() <= set(known[language.code]), one.file
    # Somebody has to decide how a new key of the schema is edited.
    order = [*FrontMatter.model_fields, "body"]
    assert known["en"] == [key for key in order if key != "replaces"]
    assert known["nl"] == [key for key in known["en"] if key != "translation"]
    assert set(known["own-en"]) == {*order}


def test_each_save_is_a_proposal_and_nothing_is_published_or_deleted_from_the_browser(
    base: KnowledgeBase,
) -> None:
    for settings in (GITHUB, *OTHERS.values()):
        made = configure(base, settings)
        assert made["publish_mode"] == "editorial_workflow"
        assert made["backend"]["name"] != "gitea"  # with it Decap CMS saves to the branch itself
        for collection in made["collections"]:
            assert not collection["publish"] and not collection["delete"]
            assert collection["create"] == collection["name"].startswith("own-")


@pytest.mark.parametrize(
    ("settings", "hosts"),
    [(GITHUB, {"https://api.github.com", "https://www.githubstatus.com", "https://avatars.githubusercontent.com"}),
     (OTHERS["gitlab"], {"https://gitlab.com"}), (OTHERS["forgejo"], {"https://codeberg.org"}),
     ({**GITHUB, "repository": "https://git.example.org/one/two"}, {"https://git.example.org"})],
    ids=["github", "gitlab", "forgejo", "github elsewhere"],
)  # fmt: skip
def test_the_editor_reaches_its_forge_and_no_other_host(
    settings: dict[str, str], hosts: set[str]
) -> None:
    parsed = EditorSettings(**settings)
    allowed = policy(parsed, read_repository(parsed.repository))
    assert {*re.findall(r"https://[\w.-]+", allowed)} == hosts
    assert "default-src 'none'" in allowed and "*" not in allowed


# Switched on, and off


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site of an organisation with an editor, built as a host builds it."""
    project = make_site(tmp_path_factory.mktemp("edition") / "project")
    own = project / "pages/nl/help/our-team.md"
    own.parent.mkdir(parents=True)
    own.write_text(page("Ons team", "Bel ons.\n"), "utf-8")
    (project / "data/redirects.yml").write_text("old/place.md: now/index.md\n", "utf-8")
    (project / NAME).write_text(
        f"repository: https://github.com/{REPOSITORY}\n"
        "editor:\n  backend: github\n  base_url: https://login.example.org\n",
        "utf-8",
    )
    code, output = build(project)
    assert code == 0, output
    return project / "site"


def test_the_editor_is_beside_the_site_and_no_list_or_copy_names_it(edition: Path) -> None:
    written = yaml.safe_load((edition / "edit/config.yml").read_text("utf-8"))
    assert written["backend"]["repo"] == REPOSITORY
    folders = [one["folder"] for one in written["collections"]]
    assert folders == ["docs/nl", "docs/en", "docs/ar", "pages/nl", "pages/en", "pages/ar"]
    text = (edition / "edit/index.html").read_text("utf-8")
    assert 'name="robots" content="noindex' in text
    lists = [path for path in edition.rglob("*") if path.suffix in {".xml", ".txt", ".json"}]
    lists += edition.glob("_redirects")
    assert {"sitemap.xml", "llms.txt", "nl.json", "_redirects"} <= {path.name for path in lists}
    for path in lists:
        assert not re.search(r'["/]edit/', path.read_text("utf-8")), path
    for path in edition.rglob("*.html"):
        named = re.findall(r'(?:href|src)="([^":]*)"', path.read_text("utf-8"))
        assert path.parent.name == "edit" or not any("edit/" in one for one in named), path


def test_the_policy_of_the_editor_is_for_the_editor_alone(edition: Path) -> None:
    text = (edition / hosting.HEADERS).read_text("utf-8")
    pages = for_address(text, "/base/en/now/")
    own = for_address(text, "/base/edit/decap-cms.js")
    for name in ("", "index.html", "404.html", "now/first-hour/", "ar/", "assets/favicon.svg"):
        assert for_address(text, f"/base/{name}") == pages, name
    assert "unsafe-eval'" in own[hosting.POLICY] and "'unsafe-eval'" not in pages[hosting.POLICY]
    page_text = (edition / "en/now/index.html").read_text("utf-8")
    in_page = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page_text)
    assert in_page and "require-trusted-types-for" in in_page[1]
    # All other headers are equal, and each occurs once: two policies would forbid what one allows.
    differing = {hosting.POLICY, "Cross-Origin-Opener-Policy"}
    assert own.keys() == pages.keys()
    assert {name for name in own if own[name] != pages[name]} == differing
    assert own["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert len(re.findall(r"^/", text, re.MULTILINE)) <= 100  # as many as Cloudflare Pages reads


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_of_ones_own_sends_the_editor_other_headers_than_the_pages(
    edition: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root/base").symlink_to(edition)
    (tmp_path / "server").mkdir()
    text = (edition / hosting.HEADERS).read_text("utf-8")
    with hosted(name, tmp_path / "root", edition, tmp_path / "server") as server:
        for path in ("/base/edit/", "/base/edit/decap-cms.js", "/base/en/", "/base/now/"):
            answer = ask(server.port, path)
            assert answer.status == 200, path
            for header, value in for_address(text, path).items():
                assert answer[header] == value, (path, header)


def test_the_licence_goes_with_the_script(edition: Path) -> None:
    assert "MIT" in (edition / "edit/decap-cms.js.LICENSE.txt").read_text("utf-8")


SLIPS = [
    ("{}", r"organisation.yml:2: organisation: the key 'editor.backend' is missing"),
    ("{backend: sveltia}", r"organisation.yml:2: .*editor.backend: 'sveltia' is not one of"),
    ("{backend: gitea, app_id: x}", r"'gitea' is not one of the known values"),
    ("{backend: github}", r"organisation.yml:2: .*GitHub needs a helper to log in"),
    ("{backend: gitlab}", r"organisation.yml:2: .*the editor must be registered on the forge"),
    ("{backend: forgejo, app_di: x}", r"unknown key 'app_di'; did you mean 'app_id'"),
    ("{backend: gitlab, app_id: x, open_authoring: true}", r"take open_authoring out"),
    ("{backend: github, base_url: 'http://login.example.org'}", r"is not the address of a helper"),
    (
        "{backend: github, base_url: 'https://a.example', repository: one/two}",
        r"is not a repository",
    ),
    ("{backend: github, base_url: 'https://a.example'}", r"there is no repository to propose to"),
]


@pytest.mark.parametrize(("written", "says"), SLIPS, ids=[one[0] for one in SLIPS])
def test_a_slip_in_the_settings_of_the_editor_is_named_with_its_line(
    tmp_path: Path, written: str, says: str
) -> None:
    from handvat.overlay.organisation import read_organisation

    (tmp_path / NAME).write_text(f"repository: null\neditor: {written}\n", "utf-8")
    _, problems = read_organisation(tmp_path / NAME)
    assert re.search(says, "\n".join(map(str, problems))), problems


def test_a_repository_on_another_kind_of_forge_is_refused(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    with pytest.raises(StepFailed, match="another kind of forge than gitlab"):
        make(base, tmp_path, {**OTHERS["gitlab"], "repository": "https://github.com/one/two"})


def test_a_page_where_the_editor_would_be_is_not_overwritten(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    (tmp_path / "site/edit").mkdir(parents=True)
    host = base.host.model_copy(update={"editor": EditorSettings(**GITHUB)})
    site = SiteOutput(tmp_path / "site", {}, tmp_path, base.languages, replace(base, host=host), "")
    with pytest.raises(StepFailed, match="the site has a page at edit/"):
        editor.step(site)


# The script


def test_without_npm_the_error_names_where_to_put_the_file_and_it_is_found_there(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = DECAP.cached
    npm.read_files(DECAP, ("package.json",), tmp_path)  # it is cached from here on
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(StepFailed) as failed:
        make(base, tmp_path / "one", GITHUB)
    place = DECAP.cached
    assert "npm is not on this machine" in str(failed.value)
    assert f"npm pack {DECAP.name}@{DECAP.version}" in str(failed.value)
    assert str(place) in str(failed.value) and "take editor: out" in str(failed.value)
    assert place.is_relative_to(tmp_path / "cache")
    place.parent.mkdir(parents=True)
    place.write_bytes(archive.read_bytes())
    assert (make(base, tmp_path / "two", GITHUB).folder / "edit/decap-cms.js").is_file()


def test_an_error_of_npm_is_reported_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(UserError, match="could not be fetched: npm says: ") as failed:
        npm.read_files(DECAP, ("package.json",), tmp_path)
    assert str(DECAP.cached) in str(failed.value)


def test_another_package_than_the_reviewed_one_never_reaches_a_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that was changed on the way: by npm, and in the cache."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "package.json").write_text('{"name": "decap-cms", "version": "3.16.3"}')
    subprocess.run(["npm", "pack", "--silent"], cwd=package, check=True, capture_output=True)
    fake = package / DECAP.archive
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    DECAP.cached.parent.mkdir(parents=True)
    DECAP.cached.write_bytes(fake.read_bytes())
    command = tmp_path / "npm"
    command.write_text(f'#!/bin/sh\nfor last; do :; done\ncp {fake} "$last"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UserError, match="is not the reviewed one"):
        npm.read_files(DECAP, ("package.json",), tmp_path)
