"""Contacts for paper: the number large, and every address written out, since nothing can be tapped."""

from __future__ import annotations

from lxml.html import HtmlElement

from handvat.exports.pdf.markup import element


def written(address: str) -> str:
    """An address as somebody types it: `www.113.nl` for `https://www.113.nl/`."""
    return address.split("://", 1)[-1].rstrip("/")


def write_out(body: HtmlElement) -> None:
    """Puts the numbers of each contact beside its name, and its chat and site in words below.

    A chat that is reached on the same address as the site is named with it.
    """
    for card in body.find_class("contact"):
        for name, reach in zip(
            card.find_class("contact-name"), card.find_class("contact-reach"), strict=True
        ):
            numbers = element("p", class_="contact-numbers")
            for number in reach.find_class("contact-number"):
                numbers.append(number)
                number.tail = " "
            _replace(reach, _places(reach))
            head = element("div", class_="contact-head")
            card.replace(name, head)
            head.extend([name, numbers] if len(numbers) else [name])


def _places(reach: HtmlElement) -> HtmlElement:
    """Every address of a contact once, with what it leads to."""
    addresses: dict[str, list[str]] = {}
    for link in reach.find_class("contact-link"):
        addresses.setdefault(link.get("href"), []).append(link.text or "")
    places = element("p", class_="contact-addresses")
    for address, names in addresses.items():
        place = element("span", f"{', '.join(names)}: ")
        place.append(element("a", written(address), href=address, dir="ltr"))
        place.tail = " "
        places.append(place)
    return places


def _replace(old: HtmlElement, new: HtmlElement) -> None:
    """Puts `new` in the place of `old`, or nothing where it holds nothing."""
    if len(new):
        old.getparent().replace(old, new)
    else:
        old.drop_tree()
