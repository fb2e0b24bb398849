"""Published file by file, a site is whole for readers at every moment, and after a failure at any step.

The real rclone writes to folders; a wrapper on PATH logs what it does and lets it fail halfway. Where rclone
is missing, the tests that need it are skipped, and fail where CI=true.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, manifest
from handvat.content.offline import fingerprint, hashed_name, is_hashed

SCRIPT = CHECKOUT / "deploy/publish.sh"
RECORD = ".published"

Files = dict[str, bytes]
"""Name → content."""

WRAPPER = """\
#!/bin/sh
# Logs each step of a publish. Step number FAIL_AT does half of its list and fails; with ONLY_LOG none does anything.
case $1 in copy | copyto | delete)
  echo "step: $*" >>"$LOG"
  list=/dev/null before=
  for word; do [ "$before" != --files-from-raw ] || list=$word; before=$word; done
  if [ "$(grep -c '^step: ' "$LOG")" = "$FAIL_AT" ]; then
    head -n "$(($(wc -l <"$list") / 2))" "$list" >"$LOG.half"
    [ "$list" = /dev/null ] || { cp "$LOG.half" "$list" && "$RCLONE" "$@"; }
    echo 'connection reset by peer' >&2
    exit 1
  fi
  sed "s/^/$1 /" "$list" >>"$LOG"
  [ -z "$ONLY_LOG" ] || exit 0 ;;
esac
exec "$RCLONE" "$@"
"""


@pytest.fixture
def rclone() -> str:
    found = shutil.which("rclone")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("rclone is not installed: apt install rclone")
    if found is None:
        pytest.skip("rclone is not installed: apt install rclone")
    return found


needs_rclone = pytest.mark.usefixtures("rclone")


def release(number: int) -> Files:
    """A site of three pages and a search: `gone` is only in release 1, `new` only in later ones."""
    script = f"// {number}".encode()
    search = hashed_name("assets/search.js", script)
    other = "gone" if number == 1 else "new"
    head = f'<script src="/{search}"></script><img src="/assets/{other}.png">'
    pages = {
        "index.html": f'{head}<a href="/now/">Nu</a> <a href="/{other}/">{number}</a>',
        "now/index.html": f'{head}<a href="/">Bel 0800-{number}</a>',
        f"{other}/index.html": f'{head}<a href="/now/">Nu</a>',
        "404.html": head,
    }
    files = {
        search: script,
        f"assets/{other}.png": b"picture",
        "search/nl.js": json.dumps([f"{other}/index.html"]).encode(),
        "sitemap.xml": f'<a href="/"> <a href="/now/"> <a href="/{other}/">'.encode(),
        "robots.txt": b'Sitemap: "/sitemap.xml"',
        **{name: text.encode() for name, text in pages.items()},
        **{f"{name}.gz": text.encode() for name, text in pages.items()},
    }
    listed = {name: fingerprint(data) for name, data in files.items() if not name.endswith(".gz")}
    return {**files, "offline/nl.json": json.dumps(listed).encode()}


OLD, NEW = release(1), release(2)
HASHED = {name for name in OLD if is_hashed(name)}


def write(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def at(target: Path) -> Files:
    """What readers get at `target`."""
    return {name: data for name, data in manifest(target).items() if name != RECORD}


def publish(
    *arguments: str | Path, cwd: Path = CHECKOUT, **environment: str
) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("RCLONE_")}
    return subprocess.run(
        [str(SCRIPT), *map(str, arguments)],
        cwd=cwd,
        # rclone is a Go program that ends at once: one thread and no garbage collector are a fifth less work.
        env={"GOGC": "off", "GOMAXPROCS": "1", **inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def done(*arguments: str | Path, **environment: str) -> str:
    """What a publish that succeeds prints."""
    result = publish(*arguments, **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


@pytest.fixture
def wrapped(rclone: str, tmp_path: Path) -> dict[str, str]:
    """The environment in which rclone is the wrapper."""
    path = tmp_path / "bin/rclone"
    path.parent.mkdir()
    path.write_text(WRAPPER)
    path.chmod(0o755)
    return {
        "PATH": f"{path.parent}:{os.environ['PATH']}",
        "RCLONE": rclone,
        "LOG": str(tmp_path / "log"),
        "FAIL_AT": "0",
        "ONLY_LOG": "",
    }


def steps(environment: dict[str, str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Arguments of rclone → the (command, name) of each file that it uploaded or deleted."""
    _, *found = Path(environment["LOG"]).read_text().split("step: ")
    for step in found:
        arguments, *files = step.splitlines()
        yield arguments, [tuple(file.split(" ", 1)) for file in files]


