"""Bad input gets an error that names file, line, cause and cure; exit code 1; and `site/` stays."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from fixture_site import CHECKOUT, MKDOCS, following, make_site, page, verb
from handvat import processes
from handvat.checks import RULES, runner
from handvat.cli import run as handvat
from handvat.commands import check
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.problem import Problem
from handvat.processes import WorkerKilled
from samples import HEAD, SOURCES, guide

HOUR = "docs/nl/now/first-hour.md"


@dataclass(frozen=True)
class Case:
    """Something a contributor may do wrong, and what the message must contain."""

    name: str
    place: str
    """file:line at which the problem must be named; the file alone where the line is not tested."""
    message: tuple[str, ...]
    """Pieces of the message: what is wrong, and how to fix it."""
    files: dict[str, str | bytes]
    act: Callable[[Path], None] | None = None


PLATFORM = '- {id: praat, name: Praat, app: {nl: Kies.}, web: null, reporter: unknown, screenshot: unknown, block: unknown, sources: [{url: "https://bron.example/", by: Bron, seen: 2026-11-24, official: true}], checked: null}\n'

REMOVAL = '- {id: weg, name: {nl: Weg}, url: null, ages: [adult], country: NL, by: [youth], needs: [nothing], leaves: stays, what: {nl: Weg.}, sources: [{url: "https://bron.example/", by: Bron, seen: 2026-11-24, official: true}], checked: null}\n'


def _link_out(root: Path) -> None:
    secret = root.parent / f"{root.name}-secret.md"
    secret.write_text(guide("geheim"), encoding="utf-8")
    (root / "docs/nl/now/secret.md").symlink_to(secret)


def _english(text: str, dutch: str) -> str:
    text = text.replace("review:", "translation: {sections: {}}\nreview:").replace("Proef", "Trial")
    return following(text, dutch)


def _sections(*ids: str) -> str:
    head = "---\ntitle: Proef\ndescription: Een proef.\ntype: act-now\nreview: null\n---\n"
    return head + "".join(f"\n## Kop {{ #{key} }}\n\nTekst.\n" for key in ids)


BELOW_COUNTRY = MKDOCS.splitlines().index("  country: nl") + 2
NONE_FOUND = next(
    number
    for number, line in enumerate(
        (CHECKOUT / "data/strings/en.yml").read_text("utf-8").splitlines(), 1
    )
    if "{query}" in line
)
"""The line of the English words for an empty search."""

TERMS = 'nl:\n  - use: "beelden van seksueel kindermisbruik"\n    avoid: [kinderporno]\n    why: "Het is misbruik."\n    meaning: "Beelden."\n'

CONTACT = (
    "- {id: hulp, name: Hulp, audiences: [youth], needs: [talk], numbers: [], url: null, chat: null, "
    'hours: [{days: [mon], from: "09:00", to: "17:00"}], cost: free, languages: [nl], crisis: false, '
    "what: {nl: Praten., en: Talk., ar: كلام.}, sources: [], checked: null}\n"
)

ENTRY = (
    '  entries:\n    jong:\n      says: "17 procent was jong."\n      where: "bladzijde 3"\n'
    '      about: "1.200 jongeren, VS, 2025"\n      read: 2026-11-24\n'
)

CASES = [
    Case("broken YAML", f"{HOUR}:3", ("YAML", "quotes"),
         {HOUR: "---\ntitle: Proef\ndescription: een: twee: drie\n---\n\nTekst.\n"}),
    Case("an unclosed quote", f"{HOUR}:2", ("YAML",),
         {HOUR: '---\ntitle: "Proef\ndescription: een\n---\n\nTekst.\n'}),
    Case("a tab in YAML", f"{HOUR}:5", ("a tab", "use spaces"),
         {HOUR: "---\ntitle: Proef\ndescription: Een proef.\naliases:\n\t- een\ntype: guide\n---\n"}),
    Case("no front matter", f"{HOUR}:1", ("front matter", "begin with ---"),
         {HOUR: "Alleen tekst.\n"}),
    Case("an unknown key", f"{HOUR}:5", ("unknown key 'alises'", "did you mean 'aliases'?"),
         {HOUR: HEAD.replace("review", "alises: [een]\nreview")}),
    Case("an unknown key in data", "data/sources.yml:9", ("unknown key 'yaer'", "did you mean 'year'?"),
         {"data/sources.yml": SOURCES + "  yaer: 2024\n"}),
    Case("a missing key", f"{HOUR}:2", ("'description' is missing",),
         {HOUR: HEAD.replace("description: Een proef.\n", "")}),
    Case("a number where a text belongs", f"{HOUR}:5", ("113 is not a text", 'in quotes: "113"'),
         {HOUR: HEAD.replace("review", "aliases: [een, 113]\nreview")}),
    Case("an unknown type", f"{HOUR}:4", ("unknown type 'giude'", "did you mean 'guide'?"),
         {HOUR: HEAD.replace("guide", "giude") + "Tekst.\n"}),
    Case("a missing required section", f"{HOUR}:7", ("needs the section 'never'", "after { #steps }"),
         {HOUR: _sections("in-short", "steps", "who-to-call", "afterwards")}),
    Case("sections in the wrong order", f"{HOUR}:12", ("'never' is where 'steps' belongs", "the order is in-short, steps"),
         {HOUR: _sections("in-short", "never", "steps", "who-to-call", "afterwards")}),
    Case("too few sections of its own", f"{HOUR}:7", ("needs 2 sections of its own, it has 0",),
         {HOUR: HEAD + "## Kort { #in-short }\n\nKort.\n"}),
    Case("an empty section", f"{HOUR}:16", ("nothing below the heading 'Twee'",),
         {HOUR: guide("Een.").replace("Twee.\n", "")}),
    Case("a heading without an id", f"{HOUR}:16", ("the heading 'Twee' has no id", "{ #what-it-is-about }"),
         {HOUR: guide("Een.").replace(" { #two }", "")}),
    Case("a duplicate heading id", f"{HOUR}:16", ("'one' is here for the second time, first in line 12",),
         {HOUR: guide("Een.").replace("#two", "#one")}),
    Case("a second title", f"{HOUR}:14", ("title is in the front matter",),
         {HOUR: guide("# Nog een titel")}),
    Case("a link to a page that does not exist", f"{HOUR}:14", ("docs/nl/now/frist-hour.md does not exist", "did you mean 'first-hour.md'?"),
         {HOUR: guide("[weg](frist-hour.md)")}),
    Case("a link to a fragment that does not exist", f"{HOUR}:15", ("has no section 'tow'", "did you mean 'two'?"),
         {HOUR: guide("Eerst dit.\nDan [dat](first-hour.md#tow).")}),
    Case("a link to a fragment of another page", f"{HOUR}:14", ("docs/nl/index.md has no section 'door'",),
         {HOUR: guide("[weg](../index.md#door)")}),
    Case("a link to a fragment of another language", "docs/en/now/index.md:9", ("docs/nl/now/index.md has no section 'door'",),
         {"docs/en/now/index.md": page("Now", "[here](../../nl/now/index.md#door)\n", translated=True)}),
    Case("a link into another language", f"{HOUR}:14", ("../../en/now/index.md leads out of the pages in this language",),
         {HOUR: guide("[Eng](../../en/now/index.md)")}),
    Case("a link to a page that exists only in Dutch", "docs/en/now/index.md:9", ("exists only in Nederlands", "link to ../../nl/now/first-hour.md"),
         {"docs/en/now/index.md": page("Now", "[hour](first-hour.md)\n", translated=True)}),
    Case("a link out of the pages", f"{HOUR}:14", ("leads out of the pages",),
         {HOUR: guide("[weg](../../../mkdocs.yml)")}),
    Case("an absolute link", f"{HOUR}:14", ("is absolute", "relative to this page"),
         {HOUR: guide("[weg](/now/)")}),
    Case("an unknown citation key", f"{HOUR}:14", ("no source 'proef-2042'", "did you mean 'proef-2024'?"),
         {HOUR: guide("Zo is het [@proef-2042].") , "docs/nl/now/index.md": page("Nu", "Zo [@proef-2024].\n"), "data/sources.yml": SOURCES}),
    Case("an unknown entry of a source", f"{HOUR}:14", ("'proef-2024' has no entry 'jonk'", "did you mean 'jong'?"),
         {HOUR: guide("Zo is het [@proef-2024:jonk]."), "data/sources.yml": SOURCES + ENTRY}),
    Case("a figure that the cited entry does not give", f"{HOUR}:14", ("the figure 18 is in no entry",),
         {HOUR: guide("In 2025 was 18 procent jong [@proef-2024:jong]."), "data/sources.yml": SOURCES + ENTRY}),
    Case("an entry that retells its source", "data/sources.yml:11", ("has 41 words; say it in 40",),
         {HOUR: guide("Zo [@proef-2024:jong]."), "data/sources.yml": SOURCES + ENTRY.replace("17 procent was jong.", "veel " * 41)}),
    Case("a source nobody cites", "data/sources.yml:1", ("no page cites the source 'proef-2024'",),
         {"data/sources.yml": SOURCES}),
    Case("a source that only code names", "data/sources.yml:1", ("no page cites the source 'proef-2024'",),
         {HOUR: guide("Schrijf `[@proef-2024]`."), "data/sources.yml": SOURCES}),
    Case("an unknown contact", f"{HOUR}:14", ("there is no contact 'polcie'",),
         {HOUR: guide('Bel {{ contact("polcie") }}.')}),
    Case("a call that does not exist", f"{HOUR}:14", ("'contcats' is not a shortcode", "did you mean 'contacts'?"),
         {HOUR: guide('{{ contcats(need="police") }}')}),
    Case("a call that would run code", f"{HOUR}:14", ("cannot be read",),
         {HOUR: guide('{{ contacts(need=open("/etc/passwd").read()) }}')}),
    Case("an unknown need", f"{HOUR}:14", ("contacts: need",),
         {HOUR: guide('{{ contacts(need="pizza") }}')}),
    Case("an invalid date", f"{HOUR}:5", ("'2026-02-30'", "2026-11-24"),
         {HOUR: HEAD.replace("review: null", "review: {by: Iemand, date: 2026-02-30}")}),
    Case("two pages with one title", f"{HOUR}:2", ("'Het eerste uur' is also that of docs/nl/now/index.md",),
         {"docs/nl/now/index.md": page("Het eerste uur", "Tekst.\n")}),
    Case("a description that is too long", f"{HOUR}:3", ("has 161 characters", "shorten it to 160"),
         {HOUR: guide("Een.").replace("Een proef.", "a" * 161)}),
    Case("a page that is not in the navigation", "docs/nl/now/lost.md:1", ("not in the navigation", "add `- now/lost.md` to nav:"),
         {"docs/nl/now/lost.md": guide("Een.")}),
    Case("a navigation entry without a page", "mkdocs.yml:45", ("docs/nl/a-z.md does not exist",), {},
         lambda root: (root / "docs/nl/a-z.md").unlink()),
    Case("a folder that looks like a language", "docs/nl/it/:1", ("takes the folder 'it' for a language", "longer name"),
         {"docs/nl/it/index.md": guide("Een.")}),
    Case("a file suffix that looks like a language", "docs/nl/now/guide.qa.md:1", ("may take 'qa' for a language",),
         {"docs/nl/now/guide.qa.md": guide("Een.")}),
    Case("a folder that is no language of the site", "docs/xx/:1", ("not a language of mkdocs.yml",),
         {"docs/xx/index.md": guide("Een.")}),
    Case("a file that is not UTF-8", f"{HOUR}:8", ("not UTF-8", "save the file as UTF-8"),
         {HOUR: HEAD.encode() + b"caf\xe9\n"}),
    Case("an empty file", f"{HOUR}:1", ("the file is empty",), {HOUR: "\n"}),
    Case("a 10 MB file", f"{HOUR}:1", ("10,000,", "split it"), {HOUR: guide("a" * 10_000_000)}),
    Case("a picture that is not there", f"{HOUR}:15", ("there is no picture docs/nl/now/foto-1.jpg", "put the picture there"),
         {HOUR: guide("Kijk:\n![Een folder](foto-1.jpg)")}),
    Case("a Word file beside the pages", "docs/nl/now/folder.docx:1", ("'folder.docx' is neither a page nor a picture", "copy its text into a page"),
         {"docs/nl/now/folder.docx": b"PK"}),
    Case("a file beside the languages", "docs/notes.txt:1", ("'notes.txt' is neither a page nor a picture",),
         {"docs/notes.txt": "notities"}),
    Case("a symbolic link out of docs/", "docs/nl/now/secret.md:1", ("leads out of docs/",), {}, _link_out),
    Case("a file name with spaces or capitals", "docs/nl/now/Mijn Pagina.md:1", ("'Mijn Pagina.md'", "rename it to 'mijn-pagina.md'"),
         {"docs/nl/now/Mijn Pagina.md": guide("Een.")}),
    Case("YAML that expands to gigabytes", "data/sources.yml:1", ("anchors (&name) and aliases (*name) are not allowed",),
         {"data/sources.yml": "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n"}),
    Case("a key that stands twice", f"{HOUR}:3", ("the key 'title' is here twice",),
         {HOUR: HEAD.replace("description", "title: Twee\ndescription")}),
    Case("<script> in Markdown", f"{HOUR}:14", ("HTML is not allowed in a page: <script>",),
         {HOUR: guide("<script>alert(1)</script>")}),
    Case("HTML within a sentence", f"{HOUR}:15", ("HTML is not allowed", "<img"),
         {HOUR: guide("Eerst.\nDan <img src=x onerror=alert(1)> dit.")}),
    Case("an event handler as attribute", f"{HOUR}:14", ("attributes are not allowed", "onclick"),
         {HOUR: guide('*klik*{ onclick="alert(1)" }')}),
    Case("a javascript: link", f"{HOUR}:14", ("'javascript:alert(1)'", "link to a page"),
         {HOUR: guide("[x](javascript:alert(1))")}),
    Case("a javascript: link in disguise", f"{HOUR}:14", ("not a page and not https",),
         {HOUR: guide("[x](JaVaScRiPt:alert(1))")}),
    Case("an image from another host", f"{HOUR}:14", ("from another host", "into the project"),
         {HOUR: guide("![x](https://example.org/x.png)")}),
    Case("an image from another host without a scheme", f"{HOUR}:14", ("from another host",),
         {HOUR: guide("![x](//example.org/x.png)")}),
    Case("a phone number in a page", f"{HOUR}:14", ("the number '0800-2000' is written in the page", "data/contacts/"),
         {HOUR: guide("Bel 0800-2000 voor advies.")}),
    Case("an e-mail address in a page", f"{HOUR}:14", ("'help@example.org' is written in the page",),
         {HOUR: guide("Mail help@example.org.")}),
    Case("a mail link", f"{HOUR}:14", ("a contact is written in the page",),
         {HOUR: guide("[mail](mailto:help@example.org)")}),
    Case("a word to avoid", f"{HOUR}:14", ("'Kinderporno' is a word to avoid (Het is misbruik.)", "write 'beelden van seksueel kindermisbruik'"),
         {HOUR: guide("Kinderporno is strafbaar."), "data/terms.yml": TERMS}),
    Case("a word to avoid in words to say", f"{HOUR}:16", ("'kinderporno' is a word to avoid",),
         {HOUR: guide('/// say\n\n"Dat is kinderporno."\n///'), "data/terms.yml": TERMS}),
    Case("an unknown block", f"{HOUR}:14", ("unknown block 'sayy'", "did you mean 'say'?"),
         {HOUR: guide('/// sayy\n"Hallo."\n///')}),
    Case("a block that is not closed", f"{HOUR}:14", ("the block 'say' is not closed",),
         {HOUR: guide('/// say\n"Hallo."')}),
    Case("a box to tick on a page that forgets nothing", f"{HOUR}:14", ("a page that is not a tool", "make it one"),
         {HOUR: guide("- [ ] Gebeld")}),
    Case("a field on a page that forgets nothing", f"{HOUR}:14", ("a page that is not a tool", "make it one"),
         {HOUR: guide('{{ field("Naam") }}')}),
    Case("a box ticked in advance", f"{HOUR}:14", ("[x] is not a box to tick", "write - [ ]"),
         {HOUR: guide("- [x] Gebeld")}),
    Case("an unknown claim", f"{HOUR}:5", ("unknown claim 'shmae'", "did you mean 'shame'?"),
         {HOUR: guide("Een.").replace("review", "claims: [shmae]\nreview"), "data/claims.yml": "- {id: shame, part: now, says: Schaamte.}\n"}),
    Case("a translation whose Dutch page is gone", "docs/en/now/gone.md:1", ("docs/nl/now/gone.md does not exist",),
         {"docs/en/now/gone.md": page("Gone", "Text.\n", translated=True)}),
    Case("a translation with a section more", "docs/en/now/index.md:8", ("'more' is not in docs/nl/now/index.md",),
         {"docs/en/now/index.md": page("Now", "## More { #more }\n\nText.\n", translated=True).replace("---\n\n##", "---\n##")}),
    Case("a translation without a record", "docs/en/now/index.md:1", ("not recorded", "handvat translations mark-current docs/en/now/index.md"),
         {"docs/en/now/index.md": page("Now", "Text.\n")}),
    Case("an all-digit fingerprint without quotes", "docs/en/now/index.md:6", ("all-digit fingerprint needs",),
         {"docs/en/now/index.md": page("Now", "Text.\n", translated=True).replace("{sections: {}}", "{sections: {in-short: 123456789012}}")}),
    Case("a fingerprint written by hand", "docs/en/now/index.md:6", ("'abc', recorded for 'in-short', is not a fingerprint", "handvat translations mark-current "),
         {"docs/en/now/index.md": page("Now", "Text.\n", translated=True).replace("{sections: {}}", '{sections: {in-short: "abc"}}')}),
    Case("a fingerprint of a section that is gone", "docs/en/now/index.md:6", ("recorded for gone, which is not on the page", "handvat translations mark-current docs/en/now/index.md"),
         {"docs/en/now/index.md": page("Now", "Text.\n", translated=True).replace("{sections: {}}", '{sections: {gone: "0123456789ab"}}')}),
    Case("a translation with a section less", "docs/en/now/first-hour.md:8", ("the section 'two' of docs/nl/now/first-hour.md is missing", "translate it: ## … { #two }", "then run handvat translations mark-current docs/en/now/first-hour.md"),
         {HOUR: guide("Een."), "docs/en/now/first-hour.md": _english(guide("One.").split("## Twee")[0], guide("Een."))}),
    Case("a page that exists in Arabic only", "docs/ar/now/only.md:1", ("docs/nl/now/only.md does not exist", "rename it there, or delete it"),
         {"docs/ar/now/only.md": page("فقط", "نص.\n", translated=True)}),
    Case("two pages at one address", "docs/en/now/first-hour/index.md:1", ("is shown at the same address as docs/en/now/first-hour.md", "delete one"),
         {"docs/en/now/first-hour.md": page("One", "Text.\n", translated=True), "docs/en/now/first-hour/index.md": page("Two", "Text.\n", translated=True)}),
    Case("a Dutch paragraph left in a translation", "docs/en/now/index.md:11", ("seems to be Nederlands, not English", "translate it, then run handvat translations mark-current docs/en/now/index.md"),
         {"docs/en/now/index.md": page("Now", "Stay with the young person and listen first.\n\nBlijf bij de jongere en luister eerst naar wat er is gebeurd.\n", translated=True)}),
    Case("a Dutch text in an English file", "docs/en/now/index.md:9", ("this looks like the Dutch text of docs/nl/now/index.md:8; translate it",),
         {"docs/nl/now/index.md": page("Nu", "Blijf bij de jongere en luister eerst naar wat er is gebeurd.\n"),
          "docs/en/now/index.md": page("Now", "Blijf bij de jongere, en luister eerst naar wat er is gebeurd.\n", translated=True)}),
    Case("half a section left out", "docs/en/now/first-hour.md:13", ("'one' is 0.1", "times as long as its Dutch (docs/nl/now/first-hour.md:12)", "is something left out"),
         {HOUR: guide("Blijf bij de jongere en luister eerst. " * 6), "docs/en/now/first-hour.md": _english(guide("Stay and listen to them now."), guide("Blijf bij de jongere en luister eerst. " * 6))}),
    Case("a question that is no text", "data/questions/nl.yml:2", ("113 is not a text", 'in "quotes"'),
         {"data/questions/nl.yml": "now/first-hour.md:\n- 113\n"}),
    Case("questions that are no list", "data/questions/nl.yml:1", ("the entries of 'now/first-hour.md' are not a list",),
         {"data/questions/nl.yml": "now/first-hour.md: geld\n"}),
    Case("a question for a page that is not there", "data/questions/nl.yml:1", ("there is no page 'now/frist-hour.md'", "did you mean"),
         {"data/questions/nl.yml": "now/frist-hour.md: [geld]\n"}),
    Case("a question for a section that is not there", "data/questions/nl.yml:1", ("now/first-hour.md has no section 'nowhere'",),
         {"data/questions/nl.yml": "now/first-hour.md#nowhere: [geld]\n"}),
    Case("a question twice", "data/questions/nl.yml:3", ("'geld' is here twice", "keep one of the two"),
         {"data/questions/nl.yml": "now/first-hour.md:\n- geld\n- geld\n"}),
    Case("a question as long as a page", "data/questions/nl.yml:2", ("the text has 301 characters", "shorten it"),
         {"data/questions/nl.yml": f"now/first-hour.md:\n- {'a' * 301}\n"}),
    Case("questions without pages", "data/questions/nl.yml:1", ("expected a mapping of keys with lists of texts",),
         {"data/questions/nl.yml": "- geld\n"}),
    Case("a kind of danger that does not exist", "data/danger/nl.yml:1", ("expected one of suicide, orders",),
         {"data/danger/nl.yml": "murder: {me: [help]}\n"}),
    Case("a voice that nobody has", "data/danger/nl.yml:1", ("expected the lists me (the young person speaks) and other, not 'mother'",),
         {"data/danger/nl.yml": "suicide: {mother: [help]}\n"}),
    Case("questions in a language of no site", "data/questions/xx.yml:1", ("nothing reads this file",),
         {"data/questions/xx.yml": "now/first-hour.md: [geld]\n"}),
    Case("a release without a reviewer", f"{HOUR}:5", ("a release needs a reviewer",), {},
         lambda root: _replace(root / "mkdocs.yml", "edition: preview", "edition: release")),
    Case("a setting of previews that is not known", f"mkdocs.yml:{BELOW_COUNTRY}", ("previews: 'quiet' is not one of the known values", "known are discreet, full"), {},
         lambda root: _replace(root / "mkdocs.yml", "  country: nl", "  country: nl\n  previews: quiet")),
    Case("a misspelt setting of previews", f"mkdocs.yml:{BELOW_COUNTRY}", ("unknown setting 'preview'", "did you mean 'previews'?"), {},
         lambda root: _replace(root / "mkdocs.yml", "  country: nl", "  country: nl\n  preview: discreet")),
    Case("a security contact that is no address", f"mkdocs.yml:{BELOW_COUNTRY}", ("'a@b.example' is not an address: write mailto:",), {},
         lambda root: _replace(root / "mkdocs.yml", "  country: nl", "  country: nl\n  security_contact: a@b.example")),
    Case("a quick exit that leads to no page", f"mkdocs.yml:{BELOW_COUNTRY}", ("'weer.example' is not an address to leave for", "write https://"), {},
         lambda root: _replace(root / "mkdocs.yml", "  country: nl", "  country: nl\n  exit: weer.example")),
    Case("a language without strings", "data/strings/ar.yml:1", ("the file is not there",), {},
         lambda root: (root / "data/strings/ar.yml").unlink()),
    Case("a string with a placeholder missing", f"data/strings/en.yml:{NONE_FOUND}", ("placeholders [], expected ['query']",), {},
         lambda root: _replace(root / "data/strings/en.yml", "{query}", "query")),
    Case("a crisis number without two official sources", "data/contacts/nl.yml:1", ("needs two independent official sources, it has 1",),
         {"data/contacts/nl.yml": '- {id: emergency, name: Politie, audiences: [youth], needs: [danger], numbers: [{dial: "112", kind: short, works_from: NL}], url: null, chat: null, hours: always, cost: free, languages: [nl], crisis: true, what: {nl: Gevaar., en: Danger., ar: خطر.}, sources: [{url: "https://example.org/", by: Politie, seen: 2026-11-24, official: true}], checked: null}\n'}),
    Case("a platform that says yes or no as it likes", "data/platforms.yml:2", ("reporter: 'misschien' is not one of the known values", "known are not-named, unknown"),
         {"data/platforms.yml": PLATFORM + PLATFORM.replace("praat", "klets").replace("reporter: unknown", "reporter: misschien")}),
    Case("a platform without a source", "data/platforms.yml:1", ("sources: List should have at least 1 item",),
         {"data/platforms.yml": re.sub(r"sources: \[.*?\]", "sources: []", PLATFORM)}),
    Case("a platform without a text in Dutch", "data/platforms.yml:1", ("praat: app has no text in Nederlands", "add nl:"),
         {"data/platforms.yml": PLATFORM.replace("nl: Kies", "en: Choose")}),
    Case("a misspelt key of a way to remove an image", "data/removal.yml:1", ("unknown key 'leave'", "did you mean 'leaves'?"),
         {"data/removal.yml": REMOVAL.replace("leaves", "leave")}),
    Case("a platform that is not there", f"{HOUR}:14", ("there is no platform 'praet'", "did you mean 'praat'?"),
         {"data/platforms.yml": PLATFORM, HOUR: guide('{{ platforms("praet") }}')}),
    # Found by `make fuzz`, made as small as possible.
    Case("a YAML tag", f"{HOUR}:5", ("tags (tag:yaml.org,2002:int) are not allowed", "without it"),
         {HOUR: HEAD.replace("review", "aliases: [!!int '']\nreview")}),
    Case("a number with too many digits", f"{HOUR}:5", ("the number is too large",),
         {HOUR: HEAD.replace("review", f"claims: [0x{'f' * 40}]\nreview")}),
    Case("a control character after an escape", f"{HOUR}:2", ("an invisible character, U+001B",),
         {HOUR: HEAD.replace("Proef", '"\\e[31m"')}),
    Case("letters turned round", f"{HOUR}:14", ("there is an invisible character here: U+202E", "take it out"),
         {HOUR: guide("Bel \u202e2 11.")}),
    Case("a lone carriage return", f"{HOUR}:15", ("docs/nl/now/weg.md does not exist",),
         {HOUR: guide("Een.\r[weg](weg.md)")}),
    Case("a line without an end", f"{HOUR}:14", ("the line has 9,000 characters", "one sentence on a line"),
         {HOUR: guide("a@" * 4500)}),
    Case("a page without an end", f"{HOUR}:", ("more than 100,000", "make two of it"),
         {HOUR: guide("Bel iemand.\n" * 9000)}),
    Case("a call with a value that cannot be", f"{HOUR}:14", ("cannot be read",),
         {HOUR: guide("{{ contacts(need={[]}) }}")}),
    Case("half a sign in a call", f"{HOUR}:14", ("cannot be read",),
         {HOUR: guide('{{ contact("\\ud800") }}')}),
    Case("a link that is no address", f"{HOUR}:14", ("is not a page and not https",),
         {HOUR: guide("[weg](http://[)")}),
    Case("an attribute with brackets in it", f"{HOUR}:14", ("attributes are not allowed", "onclick"),
         {HOUR: guide('*Bel*{ onclick="{}" }')}),
    Case("an id on something that is no heading", f"{HOUR}:14", ("attributes are not allowed",),
         {HOUR: guide("*Bel*{ #one }")}),
    Case("a declaration that ends nowhere", f"{HOUR}:14", ("<! and <? open what a browser does not show",),
         {HOUR: guide("Bel <![if nu")}),
    Case("a heading without a space", f"{HOUR}:14", ("readers see # here: this is not a heading", "put a space after #"),
         {HOUR: guide("#Bel")}),
    Case("an event handler on a heading", f"{HOUR}:16", ("attributes are not allowed", "onclick"),
         {HOUR: guide("Een.").replace("{ #two }", "{ #two onclick=alert(1) }")}),
    Case("settings of a block", f"{HOUR}:15", ("shown as program code",),
         {HOUR: guide("/// say\n    attrs: {onclick: 'alert(1)'}\n\nBel.\n///")}),
    Case("a block that is indented", f"{HOUR}:14", ("/// does not open or close a block here",),
         {HOUR: guide(" /// say\n Bel.\n ///")}),
    # Pasted from Word or typed as in Word (each of these was published as rubbish).
    Case("bullets from Word", f"{HOUR}:14", ("left-over-markup: a list from Word is shown as one paragraph", "begin each item with -"),
         {HOUR: guide("• Vraag altijd door\n• Noteer wat je ziet\no Ook buiten school")}),
    Case("inner bullets from Word", f"{HOUR}:14", ("a list from Word is shown as one paragraph",),
         {HOUR: guide("o   Vraag altijd door\no   Noteer wat je ziet")}),
    Case("a list with letters", f"{HOUR}:15", ("a list with letters is shown as one paragraph", "begin each item with - or with 1."),
         {HOUR: guide("Let op:\na. wat je ziet\nb. wat je hoort")}),
    Case("a table pasted from Word", f"{HOUR}:14", ("a table was pasted without its lines", "write | between the cells"),
         {HOUR: guide("Signaal\tLicht\tZwaar\nGeld\tzakgeld\tveel")}),
    Case("a row with a cell too many", f"{HOUR}:17", ("readers do not see the end of this row: it has 3 cells, the table has 2",),
         {HOUR: guide("| Kop | Kop |\n|---|---|\n| a | b \\| c |\n| a | b | c |")}),
    Case("a picture without a description", f"{HOUR}:14", ("describe it between the brackets",),
         {HOUR: guide("![](foto.png)")}),
    Case("a list of contacts in a sentence", f"{HOUR}:14", ("more than words in a sentence", "on a line of its own"),
         {HOUR: guide('Bel {{ contacts(need="talk") }} nu.'), "data/contacts/nl.yml": CONTACT}),
    Case("a citation without its bracket", f"{HOUR}:14", ("this: it is not a citation", "write [@key]"),
         {HOUR: guide("Dit is zo (@proef-2024:jong).")}),
    Case("a citation without its sign", f"{HOUR}:14", ("this: it is not a citation",),
         {HOUR: guide("Dit is zo [proef-2024:jong].")}),
    Case("a reference of a chatbot", f"{HOUR}:14", ("signs of another program",),
         {HOUR: guide("Dit is zo.【4†source】")}),
    Case("words struck out", f"{HOUR}:14", ("signs of another program",), {HOUR: guide("Dit is ~~niet~~ zo.")}),
    Case("ticks in place of a list", f"{HOUR}:14", ("a list from Word is shown as one paragraph",),
         {HOUR: guide("✅ Doe dit.\n❌ Doe dat niet.")}),
    Case("a list without its space", f"{HOUR}:14", ("not read as an item of a list",), {HOUR: guide("-bel\n-blijf")}),
    Case("a number without its space", f"{HOUR}:14", ("not read as an item of a list",), {HOUR: guide("1.bel")}),
    Case("markup in a title", f"{HOUR}:2", ("has markup, which readers see as it is written",),
         {HOUR: HEAD.replace("title: Proef", 'title: "**Proef**"')}),
    Case("a review on a day to come", f"{HOUR}:5", ("2999-01-01 is still to come",),
         {HOUR: HEAD.replace("review: null", "review: {by: Jan, date: 2999-01-01}")}),
    Case("a review without its day", f"{HOUR}:5", ("review: 'Jan' is not keys with values",),
         {HOUR: HEAD.replace("review: null", "review: Jan")}),
    Case("a number to call without quotes", "data/contacts/nl.yml:1", ("'0112345670' cannot be read: YAML reads the number 19516344", '"quotes"'),
         {"data/contacts/nl.yml": CONTACT.replace("numbers: []", "numbers: [{dial: 0112345670, kind: free, works_from: NL}]")}),
    Case("a number to call with a hyphen", "data/contacts/nl.yml:1", ("'0118-123456' is not written as it should be", "write it as 0800 2000"),
         {"data/contacts/nl.yml": CONTACT.replace("numbers: []", 'numbers: [{dial: "0118-123456", kind: free, works_from: NL}]')}),
    Case("a number to call in a title", f"{HOUR}:2", ("the number '0900-8844' is written in the page",),
         {HOUR: HEAD.replace("title: Proef", "title: Bel 0900-8844")}),
    Case("a table without its second line", f"{HOUR}:14", ("not read as a table", "| --- | --- |"),
         {HOUR: guide("| Signaal | Licht |\n| Geld | zakgeld |")}),
    Case("bold with spaces inside", f"{HOUR}:14", ("this is not bold", "without a space inside the stars"),
         {HOUR: guide("Vraag ** altijd ** door.")}),
    Case("a link with a space in its address", f"{HOUR}:14", ("this is not a link: its address has a space in it", "without spaces"),
         {HOUR: guide("Lees [het eerste uur](../now/first hour.md).")}),
    Case("a link that is not closed", f"{HOUR}:14", ("this is not a link", "no ) after it"),
         {HOUR: guide("Lees [het eerste uur](../now/first-hour.md en bel.")}),
    Case("a link with a space in the middle", f"{HOUR}:14", ("a space between ] and (", "take out the space"),
         {HOUR: guide("Lees [het eerste uur] (../now/first-hour.md).")}),
    Case("a text that is indented", f"{HOUR}:16", ("shown as program code", "take out the spaces"),
         {HOUR: guide("Eerst dit.\n\n    Vraag altijd door.")}),
    Case("a comment from Word", f"{HOUR}:14", ("a comment from Word", "take it out"),
         {HOUR: guide("Vraag door. [Opmerking JJ1: klopt dit wel?]")}),
    Case("an address that is no link", f"{HOUR}:14", ("www.jellinek.nl is not a link", "write [words](https://www.jellinek.nl)"),
         {HOUR: guide("Zie www.jellinek.nl.")}),
    Case("a link to the published site", f"{HOUR}:14", ("leads to the published site", "where the page is among the files"),
         {HOUR: guide("[weg](https://fixture.example/base/now/)")}),
    Case("two versions that were merged", f"{HOUR}:15", ("<<<<<<< is left of two versions of this page", "keep the lines that are right"),
         {HOUR: guide("Een.\n<<<<<<< HEAD\nTwee.\n=======\nDrie.\n>>>>>>> voorstel")}),
    Case("a footnote", f"{HOUR}:14", ("[^ begins a footnote", "cite a source with [@key]"),
         {HOUR: guide("Zo is het.[^1]\n\n[^1]: Zie het boek van vorig jaar.")}),
    Case("a footnote with an address", f"{HOUR}:14", ("[^ begins a footnote",),
         {HOUR: guide("Zo is het.[^1]\n\n[^1]: https://een.example/")}),
    Case("a citation on two lines", f"{HOUR}:14", ("this is not a citation",),
         {HOUR: guide("Zo is het [@een;\n@twee].")}),
    Case("a shortcode on two lines", f"{HOUR}:14", ("readers see {{ or }} here",),
         {HOUR: guide('Bel {{ contact(\n"hulp") }}.')}),
    Case("a country that is a path", f"mkdocs.yml:{BELOW_COUNTRY - 1}", ("'../../x' is not a country", "two small letters"), {},
         lambda root: _replace(root / "mkdocs.yml", "  country: nl", "  country: ../../x")),
    Case("settings that are a list", f"mkdocs.yml:{BELOW_COUNTRY - 2}", ("country",), {},
         lambda root: _replace(root / "mkdocs.yml", "  edition: preview\n  country: nl", "  country: [nl]")),
    Case("a language that no part of the engine knows", "mkdocs.yml:", ("'en_GB' is not a language code",), {},
         lambda root: _replace(root / "mkdocs.yml", "locale: en,", "locale: en_GB,")),
    Case("a redirect that would be written outside the site", "data/redirects.yml:1", ("'../../out.md' is not the path of a page", "now/old.md"),
         {"data/redirects.yml": "../../out.md: now/first-hour.md\n"}),
    Case("a redirect over a page in another language", "data/redirects.yml:1", ("'en/index.md' is not the path of a page",),
         {"data/redirects.yml": "en/index.md: now/first-hour.md\n"}),
    Case("terms that are no list", "data/terms.yml:1", ("the terms of 'nl' are not a list",),
         {"data/terms.yml": "nl: 5\n"}),
    Case("a list of terms without languages", "data/terms.yml:1", ("expected a mapping of keys",),
         {"data/terms.yml": "- nl\n"}),
    Case("an hour that does not exist", "data/contacts/nl.yml:", ("is not written as it should be", "write it as 09:30"),
         {"data/contacts/nl.yml": CONTACT.replace("09:00", "29:59")}),
    Case("opening hours in words", "data/contacts/nl.yml:", ("hours: 'ma-vr 9-17' is not a list",),
         {"data/contacts/nl.yml": CONTACT.replace('[{days: [mon], from: "09:00", to: "17:00"}]', "ma-vr 9-17")}),
    Case("a key by its name in the program", "data/contacts/nl.yml:1", ("unknown key 'from_'", "did you mean 'from'?"),
         {"data/contacts/nl.yml": CONTACT.replace("from:", "from_:")}),
    Case("a quick exit that is a script", "data/strings/en.yml:", ("'javascript:alert(1)' is not an address to leave for",), {},
         lambda root: _exit(root / "data/strings/en.yml", "javascript:alert(1)")),
    Case("plural forms in one language alone", "data/strings/en.yml:", ("has plural forms in one language and not in another",), {},
         lambda root: _replace(root / "data/strings/en.yml", '  home: "Home"', "  home: {one: Home, other: Home}")),
    Case("a data file that a link leads to", "data/redirects.yml:1", ("the link leads out of the project", "the file itself"), {},
         lambda root: (root / "data/redirects.yml").symlink_to("/etc/passwd")),
    Case("a language that is a link", "docs/en:1", ("the link leads out of docs/",), {},
         lambda root: _link_to_folder(root / "docs/en", Path("/etc"))),
    Case("links in a circle", "docs/nl/now/round.md:1", ("the file cannot be read: Too many levels of symbolic links",), {},
         lambda root: (root / "docs/nl/now/round.md").symlink_to("round.md")),
    Case("a pipe in place of a page", f"{HOUR}:1", ("nothing but a pipe",), {},
         lambda root: _pipe(root / HOUR)),
    Case("a file name with a line break in it", "docs/nl/now/x\\ny.md:1", ("has spaces, capitals or special characters",),
         {"docs/nl/now/x\ny.md": guide("Een.")}),
    Case("a file name with capitals and accents", "docs/nl/help/Één pagina.md:1", ("rename it to 'een-pagina.md'",),
         {"docs/nl/help/Één pagina.md": guide("Een.")}),
]  # fmt: skip


def _exit(path: Path, address: str) -> None:
    strings = yaml.safe_load(path.read_text("utf-8"))
    strings["exit"]["target"] = address
    path.write_text(yaml.safe_dump(strings, allow_unicode=True, sort_keys=False), "utf-8")


def _link_to_folder(path: Path, target: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to(target)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_named_with_file_line_cause_and_cure_and_nothing_is_lost(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_site(tmp_path / "project")
    for name, text in case.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if case.act:
        case.act(root)
    (root / "site").mkdir()
    (root / "site" / "index.html").write_text("the last good one")
    monkeypatch.chdir(root)
    monkeypatch.delenv("LANGS", raising=False)

    assert handvat(["check"]) == 1
    lines = [
        line
        for line in capsys.readouterr().err.splitlines()
        if line.startswith(f"{case.place.removesuffix(':')}:")
    ]
    assert lines, f"nothing is reported at {case.place}"
    assert any(all(piece in line for piece in case.message) for line in lines), "\n".join(lines)
    assert all("; " in line for line in lines), "the cure is missing"

    assert handvat(["build"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert [path.name for path in (root / "site").iterdir()] == ["index.html"]
    assert (root / "site" / "index.html").read_text() == "the last good one"


def test_a_sound_fixture_has_no_problem(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))
    assert [str(problem) for problem in check.find_problems(base) if problem.is_error] == []


def test_intended_text_that_looks_like_left_over_markup_is_not_a_problem(tmp_path: Path) -> None:
    text = (
        "Schrijf `**vet**`, `[weg] (x.md)`, `{{ contact('geen') }}` en `www.een.example`.\n\n"
        "Zie [www.een.example](https://www.een.example/) en <https://een.example/>.\n\n"
        'Freund*innen; 2 * 3 * 4; "hallo [naam]"; o ja; een_twee_drie.\n\n'
        "- *nadruk* en **vet**\n    - dieper\n\n| a. | b |\n|---|---|\n| o Nee | – |\n\n"
        "-5 graden, ma-vr, 2.5 liter; @naam zei het.\n\n2.5 liter is veel.\n\n"
        "## a. Kop { #a }\n\nTekst.\n"
    )
    base = KnowledgeBase.load(make_site(tmp_path, {"nl/now/first-hour.md": guide(text)}))
    assert [str(one) for one in check.find_problems(base) if one.is_error] == []


def test_a_citation_that_names_no_place_in_its_source_is_a_warning(tmp_path: Path) -> None:
    root = make_site(tmp_path, {"nl/now/first-hour.md": guide("Dit is zo [@proef-2024].")})
    (root / "data" / "sources.yml").write_text(SOURCES, "utf-8")
    assert not [
        one for one in check.find_problems(KnowledgeBase.load(root)) if one.rule == "citations"
    ]
    (root / "data" / "sources.yml").write_text(SOURCES + ENTRY, "utf-8")
    found = check.find_problems(KnowledgeBase.load(root))
    (one,) = [one for one in found if one.rule == "citations"]
    assert not one.is_error
    assert one.fix == "name the entry that says it, as [@proef-2024:jong]"


@pytest.mark.parametrize("number", [
    "0343 12 34 56", "(0343) 12 34 56", "0343/123456", "06.12345678", "06–12345678", "06\u201112345678", "06\u00a01234\u00a05678",
    "0612345678", "0031612345678", "00 31 6 12345678", "+31 (0)6 12345678", "020 - 261 52 75", "0900-8844", "116 123",
])  # fmt: skip
def test_a_number_to_call_is_found_however_it_is_written(tmp_path: Path, number: str) -> None:
    root = make_site(tmp_path, {"nl/now/first-hour.md": guide(f"Bel {number} nu.")})
    found = check.find_problems(KnowledgeBase.load(root))
    assert [one.what for one in found if one.rule == "contact-in-page"] == [
        f"the number {number!r} is written in the page"
    ]


@pytest.mark.parametrize("figure", [
    "0,5 procent", "0.25 seconde", "01.12.2026", "05/2026", "van 06.30–07.15 uur", "06:30-07:15", "2010–2015", "14 000 jongeren",
    "artikel 240b", "12-16 jaar", "1/2", "00:30 uur",
])  # fmt: skip
def test_a_figure_is_not_a_number_to_call(tmp_path: Path, figure: str) -> None:
    root = make_site(tmp_path, {"nl/now/first-hour.md": guide(f"Het is {figure}.")})
    found = check.find_problems(KnowledgeBase.load(root))
    assert [one.what for one in found if one.rule == "contact-in-page"] == []


def test_words_to_avoid_may_appear_in_aliases_quotations_and_where_a_law_is_cited(
    tmp_path: Path,
) -> None:
    text = (
        "Soms zegt men “kinderporno”.\n\n> Wie kinderporno maakt, …\n\n"
        'De wet noemt het *kinderporno*{ .law }.\n\n/// note\n"kinderporno" zegt hij.\n///'
    )
    root = make_site(
        tmp_path,
        {"nl/now/first-hour.md": guide(text).replace("review", "aliases: [kinderporno]\nreview")},
    )
    (root / "data" / "terms.yml").write_text(TERMS, "utf-8")
    assert not [
        problem
        for problem in check.find_problems(KnowledgeBase.load(root))
        if problem.rule == "terms"
    ]


def test_one_broken_file_does_not_hide_the_problems_of_another(tmp_path: Path) -> None:
    root = make_site(tmp_path, {HOUR.removeprefix("docs/"): "geen kop"})
    (root / "docs" / "nl" / "now" / "index.md").write_text(page("Nu", "[weg](weg.md)\n"), "utf-8")
    files = {problem.file for problem in check.find_problems(KnowledgeBase.load(root))}
    assert {HOUR, "docs/nl/now/index.md"} <= files


def test_a_page_that_cannot_be_read_is_not_called_missing_at_each_link(tmp_path: Path) -> None:
    root = make_site(
        tmp_path,
        {
            HOUR.removeprefix("docs/"): "geen kop",
            "nl/now/index.md": page("Nu", "[uur](first-hour.md)\n"),
        },
    )
    problems = check.find_problems(KnowledgeBase.load(root))
    assert {problem.rule for problem in problems if problem.is_error} == {"front-matter"}


def test_every_rule_documents_the_harm_that_it_prevents() -> None:
    assert all(len(rule.__doc__ or "") > 40 for rule in RULES)
    assert len(RULES) == len(set(RULES))


def test_a_picture_of_the_same_language_or_of_the_default_one_is_found(tmp_path: Path) -> None:
    pages = {
        "nl/now/first-hour.md": guide("![Een folder](../pictures/foto-1.jpg)"),
        "en/now/index.md": page("Now", "![A leaflet](../pictures/foto-1.jpg)\n", translated=True),
    }
    root = make_site(tmp_path, pages)
    (root / "docs/nl/pictures").mkdir()
    (root / "docs/nl/pictures/foto-1.jpg").write_bytes(b"")
    base = KnowledgeBase.load(root)
    assert [str(one) for one in check.find_problems(base) if "foto" in str(one)] == []


def test_a_section_without_an_id_is_named_where_it_is_and_not_called_missing_in_translations(
    tmp_path: Path,
) -> None:
    dutch = guide("Een.").replace(" { #two }", "")
    pages = {"nl/now/first-hour.md": dutch, "en/now/first-hour.md": _english(dutch, dutch)}
    problems = check.find_problems(KnowledgeBase.load(make_site(tmp_path, pages)))
    assert {one.file for one in problems if one.rule == "heading-ids"} == {
        HOUR,
        HOUR.replace("nl", "en"),
    }
    assert not [one for one in problems if "the section ''" in one.what]


@pytest.mark.parametrize("before", ['Op pagina 9. "Wacht 5 minuten."', "هل عمره 9 سنوات؟"])
def test_a_figure_is_looked_for_in_the_sentence_of_its_citation_only(
    tmp_path: Path, before: str
) -> None:
    text = f"{before} In 2025 was 17 procent jong [@proef-2024:jong]. Over 3 dagen."
    root = make_site(tmp_path, {"nl/now/first-hour.md": guide(text)})
    (root / "data/sources.yml").write_text(SOURCES + ENTRY, encoding="utf-8")
    problems = check.find_problems(KnowledgeBase.load(root))
    assert [one for one in problems if one.rule == "cited-figures"] == []


@pytest.mark.parametrize("name", ["data/bomb.yml", "data/words/xx.txt", "data/notes/idea.md"])
def test_a_file_of_data_that_nothing_reads_is_named(tmp_path: Path, name: str) -> None:
    root = make_site(tmp_path)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("a: &a [*a]\n", encoding="utf-8")
    (problem,) = check.find_problems(KnowledgeBase.load(root))
    assert (problem.file, problem.rule, problem.is_error) == (name, "unread-data", True)


def test_a_claim_that_no_page_carries_is_an_error(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    claim = "- {id: act-now, part: now, says: Act at once.}\n"
    (root / "data/claims.yml").write_text(claim, encoding="utf-8")
    (problem,) = check.find_problems(KnowledgeBase.load(root))
    assert (problem.file, problem.line, problem.rule) == ("data/claims.yml", 1, "claims-carried")
    assert problem.is_error
    assert "claims: [act-now]" in problem.fix


def test_unreadable_permissions_cause_no_traceback(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    path = root / HOUR
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.unlink()
        path.mkdir()  # root can read everything; a folder with the name of a page cannot be read
    problems = check.find_problems(KnowledgeBase.load(root))
    assert any(problem.is_error for problem in problems)


def test_a_stale_translation_is_a_warning_that_names_the_sections_and_the_command(
    tmp_path: Path,
) -> None:
    body = "## Kort { #in-short }\n\nKort.\n\n## Dan { #then }\n\nBel.\n"
    root = make_site(
        tmp_path,
        {
            "nl/now/first-hour.md": page("P", body),
            "en/now/first-hour.md": page("Q", body).replace(
                "review", 'translation: {sections: {in-short: "000000000000"}}\nreview'
            ),
        },
    )
    (problem,) = (
        problem
        for problem in check.find_problems(KnowledgeBase.load(root))
        if problem.rule == "stale-translation"
    )
    assert not problem.is_error
    assert (problem.file, problem.line) == ("docs/nl/now/first-hour.md", 8)
    assert problem.what == "in-short, then will be shown as out of date in en"
    assert "handvat translations mark-unchanged docs/nl/now/first-hour.md" in problem.fix


DUTCH = (
    "## Kort { #in-short }\n\nVan de 1.200 had 15 % dit [@proef-2024].\nZie [nu](index.md).\n\n"
    '{{ contacts(need="talk") }}\n\n/// say\n"Fijn."\n///\n'
)
ENGLISH = DUTCH.replace("1.200", "1,200").replace("15 %", "15%").replace("Fijn", "Good")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[@proef-2024]", ""), "the citations of 'in-short' differ"),
        (("1,200", "1,300"), "the figures of 'in-short' differ"),
        (("15%", "51%"), "missing 15; too much 51"),
        (("(index.md)", "(../index.md)"), "the links of 'in-short' differ"),
        (('need="talk"', 'need="police"'), "the contacts, pictures and tools of 'in-short' differ"),
        (("/// say", "/// note"), "the blocks of 'in-short' differ"),
    ],
    ids=["a citation", "a figure", "another figure", "a link", "a contact", "a block"],
)
def test_a_translation_that_lost_or_changed_something_is_named(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    english = following(page("Q", ENGLISH, translated=True), page("P", DUTCH))
    problems = []
    for number, text in enumerate((english, english.replace(*change))):
        root = make_site(
            tmp_path / str(number),
            {"nl/now/first-hour.md": page("P", DUTCH), "en/now/first-hour.md": text},
        )
        (root / "data/sources.yml").write_text(SOURCES, "utf-8")
        found = check.find_problems(KnowledgeBase.load(root))
        problems.append([item for item in found if item.rule == "translation-drift"])
    assert problems[0] == []
    (problem,) = problems[1]
    assert message in problem.what
    assert (problem.file, problem.line) == ("docs/en/now/first-hour.md", 9)


def test_several_processes_find_the_same_problems_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = page("P", "## Kop\n\n<b>Vet</b> [weg](weg.md) [@niemand]\n")
    base = KnowledgeBase.load(make_site(tmp_path, {"nl/now/first-hour.md": broken}))
    found = check.find_problems(base)
    monkeypatch.setattr(runner, "FEW_PAGES", 0)
    monkeypatch.setattr(processes, "cores", lambda: 3)
    assert len(found) > 3 and check.find_problems(base) == found


def test_a_killed_process_is_an_error_with_the_name_of_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(_base: KnowledgeBase, language: Language) -> Iterator[Problem]:
        if multiprocessing.parent_process() is not None and language.code == "en":
            os.kill(os.getpid(), signal.SIGKILL)
        yield Problem("docs/nl/index.md", 1, "rule", "what", "fix")

    monkeypatch.setattr(runner, "FEW_PAGES", 0)
    monkeypatch.setattr(processes, "cores", lambda: 1)
    monkeypatch.setattr(runner, "LANGUAGE_RULES", [find])
    root = make_site(tmp_path)
    with pytest.raises(WorkerKilled, match="that checked English was killed from outside"):
        check.find_problems(KnowledgeBase.load(root))
    (root / "site").mkdir()
    (root / "site/index.html").write_text("the last good one")
    code, output = verb(root, "build")
    assert code == 1
    assert "checked English" in output
    assert "Traceback" not in output
    assert [path.read_text() for path in (root / "site").iterdir()] == ["the last good one"]
