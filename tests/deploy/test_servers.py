"""The site on real servers: nginx and Caddy, with the files of `deploy/` that a host gets.

Without a server its tests are skipped, and fail where CI=true.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from chromium import opened
from fixture_site import CHECKOUT, PAGES, build, make_built_site, make_site, page
from handvat.commands.site import deploy_site, hashed_files
from handvat.content.offline import is_hashed
from handvat.postprocess.compress import ENDINGS
from helpers.browser import ON_PIECES
from helpers.servers import SERVERS, Answer, NoServer, Server, ask, hosted, nginx, write_headers
from lxml import html
from playwright.sync_api import Browser

SECRET = "nobody's business"
# Below assets/ and search/: what a page loads and no reader opens.
LOADED = {".css", ".js"}
UNPACKED = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}

# Files that are not served: another file's smaller copy, names with a dot, lists for hosts.
REFUSED = (
    *(".git/config", ".env", "now/.hidden.html", ".well-known/.hidden", "en/.git/HEAD"),
    *("_headers", "_redirects", "index.html.gz", "now/index.html.br"),
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".xml": "xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Hosted:
    """A site on a server, at the root of a host or in a folder of it."""

    name: str
    server: Server
    site: Path
    prefix: str = ""

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return ask(self.server.port, f"{self.prefix}{path}", method, **headers)

    def whole(self, path: str, encoding: str | None = None) -> Answer:
        """The answer, with status 200, to a request that accepts `encoding`."""
        answer = self.ask(path, **({"Accept_Encoding": encoding} if encoding else {}))
        assert answer.status == 200, path
        return answer


def address(site: Path, file: Path) -> str:
    """The address of `file`, as the site's own pages write it."""
    return "/" + file.relative_to(site).as_posix().removesuffix("index.html")


def files_of(site: Path) -> list[Path]:
    """Every file that a reader may request."""
    return [
        path
        for path in sorted(site.rglob("*"))
        if path.is_file()
        and path.suffix not in ENDINGS
        and path.relative_to(site).as_posix() not in REFUSED
    ]


def promised(site: Path) -> dict[str, str]:
    """The security headers that the site's `_headers` lists."""
    lines = (site / "_headers").read_text("utf-8").splitlines()[1:]
    return dict(line.strip().split(": ", 1) for line in lines)


def assert_protected(answer: Answer, site: Path, *, is_piece: bool = False) -> None:
    """The answer has the headers of a document; a piece of a page only those that affect it."""
    for name, value in promised(site).items():
        if is_piece and name not in ON_PIECES:
            assert answer[name] is None, f"{name} costs bytes, and has no effect here"
            continue
        # nginx sends it twice where the requested part of a file does not exist (416).
        assert set(answer.headers.get_all(name, ())) == {value}, f"{answer.status}: {name}"
    assert answer["Strict-Transport-Security"] is None, "it has a meaning over https only"
    assert not any(sign.isdigit() for sign in answer["Server"] or ""), "a version helps attackers"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny deployed site, with files beside and in it that must not be served."""
    project = make_built_site(tmp_path_factory.mktemp("servers"))
    live = project / "live/site"
    live.parent.mkdir()
    deploy_site(project / "site", live)
    (project / "live/secret.txt").write_text(SECRET)
    for name in REFUSED:
        if not (live / name).exists():
            (live / name).parent.mkdir(parents=True, exist_ok=True)
            (live / name).write_text(SECRET)
    # Files on which a server fails, which it would log: nginx on a socket, Caddy on a loop.
    os.mknod(live / "fault", stat.S_IFSOCK | 0o644)
    (live / "loop").symlink_to("loop")
    return live


@pytest.fixture(
    scope="module",
    params=[(name, prefix) for name in SERVERS for prefix in ("", "/kennis")],
    ids=lambda both: f"{both[0]} at {both[1] or '/'}",
)
def host(
    site: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosted]:
    name, prefix = request.param
    folder = tmp_path_factory.mktemp(name)
    root = site
    if prefix:
        root = folder / "www"
        root.mkdir()
        (root / prefix.strip("/")).symlink_to(site)
    with hosted(name, root, site, folder) as server:
        yield Hosted(name, server, site, prefix)


@pytest.fixture(scope="module", params=[*SERVERS])
def whole_site(
    built_site: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosted]:
    """The checkout's own site."""
    folder = tmp_path_factory.mktemp(request.param)
    with hosted(request.param, built_site, built_site, folder) as server:
        yield Hosted(request.param, server, built_site)


