"""The live preview shows a saved page, survives a broken one, and leaves no file."""

from __future__ import annotations

import json
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixture_site import build, make_site, manifest, page, run
from handvat.preview import session, worker
from handvat.preview.server import LiveServer
from handvat.preview.session import affected
from playwright.sync_api import Browser

TIMEOUT = 120


class Preview:
    """A running `make serve` on a tiny project, whose events are read as a browser tab does."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.process = run(project, "serve", PORT="0")
        self.lines: list[str] = []
        self.events: list[dict[str, str]] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.until(lambda: any(line.startswith("Open http://") for line in self.lines))
        self.address = next(line for line in self.lines if line.startswith("Open")).split()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        self.until(lambda: self.events)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def until(self, happened: Callable[[], object]) -> None:
        end = time.monotonic() + TIMEOUT
        while not happened():
            assert time.monotonic() < end, "".join(self.lines)
            time.sleep(0.02)

    def round(self) -> str:
        return self.events[-1]["round"]

    def after(self, change: Callable[[], object]) -> list[str]:
        """Makes `change`, waits for its event; returns the lines that were printed."""
        lines, events = len(self.lines), len(self.events)
        change()
        self.until(lambda: len(self.events) > events)
        return self.lines[lines:]

    def save(self, name: str, text: str) -> list[str]:
        return self.after(lambda: (self.project / name).write_text(text, "utf-8"))

    def rest(self) -> None:
        """Waits until all work is done: the index comes last."""
        self.until(lambda: "searchable" in self.lines[-1])

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(TIMEOUT)

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def _listen(self) -> None:
        with urllib.request.urlopen(f"{self.address}/-/events") as stream:
            for line in stream:
                if line.startswith(b"data: "):
                    self.events.append(json.loads(line.removeprefix(b"data: ")))


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    preview = Preview(make_site(tmp_path_factory.mktemp("serve")))
    yield preview
    assert preview.stop() == 0, "".join(preview.lines)
    assert not list((preview.project / ".build").glob("serve-*"))


def english(words: str) -> str:
    return page("What is going on", f"{words}\n", translated=True)


def test_a_saved_page_is_read_again_and_the_browser_is_notified(preview: Preview) -> None:
    before, lines = preview.round(), len(preview.lines)
    preview.save("docs/en/now/index.md", english("Zebra."))
    # The event may arrive before this process has read the lines that were printed.
    preview.until(lambda: "docs/en/now/index.md read" in "".join(preview.lines[lines:]))
    assert preview.round() != before
    preview.until(lambda: "Zebra." in preview.get("/en/now/")[1])


def test_a_page_follows_what_it_shows_of_another(preview: Preview) -> None:
    text = page("What comes first", "Words.\n", translated=True)
    assert "What comes first" not in preview.get("/en/")[1]
    preview.save("docs/en/now/index.md", text)
    assert "What comes first" in preview.get("/en/")[1], "the menu has its title"


def test_search_follows_the_page(preview: Preview) -> None:
    preview.rest()
    index = "/search/en.js"
    old = preview.get(index)[1]
    preview.save("docs/en/now/index.md", english("Xylophone."))
    preview.until(lambda: preview.get(index)[1] != old)
    assert preview.get("/search/nl.js")[0] == 200


def test_a_page_that_is_added_or_deleted_appears_or_disappears(preview: Preview) -> None:
    preview.save("docs/en/a-z.md", page("From A to Z", "Words.\n", translated=True))
    assert "Words." in preview.get("/en/a-z/")[1]
    preview.after((preview.project / "docs/en/a-z.md").unlink)
    assert "Alle woorden." in preview.get("/en/a-z/")[1], "the Dutch page is back in its place"


def test_a_change_of_data_appears_in_the_pages(preview: Preview) -> None:
    strings = preview.project / "data/strings/en.yml"
    old = strings.read_text("utf-8")
    preview.save(
        "data/strings/en.yml", old.replace("This page does not exist", "No such page here")
    )
    preview.until(lambda: "No such page here" in preview.get("/en/nothing/")[1])
    assert "No such page here" in preview.get("/en/nothing/")[1]
    preview.save("data/strings/en.yml", old)


def test_a_broken_page_is_reported_and_the_last_good_one_stays(preview: Preview) -> None:
    preview.save("docs/en/now/index.md", english("Good words."))
    assert "Good words." in preview.get("/en/now/")[1]
    good = preview.round()
    printed = preview.save("docs/en/now/index.md", "---\ntitel: x\n---\n")
    preview.until(lambda: preview.events[-1]["problem"])
    assert "docs/en/now/index.md:2:" in preview.events[-1]["problem"]
    assert preview.round() == good
    assert preview.get("/en/now/")[0] == 200
    assert "Good words." in preview.get("/en/now/")[1]
    assert "docs/en/now/index.md:2:" in "".join(printed + preview.lines)

    preview.save("docs/en/now/index.md", english("Mended."))
    assert preview.events[-1]["problem"] == ""
    assert preview.round() != good
    assert "Mended." in preview.get("/en/now/")[1]


def test_broken_settings_do_not_end_the_preview(preview: Preview) -> None:
    settings = preview.project / "mkdocs.yml"
    good = settings.read_text("utf-8")
    preview.save("mkdocs.yml", good + "\t- no yaml\n")
    assert "mkdocs.yml" in preview.events[-1]["problem"]
    preview.save("mkdocs.yml", good)
    assert preview.events[-1]["problem"] == ""


def test_an_editor_that_saves_through_a_rename_is_seen(preview: Preview) -> None:
    path = preview.project / "docs/en/now/index.md"
    aside = preview.project / ".index.md.part"
    aside.write_text(english("Renamed."), "utf-8")
    preview.after(lambda: aside.rename(path))
    assert "Renamed." in preview.get("/en/now/")[1]


def test_many_saves_at_once_are_one_round(preview: Preview) -> None:
    preview.rest()
    lines, events = len(preview.lines), len(preview.events)
    for number in range(20):
        (preview.project / "docs/en/now/index.md").write_text(english(f"Save {number}."), "utf-8")
    preview.until(lambda: "Save 19." in preview.get("/en/now/")[1])
    preview.rest()
    assert len(preview.events) - events <= 3
    assert "".join(preview.lines[lines:]).count("index.md read") <= 3


def test_what_editors_leave_beside_a_page_triggers_nothing(tmp_path: Path) -> None:
    names = (".index.md.swp", "index.md~", "4913", "#index.md#", "__pycache__/hooks.pyc")
    assert all(affected(tmp_path / "docs/en/now" / name, tmp_path) == set() for name in names)
    assert affected(tmp_path / ".build/lock", tmp_path) == set()


def test_a_change_of_what_many_pages_share_rereads_all(tmp_path: Path) -> None:
    names = (
        "mkdocs.yml",
        "data/terms.yml",
        "overrides/main.html",
        "scripts/handvat/build/hooks.py",
        "docs/x.png",
    )
    assert all(affected(tmp_path / name, tmp_path) is None for name in names)
    assert affected(tmp_path / "docs/en/now/index.md", tmp_path) == {"docs/en/now/index.md"}


def test_the_pages_of_an_organisation_are_watched_whatever_their_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    for folder in ("texts", "upstream", "other"):
        (own / folder).mkdir(parents=True)
    (own / "organisation.yml").write_text("pages: texts\n", "utf-8")
    monkeypatch.setenv("ORGANISATION", str(own / "organisation.yml"))
    watched: list[Path] = []

    def watch(*folders: Path, **_options: object) -> Iterator[set[object]]:
        watched.extend(folders)
        yield set()

    monkeypatch.setattr(session, "watch", watch)
    assert next(session._changes(tmp_path)) == set()
    assert watched == [own / "texts", own / "upstream"]


def test_the_language_of_an_open_page_is_prepared_before_it_is_saved(
    tmp_path: Path,
) -> None:
    root = make_site(tmp_path / "project")
    for name in ("rendered", "cached"):
        pages = worker._Pages(root, tmp_path / name, [])
        assert pages.render("en/now/") == ("file", "site/en/now/index.html")
        assert pages.render("en/gone/") == ("missing", "")
        pages.prepare("en/now/")
        assert [*pages.renderer._renderers] == ["en"]


@pytest.mark.parametrize(
    ("path", "language"), [("/nothing/", "nl"), ("/en/no/thing", "en"), ("/ar/nothing/", "ar")]
)
def test_a_wrong_address_is_answered_in_the_readers_language(
    preview: Preview, path: str, language: str
) -> None:
    preview.until(lambda: any("searchable" in line for line in preview.lines))
    status, text = preview.get(path)
    assert status == 404
    assert f'<html lang="{language}"' in text


def test_the_reload_script_is_a_file_of_this_server_and_in_no_page_on_disk(
    preview: Preview,
) -> None:
    text = preview.get("/en/")[1]
    assert '<script src="/-/live.js"' in text
    assert preview.get("/-/live.js")[0] == 200
    (folder,) = (preview.project / ".build").glob("serve-*")
    pages = [path.read_text("utf-8") for path in folder.rglob("*.html")]
    assert pages
    assert not any("live.js" in page for page in pages)


def test_a_folder_without_a_page_is_not_listed(preview: Preview) -> None:
    assert preview.get("/assets/")[0] == 404
    assert preview.get("/../mkdocs.yml")[0] == 404


def test_a_build_can_run_beside_the_preview_which_never_touches_the_site(preview: Preview) -> None:
    assert not (preview.project / "site").exists()
    code, output = build(preview.project)
    assert code == 0, output
    site = manifest(preview.project / "site")
    preview.save("docs/en/now/index.md", english("Beside."))
    assert "Beside." in preview.get("/en/now/")[1]
    assert manifest(preview.project / "site") == site


def test_a_taken_port_is_reported_in_one_sentence_before_any_building(preview: Preview) -> None:
    port = preview.address.rsplit(":", 1)[1]
    process = run(preview.project, "serve", PORT=port)
    output, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert output.startswith(f"Port {port} is taken.")
    assert output.count("\n") == 1
    assert preview.get("/")[0] == 200


@pytest.mark.parametrize("port", ["eighty", "70000", "-1"])
def test_an_invalid_port_is_refused(tmp_path: Path, port: str) -> None:
    process = run(tmp_path, "serve", PORT=port)
    output, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 2
    assert "--port" in output
    assert not list(tmp_path.iterdir())


def test_a_preview_of_broken_pages_starts_and_waits_for_them_to_be_fixed(tmp_path: Path) -> None:
    project = make_site(tmp_path, {"en/now/index.md": "---\ntitel: x\n---\n"})
    preview = Preview(project)
    try:
        assert preview.get("/")[0] == 200
        assert preview.get("/en/now/")[0] == 503
        preview.until(lambda: "docs/en/now/index.md:2:" in preview.events[-1]["problem"])
        preview.save("docs/en/now/index.md", english("Mended."))
        assert "Mended." in preview.get("/en/now/")[1]
    finally:
        assert preview.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_preview_while_it_loads_and_leaves_nothing(
    tmp_path: Path, number: int
) -> None:
    project = make_site(tmp_path)
    process = run(project, "serve", PORT="0")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Preview")
    while not any("spawn_main" in command for command in _processes_in(project)):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    output, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0
    assert "Traceback" not in output
    assert not list((project / ".build").glob("serve-*"))
    assert _processes_in(project) == []


def _processes_in(folder: Path) -> list[str]:
    """The commands of the processes that still run in `folder` (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_a_problem_that_the_build_finds_again_is_printed_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = LiveServer(0)
    preview = session._Preview(make_site(tmp_path), tmp_path / "live", server, [])
    preview._report("organisation.yml:1: no")
    preview._report("organisation.yml:1: no")
    assert capsys.readouterr().err == "organisation.yml:1: no\n"
    server.close()


@pytest.mark.browser
def test_a_browser_that_shows_the_page_reloads_it(
    preview: Preview,
    browser: Browser,
) -> None:
    context = browser.new_context()
    try:
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(f"{preview.address}/en/now/")
        preview.save("docs/en/now/index.md", english("Seen by itself."))
        tab.get_by_text("Seen by itself.").wait_for()
        preview.save("docs/en/now/index.md", "---\ntitel: x\n---\n")
        box = tab.get_by_role("status").filter(has_text="unknown key 'titel'")
        box.wait_for()
        assert tab.get_by_text("Seen by itself.").is_visible()
        preview.save("docs/en/now/index.md", english("Mended by itself."))
        tab.get_by_text("Mended by itself.").wait_for()
        assert box.count() == 0
        assert complaints == [], "the policy of the pages forbids nothing that the preview needs"
    finally:
        context.close()
