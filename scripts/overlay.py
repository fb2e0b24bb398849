"""`make overlay PAGE=docs/de/now/first-hour.md`: a page of an organisation's own in the place of ours.

The first time it copies our page into the organisation's folder, to be changed there. After that, when
ours has changed, it records that the organisation has seen the change: their text stays as it is. A copy
of what ours said is kept in `upstream/`, so that the next change can be shown.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.compose import organisation_file, said_version, version_of
from scripts.knowledge.organisation import NAME, UPSTREAM, read_organisation
from scripts.knowledge.page import parse_page
from scripts.knowledge.problem import did_you_mean

_REPLACES = re.compile(r"^replaces:.*$", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Lays one page over ours, or records its version. Returns 0 or 1."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    root = Path.cwd()
    if len(asked) != 1:
        return _fail("name one page: make overlay PAGE=docs/de/now/first-hour.md")
    file = organisation_file(root)
    if file is None:
        return _fail(f"there is no {NAME}: make new-organisation writes one")
    organisation, problems = read_organisation(file)
    if problems:
        return _fail("\n".join(map(str, problems)))
    page = asked[0].strip()
    ours = root / page
    docs = (root / "docs").resolve()
    if not (ours.resolve().is_relative_to(docs) and ours.suffix == ".md" and ours.is_file()):
        known = [path.relative_to(root).as_posix() for path in docs.rglob("*.md")]
        return _fail(f"{page} is no page of docs/; {did_you_mean(page, known)}")
    below = ours.resolve().relative_to(docs)
    text = ours.read_text(encoding="utf-8")
    version = version_of(text)
    own = file.parent / organisation.pages / below
    name = f"{organisation.pages.rstrip('/')}/{below.as_posix()}"
    if own.is_file():
        before = own.read_text(encoding="utf-8")
        if said_version(before) == version:
            print(f"{name} already says that it replaces this version. Nothing is changed.")
        else:
            own.write_text(_with_version(before, version), encoding="utf-8")
            print(
                f"{name}: it is recorded that it replaces {page} as it is now. Your text is as it was."
            )
    else:
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(_with_version(_freed(text, page), version), encoding="utf-8")
        print(f"{name} is now yours to change; make build shows it instead of {page}.")
    seen = file.parent / UPSTREAM / below
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.write_text(text, encoding="utf-8")
    return 0


def _with_version(text: str, version: str) -> str:
    """`text` with the version in its head: a quoted one, or YAML might take it for a number."""
    line = f'replaces: "{version}"'
    head, separator, rest = text.partition("\n---\n")
    if _REPLACES.search(head):
        head = _REPLACES.sub(line, head)
    else:
        head += f"\n{line}"
    return head + separator + rest


def _freed(text: str, name: str) -> str:
    """Our page without what only ours has: whom it was translated from, and who checked it."""
    page, _ = parse_page(text, name, name.split("/")[1])
    if page is None or page.front.translation is None:
        return text
    head, separator, rest = text.partition("\n---\n")
    kept, is_inside = [], False
    for line in head.split("\n"):
        is_inside = line.startswith("translation:") or (is_inside and line.startswith((" ", "\t")))
        if not is_inside:
            kept.append(line)
    return "\n".join(kept) + separator + rest


def _fail(what: str) -> int:
    print(what, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
