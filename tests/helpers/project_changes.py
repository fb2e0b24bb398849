"""What may happen to a project between two builds: changes, each by its name, for tests that make many."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from fixture_site import page

Change = Callable[[Path, random.Random], None]
"""Changes the project in a folder, with choices from the generator."""

CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    """Lists `function` among the changes."""
    CHANGES[function.__name__] = function
    return function


def edit(path: Path, old: str, new: str) -> None:
    """Puts `new` in the place of the first `old`, a regular expression."""
    text = path.read_text("utf-8")
    path.write_text(re.sub(old, lambda _: new, text, count=1, flags=re.MULTILINE), "utf-8")


def some_page(project: Path, chance: random.Random) -> Path:
    return chance.choice(sorted((project / "docs").rglob("*.md")))


@change
def text(project: Path, chance: random.Random) -> None:
    with some_page(project, chance).open("a", encoding="utf-8") as file:
        file.write(f"\nZin {chance.randrange(9)}.\n")


@change
def title(project: Path, chance: random.Random) -> None:
    edit(some_page(project, chance), "^title: .*$", f"title: Titel {chance.randrange(9)}")


@change
def head(project: Path, chance: random.Random) -> None:
    edit(
        some_page(project, chance),
        r"(^aliases: .*\n)?^review: .*$",
        f"aliases: [woord {chance.randrange(9)}]\nreview: null",
    )


@change
def source(project: Path, chance: random.Random) -> None:
    edit(project / "data/sources.yml", "title: [^,]*", f"title: Boek {chance.randrange(9)}")


@change
def contact(project: Path, chance: random.Random) -> None:
    edit(project / "data/contacts/nl.yml", "name: .*$", f"name: Lijn {chance.randrange(9)}")


@change
def term(project: Path, chance: random.Random) -> None:
    words = f"nl:\n  - {{use: Woord {chance.randrange(9)}, search: [afpersing], meaning: Zo heet het.}}\n"
    (project / "data/terms.yml").write_text(words, "utf-8")


@change
def words(project: Path, chance: random.Random) -> None:
    code = chance.choice(["nl", "en", "ar"])
    edit(
        project / f"data/strings/{code}.yml",
        "tagline: .*$",
        f"tagline: Spreuk {chance.randrange(9)}",
    )


@change
def template(project: Path, chance: random.Random) -> None:
    name = chance.choice(["partials/footer.html", "partials/sources.html", "404.html"])
    with (project / "overrides" / name).open("a", encoding="utf-8") as file:
        file.write(f"\n<!-- {chance.randrange(9)} -->\n")


@change
def script(project: Path, chance: random.Random) -> None:
    with (project / "overrides/assets/search.js").open("a", encoding="utf-8") as file:
        file.write(f"\nwindow.n = {chance.randrange(9)};\n")


@change
def setting(project: Path, chance: random.Random) -> None:
    edit(project / "mkdocs.yml", "^site_name: .*$", f"site_name: Naam {chance.randrange(9)}")


@change
def language(project: Path, chance: random.Random) -> None:
    code = chance.choice(["en", "ar"])
    edit(project / "mkdocs.yml", rf"(?<=locale: {code}, )(name: \S+, build: )(true|false)",
         f"name: N{chance.randrange(9)}, build: {chance.choice(['true', 'false'])}")  # fmt: skip


@change
def navigation(project: Path, chance: random.Random) -> None:
    file = project / "mkdocs.yml"
    before, _, after = file.read_text("utf-8").partition("nav:\n")
    blocks = re.split(r"^(?=  - )", after, flags=re.MULTILINE)[1:]
    tail = blocks[1:]
    chance.shuffle(tail)
    file.write_text(f"{before}nav:\n{''.join([blocks[0], *tail])}", "utf-8")


@change
def rename(project: Path, chance: random.Random) -> None:
    new = f"about/page-{chance.randrange(9)}.md"
    named = re.findall(r"about/(?:cards|page-\d)\.md", (project / "mkdocs.yml").read_text("utf-8"))
    old = [name for name in named if (project / "docs/nl" / name).exists()]
    if old and not (project / "docs/nl" / new).exists():
        (project / "docs/nl" / old[0]).rename(project / "docs/nl" / new)
        edit(project / "mkdocs.yml", re.escape(old[0]), new)


@change
def remove(project: Path, chance: random.Random) -> None:
    file = chance.choice(sorted((project / "docs").rglob("*.md")))
    if file.name != "index.md" or file.parts[-3] != "nl":
        file.unlink()


@change
def add(project: Path, chance: random.Random) -> None:
    path = chance.choice(["now/first-hour.md", "a-z.md", "about/privacy.md", "about/index.md"])
    file = project / "docs" / chance.choice(["en", "ar"]) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(f"Page {chance.randrange(9)}", "Words.\n", translated=True), "utf-8")