def assert_arrives(host: Hosted, encoding: str | None) -> int:
    """Every file arrives unchanged, with headers; returns how many were compressed."""
    compressed = 0
    for file in files_of(host.site):
        path = address(host.site, file)
        answer = host.whole(path, encoding)
        used = answer["Content-Encoding"]
        compressed += used is not None
        assert UNPACKED[used](answer.body) == file.read_bytes(), path
        is_piece = file.suffix in LOADED and not {"assets", "search"}.isdisjoint(file.parts)
        assert_protected(answer, host.site, is_piece=is_piece)
        if file.suffix in TYPES:
            assert (answer["Content-Type"] or "").endswith(TYPES[file.suffix]), path
        has_copies = file.with_name(f"{file.name}.gz").exists()
        assert used == (encoding if has_copies else None), path
        assert ("Accept-Encoding" in (answer["Vary"] or "")) >= has_copies, path
        hashed = is_hashed(file.relative_to(host.site).as_posix())
        assert answer["Cache-Control"] == ("max-age=31536000, immutable" if hashed else "no-cache")
    return compressed


@pytest.mark.parametrize("encoding", [None, "gzip", "br"])
def test_every_file_arrives_as_it_is(host: Hosted, encoding: str | None) -> None:
    assert (assert_arrives(host, encoding) > 10) == (encoding is not None)


@pytest.mark.parametrize("encoding", [None, "br"])
def test_every_file_of_the_whole_site_arrives_as_it_is(
    whole_site: Hosted, encoding: str | None
) -> None:
    assert (assert_arrives(whole_site, encoding) > 700) == (encoding is not None)


def test_a_missing_piece_is_answered_with_a_page_and_the_headers_of_one(host: Hosted) -> None:
    for path in ("/assets/nothing.js", "/search/nothing.js"):
        answer = host.ask(path)
        assert answer.status == 404
        assert_protected(answer, host.site)


def test_a_browser_gets_the_smallest_form_that_it_reads(host: Hosted) -> None:
    sizes = {}
    for accepts, sent in (
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
    ):
        answer = host.whole("/now/", accepts)
        assert answer["Content-Encoding"] == sent, accepts
        sizes[sent] = len(answer.body)
    assert sizes["br"] < sizes["gzip"] < sizes[None] / 2


def test_every_kind_of_answer_protects_its_reader(host: Hosted) -> None:
    tag = host.whole("/now/")["ETag"] or ""
    kinds = {
        200: host.ask("/now/"),
        206: host.ask("/now/", Range="bytes=0-9"),
        304: host.ask("/now/", If_None_Match=tag),
        404: host.ask("/en/nowhere/"),
        405: host.ask("/now/", "POST"),
        416: host.ask("/now/", Range="bytes=9999999-"),
    }
    for status, answer in kinds.items():
        assert answer.status == status
        assert_protected(answer, host.site)
    assert_protected(host.ask("/now"), host.site)
    if host.name == "nginx":  # Go answers these itself, as plain text, without anything of the site
        for path, status in (("/%zz", 400), (f"/{'a' * 20_000}", 414)):
            answer = host.ask(path)
            assert answer.status == status
            assert_protected(answer, host.site)


def test_a_browser_that_has_the_page_gets_a_short_answer(host: Hosted) -> None:
    tags = {}
    for encoding in UNPACKED:
        accepts = {"Accept_Encoding": encoding} if encoding else {}
        tags[encoding] = host.ask("/now/", **accepts)["ETag"] or ""
        again = host.ask("/now/", If_None_Match=tags[encoding], **accepts)
        assert (again.status, again.body) == (304, b"")
        assert again["ETag"] == tags[encoding]
        assert again["Cache-Control"] == "no-cache"
        assert "Accept-Encoding" in (again["Vary"] or "")
        assert host.ask("/now/", If_None_Match='"other"', **accepts).status == 200
    assert len(set(tags.values())) == 3, "one form would be taken for another"
    date = host.ask("/now/")["Last-Modified"] or ""
    assert host.ask("/now/", If_Modified_Since=date).status == 304


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/nowhere", "nl"),
        ("/now/nowhere/", "nl"),
        ("/en/nowhere", "en"),
        ("/en/now/nowhere/deep/", "en"),
        ("/ar/nowhere.html", "ar"),
        ("/engels/", "nl"),
        ("/search/xx.js", "nl"),
        ("/en/nowhere.webmanifest", "en"),
        ("/assets/", "nl"),
        ("/en/%2e%2e/nowhere", "nl"),
    ],
)
@pytest.mark.parametrize("encoding", [None, "br"])
def test_a_wrong_address_is_answered_in_the_language_around_it(
    host: Hosted, path: str, language: str, encoding: str | None
) -> None:
    accepts = {"Accept_Encoding": encoding} if encoding else {}
    # Neither of these may reduce the answer to less than a page.
    extra = {"Range": "bytes=0-9", "If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT", **accepts}
    answer = host.ask(path, **extra)
    assert answer.status == 404
    assert answer["Content-Encoding"] == encoding
    file = host.site / ("404.html" if language == "nl" else f"{language}/404.html")
    assert UNPACKED[encoding](answer.body) == file.read_bytes()
    assert html.fromstring(file.read_bytes()).get("lang") == language
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert "Accept-Encoding" in (answer["Vary"] or "")


