"""Published file by file, a site is never a mixture that fails a reader: not between, not after a cut.

A store on this machine notes the order of its writes, so every moment of a publish can be looked at.
rclone is the machine's own: where it lacks, these tests are skipped, and fail where CI=true.
"""

from __future__ import annotations

import datetime
import gzip
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from fixture_site import CHECKOUT, asset, build, make_site, page
from fixture_site import manifest as all_files
from lxml import html
from object_store import BUCKET, SECRET, Store, configure, object_store

from scripts.finish.headers import headers
from scripts.knowledge.device_list import address_of, after_content, file_at, fingerprint
from scripts.publishing.order import RECORD, step_of
from scripts.publishing.record import GRACE, Record

CUTS = 10
SEED = 20261127
HOST = "https://fixture.example"
ROOT = "/base/"

Site = dict[str, bytes]
"""Name → content of every file that is served."""


@pytest.fixture(autouse=True)
def rclone(request: pytest.FixtureRequest) -> None:
    if shutil.which("rclone") or "without_rclone" in request.keywords:
        return
    if os.environ.get("CI") == "true":
        pytest.fail("rclone is not installed: apt install rclone")
    pytest.skip("rclone is not installed: apt install rclone")


@dataclass(frozen=True)
class Editions:
    """A project whose site was built twice."""

    root: Path
    old: Path
    new: Path


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    """The second one has a page more, one less, other words on two, and another script of search."""
    folder = tmp_path_factory.mktemp("editions")
    home = page("Begin", "Welkom.\n\n- [Nu](now/index.md)\n- [Oud](now/old.md)\n")
    roots = {
        "old": {
            "nl/index.md": home,
            "nl/now/old.md": page("Oude bladzijde", "Dit gaat weg. [Begin](../index.md)\n"),
        },
        "new": {
            "nl/index.md": home.replace("[Oud](now/old.md)", "[Vers](now/new.md)"),
            "nl/now/new.md": page("Verse bladzijde", "Dit komt. [Begin](../index.md)\n"),
            "nl/now/first-hour.md": page(
                "Het eerste uur", "## Kort { #in-short }\n\nBlijf kalmer.\n"
            ),
            "en/now/index.md": page("What is going on", "Choose again.\n", translated=True),
        },
    }
    for name, pages in roots.items():
        code, output = build(make_site(folder / name, pages))
        assert code == 0, output
    found = Editions(folder / "new", folder / "old/site", folder / "new/site")
    change_script(found.new)
    return found


def manifest(folder: Path) -> Site:
    """What a store is given of the site in `folder`: the smaller copies are for servers."""
    return {n: data for n, data in all_files(folder).items() if not n.endswith((".gz", ".br"))}


def change_script(site: Path) -> None:
    """Gives the built `site` another script of search, as if the build had made it."""
    old = asset(site, "search.js")
    data = (site / old).read_bytes() + b"\n//2\n"
    new = after_content("assets/search.js", data)
    (site / new).write_bytes(data)
    for gone in site.glob(f"{old}*"):
        gone.unlink()
    for path in (site / "offline").glob("*.json"):
        value = json.loads(path.read_bytes())
        del value["files"][old]
        value["files"][new] = fingerprint(data)
        path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")
    for path in site.rglob("*.html"):
        words = path.read_bytes()
        if old.encode() in words:
            name = path.relative_to(site).as_posix()
            amend(site, name, words.replace(old.encode(), new.encode()))


def amend(site: Path, name: str, data: bytes) -> None:
    """Puts another file at `name` of the built `site`, as if the build had made it."""
    (site / name).write_bytes(data)
    for copy in site.glob(f"{name}.*"):
        copy.unlink()
    for path in (site / "offline").glob("*.json"):
        value = json.loads(path.read_bytes())
        if address_of(name) in value["files"]:
            value["files"][address_of(name)] = fingerprint(data)
            path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with object_store() as running:
        yield running


