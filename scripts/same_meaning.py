"""`make same-meaning PAGE=…`: says that a change of a Dutch page did not change what it means.

Without it a comma would make seven languages stale, readers would see a warning for nothing, and
soon nobody would believe the warnings.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.history import NoHistory, versions
from scripts.knowledge.page import Page, parse_page
from scripts.knowledge.problem import did_you_mean, one_line
from scripts.knowledge.translation import fingerprints
from scripts.knowledge.yaml_file import read_text
from scripts.translated import with_record


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


def main() -> int:
    """Carries the last change of the pages named over to their translations' records.

    Only sections that were fresh before the change: an older, real change stays marked as stale.
    """
    root = Path.cwd()
    base = KnowledgeBase.load(root)
    if not base.languages:
        print("\n".join(map(str, base.problems)), file=sys.stderr)
        return 1
    default = base.source_language.code
    files = {page.file: page for page in base.pages_in(default)}
    if not sys.argv[1:]:
        print("Which page? make same-meaning PAGE=docs/nl/now/first-hour.md", file=sys.stderr)
        return 1
    for name in sys.argv[1:]:
        page = files.get(Path(name).as_posix())
        if page is None:
            what = f"{name} is no page of the source language"
            print(one_line(f"{what}; {did_you_mean(name, files)}"), file=sys.stderr)
            return 1
        try:
            old = before_the_change(root, page)
        except NoHistory as error:
            print(f"The text before the change is not known: {error}", file=sys.stderr)
            return 1
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


if __name__ == "__main__":
    raise SystemExit(main())