def flaws(served: Files) -> Iterator[str]:
    """What would fail for a reader of the files `served`, also one with a page of OLD open."""
    entry, offline = "search/nl.js", "offline/nl.json"
    todo = {"index.html", "404.html", "robots.txt", entry, offline, *HASHED}
    seen: set[str] = set()
    while todo:
        seen |= {name := todo.pop()}
        if name not in served:
            yield f"{name} is missing"
            continue
        if served[name] not in (OLD.get(name), NEW.get(name)):
            yield f"{name} is of neither release"
        todo |= targets(name, served[name]) - seen
    if served.get(offline) == NEW[offline]:
        for name, checksum in json.loads(NEW[offline]).items():
            if fingerprint(served[name]) != checksum:
                yield f"{name} differs from the list for devices"


def targets(name: str, data: bytes) -> set[str]:
    """What the file at `name` leads to or loads."""
    if name.endswith((".html", ".xml", ".txt")):
        found = re.findall(r'"/([^"]*)"', data.decode())
        return {path if "." in path else f"{path}index.html" for path in found}
    return set(json.loads(data)) if name.endswith(".json") else set()


@needs_rclone
def test_the_target_becomes_the_site_byte_for_byte(tmp_path: Path) -> None:
    target = tmp_path / "target"
    done(target, write(tmp_path / "old", OLD))
    assert at(target) == OLD
    done(target, write(tmp_path / "new", NEW))
    assert at(target) == {**NEW, **{name: OLD[name] for name in HASHED}}
    assert not (target / "gone").exists(), "a server would list or forbid the empty folder"


@needs_rclone
def test_hashed_files_stay_until_a_second_release_follows(tmp_path: Path) -> None:
    target = tmp_path / "target"
    for number in (1, 2, 2):
        done(target, write(tmp_path / f"{number}", release(number)))
        assert set(at(target)) >= HASHED
    done(target, write(tmp_path / "3", release(3)))
    assert not set(at(target)) & HASHED
    assert set(at(target)) >= {name for name in NEW if is_hashed(name)}


def test_at_every_moment_each_page_has_its_files(wrapped: dict[str, str], tmp_path: Path) -> None:
    """rclone carries out a step in any order, so each order of its files is tried both ways round."""
    target = tmp_path / "target"
    done(target, write(tmp_path / "old", OLD))
    done(target, write(tmp_path / "new", NEW), **wrapped)
    assert not list(flaws(OLD)) and not list(flaws(at(target)))
    for way in (1, -1):
        served, moments = dict(OLD), 0
        for _, files in steps(wrapped):
            for command, name in files[::way]:
                if command == "delete":
                    del served[name]
                else:
                    served[name] = NEW[name]
                assert not list(flaws(served)), f"after {command} {name}"
                moments += 1
        assert served == at(target) and moments > len(NEW)


def test_after_a_failure_at_any_step_pages_are_whole_and_a_second_run_completes(
    wrapped: dict[str, str], tmp_path: Path
) -> None:
    before = tmp_path / "before"
    done(before, write(tmp_path / "old", OLD))
    new = write(tmp_path / "new", NEW)
    for number in range(1, 20):
        target = shutil.copytree(before, tmp_path / f"target-{number}")
        Path(wrapped["LOG"]).unlink(missing_ok=True)
        result = publish(target, new, **{**wrapped, "FAIL_AT": str(number)})
        if result.returncode == 0:
            break
        assert result.returncode == 1
        assert "connection reset by peer" in result.stderr
        assert "run the same command again to complete it" in result.stderr
        assert not list(flaws(at(target))), f"failed at step {number}"
        done(target, new)
        assert set(at(target)) - HASHED == set(NEW), f"failed at step {number}"
        assert {name: at(target)[name] for name in NEW} == NEW
    assert number == 10, "seven uploads, the deletion and the record can fail"


def test_a_first_publish_that_failed_can_be_completed(
    wrapped: dict[str, str], tmp_path: Path
) -> None:
    target, site = tmp_path / "target", write(tmp_path / "site", OLD)
    assert publish(target, site, **{**wrapped, "FAIL_AT": "2"}).returncode == 1
    done(target, site)
    assert at(target) == OLD


def test_only_files_that_are_named_after_their_content_are_cached_for_ever(
    wrapped: dict[str, str], tmp_path: Path
) -> None:
    more = (
        "assets/a.0123abcd.js",
        "assets/a.0123abcd.css",
        "assets/a.0123abc.js",
        "assets/a.0123abcd.png",
        "assets/sub/a.0123abcd.js",
        "search/a.0123abcd.js",
    )
    site = write(tmp_path / "site", {**OLD, **dict.fromkeys(more, b"x")})
    done(tmp_path / "target", site, **wrapped)
    cached = {
        name
        for arguments, files in steps(wrapped)
        for _, name in files
        if "immutable" in arguments or "no-cache" not in arguments
    }
    assert cached == {name for name in (*OLD, *more) if is_hashed(name)}