@pytest.fixture(scope="module")
def config(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return configure(tmp_path_factory.mktemp("rclone") / "rclone.conf", store.address)


@pytest.fixture(scope="module")
def first(editions: Editions, store: Store, config: Path) -> Callable[[str], str]:
    """Gives a place below the bucket where the old edition was published."""
    well(publish(editions.root, editions.old, f"store:{BUCKET}/first", config))

    def place(path: str) -> str:
        store.copy("first", path)
        return f"store:{BUCKET}/{path}"

    return place


def start(
    root: Path, site: Path, to: str, config: Path, *wishes: str, **settings: str
) -> subprocess.Popen[str]:
    """Begins to publish, in a process group of its own."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("RCLONE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.publish", to, "--site", str(site), *wishes],
        cwd=root,
        env={**inherited, "PYTHONPATH": str(CHECKOUT), "RCLONE_CONFIG": str(config), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def publish(
    root: Path, site: Path, to: str, config: Path, *wishes: str, **settings: str
) -> tuple[int, str]:
    """Publishes; gives the exit code and what was printed."""
    process = start(root, site, to, config, *wishes, **settings)
    output, _ = process.communicate()
    return process.returncode, output


def well(done: tuple[int, str]) -> str:
    """What a publish printed that went well."""
    code, output = done
    assert code == 0, output
    return output


def without_record(served: Site) -> Site:
    return {name: data for name, data in served.items() if name != RECORD}


def is_piece(name: str) -> bool:
    """Whether the name is made of the content: Pagefind does so, and we do with scripts and styles."""
    return bool(re.search(r"\.pf_\w+$|^assets/\w[\w-]*\.[0-9a-f]{8}\.(?:js|css)$", name))


# What a reader may meet, looked at in the files that are served at one moment


@cache
def named(name: str, data: bytes) -> tuple[tuple[str, bool], ...]:
    """What the page at `name` leads to within the site: file, and whether it surely is one."""
    return tuple(_named(f"{HOST}{ROOT}{name}", data))


def _named(here: str, data: bytes) -> Iterator[tuple[str, bool]]:
    for _, attribute, value, _ in html.document_fromstring(data).iterlinks():
        yield from _within(here, value, attribute in {"href", "src"})
    for value in html.document_fromstring(data).xpath("//@*[starts-with(name(), 'data-')]"):
        yield from _within(here, str(value), False)


def _within(here: str, value: str, is_sure: bool) -> Iterator[tuple[str, bool]]:
    parts = urlsplit(urljoin(here, value))
    if f"{parts.scheme}://{parts.netloc}" == HOST and parts.path.startswith(ROOT):
        path = unquote(parts.path).removeprefix(ROOT)
        yield (f"{path}index.html" if path.endswith("/") or not path else path), is_sure


def fragments(site: Site, code: str) -> Iterator[str]:
    """The pages that a search in the language `code` leads to, by all its pieces there are."""
    for name, data in site.items():
        if name.startswith(f"pagefind/{code}/fragment/"):
            url = json.loads(gzip.decompress(data).partition(b"{")[2].join((b"{", b"")))["url"]
            yield f"{url.lstrip('/')}index.html"


def languages(*sites: Site) -> set[str]:
    found = (re.fullmatch(r"offline/(.*)\.json", name) for site in sites for name in site)
    return {match[1] for match in found if match}


def holes(served: Site, old: Site, new: Site) -> list[str]:
    """What would fail a reader who comes now, or who has a page of the `old` edition open."""
    return [*_torn(served, old, new), *_dead_ends(served, old, new), *_search(served, old, new),
            *_devices(served, old, new), *_still_open(served, old)]  # fmt: skip


def _torn(served: Site, old: Site, new: Site) -> Iterator[str]:
    for name, data in served.items():
        if data not in (old.get(name), new.get(name)):
            yield f"{name} is of neither edition"


def _dead_ends(served: Site, old: Site, new: Site) -> Iterator[str]:
    """From the home pages, from the lists of pages, and on."""
    todo = ["index.html", *(f"{code}/index.html" for code in languages(old) - {"nl"})]
    for name in ("sitemap.xml", "llms.txt"):
        found = re.findall(rf"{HOST}{ROOT}([^<)]*)[<)]", served[name].decode())
        todo += [f"{unquote(one)}index.html" for one in found if one[-1:] in {"/", ""}]
    seen = {*todo}
    while todo:
        name = todo.pop()
        if name not in served:
            yield f"{name} is led to and not there"
        elif name.endswith(".html"):
            for target, is_sure in named(name, served[name]):
                is_file = is_sure or target in old or target in new
                if is_file and target not in seen:
                    seen.add(target)
                    todo.append(target)


def _search(served: Site, old: Site, new: Site) -> Iterator[str]:
    for code in languages(old):
        entry = f"pagefind/{code}/pagefind-entry.json"
        edition = old if served.get(entry) == old[entry] else new
        if served.get(entry) != edition.get(entry):
            yield f"{entry} is of neither edition"
        pieces = {
            name: data for name, data in edition.items() if name.startswith(f"pagefind/{code}/")
        }
        for name, data in pieces.items():
            if is_piece(name) and served.get(name) != data:
                yield f"the entry of {code} needs {name}"
        for name in fragments(pieces, code):
            if name not in served:
                yield f"a search in {code} leads to {name}"


def _devices(served: Site, old: Site, new: Site) -> Iterator[str]:
    """A device trusts the fingerprints of its list, and keeps what it got under them for good."""
    for code in languages(old):
        name = f"offline/{code}.json"
        is_new = served[name] == new.get(name) != old[name]
        for address, listed in json.loads(served[name])["files"].items():
            file = file_at(address)
            if file not in served:
                yield f"{name} lists {file}"
            elif is_new and fingerprint(served[file]) != listed:
                yield f"{name} trusts {file}, which is not of its edition"


def _still_open(served: Site, old: Site) -> Iterator[str]:
    for name in old:
        if name.startswith(("assets/", "pagefind/")) and name not in served:
            yield f"an open page may ask for {name}"


# Two editions, one after the other


def test_the_two_editions_differ_in_all_that_the_tests_are_about(editions: Editions) -> None:
    old, new = manifest(editions.old), manifest(editions.new)
    assert "now/old/index.html" in set(old) - set(new)
    assert "now/new/index.html" in set(new) - set(old)
    both = set(old) & set(new)
    changed = {name for name in both if old[name] != new[name]}
    assert {"index.html", "now/first-hour/index.html", "sitemap.xml"} <= changed
    assert asset(editions.old, "search.js") != asset(editions.new, "search.js")
    assert {"pagefind/nl/pagefind-entry.json", "offline/nl.json"} <= changed
    assert [name for name in changed if len(old[name]) == len(new[name])], "same size, other words"
    assert {name for name in old if is_piece(name)} - set(new)
    assert not {name for name in changed if is_piece(name)}, "a name made of the content means one"
    assert holes(old, old, new) == holes(new, new, old) == []


def test_what_is_served_is_the_site_byte_for_byte(
    editions: Editions, store: Store, config: Path
) -> None:
    to = f"store:{BUCKET}/twice"
    output = well(publish(editions.root, editions.old, to, config))
    assert without_record(store.served("twice")) == manifest(editions.old)
    assert "A store sends no security headers" in output
    output = well(publish(editions.root, editions.new, to, config))
    new = manifest(editions.new)
    served = store.served("twice")
    left = set(served) - set(new) - {RECORD}
    assert {name: served[name] for name in new} == new
    assert left == {name for name in manifest(editions.old) if is_piece(name)} - set(new)
    assert "now/old/index.html" not in served
    writes = len(store.log)
    assert "0 files new or changed, 0 deleted" in well(
        publish(editions.root, editions.new, to, config)
    )
    assert len(store.log) == writes, "nothing to do, and something was written"


def test_at_every_moment_of_a_publish_all_that_a_reader_meets_is_whole(
    editions: Editions, store: Store, config: Path, first: Callable[[str], str]
) -> None:
    """The state after each single write is one that a cut could leave behind."""
    to = first("moments")
    old, new = manifest(editions.old), manifest(editions.new)
    for before, after, site in ((old, new, editions.new), (new, old, editions.old)):
        served = without_record(store.served("moments"))
        store.log.clear()
        well(publish(editions.root, site, to, config))
        seen = []
        for method, path in store.log:
            name = path.removeprefix(f"/{BUCKET}/moments/")
            if name == RECORD:
                continue
            if method == "DELETE":
                del served[name]
            else:
                served[name] = after[name]
            seen.append(name)
            assert holes(served, before, after) == [], f"after {method} {name}"
        assert served == without_record(store.served("moments")), "the log is not what happened"
        assert len(seen) > 20
        homes = {"index.html", "en/index.html", "ar/index.html"}
        pages = [name for name in seen if name.endswith("/index.html") and name in after]
        first_home = min(seen.index(name) for name in homes)
        assert first_home > max(seen.index(name) for name in pages if name not in homes)


def test_a_cut_at_any_point_leaves_readers_a_whole_site_and_the_next_run_goes_on(
    editions: Editions, store: Store, config: Path, first: Callable[[str], str]
) -> None:
    old, new = manifest(editions.old), manifest(editions.new)
    to = first("whole")
    store.log.clear()
    well(publish(editions.root, editions.new, to, config))
    writes = len(store.log)
    chance = random.Random(SEED)
    for number, cut_at in enumerate(chance.sample(range(1, writes), CUTS)):
        path = f"cut-{number}"
        to = first(path)
        where = f"cut at write {cut_at} of {writes}"
        store.log.clear()
        begin = partial(start, editions.root, editions.new, to, config)
        is_lost = chance.random() < 0.5
        code, output = cut_short(store, cut_at, signal.SIGKILL, begin, is_lost)
        assert code == -signal.SIGKILL, f"{where}, and it was not: {output}"
        assert holes(without_record(store.served(path)), old, new) == [], where
        done = len(store.log)
        store.log.clear()
        well(publish(editions.root, editions.new, to, config))
        served = store.served(path)
        assert {name: served[name] for name in new} == new, where
        idle = {name for name in old if is_piece(name)} - set(new)
        assert set(served) - set(new) == idle | {RECORD}, where
        # The record is written again, and what was on its way when it was cut goes up again.
        assert done + len(store.log) <= writes + 1, f"{where}: began anew"


def cut_short(
    store: Store,
    cut_at: int,
    number: signal.Signals,
    begin: Callable[[], subprocess.Popen[str]],
    is_lost: bool = False,
) -> tuple[int, str]:
    """Sends the signal to the publish that begins, at its write `cut_at`, lost or just done.

    Gives the exit code and what was printed. A killed process takes rclone along; a polite signal is
    for the process alone, which has to see to rclone itself.
    """
    running: list[subprocess.Popen[str]] = []
    send = os.killpg if number == signal.SIGKILL else os.kill
    store.asked, store.cut_at, store.is_cut_before = 0, cut_at, is_lost
    store.cut = lambda: send(running[0].pid, number)
    running.append(begin())
    output, _ = running[0].communicate()
    store.cut_at = 0
    store.rest()
    if number != signal.SIGKILL:
        with pytest.raises(ProcessLookupError):
            os.killpg(running[0].pid, 0)
    return running[0].returncode, output


def test_stopping_politely_ends_rclone_and_says_how_to_go_on(
    editions: Editions, store: Store, config: Path
) -> None:
    to = f"store:{BUCKET}/polite"
    begin = partial(start, editions.root, editions.new, to, config)
    code, output = cut_short(store, 9, signal.SIGTERM, begin)
    assert code == 128 + signal.SIGTERM
    assert output.endswith("Stopped. Publish again: it goes on where it was.\n")
    assert not (editions.root / ".build/publish").exists()


def test_an_rclone_whose_publish_was_killed_is_waited_for(
    editions: Editions, tmp_path: Path
) -> None:
    """It would put files of the killed edition over those of the next one."""
    config = configure(tmp_path / "rclone.conf")
    to = str(tmp_path / "here")
    left = tmp_path / "left-behind"
    slow = tmp_path / "bin/rclone"
    slow.parent.mkdir()
    slow.write_text(
        f"#!/bin/sh\necho $$ >'{left}.new' && mv '{left}.new' '{left}' && exec sleep 600\n"
    )
    slow.chmod(0o755)
    killed = start(
        editions.root, editions.old, to, config, PATH=f"{slow.parent}:{os.environ['PATH']}"
    )
    while not left.exists():
        assert killed.poll() is None, killed.communicate()[0]
        time.sleep(0.05)
    try:
        killed.kill()
        killed.communicate()
        following = start(editions.root, editions.new, to, config)
        assert following.stdout.readline().startswith("Another publish is at work")
    finally:
        os.kill(int(left.read_text()), signal.SIGKILL)
    output, _ = following.communicate()
    well((following.returncode, output))
    assert without_record(all_files(tmp_path / "here")) == all_files(editions.new)


def test_another_edition_after_a_cut_leaves_nothing_of_the_cut_one_behind(
    editions: Editions, store: Store, config: Path, first: Callable[[str], str]
) -> None:
    to = first("overtaken")
    begin = partial(start, editions.root, editions.new, to, config)
    assert cut_short(store, 12, signal.SIGKILL, begin)[0] == -signal.SIGKILL
    well(publish(editions.root, editions.old, to, config))
    served = store.served("overtaken")
    assert {name for name in set(served) - set(manifest(editions.old)) if not is_piece(name)} == {
        RECORD
    }
    age(store, "overtaken")
    well(publish(editions.root, editions.old, to, config))
    assert without_record(store.served("overtaken")) == manifest(editions.old)


# What stays for whoever has a page open, and what is not ours


def age(store: Store, path: str) -> None:
    """Lets the grace of what nobody needs any more at `path` be over."""
    record = json.loads(store.served(path)[RECORD])
    day = (datetime.datetime.now(datetime.UTC).date() - GRACE).isoformat()
    record["files"] = {name: since and day for name, since in record["files"].items()}
    store.put(f"{path}/{RECORD}", json.dumps(record).encode())


def test_pieces_of_the_last_index_go_when_nobody_can_have_a_page_of_it_open(
    editions: Editions, store: Store, config: Path, first: Callable[[str], str]
) -> None:
    to = first("grace")
    well(publish(editions.root, editions.new, to, config))
    assert set(without_record(store.served("grace"))) > set(manifest(editions.new))
    age(store, "grace")
    assert "delete: pagefind/nl/" in well(
        publish(editions.root, editions.new, to, config, "--plan")
    )
    assert set(without_record(store.served("grace"))) > set(manifest(editions.new))
    well(publish(editions.root, editions.new, to, config))
    assert without_record(store.served("grace")) == manifest(editions.new)


def test_files_of_somebody_else_at_the_same_place_stay(
    editions: Editions, store: Store, config: Path, first: Callable[[str], str]
) -> None:
    to = first("shared")
    store.put("shared/theirs/report.pdf", b"theirs")
    well(publish(editions.root, editions.new, to, config))
    assert store.served("shared")["theirs/report.pdf"] == b"theirs"


def test_a_place_that_holds_something_else_is_left_alone_until_somebody_says_so(
    editions: Editions, store: Store, config: Path
) -> None:
    to = f"store:{BUCKET}/taken"
    for key in ("taken/index.html", "taken/gone/index.html"):
        store.put(key, b"<p>another site")
    store.put("taken/assets/favicon.svg", (editions.old / "assets/favicon.svg").read_bytes())
    before = store.served("taken")
    code, output = publish(editions.root, editions.old, to, config)
    assert code == 1 and "is not empty" in output and "assets/, gone/, index.html" in output
    assert "ADOPT=1" in output and output.endswith("Nothing was published.\n")
    assert store.served("taken") == before
    well(publish(editions.root, editions.old, to, config, "--adopt"))
    assert without_record(store.served("taken")) == manifest(editions.old)
    _, headers_now = store.answers("taken")["assets/favicon.svg"]
    assert headers_now["content-type"] == "image/svg+xml", (
        "the same file, without a word on its type"
    )


def test_a_language_is_not_withdrawn_by_building_without_it(
    editions: Editions, store: Store, config: Path, first: Callable[[str], str], tmp_path: Path
) -> None:
    to = first("fewer")
    site = shutil.copytree(editions.old, tmp_path / "site")
    for name in ("en", "pagefind/en"):
        shutil.rmtree(site / name)
    (site / "offline/en.json").unlink()
    code, output = publish(editions.root, site, to, config)
    assert (code, store.served("fewer")["en/index.html"]) == (
        1,
        manifest(editions.old)["en/index.html"],
    )
    assert "lacks en, which readers have now" in output and "FEWER=1" in output
    well(publish(editions.root, site, to, config, "--fewer-languages"))
    assert "en/index.html" not in store.served("fewer")


# What a store is told about each file


def test_what_never_changes_is_kept_for_ever_and_the_rest_asked_for_each_time(
    store: Store, first: Callable[[str], str]
) -> None:
    first("headers")
    answers = store.answers("headers")
    assert {name for name, (_, headers) in answers.items() if "immutable" in headers["cache-control"]} == {
        name for name in answers if is_piece(name)
    }  # fmt: skip
    assert {h["cache-control"] for n, (_, h) in answers.items() if not is_piece(n)} == {"no-cache"}


def test_every_type_is_said_and_none_left_to_the_machine(
    editions: Editions, store: Store, first: Callable[[str], str]
) -> None:
    first("types")
    kinds = {n: h["content-type"] for n, (_, h) in store.answers("types").items()}
    for name, kind in {
        "index.html": "text/html; charset=utf-8",
        asset(editions.old, "search.js"): "text/javascript; charset=utf-8",
        asset(editions.old, "search.css"): "text/css; charset=utf-8",
        "assets/favicon.svg": "image/svg+xml",
        "manifest.webmanifest": "application/manifest+json",
        "pagefind/nl/pagefind-entry.json": "application/json",
        "pagefind/nl/wasm.nl.pagefind": "application/octet-stream",
        "sitemap.xml": "application/xml",
        ".well-known/security.txt": "text/plain; charset=utf-8",
    }.items():
        assert kinds[name] == kind, name


@pytest.mark.without_rclone
def test_a_compressed_copy_goes_up_with_its_file() -> None:
    for name, is_new, step in (
        ("index.html.gz", False, "home pages"),
        ("en/index.html.br", True, "home pages"),
        ("now/index.html.gz", True, "new pages"),
        ("pagefind/nl/pagefind-entry.json.gz", False, "entries of search"),
        ("offline/nl.json.zst", True, "lists for devices"),
        ("assets/search.0123abcd.js.gz", True, "named after their content"),
    ):
        assert step_of(name, is_new, {"index.html", "en/index.html"}) == step


@pytest.mark.without_rclone
def test_the_headers_that_a_cdn_has_to_add_are_those_of_the_build() -> None:
    text = (CHECKOUT / "deploy/publish.md").read_text("utf-8")
    told = dict(re.findall(r"^ +([A-Z][\w-]+): (.+)$", text, re.MULTILINE))
    built = headers("default-src 'none'")
    assert set(told) == {*built, "Strict-Transport-Security"}
    policy = told.pop("Content-Security-Policy")
    assert built["Content-Security-Policy"].endswith(f"; {policy}")
    assert told.pop("Permissions-Policy") == "the line of site/_headers"
    del told["Strict-Transport-Security"]
    assert told.items() <= built.items()


@pytest.mark.without_rclone
def test_a_smaller_copy_does_not_outlive_its_edition() -> None:
    """A server would send it in place of the new file."""
    today = datetime.date(2026, 11, 27)
    names = ["assets/tools.js", "assets/tools.js.gz", "pagefind/nl/words.json.br"]
    record = Record(dict.fromkeys(names, "")).with_edition([], today)
    assert record.due(today) == names[1:]
    assert record.due(today + GRACE) == names


# Places that are no store


@pytest.mark.parametrize("kind", ["webdav", "sftp"])
def test_a_server_of_files_gets_a_mended_letter_too(
    editions: Editions, tmp_path: Path, kind: str
) -> None:
    """rclone compares sizes where a server tells no sums; a letter for a letter has the same size."""
    held = tmp_path / "held"
    held.mkdir()
    with serving(kind, held) as port:
        config = configure(tmp_path / "rclone.conf", port=port)
        for site in (editions.old, editions.new):
            well(publish(editions.root, site, f"{kind}:site", config))
    served, new = all_files(held / "site"), all_files(editions.new)
    assert {name: served[name] for name in new} == new
    assert not (held / "site/now/old").exists(), "an empty folder would be shown, or forbidden"


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[int]:
    """The port at which rclone serves `folder` as WebDAV or SFTP, on this machine alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["rclone", "serve", kind, str(folder), "--addr", f"127.0.0.1:{port}"]
    command += ["--no-auth"] if kind == "sftp" else []
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with socket.socket() as one:
                if not one.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        assert server.poll() is None, f"rclone serves no {kind}"
        yield port
    finally:
        server.terminate()
        server.wait()


def test_a_folder_of_this_machine_is_a_place_too(editions: Editions, tmp_path: Path) -> None:
    config = configure(tmp_path / "rclone.conf")
    well(publish(editions.root, editions.old, str(tmp_path / "here"), config))
    assert without_record(all_files(tmp_path / "here")) == all_files(editions.old)


def test_what_this_machine_tells_rclone_elsewhere_leaves_nothing_out(
    editions: Editions, tmp_path: Path
) -> None:
    config = configure(tmp_path / "rclone.conf")
    to = str(tmp_path / "here")
    for site in (editions.old, editions.new):
        settings = {"RCLONE_MAX_SIZE": "1k", "RCLONE_SIZE_ONLY": "true"}
        well(publish(editions.root, site, to, config, **settings))
    served, new = all_files(tmp_path / "here"), all_files(editions.new)
    assert {name: served[name] for name in new} == new
    dry = well(publish(editions.root, editions.old, to, config, RCLONE_DRY_RUN="true"))
    assert dry.endswith("Nothing was done: this was the plan.\n")
    assert all_files(tmp_path / "here") == served


# What goes wrong


def test_a_link_out_of_the_site_is_refused_and_nothing_uploaded(
    editions: Editions, store: Store, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("not of the site")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/secret.txt").write_text("not of the site")
    for target in ("secret.txt", "folder"):
        site = shutil.copytree(editions.old, tmp_path / f"site-{target}")
        (site / "assets/link").symlink_to(tmp_path / target)
        code, output = publish(editions.root, site, f"store:{BUCKET}/links", config)
        assert code == 1 and f"assets/link is a symbolic link to {tmp_path / target}" in output
    (tmp_path / "whole").symlink_to(editions.old)
    code, output = publish(editions.root, tmp_path / "whole", f"store:{BUCKET}/links", config)
    assert code == 1 and "whole is a symbolic link" in output
    assert store.served("links") == {}


def _cut_short(site: Path) -> None:
    path = site / "now/index.html"
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (shutil.rmtree, "There is no site/ yet: run make build first."),
        (lambda site: (site / "sitemap.xml").unlink(), "it lacks sitemap.xml. Run make build."),
        (lambda site: shutil.rmtree(site / "offline"), "it lacks offline/<language>.json"),
        (lambda site: (site / "now/index.html").unlink(), "it lacks now/index.html"),
        (_cut_short, "cut short, in now/index.html"),
        (lambda site: (site / "a\nb").write_text(""), r"no file of a site is named 'a\nb'"),
        (lambda site: (site / RECORD).write_text(""), f"no file of a site is named '{RECORD}'"),
        (lambda site: (site / "offline/nl.json").write_text("{"), "offline/nl.json is not what a build"),
        (lambda site: os.mkfifo(site / "pipe"), "site/pipe is no file and no folder"),
    ],
)  # fmt: skip
def test_what_is_no_whole_site_is_not_published(
    editions: Editions, tmp_path: Path, harm: Callable[[Path], object], says: str
) -> None:
    site = shutil.copytree(editions.old, tmp_path / "site")
    harm(site)
    code, output = publish(editions.root, site, str(tmp_path / "out"), tmp_path / "none.conf")
    assert (code, "Traceback" in output) == (1, False)
    assert says in output and output.endswith("Nothing was published.\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("", "Say where to: make publish TO=remote:bucket/path"),
        ("nowhere:bucket/site", "rclone knows no place of the name in nowhere:bucket/site"),
        ("store:", "Name a bucket: TO=store:bucket"),
        ("store:no-such-bucket/site", "There is no bucket at store:no-such-bucket/site"),
        ("site/below", "overlaps site/ itself"),
        (".", "overlaps site/ itself"),
    ],
)
def test_a_place_that_is_none_is_said_in_a_sentence(
    editions: Editions, config: Path, to: str, says: str
) -> None:
    code, output = publish(editions.root, editions.new, to, config)
    assert (code, "Traceback" in output) == (1, False)
    assert says in output


