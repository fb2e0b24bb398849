"""What search shows beside the pages: who to call for each kind of danger, and the doors of the home page."""

from __future__ import annotations

from typing import Any

from handvat.content.contacts import Contact
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.search_data import KINDS

_ANSWERS = {
    "suicide": ({"danger", "suicide"}, "now/immediate-danger.md#suicide"),
    "orders": ({"danger"}, "now/orders-right-now.md"),
    "violence": ({"danger"}, "now/immediate-danger.md#threat"),
    "missing": ({"danger", "missing"}, "now/immediate-danger.md#missing"),
    "abuse": ({"danger", "sexual-violence"}, "now/after-sexual-contact.md"),
    "nowhere": ({"danger", "child-protection"}, "now/first-hour.md#tonight"),
}
"""Kind of danger → needs of the contacts to call, and where it says what to do."""


def danger_help(kb: KnowledgeBase, language: Language) -> dict[str, Any]:
    """Return `contacts` (who to call in danger, by urgency) and `kinds`.

    A kind is what to do first, the numbers of its contacts, and title and address (below the home page) of its page.
    """
    called = [contact for contact in kb.own_contacts.values() if contact.crisis and contact.numbers]
    needed: list[Contact] = []
    kinds = []
    strings = kb.strings[language.code]
    for kind in KINDS:
        needs, place = _ANSWERS[kind]
        fitting = [contact for contact in called if needs & {*contact.needs}]
        needed += [contact for contact in fitting if contact not in needed]
        kinds.append(
            {
                "first": strings(f"search.first.{kind}"),
                "contacts": [needed.index(contact) for contact in fitting],
                "page": _link(kb, language, place),
            }
        )
    return {
        "kinds": kinds,
        "contacts": [
            {
                "what": contact.what.get(language.code, contact.name),
                "numbers": [number.dial for number in contact.numbers],
            }
            for contact in needed
        ],
    }


def _link(kb: KnowledgeBase, language: Language, place: str) -> list[str]:
    """Return title and address of the page at `place`, with its section; nothing for one that the site lacks."""
    path, mark, section = place.partition("#")
    page = kb.page(language.code, path)
    if page is None:
        return []
    return [page.front.title, page.url + (mark + section if section in page.ids else "")]


def doors(kb: KnowledgeBase, language: Language) -> list[list[str]]:
    """Return title and address, below the home page, of each door of the home page, and of the young person's page."""
    home, own = (kb.page(language.code, path) for path in ("index.md", "you/index.md"))
    found = [
        [section.title, f"#{section.id}"]
        for section in (home.sections if home else ())
        if section.id.startswith("door-")
    ]
    return [*found, [own.front.title, own.url]] if own else found
