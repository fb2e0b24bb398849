"""Coverage-guided fuzzing of the parsers with atheris.

    python tests/fuzz/guided.py yaml|page -max_total_time=600

atheris is not a dependency: it has wheels for some platforms only. Install it into the environment
first (`.venv/bin/python -m pip install atheris`). libFuzzer writes a text that fails into the
current folder; its options (llvm.org/docs/LibFuzzer.html) follow the name of the parser.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["handvat"]):
    from handvat.content import page, yaml_files
    from handvat.content.markdown import plain_lines


def read_yaml(data: bytes) -> None:
    """A YAML document is read, or refused with a line that it has."""
    written = data.decode("utf-8", "replace")
    refusal = _refusal(written)
    if refusal is not None:
        assert 1 <= refusal.problem.line <= written.count("\n") + 1
        assert str(refusal).isprintable()


def _refusal(written: str) -> yaml_files.Unreadable | None:
    try:
        yaml_files.parse_yaml(written, "x.yml")
    except yaml_files.Unreadable as refusal:
        return refusal
    return None


def read_page(data: bytes) -> None:
    """A page is read or refused, and each item in it is on one of its lines."""
    body = data.decode("utf-8", "replace").replace("\r", "\n")
    head = "---\ntitle: A\ndescription: B.\ntype: guide\nreview: null\n---\n"
    found, problems = page.parse_page(head + body, "docs/nl/x.md", "nl")
    assert (found is None) == bool(problems)
    if found is None:
        return
    last = (head + body).count("\n") + 1
    seen = found.text
    for item in (*seen.headings, *seen.targets, *seen.calls, *seen.citations, *seen.prose):
        assert found.body_line <= item.line <= last
    for section in found.sections:
        assert len(section.fingerprint) == 12
        plain_lines(section.markdown)


if __name__ == "__main__":
    target = {"yaml": read_yaml, "page": read_page}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