def test_a_404_that_the_browser_has_is_still_a_page(host: Hosted) -> None:
    tag = host.ask("/nowhere")["ETag"] or '"none"'
    answer = host.ask("/nowhere", If_None_Match=tag)
    assert (answer.status, answer.body) == (404, (host.site / "404.html").read_bytes())


def test_a_folder_without_its_slash_redirects_to_the_same_host(host: Hosted) -> None:
    for path in ("/now", "/en/now", "/en"):
        answer = host.ask(path)
        assert answer.status in {301, 308}
        assert answer["Location"] == f"{host.prefix}{path}/"


@pytest.mark.parametrize(
    "path", ["//example.org/now", "//example.org/%2e%2e", "/%2f%2fexample.org/..", "/\\example.org"]
)
def test_no_address_leads_to_another_host(host: Hosted, path: str) -> None:
    location = ask(host.server.port, path)["Location"] or "/"
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_an_old_address_leads_to_the_page_that_took_its_place(host: Hosted) -> None:
    for language in ("", "en/"):
        sign = html.fromstring(host.whole(f"/{language}old/place/").body)
        (link,) = sign.xpath("//a/@href")
        assert link == f"../../{'../' if language else ''}{language}now/"
        assert host.ask(f"/{language}now/").status == 200


def test_a_requested_range_of_a_file_is_served(host: Hosted) -> None:
    whole = (host.site / "now/index.html").read_bytes()
    for requested, piece in (
        ("bytes=0-9", whole[:10]),
        ("bytes=100-", whole[100:]),
        ("bytes=-5", whole[-5:]),
    ):
        answer = host.ask("/now/", Range=requested)
        assert (answer.status, answer.body) == (206, piece)
        assert (answer["Content-Range"] or "").endswith(f"/{len(whole)}")
    assert host.ask("/now/", Range="bytes=0-9", If_Range='"old"').body == whole


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/.%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/..;/secret.txt",
        "/%252e%252e/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/now/../../secret.txt",
        "/now/%2e%2e/%2e%2e/secret.txt",
        "/assets../secret.txt",
        "/assets..%2f..%2fsecret.txt",
        "//..//secret.txt",
        "/./.././secret.txt",
        "/%00/../../secret.txt",
        "/index.html%00../../secret.txt",
    ],
)
def test_nothing_beside_the_site_can_be_reached(host: Hosted, path: str) -> None:
    for requested in (path, f"{host.prefix}{path}", f"http://127.0.0.1{path}"):
        answer = ask(host.server.port, requested)
        assert answer.status in {400, 404}, requested
        assert SECRET.encode() not in answer.body


@pytest.mark.parametrize("name", REFUSED)
def test_refused_files_are_not_served(host: Hosted, name: str) -> None:
    assert (host.site / name).is_file()
    for path in (f"/{name}", f"/{name.replace('.', '%2e')}", f"//{name}"):
        assert host.ask(path).status == 404, path


def test_security_txt_is_served(host: Hosted) -> None:
    assert b"Contact:" in host.whole("/.well-known/security.txt").body


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW"]
)
def test_readers_can_read_and_nothing_else(host: Hosted, method: str) -> None:
    for path in ("/now/", "/nowhere"):
        answer = host.ask(path, method)
        assert (answer.status, answer["Allow"]) == (405, "GET, HEAD")
        assert answer["Cache-Control"] == "no-cache"


def test_head_has_the_same_headers_without_the_page(host: Hosted) -> None:
    for path, status in (("/now/", 200), ("/en/nowhere", 404)):
        answer, full = host.ask(path, "HEAD"), host.ask(path)
        assert (answer.status, answer.body) == (status, b"")
        for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Vary"):
            assert answer[name] == full[name], name


