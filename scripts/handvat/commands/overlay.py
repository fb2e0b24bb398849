"""`handvat overlay init` and `handvat overlay add`: begin an organisation's own edition, and its own pages.

`init` writes a file that builds as it is: each setting is a comment until somebody decides it. No file is overwritten.

`add` copies a shipped page into the organisation's folder, where it replaces the shipped one. When the shipped page has
changed since, it records that the organisation has seen the change: its text stays as it is. A copy of
the shipped text goes to `upstream/`, so that the next change can be shown.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import click

from handvat.commands import options
from handvat.content.page import parse_page
from handvat.content.problem import UserError, did_you_mean, one_line
from handvat.content.yaml_files import edit_front_matter, leads_out, read_text
from handvat.overlay.apply import organisation_file
from handvat.overlay.organisation import NAME, PAGES, read_organisation
from handvat.overlay.pages import UPSTREAM, version_of

START = """\
# Your own edition of Handvat. Every line is optional: take the # away from those that you want.
# Paths are relative to this file. `handvat check` names every mistake with its line; `handvat serve` shows it.

# What the site is called, and its address, with a slash at the end.
# name: "Beispielverein: Hilfe bei Ausbeutung im Netz"
# address: "https://wissen.example.org/"

# Your mark in the bar (.svg or .png, at most 20 KB) and in the reader's tab (.svg).
# logo: logo.svg
# icon: icon.svg

# The colour to act with. One that weak eyes cannot read is refused, and the nearest that passes is named.
# colour: "#7a1fa2"

# The languages to build; the first is the one at the root of the site.
# languages: [de, nl, en]

# Whose law applies and whose numbers are given. Pages on another country's law say so on top, or are left out
# (foreign_pages: leave-out). Those that a reader in danger needs (now/, contacts/ …) you write for your country: until
# then nothing is built, and `handvat check` lists them.
# country: de
# foreign_pages: show

# Your own contacts, written as data/contacts/ is; an entry replaces a shipped one with the same id.
# contacts: contacts.yml

# Your own sources, written as data/sources.yml is, for pages of your own.
# sources: sources.yml

# Your own pages and pictures: pages/de/help/our-team.md is a new page; `handvat overlay add docs/de/help/index.md`
# begins one that replaces a shipped page.
# pages: pages

# Pages that your site does not have. Links to them become plain words.
# leave_out: [police/victim-and-suspect.md]

# Where quick exit leads: an ordinary page that loads quickly and raises no questions.
# exit: "https://www.example.org/"
# exit: {de: "https://www.wetter.com/", en: "https://www.bbc.com/weather"}

# What a chat shows when somebody pastes a link: full, or discreet (the name of the site alone).
# previews: discreet

# Above and below every page, by language.
# notice: {de: "Diese Ausgabe gilt für den Beispielverein.", en: "This edition is that of Beispielverein."}
# footer: {de: "Beispielverein e. V., Musterstadt"}

# Who is responsible: a page of your own, linked at the foot.
# imprint: about/imprint.md

# For the page about privacy: what your own server stores.
# privacy: {de: "Unser Server schreibt keine Adressen von Leserinnen und Lesern auf."}

# Where readers edit a page (null: nowhere), and where to report a security hole.
# repository: "https://github.com/example/handvat"
# security_contact: "mailto:security@example.org"

# An editor in the browser, at edit/ of your site: each save becomes a proposal (a pull request) in the repository above.
# The build then needs npm, once, to fetch the editor's script (5 MB). What each kind of forge needs:
#   github   base_url, a helper that lets people in: an OAuth client for Git-based CMSs, on a server of yours.
#            With open_authoring, people who may not write to the repository propose from a copy of their own;
#            auth_scope is public_repo, or repo where the repository is not public.
#   gitlab   app_id, the id of an application that you add there: not confidential, with the scope api, and as
#            redirect URI the address of your site with edit/ after it. No server.
#   forgejo  the same (Codeberg too); the forge must let your site's address in (CORS). open_authoring as above.
# If they are elsewhere, name repository, branch (main) and pages, the folder of your own pages in it.
# editor: {backend: gitlab, app_id: "0123456789abcdef", branch: main}

