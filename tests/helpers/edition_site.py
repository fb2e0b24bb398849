"""Makes a tiny project with Dutch law in it, and the files of organisations that make their own edition of it."""

from __future__ import annotations

from pathlib import Path

from fixture_site import PAGES, make_site, page
from handvat.content.page import parse_page
from handvat.content.translation import fingerprints
from handvat.overlay.organisation import NAME

DUTCH = """\
- {id: emergency, name: "112", audiences: [professionals], needs: [danger], numbers: [{dial: "112", kind: short, works_from: NL}], url: null, chat: null, hours: always, cost: free, languages: [nl], crisis: false, what: {nl: Gevaar., en: Danger., ar: خطر.}, sources: [], checked: null}
- {id: child-protection, name: Veilig Thuis, audiences: [professionals], needs: [child-protection], numbers: [{dial: "0800 2000", kind: national, works_from: NL}], url: "https://thuis.example/", chat: null, hours: always, cost: free, languages: [nl], crisis: false, what: {nl: Overleg., en: Advice., ar: نصيحة.}, sources: [], checked: null}
"""

CONTACT = """\
- id: {id}
  name: {name}
  audiences: [professionals, youth, parents]
  needs: [{need}]
  numbers: [{{dial: "{number}", kind: national, works_from: BE}}]
  url: https://huis.example/
  chat: null
  hours: unknown
  cost: unknown
  languages: [en]
  crisis: {crisis}
  what: {{nl: "Om te proberen.", en: "To try it.", ar: "تجربة."}}
  sources: [{sources}]
  checked: null
"""
_PROOF = ", ".join(
    f'{{url: "https://{name}.example/", by: {name}, seen: 2026-11-24, official: true}}'
    for name in ("een", "twee")
)

BELGIAN = "".join(
    [
        CONTACT.format(id="emergency", name="Urgences", need="danger", number="101 101", crisis="true", sources=_PROOF),
        CONTACT.format(id="our-team", name="Team Ons Huis", need="talk", number="02 200 00 00", crisis="false", sources=""),
    ]
)  # fmt: skip


def law(text: str, country: str = "NL") -> str:
    """The page `text`, on the law of a country."""
    return text.replace("review: null\n", f"review: null\njurisdiction: {country}\n")


POLICE = """## Kort { #in-short }

- [Rechten](rights.md)
- [Begin](../index.md)

Lees [je rechten](rights.md#in-short) of [het begin](../index.md).

| Blad | Waarvoor |
|---|---|
| [Rechten](rights.md) | Wat mag |
| [Begin](../index.md) | Waar je begint |

- [Rechten](rights.md).
"""
CALLS = """## Kort { #in-short }

Bel {{ contact("child-protection") }}, en bij gevaar {{ contact("emergency") }}.

{{ contacts(need="child-protection") }}
"""
SHIPPED = {
    "nl/index.md": page("Begin", "- [Nu](now/index.md)\n- [Politie](police/index.md)\n"),
    "nl/now/first-hour.md": page("Het eerste uur", "## Kort { #in-short }\n\nBlijf rustig.\n"),
    "nl/police/index.md": page("Politie", POLICE),
    "nl/police/rights.md": page("Rechten", "## Kort { #in-short }\n\nJe hebt rechten.\n"),
    "nl/duties/index.md": page("Plichten", "## Kort { #in-short }\n\nWat moet.\n"),
    "nl/duties/meldcode.md": law(page("Meldcode", CALLS)),
    "nl/help/index.md": page("Hulp", "## Kort { #in-short }\n\nHulp op twee sporen.\n"),
}
"""The Dutch pages that matter here, beside those of every fixture site."""

FRAME = [
    "a-z.md", "contacts/index.md", "about/index.md", "about/exit-safely.md", "about/how-we-work.md",
    "about/privacy.md", "about/sources.md",
]  # fmt: skip
"""What every page links to."""

ENGLISH = {
    "now/first-hour.md": ("The first hour", "## In short { #in-short }\n\nStay calm.\n"),
    "police/index.md": ("Police", POLICE.replace("Kort", "In short").replace("Rechten", "Rights")),
    "police/rights.md": ("Rights", "## In short { #in-short }\n\nYou have rights.\n"),
    "duties/index.md": ("Duties", "## In short { #in-short }\n\nWhat must be done.\n"),
    "duties/meldcode.md": ("Reporting code", CALLS.replace("Kort", "In short")),
    "help/index.md": ("Help", "## In short { #in-short }\n\nHelp on two tracks.\n"),
    **{path: (path.removesuffix(".md").replace("/", " "), "Here.\n") for path in FRAME},
}


def make_project(folder: Path) -> Path:
    """Write the project, its translations up to date, into `folder`."""
    pages = dict(SHIPPED)
    for path, (title, body) in ENGLISH.items():
        dutch = {**PAGES, **SHIPPED}[f"nl/{path}"]
        source, _ = parse_page(dutch, f"docs/nl/{path}", "nl")
        assert source is not None
        prints = ", ".join(f'{key}: "{value}"' for key, value in fingerprints(source).items())
        text = page(title, body, translated=True).replace(
            "{sections: {}}", f"{{sections: {{{prints}}}}}"
        )
        pages[f"en/{path}"] = law(text) if "jurisdiction" in dutch else text
    make_site(folder, pages)
    (folder / "data/contacts/nl.yml").write_text(DUTCH, "utf-8")
    (folder / "LICENSE").write_text("CC BY-SA 4.0\n", "utf-8")
    return folder


def write_edition(folder: Path, settings: str, files: dict[str, str] | None = None) -> Path:
    """Write an organisation's `settings`, and its other `files`, into `folder`; return the settings' file."""
    for name, text in {NAME: settings, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / NAME
