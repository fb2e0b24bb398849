"""What falls due is found on the right day, and reported in one issue that never grows too long."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from fixture_site import CHECKOUT, checkout_base, make_site, page, verb
from handvat.commands import overdue as due
from handvat.content.knowledge_base import KnowledgeBase

TODAY = datetime.date(2026, 12, 1)
CONTACT = """\
- id: {id}
  name: {name}
  audiences: [youth]
  needs: [talk]
  numbers: []
  url: https://{id}.example/
  chat: null
  hours: unknown
  cost: free
  languages: [nl]
  crisis: false
  what: {{}}
  sources:
    - {{url: "https://{id}.example/over", by: Zij, seen: 2026-01-01, official: true}}
  checked: {checked}
"""
SOURCE = """\
{key}:
  title: {key}
  by: Iemand
  year: 2020
  url: https://{key}.example/
  language: nl
  seen: {seen}
  kind: primary
"""


def project(
    tmp_path: Path,
    contacts: dict[str, str],
    sources: dict[str, str],
    pages: dict[str, str] | None = None,
) -> Path:
    root = make_site(tmp_path, pages)
    data = root / "data"
    written = [CONTACT.format(id=key, name=key, checked=day) for key, day in contacts.items()]
    (data / "contacts/nl.yml").write_text("".join(written) or "[]\n", "utf-8")
    entries = [SOURCE.format(key=key, seen=seen) for key, seen in sources.items()]
    (data / "sources.yml").write_text("".join(entries) or "{}\n", "utf-8")
    return root


def found(root: Path) -> list[due.Due]:
    return due.find_due(KnowledgeBase.load(root), TODAY)


def test_a_contact_falls_due_after_half_a_year_and_when_it_was_never_checked(
    tmp_path: Path,
) -> None:
    days = {"never": "null", "old": "2026-05-31", "good": "2026-06-01", "new": "2026-11-30"}
    root = project(tmp_path, days, {})
    assert [(item.what, item.last) for item in found(root)] == [
        ("never (`never`)", None),
        ("old (`old`)", datetime.date(2026, 5, 31)),
    ]
    lines = (root / "data/contacts/nl.yml").read_text("utf-8").splitlines()
    for item in found(root):
        assert lines[item.line - 1].strip().startswith("checked:")


def test_a_platform_falls_due_as_a_contact_does(tmp_path: Path) -> None:
    root = project(tmp_path, {}, {})
    source = '{url: "https://bron.example/", by: Bron, seen: 2026-11-24, official: true}'
    entry = (
        "- {{id: {}, name: Praat, app: {{nl: Kies.}}, web: null, reporter: unknown, screenshot: null, "
        "block: unknown, sources: [{}], checked: {}}}\n"
    )
    days = {"never": "null", "old": "2026-05-31", "good": "2026-06-01"}
    written = [entry.format(key, source, day) for key, day in days.items()]
    (root / "data/platforms.yml").write_text("".join(written), "utf-8")
    assert [str(item) for item in found(root)] == [
        "data/platforms.yml:1: `never`, never",
        "data/platforms.yml:2: `old`, last on 2026-05-31",
    ]
    assert "https://bron.example/" in due.addresses(KnowledgeBase.load(root))


def test_a_review_falls_due_after_a_year_in_each_language(tmp_path: Path) -> None:
    def reviewed(title: str, day: str, translated: bool = False) -> str:
        text = page(title, "Tekst.\n", translated=translated)
        review = f'{{by: "J. Jansen", date: {day}}}'
        if translated:
            return text.replace("sections: {}", f"reviewed: {review}, sections: {{}}")
        return text.replace("review: null", f"review: {review}")

    pages = {
        "nl/now/index.md": reviewed("Nu", "2025-11-30"),
        "nl/about/index.md": reviewed("Over", "2025-12-01"),
        "en/now/index.md": reviewed("Now", "2025-11-30", translated=True),
        "ar/index.md": reviewed("البداية", "2026-01-01", translated=True),
    }
    root = project(tmp_path, {}, {}, pages)
    assert KnowledgeBase.load(root).problems == []
    assert [(item.file, item.line, item.kind) for item in found(root)] == [
        ("docs/nl/now/index.md", 5, "reviews"),
        ("docs/en/now/index.md", 6, "reviews"),
    ]
    assert "J. Jansen" in found(root)[0].what


def test_a_source_falls_due_when_it_was_not_opened_for_a_year(tmp_path: Path) -> None:
    root = project(tmp_path, {}, {"old": "2025-11-30", "new": "2025-12-01"})
    (item,) = found(root)
    assert (item.file, item.line, item.last) == (
        "data/sources.yml",
        7,
        datetime.date(2025, 11, 30),
    )


def test_every_address_is_listed_once_for_the_link_checker() -> None:
    listed = due.addresses(checkout_base())
    assert len(listed) == len(set(listed))
    written = (CHECKOUT / "data/sources.yml").read_text("utf-8")
    for path in (CHECKOUT / "data/contacts").glob("*.yml"):
        written += path.read_text("utf-8")
    addresses = {word.strip("\"'{},") for word in written.split() if "://" in word}
    assert addresses - {address for address in addresses if "#" in address} <= set(listed)


def test_the_day_is_that_of_the_build_and_the_issue_is_written(tmp_path: Path) -> None:
    root = project(tmp_path, {"one": "2026-06-01"}, {})
    (root / "dead.md").write_text("# Summary\n\n* [404] <https://one.example/>\n", "utf-8")

    def issue(day: str, *more: str) -> str:
        epoch = int(datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())
        options = ("--issue", "issue.md", "--links", "l.txt", *more)
        code, output = verb(root, "report overdue", *options, SOURCE_DATE_EPOCH=str(epoch))
        assert code == 0, output
        return (root / "issue.md").read_text("utf-8")

    assert issue("2026-12-01") == ""
    late = issue("2026-12-02")
    assert "## Contacts to check (1)" in late and "last on 2026-06-01" in late
    dead = issue("2026-12-01", "--dead", "dead.md")
    assert "## Links that died" in dead and "[404] <https://one.example/>" in dead
    assert "Contacts to check" not in dead
    assert (root / "l.txt").read_text("utf-8") == "https://one.example/\nhttps://one.example/over\n"


def test_a_list_is_refused_where_a_file_cannot_be_read(tmp_path: Path) -> None:
    root = project(tmp_path, {"one": "tomorrow"}, {})
    code, output = verb(root, "report overdue", "--issue", "issue.md")
    assert code == 1
    assert "data/contacts/nl.yml:15: data: checked: 'tomorrow' is not a date" in output
    assert not (root / "issue.md").exists()


def test_the_contacts_of_an_organisation_fall_due_at_its_own_file(tmp_path: Path) -> None:
    root = project(tmp_path, {"gone": "null", "ours": "null"}, {"old": "2020-01-01"})
    own = [CONTACT.format(id=key, name=key, checked="null") for key in ("own", "gone")]
    (root / "own.yml").write_text("".join(own), "utf-8")
    (root / "organisation.yml").write_text("contacts: own.yml\n", "utf-8")
    code, output = verb(root, "report overdue")
    assert code == 0, output
    length = CONTACT.count("\n")
    assert f"own.yml:{length}: own (`own`), never" in output
    assert f"own.yml:{2 * length}: gone (`gone`), never" in output
    # Shipped entries are listed where they are shipped, whatever the edition adds or leaves out.
    assert f"data/contacts/nl.yml:{2 * length}: ours (`ours`), never" in output
    assert "data/sources.yml:7: old (`old`), last on 2020-01-01" in output
    assert output.count("never") == 4


def test_a_report_that_is_not_there_is_named(tmp_path: Path) -> None:
    options = ("--issue", "issue.md", "--dead", "dead.md")
    code, output = verb(project(tmp_path, {}, {}), "report overdue", *options)
    assert code == 1
    assert "dead.md" in output and "the link checker left none" in output


def test_an_issue_never_grows_longer_than_its_forge_accepts(tmp_path: Path) -> None:
    lines = [f"- line {number} ✓" for number in range(20_000)]
    text = due.shorten(lines)
    assert len(text) <= due.LONGEST
    kept = text.splitlines()
    assert kept[:3] == lines[:3]
    assert (
        kept[-1]
        == f"… and {20_000 - (len(kept) - 2)} lines more; `handvat report overdue` lists all."
    )
    assert due.shorten(lines[:3]) == "\n".join(lines[:3]) + "\n"
    base = KnowledgeBase.load(project(tmp_path, {"one": "null"}, {}))
    issue = due.as_issue(due.find_due(base, TODAY), base, "\n".join(lines))
    assert len(issue) <= due.LONGEST
    # The report of dead links is shortened, not what is due.
    assert "one (`one`)" in issue and "- line 3 ✓" in issue


# Replaces GitHub's own command and logs its arguments: the workflow's lines run as they are.
GH = """\
#!/usr/bin/env python3
import json, os, pathlib, sys
log = pathlib.Path(os.environ["LOG"])
log.write_text(log.read_text() + json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:3] == ["issue", "list"]:
    print(os.environ["OPEN"])