# A preview says that no professional has checked the texts. A release is refused until every
# safety-critical page names who did.
# edition: preview
"""

_REPLACES = re.compile(r"^replaces:[^\r\n]*", re.MULTILINE)


@options.command("init", "overlay init ~/our-edition")
@click.argument("folder", type=options.PATH, default=".")
def init(folder: Path) -> None:
    """Write a commented organisation.yml to FOLDER (default: here)."""
    shown = one_line(str(folder / NAME))
    try:
        home = folder.expanduser()
        file = home / NAME
        shown = one_line(str(file))
        if file.exists() or file.is_symlink():
            raise UserError(f"{shown} is already there. Nothing is changed.")
        (home / PAGES).mkdir(parents=True, exist_ok=True)
        file.write_text(START, encoding="utf-8")
    except (OSError, ValueError, RuntimeError) as error:
        # No such user, a character that no name may have, a file in the way, a full disk.
        why = getattr(error, "strerror", None) or error
        raise UserError(f"{shown} cannot be written: {why}. Choose another folder.") from error
    print(f"{shown} is written. Open it, and take the # away from what you want to decide.")
    if home.resolve() != Path.cwd().resolve():
        print(f"Then: handvat serve --organisation {shlex.quote(shown)}")


@options.command("add", "overlay add docs/nl/help/index.md")
@click.argument("page", metavar="PAGE")
@options.organisation
def add(page: str) -> None:
    """Begin a page of your own in place of PAGE (docs/de/now/first-hour.md), or record that you saw its change."""
    root = Path.cwd()
    file = organisation_file(root)
    if file is None:
        raise UserError(f"there is no {NAME}: use --organisation, or handvat overlay init")
    organisation, problems = read_organisation(file)
    if problems:
        raise UserError("\n".join(map(str, problems)))
    try:
        print(_add(root, file.parent, organisation.pages.rstrip("/"), page.strip()))
    except UserError as error:
        raise UserError(one_line(str(error))) from error


def _add(root: Path, home: Path, pages: str, page: str) -> str:
    """Write the page in the folder `pages` of `home` that replaces the shipped `page`; return the message.

    Raises UserError, with nothing changed.
    """
    below = _shipped(root, page)
    place, name = f"docs/{below}", f"{pages}/{below}"
    text = read_text(root / place, place)
    own, seen = home / pages / below, home / UPSTREAM / below
    for path in (own, seen):
        _refuse_obstacle(path, home)
    if os.path.realpath(own) == os.path.realpath(seen):
        raise UserError(
            f"{UPSTREAM}/ holds copies of shipped pages, and yours would be lost there; "
            "give pages another folder"
        )
    line = f'replaces: "{version_of(text)}"'
    before = ""
    if os.path.lexists(own):
        read_text(own, name)  # names what is wrong with it
        before = own.read_bytes().decode("utf-8")
        done = f"{name} now replaces {place} as it is today. Your text is unchanged."
    else:
        done = f"{name} is now yours to change; handvat build shows it instead of {place}."
    mine = before or _without_fingerprints(text, place)
    end = "\r\n" if "\r\n" in mine else "\n"
    head, separator, rest = mine.partition(f"{end}---{end}")
    head = _REPLACES.sub(line, head) if _REPLACES.search(head) else f"{head}{end}{line}"
    if not separator or not head.removeprefix("\ufeff").startswith(f"---{end}"):
        raise UserError(f"{name}:1: it has no front matter for its version; begin it with ---")
    written = head + separator + rest
    if written == before:
        done = f"{name} replaces this version already. Nothing is changed."
    try:
        for path, words in ((own, written), (seen, text)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(words, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    return done


def _shipped(root: Path, page: str) -> str:
    """Return the path below `docs/` of the shipped page that `page` names. Raises UserError."""
    docs = Path(os.path.realpath(root)) / "docs"
    try:
        path = Path(os.path.realpath(root / page))
        if path.is_relative_to(docs) and path.suffix == ".md" and path.is_file():
            return path.relative_to(docs).as_posix()
    except (OSError, ValueError):
        pass  # no file can have such a name
    known = {path.relative_to(docs.parent).as_posix() for path in docs.rglob("*.md")}
    fix = did_you_mean(page if page.startswith("docs/") else f"docs/nl/{page}", known)
    raise UserError(f"{page[:80]} is not a page of docs/; {fix}")


def _refuse_obstacle(path: Path, home: Path) -> None:
    """Raise UserError where something at or above `path` is not a file or folder of the organisation's."""
    if leads_out(path, home):
        raise UserError(f"{path} leads out of {home} through a link; use a real file and folder")
    for part in (path, *path.parents):
        if os.path.lexists(part) and not (part.is_file() if part == path else part.is_dir()):
            raise UserError(f"{part} is in the way; put it elsewhere")


def _without_fingerprints(text: str, place: str) -> str:
    """Return a shipped page without the record of which text it translates: an own page follows none.

    The record of who translated and reviewed it remains: readers see a notice until somebody has.
    """
    page, _ = parse_page(text, place, place.split("/")[1])
    if page is None or page.front.translation is None:
        return text
    return edit_front_matter(text, lambda front: front["translation"].pop("sections", None))
