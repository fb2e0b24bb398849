"""`handvat report overdue`: what somebody must look at again before a reader calls a number that is gone.

Lists contacts never checked or checked more than half a year ago, reviews older than a year, and sources
that nobody opened for a year; the day is that of SOURCE_DATE_EPOCH, or today. `--links` writes every
address of sources and contacts to a file, one a line, for a link checker; `--issue` writes the list
as the text of an issue, with the link checker's report (`--dead`) below; empty when nothing is due.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from handvat.commands import options
from handvat.content.contacts import STALE_AFTER, Contact
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.models import Review
from handvat.content.problem import Problem, UserError
from handvat.overlay.apply import load_edition
from handvat.site_output import build_date

A_YEAR = datetime.timedelta(days=365)
"""How long a review, and a look at a source, hold."""

LONGEST = 60_000
"""Characters of an issue: GitHub refuses more than 65,536."""

_HEADINGS = {
    "contacts": "Contacts to check",
    "reviews": "Reviews older than a year",
    "sources": "Sources that nobody opened for a year",
}
_HOW = {
    "contacts": "Call, or read the organisation's own site. Then write that day in `checked:`.",
    "reviews": "Ask the reviewer, or another professional. Then write name and day in the head.",
    "sources": "Open it: does it still say what the page says? Then write that day in `seen:`.",
}
_FIND = "The address stands in `data/sources.yml` or `data/contacts/`; fix it there, or say what took its place."


@dataclass(frozen=True)
class Due:
    """A contact, review or source to look at again. `last` is when somebody did, None for never."""

    kind: str
    """A key of the headings: contacts, reviews or sources."""
    file: str
    line: int
    what: str
    last: datetime.date | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}, {self.when}"

    @property
    def when(self) -> str:
        """When somebody last did, in words."""
        return f"last on {self.last}" if self.last else "never"


def find_due(base: KnowledgeBase, today: datetime.date) -> list[Due]:
    """What is overdue in `base` on `today`: the own country first, crisis numbers before others."""
    every = (*_contacts(base, today), *_reviews(base, today), *_sources(base, today))
    return [_at_home(base, due) for due in every]


def addresses(base: KnowledgeBase) -> list[str]:
    """Every address that a page shows as a source or a contact, each once, in order."""
    found = [source.url for source in base.sources.values()]
    for contacts in base.contacts.values():
        for contact in contacts.values():
            found += [contact.url, contact.chat, *(source.url for source in contact.sources)]
    return sorted({address for address in found if address})


def as_text(found: Sequence[Due], base: KnowledgeBase) -> str:
    """The list for a terminal, with the place of each."""
    lines = []
    for kind, heading in _HEADINGS.items():
        mine = [due for due in found if due.kind == kind]
        lines += [f"{heading}: {len(mine)}", *(f"  {due}" for due in mine)]
    return "\n".join([*lines, _unreviewed(base)])


def as_issue(found: Sequence[Due], base: KnowledgeBase, dead: str) -> str:
    """The list as the text of an issue, `dead` (a report of dead links) below it.

    Empty when nothing is due and no link died. Never longer than `LONGEST`: the report gives way
    first, then what is due last.
    """
    if not found and not dead:
        return ""
    lines = ["Renewed each month by `.github/workflows/due.yml`; what is fixed leaves the list."]
    lines += ["", _unreviewed(base)]
    for kind, heading in _HEADINGS.items():
        mine = [due for due in found if due.kind == kind]
        if mine:
            lines += ["", f"## {heading} ({len(mine)})", "", _HOW[kind], ""]
            lines += [f"- `{due.file}` line {due.line}: {due.what}, {due.when}" for due in mine]
    if dead:
        lines += ["", "## Links that died", "", _FIND, "", *dead.strip().splitlines()]
    return shorten(lines)


def shorten(lines: Sequence[str], longest: int = LONGEST) -> str:
    """As many whole lines as fit into `longest` characters, and how many more there are."""
    room = longest - len("\n… and 000000 lines more; `handvat report overdue` lists all.\n")
    shown: list[str] = []
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            shown += [
                "",
                f"… and {len(lines) - number} lines more; `handvat report overdue` lists all.",
            ]
            break
        shown.append(line)
    return "\n".join(shown) + "\n"


def _at_home(base: KnowledgeBase, due: Due) -> Due:
    """`due` where somebody can edit it: in the organisation's own file, or in the one that is shipped."""
    place = base.overlay.located(Problem(due.file, due.line, "due", due.what, ""))
    return replace(due, file=place.file, line=place.line)


def _contacts(base: KnowledgeBase, today: datetime.date) -> Iterator[Due]:
    for country in sorted(base.contacts, key=lambda code: (code != base.country, code)):
        name = f"data/contacts/{country}.yml"
        document = base.data[name]
        places = {
            str(entry.get("id")): number
            for number, entry in enumerate(document.value or [])
            if isinstance(entry, dict)
        }
        contacts = list(base.contacts[country].values())
        for contact in sorted(contacts, key=lambda contact: not contact.crisis):
            if contact.checked is None or today - contact.checked > STALE_AFTER:
                line = document.line((places[contact.id], "checked"))
                yield Due("contacts", name, line, _named(contact), contact.checked)


def _named(contact: Contact) -> str:
    return f"{contact.name} (`{contact.id}`)" + (", a crisis number" if contact.crisis else "")


def _reviews(base: KnowledgeBase, today: datetime.date) -> Iterator[Due]:
    for language in base.languages:
        for page in base.pages_in(language.code):
            record = page.front.translation
            kinds: dict[str, tuple[Review | None, tuple[str, ...]]] = {
                "content": (page.front.review, ("review",)),
                "translation": (record.reviewed if record else None, ("translation", "reviewed")),
            }
            for kind, (review, path) in kinds.items():
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
    """Reviews that were never made do not fall due; one line says how many there are."""
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
    """Write each text to its file: all of them, or none."""
    written: dict[Path, Path] = {}
    try:
        for file, text in texts.items():
            if file.is_dir():
                raise UserError(f"{file}: Is a directory: choose another place")
            new = file.with_name(f".{file.name}.new")
            written[new] = file
            new.write_text(text, "utf-8")
        for new, file in written.items():
            new.replace(file)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}: choose another place") from None
    finally:
        for new in written:
            with suppress(OSError):
                new.unlink(missing_ok=True)


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
