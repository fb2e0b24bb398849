"""On a proposal each problem is shown at its line, and no text of it becomes a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixture_site import make_site, page, verb
from handvat.content.problem import Problem

_COMMAND = re.compile(r"::(?P<kind>error|warning) (?P<place>[^\n\r]*?)::(?P<text>[^\n\r]*)")


def _decoded(text: str) -> str:
    """As the runner reads it (actions/runner, ActionCommand.cs): %25 last."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Kind, properties and message of a workflow command."""
    found = _COMMAND.fullmatch(line)
    assert found, f"{line!r} is not a command"
    pairs = (pair.split("=", 1) for pair in found["place"].split(","))
    return found["kind"], {key: _decoded(value) for key, value in pairs}, _decoded(found["text"])


@pytest.mark.parametrize("sign", ["\n::add-mask::x", "\r\n::error::y", "100 %0A, 5%", "a:b,c=d::e"])
def test_a_command_has_exactly_the_text_of_its_problem(sign: str) -> None:
    problem = Problem(f"docs/nl/{sign}.md", 7, "links", f"what {sign} is", f"fix {sign}")
    kind, place, text = read_command(problem.annotation)
    assert kind == "error"
    assert place == {"file": problem.file, "line": "7", "title": "links"}
    assert text == str(problem)


def test_a_warning_is_a_command_of_that_kind() -> None:
    problem = Problem("a.md", 1, "length", "long", "shorten", is_error=False)
    assert read_command(problem.annotation)[0] == "warning"


def test_check_prints_a_command_for_each_problem_and_none_that_a_text_contains(
    tmp_path: Path,
) -> None:
    body = "## Kort { #in-short }\n\nKijk <b\n::stop-commands::x> [hier](weg.md).\n"
    root = make_site(tmp_path, {"nl/now/first-hour.md": page("Het eerste uur", body)})
    (root / "docs/nl/now/::set-output name=x::y.md").write_text(page("Vals", "Tekst.\n"), "utf-8")
    _, plain = verb(root, "check")
    _, output = verb(root, "check", "--format", "github")
    commands = [line for line in output.splitlines() if line.startswith("::")]
    found = {(place["file"], int(place["line"])) for _, place, _ in map(read_command, commands)}
    assert ("docs/nl/now/first-hour.md", 10) in found
    assert ("docs/nl/now/::set-output name=x::y.md", 1) in found
    (summary,) = [line for line in output.splitlines() if not line.startswith("::")]
    assert re.match(rf"\d+ pages in 3 languages, \d+ rules: {len(commands)} errors", summary)
    assert all(text in plain for _, _, text in map(read_command, commands))


def test_what_is_wrong_with_an_organisations_file_is_a_command_too(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    (root / "organisation.yml").write_text('"x\\n::stop-commands::y": 1\ncolour: "no"\n', "utf-8")
    code, output = verb(root, "check", "--format", "github")
    assert code == 1
    (line,) = output.splitlines()
    assert line.startswith("::error::") and "organisation.yml" in line
