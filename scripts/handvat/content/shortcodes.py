"""The shortcodes `{{ name(…) }}`: the few things of the data that a page may show.

A page holds no number to call and no list that can be made; a shortcode names it, with literal arguments
only, so that nothing in a page can run. What each shows: `handvat.render.page_content`.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field, ValidationError

from handvat.content.contacts import Audience, Contact, Need, Platform, Removal
from handvat.content.models import KEY, Strict
from handvat.content.problem import did_you_mean


class NoArguments(Strict):
    """The model of a shortcode without arguments."""


class ContactsArguments(Strict):
    """Which contacts to list; `country` where it is not the page's own."""

    audience: Audience | None = None
    need: Need | list[Need] | None = None
    country: str | None = None


class ContactArguments(Strict):
    """The id of a contact."""

    id: str


class PlatformsArguments(Strict):
    """The id of one platform; None for all."""

    id: str | None = None


class RemovalArguments(Strict):
    """The age at which somebody is on the image; None for all."""

    age: Literal["under-18", "adult"] | None = None


class FieldArguments(Strict):
    """The label of a field to fill in, and its height in lines."""

    label: str = Field(min_length=1)
    lines: int = Field(default=1, ge=1, le=30)


class PictureArguments(Strict):
    """The name of a drawing in `overrides/pictures/`."""

    name: str = Field(pattern=KEY, max_length=60)


class CardsArguments(Strict):
    """Paths of pages; contacts that these name in other words; the page and contacts for behind a phone cover."""

    pages: list[str] = Field(min_length=1)
    calls: dict[str, list[str]] = Field(default={})
    cover: str = ""
    numbers: list[str] = Field(default=[])


SHORTCODES: dict[str, type[Strict]] = {
    "contacts": ContactsArguments,  # {{ contacts(audience="youth", need="talk") }}: a list of who to call
    "contact": ContactArguments,  # {{ contact("child-protection") }}: one contact within a sentence
    "platforms": PlatformsArguments,  # {{ platforms("snapchat") }}: where to report, what the other notices
    "removal": RemovalArguments,  # {{ removal(age="under-18") }}: ways to have an image taken down
    "sources": NoArguments,  # every source, with the pages that cite it
    "a_z": NoArguments,  # the index at the back of the book
    "glossary": NoArguments,  # the words of the field, what they mean, and which to avoid
    "field": FieldArguments,  # {{ field("Naam") }}: a place to fill in on a screen or on paper
    "picture": PictureArguments,  # {{ picture("whirlpool") }}: a drawing, in the page's language
    "cards": CardsArguments,  # {{ cards(["now/first-hour.md"]) }}: `in-short` of pages, for a pocket
    "unchecked": NoArguments,  # what no person has verified yet, by page and by contact
    "languages": NoArguments,  # how far each language is, and who reviewed it
    "keep": NoArguments,  # buttons that store the language on the reader's device, and remove it
    "downloads": NoArguments,  # the copy for a USB stick and the handbook, where the host made them
}
"""Name → the model of its arguments."""


class BadShortcode(Exception):
    """A shortcode that shows nothing: what is wrong, and how to fix it."""

    def __init__(self, what: str, fix: str, *, is_contact: bool = False) -> None:
        """`is_contact` where a contact is missing."""
        super().__init__(f"{what}; {fix}")
        self.what = what
        self.fix = fix
        self.is_contact = is_contact


@lru_cache(maxsize=1024)  # the same shortcode is on many pages
def parse_shortcode(written: str) -> tuple[str, Any]:
    """Return the name and the arguments of the shortcode that is `written` between the braces.

    The arguments are an instance of the model in `SHORTCODES`. Raises BadShortcode.
    """
    name, position, named = _call(written)
    if name not in SHORTCODES:
        raise BadShortcode(f"{name!r} is not a shortcode",
                           did_you_mean(name, SHORTCODES))  # fmt: skip
    model = SHORTCODES[name]
    names = list(model.model_fields)
    if len(position) > len(names):
        raise BadShortcode(f"{name} takes no {len(position)} values", "name each value")
    try:
        return name, model.model_validate({**dict(zip(names, position, strict=False)), **named})
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0]) if first["loc"] else name
        if first["type"] == "extra_forbidden":
            raise BadShortcode(f"{name} takes no {where!r}", did_you_mean(where, names)) from None
        raise BadShortcode(f"{name}: {where}: {first['msg']}",
                           "write one of these, in quotes") from None  # fmt: skip


def choose_contacts(
    arguments: ContactArguments | ContactsArguments,
    contacts: Mapping[str, Mapping[str, Contact]],
    country: str,
) -> list[Contact]:
    """Return the contacts that a shortcode on a page about `country` shows.

    Those for the need that it names first come first, then in the order of the file. `contacts`: country → id →
    contact. Raises BadShortcode where there is none.
    """
    if isinstance(arguments, ContactArguments):
        own = contacts.get(country, {})
        if arguments.id not in own:
            raise BadShortcode(f"there is no contact {arguments.id!r}",
                               did_you_mean(arguments.id, own), is_contact=True)  # fmt: skip
        return [own[arguments.id]]
    if (arguments.country or country) not in contacts:
        raise BadShortcode(f"there are no contacts of {arguments.country!r}",
                           did_you_mean(str(arguments.country), contacts))  # fmt: skip
    audience, need = arguments.audience, arguments.need
    needs = [need] if isinstance(need, str) else need or []
    found = [
        contact
        for contact in contacts[arguments.country or country].values()
        if audience in {None, *contact.audiences} and (not needs or {*needs} & {*contact.needs})
    ]
    if not found:
        raise BadShortcode(f"no contact fits audience={audience!r}, need={need!r}",
                           "ask for less, or add one to data/contacts/", is_contact=True)  # fmt: skip
    return sorted(found, key=lambda one: [need not in one.needs for need in needs])


def choose_platforms(
    arguments: PlatformsArguments, platforms: Mapping[str, Platform]
) -> list[Platform]:
    """Return the platforms that a shortcode shows, in the order of the file. Raises BadShortcode."""
    if arguments.id is None:
        return list(platforms.values())
    if arguments.id not in platforms:
        raise BadShortcode(f"there is no platform {arguments.id!r}",
                           did_you_mean(arguments.id, platforms))  # fmt: skip
    return [platforms[arguments.id]]


def choose_removal(arguments: RemovalArguments, removal: Mapping[str, Removal]) -> list[Removal]:
    """Return the ways to have an image taken down that a shortcode shows, in the order of the file."""
    return [one for one in removal.values() if arguments.age in {None, *one.ages}]


def _call(written: str) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """Return name, values by position and values by name of what is `written`. Raises BadShortcode."""
    try:
        if "\\" in written:  # it could hide a character that nobody sees, or half of one
            raise ValueError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on odd numbers; a message must be ours, with its line
            node = ast.parse(written.strip(), mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise ValueError
        named = {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg}
        if len(named) != len(node.keywords):
            raise ValueError
        position = tuple(ast.literal_eval(argument) for argument in node.args)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        raise BadShortcode(f"{{{{ {written} }}}} cannot be read: it is not written as name(key=\"value\")",
                           'write {{ contacts(audience="youth", need="talk") }}') from None  # fmt: skip
    return node.func.id, position, named