def test_a_refused_key_is_said_and_not_shown(
    editions: Editions, store: Store, config: Path
) -> None:
    store.refusal = "403 Forbidden"
    try:
        code, output = publish(editions.root, editions.old, f"store:{BUCKET}/no", config)
    finally:
        store.refusal = ""
    assert code == 1 and "refuses our key" in output
    assert SECRET not in output


def test_a_key_within_the_place_is_never_printed(
    editions: Editions, store: Store, config: Path
) -> None:
    to = f"store,secret_access_key={SECRET}:{BUCKET}/keyed"
    well_said = well(publish(editions.root, editions.old, to, config, RCLONE_DUMP="headers,auth"))
    store.refusal = "403 Forbidden"
    try:
        _, refused = publish(editions.root, editions.old, to, config, RCLONE_VERBOSE="2")
    finally:
        store.refusal = ""
    lost = f'lost,token="{SECRET}":b/x'
    _, unknown = publish(editions.root, editions.old, lost, config)
    assert f"store,…:{BUCKET}/keyed" in well_said and "lost,…:b/x" in unknown
    assert SECRET not in well_said + refused + unknown


def test_where_the_network_fails_it_says_to_publish_again(
    editions: Editions, tmp_path: Path
) -> None:
    config = configure(tmp_path / "rclone.conf")
    code, output = publish(
        editions.root, editions.old, "store:bucket/site", config,
        RCLONE_RETRIES="1", RCLONE_LOW_LEVEL_RETRIES="1",
    )  # fmt: skip
    assert code == 1 and "The network or the server of store:bucket/site failed" in output
    assert output.endswith("Publish again: it goes on where it was.\n")


@pytest.mark.without_rclone
def test_without_rclone_it_says_how_to_get_it(editions: Editions, tmp_path: Path) -> None:
    code, output = publish(
        editions.root, editions.old, "store:bucket", tmp_path / "none", PATH=str(tmp_path)
    )
    assert code == 1 and "apt install rclone" in output


@pytest.mark.parametrize(
    "text", ["", "{}", '{"files": {"../outside": ""}}', '{"files": {"a": "yesterday"}}']
)
def test_a_record_that_we_did_not_write_deletes_nothing(
    editions: Editions, tmp_path: Path, text: str
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (tmp_path / "outside").write_text("theirs")
    (place / RECORD).write_text(text)
    code, output = publish(editions.root, editions.old, str(place), tmp_path / "none.conf")
    assert (code, "Traceback" in output) == (1, False)
    assert "is not what make publish wrote" in output and "ADOPT=1" in output
    assert [path.name for path in place.iterdir()] == [RECORD] and (tmp_path / "outside").exists()
