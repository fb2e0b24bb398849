"""The few things a page may ask for in `{{ … }}`: data that stands elsewhere, once.

A page never holds a number to call or a list that can be made; it asks for it here, with literal
arguments only, so that nothing in a page can run.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, ValidationError

from handvat.content.contacts import Audience, Contact, Need
from handvat.content.front_matter import Strict
from handvat.content.markdown import Call
from handvat.content.problem import did_you_mean
from handvat.content.sources import KEY


class ContactsCall(Strict):
    """`{{ contacts(audience="youth", need="talk") }}`: a list of who to call.

    `country` asks for another country than the site's own: `{{ contacts(country="be") }}`.
    """

    audience: Audience | None = None
    need: Need | list[Need] | None = None
    country: str | None = None

    def choose(self, contacts: Mapping[str, Contact]) -> list[Contact]:
        """The contacts that fit, in the order of the file, which is the order of urgency."""
        needs = {self.need} if isinstance(self.need, str) else set(self.need or ())
        return [
            contact
            for contact in contacts.values()
            if (self.audience is None or self.audience in contact.audiences)
            and (not needs or needs & set(contact.needs))
        ]


class ContactCall(Strict):
    """`{{ contact("child-protection") }}`: one contact within a sentence."""

    id: str


class SourcesCall(Strict):
    """`{{ sources() }}`: every source, with the pages that cite it."""


class AZCall(Strict):
    """`{{ a_z() }}`: the index at the back of the book."""


class GlossaryCall(Strict):
    """`{{ glossary() }}`: the words of the field, what they mean, and which to avoid."""


class FieldCall(Strict):
    """`{{ field("Naam") }}`: a place to fill in on a screen or on paper; `lines` high."""

    label: str = Field(min_length=1)
    lines: int = Field(default=1, ge=1, le=30)


class PictureCall(Strict):
    """`{{ picture("whirlpool") }}`: a drawing of `overrides/pictures/`, in the page's language."""

    name: str = Field(pattern=KEY, max_length=60)


class CardsCall(Strict):
    """`{{ cards(["now/first-hour.md"]) }}`: the `in-short` of pages as cards for a pocket."""

    pages: list[str] = Field(min_length=1)


class UncheckedCall(Strict):
    """`{{ unchecked() }}`: what no person has verified yet, by page and by contact."""


class LanguagesCall(Strict):
    """`{{ languages() }}`: how far each language is, and who reviewed it."""


class KeepCall(Strict):
    """`{{ keep() }}`: buttons that keep the language on the reader's device, and take it away."""


class DownloadsCall(Strict):
    """`{{ downloads() }}`: the copy for a USB stick and the handbook, where the host made them."""


CALLS: dict[str, type[Strict]] = {
    "contacts": ContactsCall,
    "contact": ContactCall,
    "sources": SourcesCall,
    "a_z": AZCall,
    "glossary": GlossaryCall,
    "field": FieldCall,
    "picture": PictureCall,
    "cards": CardsCall,
    "unchecked": UncheckedCall,
    "languages": LanguagesCall,
    "keep": KeepCall,
    "downloads": DownloadsCall,
}


class BadCall(Exception):
    """A call that cannot be answered: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what
        self.mend = mend


def understand(call: Call, contacts: Mapping[str, Mapping[str, Contact]], country: str) -> Strict:
    """The typed form of `call`. `contacts` are by country, `country` is the site's own.

    Raises `BadCall`.
    """
    if call.error:
        raise BadCall(f"{{{{{call.written}}}}} cannot be read: {call.error}",
                      'write {{ contacts(audience="youth", need="talk") }}')  # fmt: skip
    if call.name not in CALLS:
        raise BadCall(f"{call.name!r} is not something a page can ask for",
                      did_you_mean(call.name, CALLS))  # fmt: skip
    model = CALLS[call.name]
    names = list(model.model_fields)
    if len(call.position) > len(names):
        raise BadCall(f"{call.name} takes no {len(call.position)} values", "name each value")
    arguments = {**dict(zip(names, call.position, strict=False)), **call.named}
    try:
        found = model.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0]) if first["loc"] else call.name
        if first["type"] == "extra_forbidden":
            raise BadCall(f"{call.name} takes no {where!r}", did_you_mean(where, names)) from None
        raise BadCall(f"{call.name}: {where}: {first['msg']}",
                      f"see the lists in scripts/handvat/content/contacts.py for {where}") from None  # fmt: skip
    own = contacts.get(country, {})
    if isinstance(found, ContactCall) and found.id not in own:
        raise BadCall(f"there is no contact {found.id!r}", did_you_mean(found.id, own))
    if isinstance(found, ContactsCall):
        if (found.country or country) not in contacts:
            raise BadCall(f"there are no contacts of {found.country!r}",
                          did_you_mean(str(found.country), contacts))  # fmt: skip
        if not found.choose(contacts[found.country or country]):
            raise BadCall(
                f"no contact fits audience={found.audience!r}, need={found.need!r}",
                "ask for less, or add one to data/contacts/",
            )
    return found
