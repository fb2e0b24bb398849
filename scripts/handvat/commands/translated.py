"""`handvat translations mark-current PAGE…`: records that a translation now follows the Dutch text, per section.

Without the record nobody could tell later which sections went stale. A translation that differs in
structure is not recorded: it does not follow.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import yaml

from handvat.checks.translations import same_sections, same_structure
from handvat.commands import options
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page, parse_page
from handvat.content.problem import Problem, did_you_mean, one_line
from handvat.content.translation import fingerprints
from handvat.content.yaml_reader import read_text

_RECORD = re.compile(r"^translation:.*?(?=^\S|\Z)", re.DOTALL | re.MULTILINE)
_PLAIN = re.compile(r"[a-z0-9-]+")
_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)


def with_record(text: str, page: Page, sections: Mapping[str, str]) -> str:
    """The file's `text` with `sections` (id → fingerprint) as its record; all else untouched."""
    record = page.front.translation
    reviewed = "null"
    if record and record.reviewed:
        by = json.dumps(record.reviewed.by, ensure_ascii=False)
        reviewed = f"{{by: {by}, date: {record.reviewed.date}}}"
    by = json.dumps(record.by, ensure_ascii=False) if record and record.by else "null"
    lines = ["translation:", f"  by: {by}", f"  reviewed: {reviewed}", "  sections:"]
    # Quoted: an all-digit fingerprint would otherwise be read as a number.
    lines += [f'    {_key(key)}: "{value}"' for key, value in sections.items()]
    if not sections:
        lines[-1] += " {}"
    found = _HEAD.match(text)
    assert found is not None, "the page was read, so it has a head"
    head = _RECORD.sub("", found.group(1)).rstrip("\n")
    rest = text[found.end(1) :]
    return "---\n" + head + "\n" + "\n".join(lines) + "\n" + rest


def _key(key: str) -> str:
    """A section's id as a key of YAML, in quotes where YAML would take it for something else: `no`, `12`."""
    is_plain = _PLAIN.fullmatch(key) and yaml.safe_load(key) == key
    return key if is_plain else json.dumps(key, ensure_ascii=False)


@options.command("mark-current")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
def command(pages: tuple[str, ...]) -> int:
    """Record that the translation PAGE (docs/en/now/first-hour.md) follows the source text as it is now."""
    root = Path.cwd()
    base = KnowledgeBase.load(root)
    if not base.languages:
        print("\n".join(map(str, base.problems)), file=sys.stderr)
        return 1
    default = base.source_language.code
    files = {page.file: page for page in base.pages.values() if page.language != default}
    differing: dict[str, list[Problem]] = {}
    for problem in (*same_sections(base), *same_structure(base)):
        differing.setdefault(problem.file, []).append(problem)
    failed = False
    for name in pages:
        page = files.get(Path(name).as_posix())
        source = base.page(default, page.path) if page else None
        if page is None or source is None:
            hint = did_you_mean(name, files)
            broken = [str(problem) for problem in base.problems if problem.file == name]
            refusal = one_line(f"{name} is no translation; {hint}")
            print("\n".join(broken) or refusal, file=sys.stderr)
            failed = True
        elif page.file in differing:
            print("\n".join(map(str, differing[page.file])), file=sys.stderr)
            failed = True
        else:
            path = root / page.file
            # Read as the knowledge base reads it: some editors put a mark before the first line.
            text = with_record(read_text(path, page.file), page, fingerprints(source))
            found, _ = parse_page(text, page.file, page.language)
            if found is None:
                what = f"{page.file}: the head is written so that nothing can be added to it"
                print(f"{what}; write translation: as CONTRIBUTING shows", file=sys.stderr)
                failed = True
                continue
            path.write_text(text, "utf-8")
            print(f"{page.file} follows {source.file}")
    return 1 if failed else 0
