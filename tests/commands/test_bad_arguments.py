"""Impossible arguments are refused in a line; nothing is changed, lost or written elsewhere.

Found by `make fuzz` for commands, addresses and folders, made as small as possible.
"""

from __future__ import annotations

import errno
import os
import shutil
from functools import partial
from pathlib import Path

import pytest
from fixture_site import build, make_site, manifest, page
from handvat import staging
from handvat.checks.runner import find_problems
from handvat.cli import run as handvat
from handvat.commands import new_page
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import read_page
from handvat.content.urls import LONGEST, refusal
from handvat.overlay.apply import OverlayError, load_edition
from handvat.overlay.organisation import read_organisation
from handvat.overlay.pages import version_of

HOUR = "docs/nl/now/first-hour.md"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound project, and the current folder."""
    for name in ("ORGANISATION", "SOURCE_DATE_EPOCH", "SITE_URL", "REPO_URL", "EDIT_URI"):
        monkeypatch.delenv(name, raising=False)
    root = make_site(tmp_path / "project")
    monkeypatch.chdir(root)
    return root


def _contents(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    return manifest(folder), sorted(str(path) for path in folder.rglob("*"))


# Paths


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "now/x\n.md", "\x1b[31mrood.md", "\u202ex"])
@pytest.mark.parametrize(
    "command",
    ["new index", "rename now/first-hour.md", "translations mark-current", "overlay init", "deploy", "build --out",
     "report overdue --issue"],
)  # fmt: skip
def test_a_path_that_cannot_be_printed_is_refused_and_nothing_changes(
    root: Path, capsys: pytest.CaptureFixture[str], command: str, path: str
) -> None:
    before = _contents(root)
    assert handvat([*command.split(), path]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].endswith(f"{path!a} has a character that cannot be printed.")
    assert all(line.isprintable() for line in lines)
    assert _contents(root) == before


# new


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("now/x\n.md", r"'now/x\n.md' has a character that cannot be printed"),
        ("\x1b[31m", r"'\x1b[31m' has a character that cannot be printed"),
        ("now/" + "x" * 300 + ".md", "File name too long"),
        ("new/index.md", "docs/nl/new/index.md cannot be written: "),
        ("round/index.md", "the folder of round/index.md is a link"),
        ("inside/index.md", "the folder of inside/index.md is a link"),
    ],
    ids=["a line break", "a colour", "a long name", "a file in the way", "a circle", "a link"],
)
def test_a_page_that_cannot_be_written_is_refused_in_one_line(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    message: str,
) -> None:
    (root / "docs/nl/new").write_text("no folder")
    (root / "docs/nl/round").symlink_to("round")
    (root / "docs/nl/inside").symlink_to("now")
    before = _contents(root)
    assert handvat(["new", "index", name]) == (1 if name.isprintable() else 2)
    *_, line = capsys.readouterr().err.splitlines()
    assert message in line and line.isprintable()
    assert _contents(root) == before


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["Windows", "old Mac", "Unix"])
def test_the_line_ends_of_the_menu_stay_as_they_are(root: Path, end: str) -> None:
    file = root / "mkdocs.yml"
    text = "\ufeff" + file.read_text("utf-8").rstrip("\n").replace("\n", end)
    file.write_bytes(text.encode())
    new_page.new_page(KnowledgeBase.load(root), "index", "new/index.md")
    new_page.new_page(KnowledgeBase.load(root), "guide", "new/x.md")
    added = f"{end}  - new:{end}      - new/index.md{end}      - new/x.md{end}"
    assert file.read_bytes().decode() == text + added


# overlay init


@pytest.mark.parametrize("folder", ["~nobody-has-this-name/x", "x" * 300, "mkdocs.yml/x"])
def test_an_edition_is_not_started_in_an_impossible_folder(
    root: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    before = _contents(root)
    assert handvat(["overlay", "init", folder]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written: " in line and line.isprintable()
    assert _contents(root) == before


def test_an_edition_is_not_written_through_a_link_to_elsewhere(root: Path, tmp_path: Path) -> None:
    (root / "organisation.yml").symlink_to(tmp_path / "elsewhere.yml")
    assert handvat(["overlay", "init"]) == 1
    assert not (tmp_path / "elsewhere.yml").exists()


def test_two_folders_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert handvat(["overlay", "init", "one", "two"]) == 2
    assert "unexpected extra argument" in capsys.readouterr().err
    assert not (root / "one").exists()


# overlay


@pytest.mark.parametrize("name", ["a\0b.md", "x" * 5000 + ".md", "docs/nl", "/etc/passwd", ""])
def test_a_path_that_is_not_a_shipped_page_is_not_laid_over_anything(
    root: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (root / "organisation.yml").write_text("{}\n")
    before = _contents(root)
    assert handvat(["overlay", "add", name]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "is not a page of docs/" in line and line.isprintable()
    assert _contents(root) == before


@pytest.mark.parametrize("place", ["pages/nl", f"pages/{HOUR.removeprefix('docs/')}", "upstream"])
def test_no_page_is_laid_over_through_a_link(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    (root / "organisation.yml").write_text("{}\n")
    outside = tmp_path / "outside"
    (outside / "now").mkdir(parents=True)
    (outside / "now/first-hour.md").write_text(page("Van een ander"), "utf-8")
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).symlink_to(outside / "now/first-hour.md" if ".md" in place else outside)
    before = _contents(tmp_path)
    assert handvat(["overlay", "add", HOUR]) == 1
    assert "through a link" in capsys.readouterr().err
    assert _contents(tmp_path) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "byte 0xff is not UTF-8"),
        (b"Geen kop.\n", "has no front matter for its version"),
        (None, "is in the way"),
    ],
)
def test_an_own_page_that_cannot_record_its_version_is_left_alone(
    root: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, message: str
) -> None:
    (root / "organisation.yml").write_text("{}\n")
    own = root / "pages/nl/now/first-hour.md"
    own.parent.mkdir(parents=True)
    own.write_bytes(content) if content is not None else own.mkdir()
    before = _contents(root)
    assert handvat(["overlay", "add", HOUR]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line and "first-hour.md" in line
    assert _contents(root) == before


@pytest.mark.parametrize("is_link", [True, False])
def test_an_own_page_is_not_lost_where_copies_of_shipped_pages_are_stored(
    root: Path, capsys: pytest.CaptureFixture[str], is_link: bool
) -> None:
    (root / "organisation.yml").write_text("{}\n" if is_link else "pages: upstream\n")
    own = root / ("pages" if is_link else "upstream") / "nl/now/first-hour.md"
    own.parent.mkdir(parents=True)
    own.write_text(page("Van ons"), "utf-8")
    if is_link:
        (root / "upstream").symlink_to("pages")
    before = _contents(root)
    assert handvat(["overlay", "add", HOUR]) == 1
    assert "give pages another folder" in capsys.readouterr().err
    assert _contents(root) == before


def test_an_own_page_keeps_its_line_ends(root: Path) -> None:
    (root / "organisation.yml").write_text("{}\n")
    own = root / "pages/nl/now/first-hour.md"
    own.parent.mkdir(parents=True)
    text = page("Van ons", "Een.\n\nTwee.\n").replace("\n", "\r\n")
    own.write_bytes(text.encode())
    assert handvat(["overlay", "add", HOUR]) == 0
    version = version_of((root / HOUR).read_text("utf-8"))
    added = f'replaces: "{version}"\r\n'
    after = own.read_bytes().decode()
    assert added in after and after.replace(added, "") == text
    stored, _ = read_page(own, HOUR, "nl")
    assert stored and stored.front.replaces == version
    assert handvat(["overlay", "add", HOUR]) == 0
    assert own.read_bytes().decode() == after


# report overdue


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--issue", "docs"], "docs: Is a directory: choose another place"),
        (["--links", "nowhere/x"], "nowhere/x: No such file or directory: choose another place"),
        (["--links", "links.txt", "--issue", "docs"], "docs: Is a directory: choose another place"),
        (
            ["--issue", "i", "--dead", "gone.md"],
            "gone.md: No such file or directory: the link checker left none",
        ),
    ],
)
def test_a_list_that_cannot_be_written_to_its_path_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    before = _contents(root)
    assert handvat(["report", "overdue", *options]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line and line.isprintable()
    assert _contents(root) == before


def test_a_report_in_another_encoding_is_passed_on(root: Path) -> None:
    (root / "dead.md").write_bytes(b"* [404] caf\xe9\n")
    assert handvat(["report", "overdue", "--issue", "issue.md", "--dead", "dead.md"]) == 0
    assert "* [404] caf\ufffd" in (root / "issue.md").read_text("utf-8")


@pytest.mark.parametrize("day", ["tomorrow", "9" * 30, "-" + "9" * 30, "1e9"])
def test_an_invalid_day_is_named_and_nothing_is_built(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
    assert handvat(["report", "overdue"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"SOURCE_DATE_EPOCH is {day!r}, and no day")
    monkeypatch.delenv(
        "SOURCE_DATE_EPOCH"
    )  # only for this build, not for one that fills a cache first
    code, output = build(root, SOURCE_DATE_EPOCH=day)
    assert code == 1 and line in output and "Traceback" not in output
    assert not (root / "site").exists()


# Addresses


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("javascript://x/%0aalert(1)", "not an address that a browser opens"),
        ("git@github.com:a/b", "not an address that a browser opens"),
        ("https://münchen.example/", "write xn--…"),
        ("https://naam:geheim@een.example/", "without name, password"),
        ("https://een.example/\" onclick=\"alert(1)", "without name, password, ?, # or quotes"),
        ("https://een.example/?q=1", "without name, password, ?, #"),
        ("https://[/", "write https://, the host and a path"),
        ("https://een.example//evil.example/", "write https://, the host and a path"),
        ("https://een.example/a/../b/", ". or .. in it"),
        ("https://een.example/%2e%2E/b/", ". or .. in it"),
        ("https://een.example/" + "x" * LONGEST, "write a shorter one"),
    ],
    ids=lambda value: value[:30],
)  # fmt: skip
def test_an_invalid_address_is_refused_wherever_it_is_set(
    root: Path, monkeypatch: pytest.MonkeyPatch, address: str, message: str
) -> None:
    assert message in refusal(address)
    (root / "organisation.yml").write_text(f"address: '{address}'\nrepository: '{address}'\n", "utf-8")  # fmt: skip
    _, problems = read_organisation(root / "organisation.yml")
    assert [problem.line for problem in problems] == [1, 2]
    assert all(message in problem.what for problem in problems)
    monkeypatch.setenv("SITE_URL", address)
    monkeypatch.setenv("REPO_URL", address)
    problems = KnowledgeBase.load(root).problems
    assert [problem.line for problem in problems] == [2, 3]
    assert [problem.what.split()[0] for problem in problems] == ["SITE_URL", "REPO_URL"]
    assert all(message in problem.fix for problem in problems)


@pytest.mark.parametrize(
    "address",
    ["https://een.example", "http://127.0.0.1:8000/", "https://[::1]/x/", "https://een.example/~a/(b)/%C3%A4/"],
)  # fmt: skip
def test_an_address_that_a_browser_opens_is_accepted(address: str) -> None:
    assert refusal(address) == ""


@pytest.mark.parametrize(
    "path",
    ["../../evil/", "https://evil.example/", '" onclick="alert(1)', "!", "docs", "#x/", "\n"],
)
def test_an_invalid_place_to_edit_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("EDIT_URI", path)
    (problem,) = KnowledgeBase.load(root).problems
    assert problem.what.startswith("EDIT_URI is ") and "as edit/main/docs/" in problem.fix


def test_a_contact_of_two_lines_adds_no_line(root: Path) -> None:
    (root / "organisation.yml").write_text('security_contact: "mailto:a@b.example\\nContact: x"\n')
    _, (problem,) = read_organisation(root / "organisation.yml")
    assert "is not an address: write mailto:" in problem.what


# What an edition is made of


def _refused(root: Path) -> str:
    with pytest.raises(OverlayError) as refused:
        load_edition(root)
    return str(refused.value)


def _errors(root: Path) -> list[str]:
    return [str(problem) for problem in find_problems(load_edition(root)) if problem.is_error]


def test_what_a_link_in_docs_leads_to_is_not_published_with_an_edition(
    root: Path, tmp_path: Path
) -> None:
    (root / "organisation.yml").write_text("name: Huis\n")
    (tmp_path / "secret.md").write_text(page("Geheim"), "utf-8")
    (root / "docs/nl/now/secret.md").symlink_to(tmp_path / "secret.md")
    (root / "docs/en/now/away").symlink_to("/etc")
    lines = _errors(root)
    assert [line.split(":")[0] for line in lines] == ["docs/en/now/away", "docs/nl/now/secret.md"]
    assert all("the link leads out of docs/" in line for line in lines)


def test_what_is_not_a_file_is_named_and_not_waited_for(root: Path) -> None:
    (root / "organisation.yml").write_text("name: Huis\n")
    os.mkfifo(root / "docs/nl/now/pipe.md")
    (root / "docs/nl/now/gone.md").symlink_to("nowhere.md")
    assert [line.partition(": the file cannot be read")[0] for line in _errors(root)] == [
        "docs/nl/now/gone.md:1: unreadable-file",
        "docs/nl/now/pipe.md:1: unreadable-file",
    ]


def test_links_in_a_circle_among_own_pages_are_named(root: Path) -> None:
    (root / "organisation.yml").write_text("name: Huis\n")
    (root / "pages/nl").mkdir(parents=True)
    (root / "pages/nl/round.md").symlink_to("round.md")
    assert _refused(root).startswith("pages/nl/round.md:1: unreadable-file: ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nav:\n", "nav: [\n", "mkdocs.yml:"),
        ("languages:", "tongues:", "no languages are listed"),
        ("  - a-z.md", "  - [a-z.md]", "this is neither a page nor a section"),
    ],
)
def test_a_broken_configuration_is_named_also_for_an_edition(
    root: Path, old: str, new: str, message: str
) -> None:
    file = root / "mkdocs.yml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    (root / "organisation.yml").write_text("name: Huis\n")
    assert message in _refused(root)


def test_a_menu_that_leads_out_of_the_pages_deletes_no_file(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    file = root / "mkdocs.yml"
    file.write_text(file.read_text("utf-8").replace("- a-z.md", "- ../../../mine.md"), "utf-8")
    (root / "organisation.yml").write_text("leave_out: [../../../mine.md]\n")
    assert "there is no page '../../../mine.md'" in _refused(root)
    assert (tmp_path / "mine.md").read_text() == "mine"


@pytest.mark.parametrize("written", ["logo: " + "x" * 300, "contacts: docs", "pages: mkdocs.yml"])
def test_an_impossible_file_is_named_in_the_settings(root: Path, written: str) -> None:
    (root / "organisation.yml").write_text(f"{written}\n")
    _, (problem,) = read_organisation(root / "organisation.yml")
    assert problem.line == 1
    assert problem.what.startswith(("there is no file '", "there is no folder '"))


@pytest.mark.usefixtures("root")
def test_a_user_that_does_not_exist_has_no_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORGANISATION", "~nobody-has-this-name/organisation.yml")
    assert handvat(["overlay", "add", HOUR]) == 1
    assert "the file is not there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.EACCES, "Permission denied"), (errno.EROFS, "Read-only"), (errno.ENOSPC, "is full")],
)
def test_a_place_that_cannot_be_written_is_named_and_the_live_site_stays(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    message: str,
) -> None:
    (root / "site").mkdir()
    (root / "site/index.html").write_text("new")
    live = root.parent / "server" / "live"

    def refuse(_source: object, target: str, **_: object) -> None:
        raise OSError(number, os.strerror(number), target)

    # copytree puts the errors of all files into one without a number.
    monkeypatch.setattr(shutil, "copytree", partial(shutil.copytree, copy_function=refuse))
    assert handvat(["deploy", str(live)]) == 1
    told = capsys.readouterr().err
    assert message in told and "live/ is as it was" in told
    assert not live.exists()
    monkeypatch.setattr(staging, "open_home", partial(refuse, ""))
    assert handvat(["deploy", str(live)]) == 1
    assert message in capsys.readouterr().err
