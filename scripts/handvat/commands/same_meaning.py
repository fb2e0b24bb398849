"""`handvat translations mark-unchanged PAGE…`: records that a change of a Dutch page did not change what it means.

Without it a comma would make seven languages stale, readers would see a warning for nothing, and
soon nobody would believe the warnings.
"""

from __future__ import annotations

from pathlib import Path

import click

from handvat.commands import options
from handvat.commands.translated import with_record
from handvat.content.git_history import NoHistory, versions
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.page import Page, parse_page
from handvat.content.problem import UserError, did_you_mean, one_line
from handvat.content.translation import fingerprints
from handvat.content.yaml_reader import read_text


def before_the_change(root: Path, page: Page) -> dict[str, str]:
    """Fingerprints of the last committed version of `page` that differs from today's text.

    Empty where every version says the same. Raises NoHistory.
    """
    today = fingerprints(page)
    for text in versions(root, page.file):
        old, _ = parse_page(text, page.file, page.language)
        if old is not None and fingerprints(old) != today:
            return fingerprints(old)
    return {}


@options.command("mark-unchanged")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
def command(pages: tuple[str, ...]) -> int:
    """Record that the last edit of PAGE (docs/nl/now/first-hour.md) did not change its meaning.

    Only sections that were up to date before the edit follow: an older, real change stays marked.
    """
    root = Path.cwd()
    base = KnowledgeBase.load(root)
    if not base.languages:
        raise UserError("\n".join(map(str, base.problems)))
    default = base.source_language.code
    files = {page.file: page for page in base.pages_in(default)}
    for name in pages:
        page = files.get(Path(name).as_posix())
        if page is None:
            what = f"{name} is no page of the source language"
            raise UserError(one_line(f"{what}; {did_you_mean(name, files)}"))
        try:
            old = before_the_change(root, page)
        except NoHistory as error:
            raise UserError(f"The text before the change is not known: {error}") from error
        today = fingerprints(page)
        for language in base.languages[1:]:
            translation = base.page(language.code, page.path)
            record = translation.front.translation if translation else None
            if translation is None or record is None:
                continue
            moved = {
                key: today[key]
                for key, value in record.sections.items()
                if key in today and value == old.get(key) != today[key]
            }
            if moved:
                path = root / translation.file
                text = read_text(path, translation.file)
                text = with_record(text, translation, record.sections | moved)
                path.write_text(text, "utf-8")
                print(f"{translation.file}: still follows {', '.join(moved)}")
    return 0