"""


@pytest.mark.parametrize(
    ("body", "already_open", "verbs"),
    [
        ("something", "", ["create"]),
        ("something", "7", ["edit"]),
        ("", "7", ["close"]),
        ("", "", []),
    ],
)
def test_the_workflow_opens_renews_or_closes_one_issue(
    tmp_path: Path, body: str, already_open: str, verbs: list[str]
) -> None:
    workflow = yaml.safe_load((CHECKOUT / ".github/workflows/due.yml").read_text("utf-8"))
    (script,) = [step["run"] for step in workflow["jobs"]["tell"]["steps"] if "run" in step]
    (tmp_path / "issue.md").write_text(body, "utf-8")
    gh = tmp_path / "gh"
    gh.write_text(GH, "utf-8")
    gh.chmod(0o755)
    log = tmp_path / "log"
    log.write_text("", "utf-8")
    environment = {
        **os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "LOG": str(log), "OPEN": already_open,
    }  # fmt: skip
    # As GitHub starts a `run:` without a shell of its own.
    subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, check=True)
    calls = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    issues = [words for words in calls if words[0] == "issue" and words[1] != "list"]
    assert [words[1] for words in issues] == verbs
    if already_open:
        assert issues[0][2] == already_open
    if body:
        assert issues[0][-2:] == ["--body-file", "issue.md"]