def test_object_storage_gets_no_compressed_copies(wrapped: dict[str, str], tmp_path: Path) -> None:
    """It sends the requested file, so they would only cost."""
    # The one store that rclone has without a server. It is empty after each step.
    settings = {**wrapped, "RCLONE_CONFIG_STORE_TYPE": "memory", "ONLY_LOG": "yes"}
    done("store:bucket", write(tmp_path / "site", OLD), **settings)
    uploaded = {name for _, files in steps(wrapped) for _, name in files}
    assert uploaded == {name for name in OLD if not name.endswith(".gz")}


@contextmanager
def webdav(folder: Path) -> Iterator[dict[str, str]]:
    """The settings of the remote `dav:`, which serves `folder` and has no checksums."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "{}:{}".format(*free.getsockname())
    command = ["rclone", "serve", "webdav", str(folder), "--addr", address, "--etag-hash", ""]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with socket.socket() as one:
                if not one.connect_ex(("127.0.0.1", int(address.split(":")[1]))):
                    break
            time.sleep(0.05)
        assert server.poll() is None, "rclone does not serve WebDAV"
        url = f"http://{address}"
        yield {"RCLONE_CONFIG_DAV_TYPE": "webdav", "RCLONE_CONFIG_DAV_URL": url}
    finally:
        server.terminate()
        server.wait()


@needs_rclone
def test_a_corrected_digit_reaches_a_server_that_has_no_checksums(tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.mkdir()
    with webdav(held) as settings:
        for number in (2, 3):
            done("dav:site", write(tmp_path / f"{number}", release(number)), **settings)
    assert {name: at(held / "site")[name] for name in NEW if "html" in name} == {
        name: data for name, data in release(3).items() if "html" in name
    }


@needs_rclone
def test_a_plan_names_each_file_and_changes_nothing(tmp_path: Path) -> None:
    target, new = tmp_path / "target", write(tmp_path / "new", NEW)
    assert "nothing was done" in done("--plan", target, new)
    assert not target.exists()
    done(target, write(tmp_path / "old", OLD))
    before = manifest(target)
    output = done(target, new, "-n")
    assert "new/index.html: Skipped copy" in output
    assert "gone/index.html: Skipped delete" in output
    assert manifest(target) == before


@needs_rclone
def test_a_folder_with_other_files_is_left_alone_until_it_is_adopted(tmp_path: Path) -> None:
    site = write(tmp_path / "site", OLD)
    target = write(tmp_path / "target", {"letters/mine.txt": b"mine"})
    result = publish(target, site)
    assert result.returncode == 1
    assert "letters/mine.txt" in result.stderr and "--adopt" in result.stderr
    assert manifest(target) == {"letters/mine.txt": b"mine"}
    done("--adopt", target, site)
    assert at(target) == OLD


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "TARGET is missing; name one, such as store:bucket"),
        (["store"], "TARGET store has no colon; write store:bucket for a remote, ./store for"),
        (["site/below"], "has no colon"),
        (["store:"], "TARGET is a whole remote; name a bucket or folder in it"),
        (["store:/"], "TARGET is a whole remote"),
        (["--adobt", "store:bucket"], "unknown option --adobt; see --help"),
        (["store:bucket", "site", "more"], "too many arguments"),
    ],
)
def test_a_typing_error_publishes_nowhere(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    write(tmp_path / "site", OLD)
    result = publish(*arguments, cwd=tmp_path)
    assert result.returncode == 2 and message in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@needs_rclone
def test_a_folder_of_this_machine_is_written_with_its_path(tmp_path: Path) -> None:
    write(tmp_path / "site", OLD)
    assert publish("./store/", cwd=tmp_path).returncode == 0
    assert at(tmp_path / "store") == OLD


@pytest.mark.parametrize("missing", ["index.html", "404.html", "robots.txt", "sitemap.xml"])
def test_an_unfinished_site_is_refused(tmp_path: Path, missing: str) -> None:
    site = write(tmp_path / "site", {name: data for name, data in OLD.items() if name != missing})
    result = publish(tmp_path / "target", site)
    assert result.returncode == 1
    assert f"is not a finished site, since {missing} is missing; run make build" in result.stderr
    assert not (tmp_path / "target").exists()


@needs_rclone
def test_an_unknown_remote_is_an_error(tmp_path: Path) -> None:
    result = publish("nowhere:bucket", write(tmp_path / "site", OLD))
    assert result.returncode == 1
    assert "didn't find section in config file" in result.stderr
    assert "rclone cannot use TARGET" in result.stderr


def test_without_rclone_the_install_command_is_printed(tmp_path: Path) -> None:
    result = publish("store:bucket", write(tmp_path / "site", OLD), PATH=str(tmp_path))
    assert result.returncode == 1 and "apt install rclone" in result.stderr


def test_help_names_every_option() -> None:
    result = publish("--help")
    assert result.returncode == 0
    assert all(word in result.stdout for word in ("TARGET", "SITE", "--plan", "--adopt"))
    assert "set -eu" not in result.stdout
