"""`handvat translations`: list what is out of date in each language, and record what each translation follows.

Without the record an outdated section cannot be found later. Without `mark-unchanged` a comma would make seven
languages stale: readers would see a warning for nothing, and soon not believe any.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import yaml
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from handvat.checks.translations import differences_of
from handvat.commands import options
from handvat.console import table
from handvat.content.git_history import NoHistory, sections_ever, versions
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.models import TranslationRecord
from handvat.content.page import Page, parse_page
from handvat.content.problem import UserError, did_you_mean
from handvat.content.translation import LanguageProgress, fingerprints, progress
from handvat.content.yaml_files import CommentedMap, edit_front_matter

_PLAIN = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True)
class Change:
    """A change in one section of the source text that some languages do not follow yet."""

    page: str
    file: str
    section: str
    languages: tuple[str, ...]
    difference: tuple[str, ...]
    """Deleted lines (`- …`) and added ones (`+ …`)."""
    unknown: str
    """The reason why there is no difference: no git history, or a fingerprint of no version; else `""`."""


def changes(base: KnowledgeBase, languages: Sequence[LanguageProgress]) -> Iterator[Change]:
    """Yield the changes of the source text that `languages` do not follow yet."""
    codes_by_version: dict[tuple[str, str, str], list[str]] = {}
    for language in languages:
        for behind in language.behind:
            page = base.page(language.language, behind.page)
            record = page.front.translation if page else None
            for section in behind.stale:
                fingerprint = record.sections.get(section, "") if record else ""
                version = (behind.page, section, fingerprint)
                codes_by_version.setdefault(version, []).append(language.language)
    for (path, section, fingerprint), codes in codes_by_version.items():
        source = base.page(base.source_language.code, path)
        if source and (today := source.section(section)):
            lines, unknown = _difference(base.root, source, section, fingerprint, today.words)
            yield Change(path, source.file, section, tuple(codes), lines, unknown)


def _difference(
    root: Path, source: Page, section: str, fingerprint: str, today: str
) -> tuple[tuple[str, ...], str]:
    """Return the changed lines of a section since its version with `fingerprint`, or the reason why there are none."""
    if not fingerprint:
        return (), "nothing is recorded for this section"
    try:
        before = sections_ever(root, source).get((section, fingerprint))
    except NoHistory as error:
        return (), str(error)
    if before is None:
        return (), f"{fingerprint!r} is the fingerprint of no version in the history"
    lines = difflib.ndiff(before.splitlines(), today.splitlines())
    return tuple(line for line in lines if line.startswith(("- ", "+ ")) and line[2:].strip()), ""


def status_lines(languages: Sequence[LanguageProgress], changed: Sequence[Change]) -> Iterator[str]:
    """Yield the progress of each language, then what it lacks, then what changed in the source text."""
    yield from table(
        ("language", "complete", "pages", "sections", "missing", "stale", "adrift", "orphaned",
         "reviewed"),
        [(row.language + ("" if row.is_built else " (not shown)"), f"{row.percentage} %",
          f"{row.pages}/{row.of}", f"{row.sections}/{row.of_sections}", len(row.missing), row.stale,
          row.adrift, len(row.orphaned), row.reviewed) for row in languages],
        left={"language", "reviewed"},
    )  # fmt: skip
    for row in languages:
        yield from _behind(row)
    for change in changed:
        yield from _change(change)


def _behind(language: LanguageProgress) -> Iterator[str]:
    """Yield what one language lacks, a page on a line, with the command that records its translation."""
    code = language.language
    if language.missing:
        yield ""
        yield f"{code}: missing pages ({len(language.missing)}): {', '.join(language.missing)}"
    if language.orphaned:
        yield ""
        yield f"{code}: the source page is gone: {', '.join(language.orphaned)}"
    for page in language.behind:
        yield ""
        for name in ("stale", "missing", "orphaned", "adrift"):
            if sections := getattr(page, name):
                yield f"docs/{code}/{page.page}: {name}: {', '.join(sections)}"
        yield f"    once it is up to date: handvat translations mark-current docs/{code}/{page.page}"


def _change(change: Change) -> Iterator[str]:
    yield ""
    yield f"{change.file}, {change.section}: changed since {', '.join(change.languages)} followed it"
    yield from (f"    {line}" for line in change.difference)
    if change.unknown:
        yield f"    the difference is unknown: {change.unknown}"
    yield f"    if it means the same: handvat translations mark-unchanged {change.file}"


@options.command("status", "translations status")
@options.organisation
@click.option("--json", "wants_json", is_flag=True, help="Print it as JSON.")
def status(*, wants_json: bool) -> None:
    """List by language what is missing or out of date, and what changed in the source text since."""
    base = options.load_edition()
    languages = progress(base)
    if wants_json:
        print(json.dumps([row.as_data() for row in languages], ensure_ascii=False))
    else:
        print("\n".join(status_lines(languages, list(changes(base, languages)))))


def with_record(text: str, sections: Mapping[str, str]) -> str:
    """Return the page `text` with `sections` (id → fingerprint) in its front matter; the rest is unchanged."""

    def change(head: CommentedMap) -> None:
        if not isinstance(head.get("translation"), dict):
            head["translation"] = CommentedMap(by="null", reviewed="null")
        # Quoted: a fingerprint of digits alone would be read as a number.
        record = CommentedMap((_key(key), Quoted(value)) for key, value in sections.items())
        head["translation"]["sections"] = record

    return edit_front_matter(text, change)


def _key(key: str) -> str:
    """Return a section's id as a YAML key, quoted where it would be read as another type: `no`, `12`."""
    is_plain = _PLAIN.fullmatch(key) and yaml.safe_load(key) == key
    return key if is_plain else Quoted(key)