@pytest.mark.parametrize(
    "path",
    [
        f"/{'a' * 300}",
        f"/en/{'a' * 3_000}",
        f"/{'a/' * 3_000}",
        f"/{'a' * 20_000}",
        f"/now/?{'a' * 20_000}",
        f"/{'%61' * 5_000}",
    ],
    ids=["300", "3,000", "many folders", "20,000", "query", "encoded"],
)
def test_a_very_long_address_does_not_break_the_server(host: Hosted, path: str) -> None:
    assert host.ask(path).status in {404, 414, 431, 200 if "?" in path else 404}
    assert host.ask("/now/").status == 200


@pytest.mark.parametrize(
    "path",
    ["/%zz", "/%", "/%f", "/%00", "/now/%00", "/%ff%fe", "/\xff\xfe", "/%c3%28", "/%ed%a0%80",
     "/now/?%zz", "/*", "/{path}", "/$uri", "/%0d%0aX-Put-In:%20yes", "/[", "/now/index.html/"],
)  # fmt: skip
def test_a_malformed_address_does_not_break_the_server(host: Hosted, path: str) -> None:
    answer = host.ask(path)
    assert answer.status in {200, 308, 400, 404}
    assert answer["X-Put-In"] is None
    assert host.ask("/now/").status == 200


def test_no_address_of_a_reader_is_logged(host: Hosted) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has a second address for this")
    reader = "127.0.0.2"
    faults = (
        "/nowhere",
        "/.env",
        "/assets/",
        "/fault",
        "/%00",
        "/%zz",
        f"/{'a' * 20_000}",
        "/../x",
    )
    for path in ("/now/", *faults):
        for method in ("GET", "POST", "\x01"):
            host.ask(path, method, source=reader, Referer="https://reader.example/")
    failed = {host.ask(path).status for path in ("/fault", "/loop")} & {500, 503}
    assert failed, "the server should have had something to log"
    written = [path for path in host.server.folder.rglob("*") if path.suffix == ".log"]
    assert written
    for path in written:
        text = path.read_text("utf-8", errors="replace")
        for private in (reader, "reader.example", "nowhere"):
            assert private not in text, f"{path.name} contains {private}"


# --- the language of the home page

