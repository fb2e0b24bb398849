"""`handvat report overdue`: contacts, reviews and sources to look at again before a reader calls a number that is gone.

Lists contacts never checked or last checked more than half a year ago, reviews older than a year, and sources last
opened more than a year ago; the day is that of SOURCE_DATE_EPOCH, or today. `--links` writes every address of sources
and contacts to a file, one a line, for a link checker; `--issue` writes the list as the text of an issue, with the link
checker's report (`--dead`) below; the text is empty when nothing is due.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import click

from handvat.commands import options
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import UserError
from handvat.overlay.apply import load_edition
from handvat.site_output import build_date

A_YEAR = datetime.timedelta(days=365)
"""How long a review is valid, and a source counts as seen."""

LONGEST = 60_000
"""Characters of an issue: GitHub refuses more than 65,536."""

_KINDS = {
    "contacts": (
        "Contacts to check",
        "Call, or read the organisation's own site. Then write that day in `checked:`.",
    ),
    "reports": (
        "Platforms and ways to remove an image to check",
        "Look in the app, or on the service's own site. Then write that day in `checked:`.",
    ),
    "reviews": (
        "Reviews older than a year",
        "Ask the reviewer, or another professional. Then write name and day in the head.",
    ),
    "sources": (
        "Sources that nobody opened for a year",
        "Open it: does it still say what the page says? Then write that day in `seen:`.",
    ),
}
"""Kind → the heading of its list, and what to do."""

_DEAD_LINKS = "The address is in `data/sources.yml` or `data/contacts/`: correct it there, or replace the entry."


class Due(NamedTuple):
    """A contact, review or source to look at again. `last` is the day of the last look, None for never."""

    kind: str
    """A key of `_KINDS`."""
    file: str
    line: int
    what: str
    last: datetime.date | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}, {self.when}"

    @property
    def when(self) -> str:
        """The last look in words: `last on 2026-05-31`, or `never`."""
        return f"last on {self.last}" if self.last else "never"


def find_due(base: KnowledgeBase, today: datetime.date) -> list[Due]:
    """Return what is overdue in `base` on `today`: the own country first, crisis numbers before others.

    Each is at the line that somebody can edit: in the organisation's own file, or in the shipped one.
    """
    kinds = (_contacts, _reports, _reviews, _sources)
    found = [due for find in kinds for due in find(base, today)]
    places = (base.overlay.place(due.file, due.line) for due in found)
    return [
        due._replace(file=file, line=line) for due, (file, line) in zip(found, places, strict=True)
    ]


def addresses(base: KnowledgeBase) -> list[str]:
    """Return every address that a page shows as a source or a contact, each once, in order."""
    found = [source.url for source in base.sources.values()]
    for contacts in base.contacts.values():
        for contact in contacts.values():
            found += [contact.url, contact.chat, *(source.url for source in contact.sources)]
    found += [one.web for one in base.platforms.values()]
    found += [one.url for one in base.removal.values()]
    reports = [one for entries in base.reports.values() for one in entries.values()]
    found += [source.url for one in reports for source in one.sources]
    return sorted({address for address in found if address})


def as_text(found: Sequence[Due], base: KnowledgeBase) -> str:
    """Return the list for a terminal, each entry with its file and line."""
    lines = []
    for kind, (heading, _) in _KINDS.items():
        of_kind = [due for due in found if due.kind == kind]
        lines += [f"{heading}: {len(of_kind)}", *(f"  {due}" for due in of_kind)]
    return "\n".join([*lines, _unreviewed(base)])


def as_issue(found: Sequence[Due], base: KnowledgeBase, dead: str) -> str:
    """Return the list as the text of an issue, `dead` (a report of dead links) below it.

    Empty when nothing is due and no link is dead. Never longer than `LONGEST`: the end of the report is cut first.
    """
    if not found and not dead:
        return ""
    lines = ["Renewed each month by `.github/workflows/due.yml`; what is fixed leaves the list."]
    lines += ["", _unreviewed(base)]
    for kind, (heading, how) in _KINDS.items():
        of_kind = [due for due in found if due.kind == kind]
        if of_kind:
            lines += ["", f"## {heading} ({len(of_kind)})", "", how, ""]
            lines += [f"- `{due.file}` line {due.line}: {due.what}, {due.when}" for due in of_kind]
    if dead:
        lines += ["", "## Links that died", "", _DEAD_LINKS, "", *dead.strip().splitlines()]
    return shorten(lines)


def shorten(lines: Sequence[str], longest: int = LONGEST) -> str:
    """Return as many whole lines as fit into `longest` characters, and the number of those left out."""
    more = "… and {} lines more; `handvat report overdue` lists all."
    room = longest - len(more) - len("\n000000\n")
    count = sum(size <= room for size in accumulate(len(line) + 1 for line in lines))
    end = ["", more.format(len(lines) - count)] if count < len(lines) else []
    return "\n".join([*lines[:count], *end]) + "\n"


def _contacts(base: KnowledgeBase, today: datetime.date) -> Iterator[Due]:
    for country in sorted(base.contacts, key=lambda code: (code != base.country, code)):
        name = f"data/contacts/{country}.yml"
        contacts = enumerate(base.contacts[country].values())
        for number, contact in sorted(contacts, key=lambda entry: not entry[1].crisis):
            if contact.certainty(today) != "checked":
                line = base.data[name].line((number, "checked"))
                what = f"{contact.name} (`{contact.id}`)" + ", a crisis number" * contact.crisis
                yield Due("contacts", name, line, what, contact.checked)


def _reports(base: KnowledgeBase, today: datetime.date) -> Iterator[Due]:
    for name, entries in base.reports.items():
        for number, one in enumerate(entries.values()):
            if one.certainty(today) != "checked":
                line = base.data[name].line((number, "checked"))
                yield Due("reports", name, line, f"`{one.id}`", one.checked)


def _reviews(base: KnowledgeBase, today: datetime.date) -> Iterator[Due]:
    for language in base.languages:
        for page in base.pages_in(language.code):
            record = page.front.translation
            translation = record.reviewed if record else None
            for kind, review, path in (
                ("content", page.front.review, ("review",)),
                ("translation", translation, ("translation", "reviewed")),
            ):
                if review and today - review.date > A_YEAR:
                    what = f"the {kind}, reviewed by {review.by}"
                    yield Due("reviews", page.file, page.head.line(path), what, review.date)


def _sources(base: KnowledgeBase, today: datetime.date) -> Iterator[Due]:
    name = "data/sources.yml"
    for key, source in base.sources.items():
        if today - source.seen > A_YEAR:
            line = base.data[name].line((key, "seen"))
            yield Due("sources", name, line, f"{source.title} (`{key}`)", source.seen)


def _unreviewed(base: KnowledgeBase) -> str:
    """Return the number of pages without a review as a sentence: they are not overdue."""
    pages = list(base.pages_in(base.source_language.code))
    never = [page for page in pages if page.front.review is None]
    critical = sum(page.is_safety_critical for page in never)
    return (
        f"{len(never)} of {len(pages)} pages were never reviewed by a professional, "
        f"{critical} of them safety-critical; `handvat report status` lists them."
    )


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}: the link checker left none") from None


def _write(texts: Mapping[Path, str]) -> None:
    """Write each text to its file. Raises UserError before the first is written where a place is wrong."""
    for file in texts:
        if file.is_dir() or not file.parent.is_dir():
            why = "Is a directory" if file.is_dir() else "No such file or directory"
            raise UserError(f"{file}: {why}: choose another place")
    for file, text in texts.items():
        try:
            file.write_text(text, "utf-8")
        except OSError as error:
            raise UserError(f"{file}: {error.strerror}: choose another place") from None


@options.command("overdue", "report overdue --issue issue.md")
@click.option(
    "--links", type=options.PATH, help="Write the addresses of all sources and contacts here."
)
@click.option("--issue", type=options.PATH, help="Write the text of the issue here.")
@click.option(
    "--dead", type=options.PATH, help="The link checker's report, in Markdown, for the issue."
)
@options.organisation
def command(links: Path | None, issue: Path | None, dead: Path | None) -> None:
    """List contacts, sources and reviews that have to be looked at again."""
    base = load_edition(Path.cwd())
    if any(problem.is_error for problem in base.problems):
        # A contact that cannot be read would be missing from the list, as if it were in order.
        raise UserError("\n".join(map(str, map(base.overlay.located, base.problems))))
    found = find_due(base, build_date())
    texts: dict[Path, str] = {}
    if links:
        texts[links] = "\n".join(addresses(base)) + "\n"
    if issue:
        texts[issue] = as_issue(found, base, _read(dead) if dead else "")
    _write(texts)
    print(as_text(found, base))
