"""Any address of a site or its repository is in the pages as it is, or is refused with its line."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import lxml.html
import pytest
from fixture_site import asset, build
from handvat.commands.check import find_problems
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import url_of
from handvat.overlay.apply import OverlayError, load_edition
from handvat.postprocess import hosting, well_known
from handvat.site_output import SiteOutput
from hostile_addresses import addresses, edit_paths
from hostile_data import written
from hypothesis import assume, given
from hypothesis import strategies as st
from inert import look
from project import HOSTILE, Project, faults, sound_project
from watch import passed, times, tried, watched

_NAMES = {"site_url": "SITE_URL", "repo_url": "REPO_URL", "edit_uri": "EDIT_URI"}
_SOUND = {"site_url": "https://een.example/kinder/", "repo_url": "https://een.example/a/b", "edit_uri": "edit/main/docs/"}  # fmt: skip
_SECURITY = re.compile(r"(?:Contact|Expires|Canonical): [!-~]+|Preferred-Languages: [a-z, ]+")


def _in_environment(value: str) -> bool:
    try:
        return b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        return False


def _settings(key: str, value: str) -> dict[str, str]:
    return {**_SOUND, key: value}


address_settings = st.one_of(
    st.builds(_settings, st.just("site_url"), addresses),
    st.builds(_settings, st.just("repo_url"), addresses),
    st.builds(_settings, st.just("edit_uri"), edit_paths),
    st.fixed_dictionaries({"site_url": addresses, "repo_url": addresses, "edit_uri": edit_paths}),
)


def _site(base: KnowledgeBase, folder: Path, address: str, repository: str) -> SiteOutput:
    """Writes the files beside the pages into `folder`; the pages themselves are empty."""
    (folder / "scratch").mkdir(parents=True)
    for page in base.pages.values():
        place = folder / "site" / base.language(page.language).prefix / page.url / "index.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    site = SiteOutput(
        folder / "site", {}, folder / "scratch", base.languages, base, address, "Proef", repository
    )
    for step in (well_known.write_sitemap, hosting.write_redirects, well_known.write_llms_txt,
                 well_known.write_security_txt):  # fmt: skip
        step(site)
    return site


def _canonical(page: str) -> str:
    (link,) = lxml.html.document_fromstring(page.encode()).xpath("//link[@rel='canonical']/@href")
    return str(link)


def _lines_of_security_txt(site: SiteOutput) -> list[str]:
    """The lines of security.txt, where the site has one."""
    file = site.folder / well_known.SECURITY_TXT
    return file.read_text("utf-8").splitlines() if file.is_file() else []


@times(800)
@given(where=st.sampled_from(["mkdocs.yml", "environment"]), settings=address_settings)
def test_the_addresses_of_a_site_are_in_its_pages_as_they_are_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, *, where: str, settings: Mapping[str, str]
) -> None:
    kind = "addresses of the site and its repository"
    home = tmp_path_factory.mktemp("addresses")
    root = sound_project(home / "project")
    (root / "data/redirects.yml").write_text("now/old.md: now/first-hour.md\n", "utf-8")
    try:
        with pytest.MonkeyPatch.context() as patch:
            for key, variable in _NAMES.items():
                patch.delenv(variable, raising=False)
                if where == "environment":
                    assume(_in_environment(settings[key]))
                    patch.setenv(variable, settings[key])
            if where == "mkdocs.yml":
                text = (root / "mkdocs.yml").read_text("utf-8")
                for key in _NAMES:
                    line = f"{key}: {json.dumps(settings[key], ensure_ascii=False)}"
                    text = re.sub(rf"(?m)^{key}:.*$", lambda _, line=line: line, text)
                (root / "mkdocs.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
            with watched(kind, home):
                base = KnowledgeBase.load(root)
                problems = find_problems(base)
                assert faults(problems, root) == []
                errors = [problem for problem in problems if problem.is_error]
                if errors:
                    assert {problem.file for problem in errors} == {"mkdocs.yml"}
                    return
                if not settings["site_url"]:
                    return  # a build requires it
                project = Project.of(root, home / "out")
                _, page = project.render(base)
                config = project.engine.config
                site = _site(base, home / "finish", config.site_url, config.repo_url or "")
        passed[kind] += 1
        address = settings["site_url"].rstrip("/") + "/"
        found, repeated = look(page, is_whole=True)
        assert (found, repeated) == ([], [])
        assert _canonical(page) == address + url_of(HOSTILE)
        tree = lxml.html.document_fromstring(page.encode())
        edit = tree.xpath("//a[@class='improve-edit']/@href")
        if settings["repo_url"] and settings["edit_uri"]:
            (link,) = edit
            assert link.startswith(settings["repo_url"].rstrip("/").removesuffix(".git") + "/")
            assert link.endswith(f"/nl/{HOSTILE}")
            assert urlsplit(link).netloc == urlsplit(settings["repo_url"]).netloc
        else:
            assert edit == []
        read = {name: (site.folder / name).read_text("utf-8") for name in ("robots.txt", "_redirects", "llms.txt")}  # fmt: skip
        assert read["robots.txt"].splitlines() == ["User-agent: *", "Allow: /", "", f"Sitemap: {address}sitemap.xml"]  # fmt: skip
        places = [element.text or "" for element in ET.parse(site.folder / "sitemap.xml").iter() if element.tag.endswith("}loc")]  # fmt: skip
        assert len(places) == len(base.pages)
        assert all(place.startswith(address) for place in places)
        path = urlsplit(address).path
        for line in read["_redirects"].splitlines():
            old, new, code = line.split(" ")
            assert old.startswith(path) and new.startswith(path) and code == "301"
        assert _canonical((site.folder / "now/old/index.html").read_text("utf-8")) == address + url_of(HOSTILE)  # fmt: skip
        links = re.findall(r"\]\(([^)]*)", read["llms.txt"].replace(address, "SITE/"))
        assert links
        assert all(link.startswith("SITE/") for link in links)
        for line in _lines_of_security_txt(site):
            assert _SECURITY.fullmatch(line)
    finally:
        shutil.rmtree(home)


@times(500)
@given(
    settings=st.fixed_dictionaries(
        {},
        optional={
            "address": addresses,
            "repository": st.none() | addresses,
            "exit": addresses | st.dictionaries(st.sampled_from(["nl", "en", "xx"]), addresses),
            "security_contact": addresses | st.just("mailto:a@b.example\nContact: https://evil.example/"),
        },
    ),
    is_flow=st.booleans(),
)  # fmt: skip
def test_the_addresses_of_an_organisation_are_in_its_pages_as_they_are_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, *, settings: Mapping[str, str | None], is_flow: bool
) -> None:
    kind = "addresses in organisation.yml"
    home = tmp_path_factory.mktemp("editions")
    root = sound_project(home / "project")
    (root / "data/redirects.yml").write_text("now/old.md: now/first-hour.md\n", "utf-8")
    (root / "organisation.yml").write_bytes(written(dict(settings), is_flow).encode("utf-8", "surrogatepass"))  # fmt: skip
    try:
        with watched(kind, home):
            try:
                base = load_edition(root)
            except OverlayError as error:
                base, refused = None, str(error).splitlines()
            if base is None:
                assert refused
                assert all(line.startswith("organisation.yml:") for line in refused)
                assert all(line.isprintable() for line in refused)
                return
            assert [problem for problem in find_problems(base) if problem.is_error] == []
            project = Project.of(root, home / "out")
            _, page = project.render(base)
            config = project.engine.config
            site = _site(base, home / "finish", config.site_url, config.repo_url or "")
        passed[kind] += 1
        found, repeated = look(page, is_whole=True)
        assert (found, repeated) == ([], [])
        address = settings.get("address") or "https://fixture.example/base/"
        assert _canonical(page) == address + url_of(HOSTILE)
        exits = lxml.html.document_fromstring(page.encode()).xpath("//a[contains(@class, 'exit')]/@href")  # fmt: skip
        wanted = settings.get("exit") or ""
        if isinstance(wanted, str) and wanted:
            assert wanted in exits
        for line in _lines_of_security_txt(site):
            assert _SECURITY.fullmatch(line)
    finally:
        shutil.rmtree(home)


@times(10)
@given(
    site=st.sampled_from(["https://een.example/%C3%A4/", "https://[::1]:8000/x/", "https://een.example", "http://een.example/(a)/~b/",
                          "https://een.example/$1&amp;/", "https://een.example/" + "x" * 1900 + "/", "https://een.example/nl/en/"])
    | addresses.filter(lambda text: text.startswith("https://een")),
)  # fmt: skip
def test_a_whole_build_for_any_address_is_a_site_for_that_address_or_none(
    tmp_path_factory: pytest.TempPathFactory, *, site: str
) -> None:
    assume(_in_environment(site))
    home = tmp_path_factory.mktemp("sites")
    root = sound_project(home / "project")
    tried["whole builds for an address"] += 1
    try:
        code, output = build(root, LANGS="nl en", SITE_URL=site, TMPDIR=tempfile.gettempdir())
        assert code in {0, 1}, output
        assert "Traceback" not in output
        assert (code == 0) == (root / "site/index.html").is_file()
        pages = [*(root / "site").rglob("*.html")] if code == 0 else []
        assert [page for page in pages if look(page.read_text("utf-8"))[0]] == []
        assert code == 1 or (root / "site" / asset(root / "site", "search.js")).is_file(), (
            "its scripts are missing"
        )
        passed["whole builds for an address"] += code == 0
    finally:
        shutil.rmtree(home)
