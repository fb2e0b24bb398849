"""The files that the forge reads are valid: owners, forms, workflows and the other CI."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from codeowners import CodeOwners
from fixture_site import CHECKOUT, checkout_base
from followed import exists
from handvat.content.page import SAFETY_CRITICAL

GITHUB = CHECKOUT / ".github"
FORMS = sorted(set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"})  # fmt: skip
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
OWNER = re.compile(r"@[a-z0-9-]+/[a-z0-9-]+")
SAFETY, MAINTAINERS = "@handvat/safety", "@handvat/maintainers"
BASE = checkout_base()


def tree() -> list[str]:
    """The files of this checkout that git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (CHECKOUT / name).is_file()]


FILES = tree()


def mistakes_in(text: str, files: list[str]) -> list[str]:
    """Lines of CODEOWNERS that fit no file, decide for none, or name no team."""
    rules = CodeOwners(text)
    decided: set[int] = set()
    fitting: set[int] = set()
    for file in files:
        lines = [line for _, line, _, _ in rules.matching_lines(file) if line]
        fitting.update(lines)
        decided.update(lines[:1])
    found = []
    for number, written in enumerate(text.splitlines(), 1):
        words = written.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 2 or not all(map(OWNER.fullmatch, words[1:])):
            found.append(f"{number}: no team owns it")
        if number not in fitting:
            found.append(f"{number}: fits no file")
        elif number not in decided:
            found.append(f"{number}: later lines undo it")
    return found


def owners(file: str) -> set[str]:
    text = (GITHUB / "CODEOWNERS").read_text("utf-8")
    return {name for _, name in CodeOwners(text).of(file)}


def test_every_line_of_codeowners_decides_for_some_file() -> None:
    assert mistakes_in((GITHUB / "CODEOWNERS").read_text("utf-8"), FILES) == []


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("/docs/ @a/b\n/docz/ @a/b\n", ["2: fits no file"]),
        ("/docs/*/now/ @a/b\n/docs/ @a/c\n", ["1: later lines undo it"]),
        ("/docs/nl/ @a/b\n* @a/c\n", ["1: later lines undo it"]),
        ("/docs/ somebody\n", ["1: no team owns it"]),
        ("/docs/\n", ["1: no team owns it"]),
        ("# /nothing/\n\n/docs/* @a/b\n", []),
    ],
)
def test_a_mistaken_line_of_codeowners_is_found(text: str, mistakes: list[str]) -> None:
    assert mistakes_in(text, ["docs/nl/now/index.md", "docs/readme.md"]) == mistakes


def test_safety_critical_pages_have_one_owner_in_every_language() -> None:
    pages = [page.file for page in BASE.pages.values() if page.is_safety_critical]
    assert len(pages) >= len(SAFETY_CRITICAL) * len(BASE.languages)
    contacts = [name for name in FILES if name.startswith("data/contacts/")]
    assert contacts
    for file in [*pages, *contacts]:
        assert owners(file) == {SAFETY}, file


def test_each_language_has_a_team_of_its_own() -> None:
    teams = {}
    for language in BASE.languages:
        (teams[language.code],) = owners(f"docs/{language.code}/glossary.md")
        assert owners(f"data/strings/{language.code}.yml") == {teams[language.code]}
    assert len(set(teams.values()) - {SAFETY, MAINTAINERS}) == len(BASE.languages)


def test_owners_and_workflows_belong_to_the_maintainers() -> None:
    assert MAINTAINERS in owners(".github/CODEOWNERS")
    for file in [*(path.relative_to(CHECKOUT).as_posix() for path in WORKFLOWS), ".ci/run"]:
        assert owners(file) == {MAINTAINERS}


SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": FORMS,
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE/config.yml"],
    "dependabot": [GITHUB / "dependabot.yml"],
    "gitlab-ci": [CHECKOUT / ".gitlab-ci.yml"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_forge_understands_the_file(schema: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run(
        [*command, *map(str, SCHEMAS[schema])], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_issue_cannot_be_opened_without_a_form() -> None:
    config = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE/config.yml").read_text("utf-8"))
    assert config["blank_issues_enabled"] is False
    assert {path.stem for path in FORMS} == {"mistake", "missing-topic", "outdated-number", "translation"}  # fmt: skip


@pytest.mark.parametrize("path", [*FORMS, GITHUB / "ISSUE_TEMPLATE/config.yml"], ids=lambda path: path.stem)  # fmt: skip
def test_each_form_names_who_to_call_instead_with_the_numbers_of_the_site(path: Path) -> None:
    text = path.read_text("utf-8")
    known = {number.dial for contact in BASE.own_contacts.values() for number in contact.numbers}
    # A date is not a phone number.
    numbers = re.findall(r"(?<![\d-])\d[\d ]*\d(?![\d-])", re.sub(r"\d{4}-\d\d-\d\d", "", text))
    assert set(numbers) >= {"112", "0800 0432"}
    assert set(numbers) <= known
    assert "no images" in text.lower() and "geen persoonlijke verhalen" in text.lower()


def test_the_template_of_a_proposal_has_what_reviewers_need() -> None:
    text = (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text("utf-8")
    for words in ("know it from", "interest", "Meaning or wording", "Languages"):
        assert words in text
    boxes = set(re.findall(r"^- \[ \] ([a-z]{2})\b", text, re.MULTILINE))
    assert boxes == {language.code for language in BASE.languages}


def jobs() -> list[tuple[str, str, dict]]:
    """Workflow, name and content of every job."""
    return [
        (path.name, name, job)
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items()
    ]


def test_every_action_is_pinned_by_its_whole_hash_and_names_its_version() -> None:
    uses = [
        line.strip()
        for path in WORKFLOWS
        for line in path.read_text("utf-8").splitlines()
        if "uses:" in line
    ]
    assert len(uses) >= 8
    for line in uses:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_no_job_may_do_more_than_it_must_or_run_for_ever() -> None:
    may_write = set()
    for path in WORKFLOWS:
        permissions = yaml.safe_load(path.read_text("utf-8"))["permissions"]
        assert permissions in ({}, {"contents": "read"}), path.name
    for file, name, job in jobs():
        assert job["timeout-minutes"] <= 60, (file, name)
        for right, level in job.get("permissions", {}).items():
            if level == "write":
                may_write.add((name, right))
        for step in job["steps"]:
            # A job that may write checks nothing out: its token is out of reach of a proposal.
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
                assert "write" not in job.get("permissions", {}).values(), (file, name)
            assert "${{" not in step.get("run", ""), f"{file}, {name}: give it through env:"
    assert ("tell", "issues") in may_write
    assert {right for _, right in may_write} <= {"issues", "pages", "id-token"}


def test_a_proposal_from_a_fork_gets_no_secret() -> None:
    for path in WORKFLOWS:
        text = path.read_text("utf-8")
        started_by = yaml.safe_load(text)[True]  # YAML 1.1 reads the key `on` as true
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(started_by)
        assert "secrets." not in text


def test_the_linter_of_workflows_finds_what_it_is_there_for(tmp_path: Path) -> None:
    """Else `make check` would pass because it looks at nothing."""
    bad = tmp_path / ".github/workflows/bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n",
        "utf-8",
    )
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [zizmor, "--offline", "--quiet", "--format", "json", tmp_path / ".github"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    found = {finding["ident"] for finding in json.loads(done.stdout)}
    assert found >= {"template-injection", "unpinned-uses", "dangerous-triggers", "artipacked"}


def test_every_command_of_the_workflows_is_there() -> None:
    gitlab = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text("utf-8"))
    scripts = [step["run"] for _, _, job in jobs() for step in job["steps"] if "run" in step]
    scripts += [line for job in gitlab.values() if "script" in job for line in job["script"]]
    typed = re.findall(r"^((?:make|\.venv/bin/handvat) .+)", "\n".join(scripts), re.MULTILINE)
    assert {"make test FORMAT=github", "make build", ".venv/bin/handvat export zip"} <= set(typed)
    assert [command for command in typed if not exists(command)] == []


def test_gitlab_checks_tests_and_publishes() -> None:
    gitlab = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text("utf-8"))
    assert gitlab["check"]["script"] == ["make check"]
    assert gitlab["test"]["script"] == [".ci/run"]
    assert gitlab["pages"]["artifacts"]["paths"] == ["public"]
    assert gitlab["pages"]["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