def unchanged(
    record: TranslationRecord, before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    """Return the new fingerprints (section id → fingerprint) of sections that followed the source `before` its change.

    `before` and `after` map section ids of the source to fingerprints; an older, real change stays marked.
    """
    return {
        key: after[key]
        for key, value in record.sections.items()
        if key in after and value == before.get(key) != after[key]
    }


@options.command("mark-current", "translations mark-current docs/en/now/first-hour.md")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...", type=options.PATH)
def mark_current(pages: tuple[Path, ...]) -> int:
    """Record that the translation PAGE follows the source text as it is now, section by section.

    A translation that differs from it in sections, links, sources, contacts, figures or length is refused.
    """
    base = options.load_shipped()
    default = base.source_language.code
    files = {page.file: page for page in base.pages.values() if page.language != default}
    failed = False
    for name in map(Path.as_posix, pages):
        page = files.get(name)
        source = base.source_of(page) if page else None
        if page is None or source is None:
            problems = [str(problem) for problem in base.problems if problem.file == name]
            problems = problems or [f"{name} is not a translation; {did_you_mean(name, files)}"]
        else:
            problems = [str(problem) for problem in differences_of(page, source)]
            if not problems:
                _record(base.root / page.file, fingerprints(source))
                print(f"{page.file} follows {source.file}")
        if problems:
            print("\n".join(problems), file=sys.stderr)
            failed = True
    return int(failed)


@options.command("mark-unchanged", "translations mark-unchanged docs/nl/now/first-hour.md")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...", type=options.PATH)
def mark_unchanged(pages: tuple[Path, ...]) -> None:
    """Record that the last edit of PAGE, in the source language, did not change its meaning.

    Only translations that were up to date before the edit follow: an older, real change stays marked.
    """
    base = options.load_shipped()
    files = {page.file: page for page in base.pages_in(base.source_language.code)}
    for name in map(Path.as_posix, pages):
        page = files.get(name)
        if page is None:
            what = f"{name} is not a page of the source language"
            raise UserError(f"{what}; {did_you_mean(name, files)}")
        before = _before_the_change(base.root, page)
        for language in base.languages:
            translation = base.page(language.code, page.path)
            record = translation.front.translation if translation else None
            if translation is None or record is None:
                continue
            if renewed := unchanged(record, before, fingerprints(page)):
                _record(base.root / translation.file, record.sections | renewed)
                print(f"{translation.file}: still follows {', '.join(renewed)}")


def _before_the_change(root: Path, page: Page) -> dict[str, str]:
    """Return the fingerprints of the last committed version of `page` that differs from its text.

    Empty where all versions are the same. Raises UserError where there is no git history.
    """
    today = fingerprints(page)
    try:
        for text in versions(root, page.file):
            old, _ = parse_page(text, page.file, page.language)
            if old is not None and fingerprints(old) != today:
                return fingerprints(old)
    except NoHistory as error:
        raise UserError(f"The text before the change is unknown: {error}") from error
    return {}


def _record(path: Path, sections: Mapping[str, str]) -> None:
    path.write_bytes(with_record(path.read_bytes().decode(), sections).encode())
