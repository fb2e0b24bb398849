"""The strings of the user interface in each language: a missing one would be a gap or a foreign word on a page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel.dates import format_date

from handvat.content.languages import Language, typeset
from handvat.content.problem import Problem
from handvat.content.yaml_files import Yaml

EXIT = "exit.target"
"""The target of quick exit, unless the host has set one."""

_PLURALS = {"zero", "one", "two", "few", "many", "other"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass
class Strings:
    """The strings of one language. Call it to get one: `strings("search.count", count=3)`."""

    language: Language
    document: Yaml
    texts: dict[str, str | dict[str, str]] = field(default_factory=dict)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of `key` with `values` filled in; dates are formatted for the language.

        A text with plural forms needs `count`. Raises KeyError for an unknown key.
        """
        text = self.texts[key]
        if isinstance(text, dict):
            form = self.language.locale.plural_form(values["count"])
            text = text.get(form, text["other"])
        for name, value in values.items():
            shown = self.date(value) if isinstance(value, datetime.date) else str(value)
            text = text.replace(f"{{{name}}}", shown)
        return text

    def date(self, day: datetime.date) -> str:
        """Return a date in the long format of the language."""
        return _format_date(day, self.language.code)

    def country(self, code: str) -> str:
        """Return the name of the country `code` (`nl`) in the language; its code where CLDR has no name."""
        return self.language.locale.territories.get(code.upper(), code.upper())


@cache
def _format_date(day: datetime.date, code: str) -> str:
    # Cached: pages show some hundred different days thousands of times.
    return format_date(day, format="long", locale=code)


def read_strings(document: Yaml, language: Language) -> Strings:
    """Return the strings in `document`, with dotted keys: `search: {open: Zoek}` becomes `search.open`."""
    leaves = _leaves(document.value, (), language.code)
    return Strings(language, document, {".".join(path): text for path, text in leaves})


def compare_strings(strings: Strings, model: Strings) -> Iterator[Problem]:
    """Yield the problems of `strings` compared with `model`, those of the source language."""
    file = model.document.file
    for key in sorted(model.texts.keys() - strings.texts.keys()):
        yield _problem(strings, key, f"the text {key!r} is missing", f"add it, after {file}")
    for key in sorted(strings.texts.keys() - model.texts.keys()):
        what = f"the text {key!r} is used nowhere"
        yield _problem(strings, key, what, f"take it out, or add it to {file}")
    for key, text in strings.texts.items():
        if key not in model.texts:
            continue
        if isinstance(text, dict) is not isinstance(model.texts[key], dict):
            what = f"{key!r} has plural forms in one language and not in another"
            yield _problem(strings, key, what, f"write it as in {file}")
        wanted, found = _placeholders(model.texts[key]), _placeholders(text)
        if wanted != found:
            what = f"{key!r} has the placeholders {sorted(found)}, expected {sorted(wanted)}"
            yield _problem(strings, key, what, "keep the words between { } as they are")
        if isinstance(text, dict):
            forms = set(strings.language.locale.plural_form.tags) | {"other"}
            missing = forms - text.keys()
            if missing:
                what = f"{key!r} lacks the plural forms {sorted(missing)}"
                yield _problem(strings, key, what, "this language needs them")


def check_exit(strings: Strings) -> Iterator[Problem]:
    """Yield a problem where the target of quick exit, a link on every page, is not a page elsewhere."""
    target = strings.texts.get(EXIT)
    if target is not None and not str(target).startswith("https://"):
        what = f"{target!r} is not an address to leave for"
        fix = "write https://…, a page that loads quickly"
        yield _problem(strings, EXIT, what, fix)


def _problem(strings: Strings, key: str, what: str, fix: str) -> Problem:
    return strings.document.problem(tuple(key.split(".")), "strings", what, fix)


def _placeholders(text: str | dict[str, str]) -> set[str]:
    texts = text.values() if isinstance(text, dict) else [text]
    return {name for item in texts for name in _PLACEHOLDER.findall(str(item))}


def _leaves(value: Any, path: tuple[str, ...], code: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the path and value of each text, or of all plural forms of one, in nested mappings."""
    if isinstance(value, dict) and not (value and set(value) <= _PLURALS):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)), code)
    elif isinstance(value, dict):
        yield path, {form: typeset(str(text), code) for form, text in value.items()}
    else:
        yield path, "" if value is None else typeset(str(value), code)