NEWCOMER = {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate"}


@pytest.mark.parametrize("name", SERVERS)
def test_no_reader_is_redirected_to_a_language_unless_the_host_enables_it(
    site: Path, name: str, tmp_path: Path
) -> None:
    with hosted(name, site, site, tmp_path) as server:
        answer = ask(server.port, "/", Accept_Language="en-GB,en;q=0.9", **NEWCOMER)
    assert answer.status == 200
    assert "Accept-Language" not in (answer["Vary"] or "")


@pytest.mark.parametrize("name", SERVERS)
def test_where_the_host_enables_it_a_newcomer_gets_their_language_and_may_leave_it(
    site: Path, name: str, tmp_path: Path
) -> None:
    enabled = {
        "nginx": {"set $handvat_choose off;": "set $handvat_choose on;"},
        "caddy": {"HANDVAT_CHOOSE": "true"},
    }
    with hosted(name, site, site, tmp_path, **enabled[name]) as server:

        def home(languages: str, path: str = "/", **headers: str) -> tuple[int, str | None]:
            answer = ask(server.port, path, Accept_Language=languages, **headers)
            if path == "/":
                vary = answer["Vary"] or ""
                assert "Accept-Language" in vary and "Sec-Fetch-Site" in vary
                assert answer["Cache-Control"] == "no-cache"
                assert_protected(answer, site)
            return answer.status, answer["Location"]

        stays = (200, None)
        assert home("en-GB,en;q=0.9", **NEWCOMER) == (302, "/en/")
        assert home("ar", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate") == (302, "/ar/")
        for language in ("nl-NL,en", "sv", "sv,en", "*", "", "../en", "now", "assets"):
            assert home(language, **NEWCOMER) == stays, language
        # A reader who chose Dutch on an English page, reloads, or has an old browser gets Dutch.
        assert home("en", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="navigate") == stays
        assert home("en") == stays
        # The copy on a device fetches the page itself.
        assert home("en", Sec_Fetch_Site="none", Sec_Fetch_Mode="cors") == stays
        assert home("en", "/now/", **NEWCOMER) == stays
        assert home("ar", "/en/", **NEWCOMER) == stays


# --- a new edition


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two editions with different words on a page that both have."""
    made = []
    for words in ("Blijf rustig.", "Blijf erbij en luister."):
        body = f"## Kort {{ #in-short }}\n\n{words}\n"
        changed = {"nl/now/first-hour.md": page("Het eerste uur", body)}
        project = make_site(tmp_path_factory.mktemp("edition"), {**PAGES, **changed})
        code, output = build(project)
        assert code == 0, output
        made.append(project / "site")
    return made[0], made[1]


@pytest.mark.parametrize("name", SERVERS)
def test_no_reader_sees_the_moment_in_which_the_editions_are_swapped(
    editions: tuple[Path, Path], name: str, tmp_path: Path
) -> None:
    live = tmp_path / "live/site"
    live.parent.mkdir()
    deploy_site(editions[0], live)
    paths = {"/now/first-hour/": "now/first-hour/index.html", "/": "index.html"}
    # What search loads on a page that was opened before, with the list of either edition.
    paths |= {f"/{piece}": piece for edition in editions for piece in hashed_files(edition)}
    known = {
        path: {(edition / file).read_bytes() for edition in editions if (edition / file).exists()}
        for path, file in paths.items()
    }
    assert len(known["/now/first-hour/"]) == 2
    faults: list[str] = []
    seen: set[bytes] = set()
    done = threading.Event()

    def read(port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not done.is_set():
            for path, bodies in known.items():
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                if response.status != 200 or body not in bodies:
                    faults.append(f"{response.status} {path}")
                if path == "/now/first-hour/":
                    seen.add(body)
        connection.close()

    with hosted(name, live, live, tmp_path) as server:
        # Both are live once, so that the pieces of both are there.
        deploy_site(editions[1], live)
        readers = [threading.Thread(target=read, args=(server.port,)) for _ in range(4)]
        for reader in readers:
            reader.start()
        for number in range(12):
            deploy_site(editions[number % 2], live)
            new = (editions[number % 2] / "now/first-hour/index.html").read_bytes()
            if ask(server.port, "/now/first-hour/").body != new:
                faults.append("the old edition after the new one was live")
        done.set()
        for reader in readers:
            reader.join()
    assert not faults
    assert len(seen) == 2


def test_a_script_of_an_open_page_stays_for_one_more_edition(
    editions: tuple[Path, Path], tmp_path: Path
) -> None:
    live, old = tmp_path / "site", tmp_path / "old"
    shutil.copytree(editions[0], old)
    script = "assets/before.0123abcd.js"
    (old / script).write_text("// before")
    manifest = old / "offline/nl.json"
    listed = json.loads(manifest.read_text("utf-8"))
    listed["files"][script] = "0123"
    manifest.write_text(json.dumps(listed), "utf-8")
    assert script in hashed_files(old)
    deploy_site(old, live)
    deploy_site(editions[1], live)
    assert (live / script).read_text() == "// before"
    deploy_site(editions[1], live)
    assert not (live / script).exists()
    assert all((live / name).exists() for name in hashed_files(editions[1]))


@pytest.mark.parametrize("name", SERVERS)
def test_between_two_editions_a_server_allows_the_scripts_of_both(
    editions: tuple[Path, Path], name: str, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(editions[0], old)
    text = (old / "_headers").read_text("utf-8")
    (old / "_headers").write_text(text.replace("script-src ", "script-src 'sha256-b2xk' ", 1))
    with hosted(name, old, old, tmp_path) as server:
        assert "sha256-b2xk" in (ask(server.port, "/")["Content-Security-Policy"] or "")
        write_headers(name, server.folder, editions[1], old)
        server.reload()
        wanted = promised(editions[1])["Content-Security-Policy"]
        allowed = until(server, lambda policy: "b2xk" in policy and policy != wanted)
        assert set(wanted.split("'")) <= set(allowed.split("'"))
        write_headers(name, server.folder, editions[1])
        server.reload()
        assert until(server, lambda policy: "b2xk" not in policy) == wanted


def until(server: Server, is_so: Callable[[str], bool]) -> str:
    """The policy, once `is_so` is true of it: old workers of nginx still answer after a reload."""
    for _ in range(600):
        policy = ask(server.port, "/now/")["Content-Security-Policy"] or ""
        if is_so(policy):
            return policy
        threading.Event().wait(0.05)
    raise AssertionError(f"the server never applied its new headers: {policy}")


@pytest.mark.parametrize("kind", ["no site", "a link", "something else"])
def test_only_a_built_site_takes_the_place_of_a_built_site(tmp_path: Path, kind: str) -> None:
    site, live = tmp_path / "site", tmp_path / "live"
    live.mkdir()
    (live / "letter.md").write_text("mine")
    if kind != "no site":
        site.mkdir()
        (site / "index.html").write_text("new")
    if kind == "a link":
        live.rename(tmp_path / "work")
        live.symlink_to(tmp_path / "work")
    done = subprocess.run(
        [sys.executable, "-m", "handvat", "deploy", str(live), "--site", str(site)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is as it was" in done.stderr and "Traceback" not in done.stderr
    assert (live / "letter.md").read_text() == "mine"


# --- the headers of a site, for a server


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/en/*\n  A: b\n", "_headers:1: not /*"),
        ("", "_headers:1: not /*"),
        ("/*\n  A: b\nB: c\n", "_headers:3: not two spaces"),
        ('/*\n  A: b"; root /;\n', "_headers:2: not two spaces"),
        ("/*\n  A: $uri\n", "_headers:2"),
        ("/*\n  A: {env.HOME}\n", "_headers:2"),
        ("/*\n  A: b\\\n", "_headers:2"),
        ("/*\n  A: b\n/edit/*; root /;\n", "_headers:3: not two spaces"),
        ("/*\n  A: b\n/$uri/edit/*\n  A: c\n", "_headers:3"),
        ("/*\n  A: b\n", "there is no Content-Security-Policy"),
        ("/*\n  Content-Security-Policy: " + "a" * 5_000 + "\n", "5000 characters"),
        (None, "name the folder of a built site"),
    ],
)
def test_a_header_that_a_server_could_misread_is_refused(
    tmp_path: Path, text: str | None, message: str
) -> None:
    out = tmp_path / "out"
    out.write_text("as it was")
    if text is not None:
        (tmp_path / "_headers").write_text(text)
    command = [sys.executable, "-I", str(CHECKOUT / "deploy/headers.py"), "nginx"]
    done = subprocess.run(
        [*command, "--out", str(out), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr
    assert out.read_text() == "as it was"


# --- in a browser


@pytest.mark.browser
def test_a_page_and_its_search_work_under_the_headers_of_the_server(
    whole_site: Hosted, browser: Browser
) -> None:
    with opened(browser) as (tab, watch):
        tab.goto(f"http://127.0.0.1:{whole_site.server.port}/en/")
        tab.click(".search-open")
        tab.fill("#_search-words", "nude photo")
        tab.wait_for_selector(".search-results a")
        tab.click(".search-results a")
        tab.wait_for_load_state("load")
        assert tab.url.startswith(f"http://127.0.0.1:{whole_site.server.port}/en/")
        assert tab.evaluate("getComputedStyle(document.body).margin") == "0px"
        assert watch.complaints == [] and watch.foreign == []


# --- the files themselves


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd is not on this machine")
    units = [tmp_path / f"handvat-update.{kind}" for kind in ("service", "timer")]
    for unit in units:
        text = (CHECKOUT / "deploy" / unit.name).read_text("utf-8")
        # Programs that a host installs first, or `make build` does.
        programs = r"/usr/local/lib/handvat/headers\.py|/srv/\S+/handvat|/usr/bin/make"
        unit.write_text(re.sub(programs, "/bin/true", text), "utf-8")
    done = subprocess.run(
        [program, "verify", *map(str, units)], capture_output=True, text=True, check=False
    )
    reported = [line for line in done.stderr.splitlines() if "handvat" in line]
    assert (done.returncode, reported) == (0, [])


def test_root_runs_nothing_that_the_project_can_change() -> None:
    text = (CHECKOUT / "deploy/handvat-update.service").read_text("utf-8")
    as_root = re.findall(r"^ExecStart=\+(\S+)", text, re.MULTILINE)
    assert as_root == ["/usr/local/lib/handvat/headers.py", "/usr/bin/systemctl"]
    script = (CHECKOUT / "deploy/headers.py").read_text("utf-8")
    assert "handvat" not in re.findall(r"^(?:from|import) (\w+)", script, re.MULTILINE)


def test_nginx_serves_without_brotli_where_a_host_removes_the_line(
    site: Path, tmp_path: Path
) -> None:
    removed = {"    brotli_static on;\n": ""}
    try:
        with nginx(site, site, tmp_path, removed) as server:
            answer = ask(server.port, "/now/", Accept_Encoding="br, gzip")
    except NoServer as reason:
        pytest.skip(str(reason))
    assert answer["Content-Encoding"] == "gzip"
