"""`handvat overlay init [FOLDER]`: write a start for an organisation's own edition, with every setting explained.

What it writes builds as it is: each setting is a comment until somebody makes it their own. No file is overwritten.
"""

from __future__ import annotations

from pathlib import Path

import click

from handvat.commands import options
from handvat.content.problem import UserError, one_line
from handvat.overlay.organisation import NAME, PAGES

START = """\
# Your own edition of Handvat. Every line is optional: take the # away from those that you want.
# Paths are relative to this file. `handvat check` says what is wrong, with the line; `handvat serve` shows it.

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

# Whose law applies and whose numbers are given. Pages that tell another country's law say so on top, or are left out
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

# Where quick exit leads: an ordinary page that loads quickly and that nobody wonders about.
# exit: "https://www.example.org/"
# exit: {de: "https://www.wetter.com/", en: "https://www.bbc.com/weather"}

# What a chat shows when somebody pastes a link: full, or discreet (the name of the site alone).
# previews: discreet

# Above and below every page, by language.
# notice: {de: "Diese Ausgabe gilt für den Beispielverein.", en: "This edition is that of Beispielverein."}
# footer: {de: "Beispielverein e. V., Musterstadt"}

# Who is responsible: a page of your own, linked at the foot.
# imprint: about/imprint.md

# What the page about privacy says of your own server.
# privacy: {de: "Unser Server schreibt keine Adressen von Leserinnen und Lesern auf."}

# Where readers edit a page (null: nowhere), and where somebody tells of a security hole.
# repository: "https://github.com/example/handvat"
# security_contact: "mailto:security@example.org"

# An editor in the browser, at edit/ of your site: each save becomes a proposal (a pull request) in the repository above.
# The build then needs npm, once, to fetch the editor's script (5 MB). What each kind of forge asks of you:
#   github   base_url, a helper that lets people in: an OAuth client for Git-based CMSs, on a server of yours.
#            With open_authoring, people who may not write to the repository propose from a copy of their own;
#            auth_scope is public_repo, or repo where the repository is not public.
#   gitlab   app_id, the id of an application that you add there: not confidential, with the scope api, and as
#            redirect URI the address of your site with edit/ behind it. No server.
#   forgejo  the same (Codeberg too); the forge must let your site's address in (CORS). open_authoring as above.
# Where they stand elsewhere, name repository, branch (main) and pages, the folder of your own pages in it.
# editor: {backend: gitlab, app_id: "0123456789abcdef", branch: main}

# A preview says that no professional has checked the texts. A release is refused until every
# safety-critical page names who did.
# edition: preview
"""


@options.command("init", "overlay init ~/our-edition")
@click.argument("folder", type=options.PATH, default=".")
def command(folder: Path) -> None:
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
        # No such user, a sign that no name may have, a file in the way, a full disk.
        why = getattr(error, "strerror", None) or error
        raise UserError(f"{shown} cannot be written: {why}. Choose another folder.") from error
    print(f"{shown} is there. Open it, and take the # away from what you want to decide.")
    if home.resolve() != Path.cwd().resolve():
        print(f"Then: handvat serve --organisation {shown}")
