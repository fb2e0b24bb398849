"""Makes data files from their models (a new one is one line in `FILES`), with some wrong values."""

from __future__ import annotations

import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from fixture_site import CHECKOUT
from handvat.content.contacts import Contact
from handvat.content.models import Claim, Date, PageType, Source, Term
from handvat.content.settings import HostSettings
from handvat.overlay.organisation import Organisation
from hostile_text import inline, spoilt, yaml_scalars
from hypothesis import strategies as st
from pydantic import BaseModel

_TEXTS = st.one_of(
    st.sampled_from(
        ["Proef", "nl", "index.md", "https://een.example/", "now/first-hour.md", "now"]
    ),
    inline,
    st.text(max_size=12),
)
_DATES = st.dates() | st.sampled_from([datetime.date.min, datetime.date.max])
_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**7), st.floats(), st.just(10**30), _TEXTS, _DATES,
    st.just([]), st.just({}), st.lists(_TEXTS, max_size=2), st.dictionaries(_TEXTS, _TEXTS, max_size=2),
    st.datetimes(), st.binary(max_size=4), st.just([[[[]]]]), st.dictionaries(st.integers(), _TEXTS, max_size=2),
)  # fmt: skip
_KEYS = st.one_of(
    st.sampled_from(["een-2024", "hulp", "act-now", "nl", "index", "guide"]),
    st.from_regex(r"[a-z]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True),
)


def values_of(model: type[BaseModel], odds: int = 30) -> st.SearchStrategy[dict[str, Any]]:
    """Data for a file of `model`; one value in `odds` is of another kind, missing, or too many."""
    fields = {}
    for name, info in model.model_fields.items():
        pattern = next(
            (item.pattern for item in info.metadata if getattr(item, "pattern", 0)), None
        )
        sound = (
            st.from_regex(pattern.replace(r"\d", "[0-9]"), fullmatch=True)
            if pattern
            else _of(info.annotation, odds)
        )
        fields[info.alias or name] = _mostly(sound, odds)
    whole = st.fixed_dictionaries(fields)
    lost = st.builds(
        lambda value, key: {name: item for name, item in value.items() if name != key},
        whole,
        st.sampled_from(list(fields)),
    )
    more = st.builds(lambda value, key, odd: {**value, key: odd}, whole, _KEYS, _ODD)
    return st.integers(0, odds).flatmap(
        lambda die: lost if die == 1 else more if die == 2 else whole
    )


def _mostly(sound: st.SearchStrategy[Any], odds: int) -> st.SearchStrategy[Any]:
    return st.integers(0, odds).flatmap(lambda die: _ODD if die == odds else sound)


def _of(kind: Any, odds: int) -> st.SearchStrategy[Any]:
    """Values of the annotation `kind`, as YAML holds them."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return st.one_of([_of(part, odds) for part in parts])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is list:
        return st.lists(_of(parts[0], odds), min_size=1, max_size=3)
    if origin is dict:
        codes = st.sampled_from(["nl", "en", "ar"]) | _KEYS
        return st.dictionaries(codes, _of(parts[1], odds), min_size=1, max_size=4)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return values_of(kind, odds)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: _TEXTS,
        int: st.integers(0, 3000),
        float: st.floats(0, 10),
        bool: st.booleans(),
        datetime.date: _DATES,
        Date: _DATES,
        NoneType: st.none(),
    }
    return plain[kind]


def listed(model: type[BaseModel], odds: int = 30) -> st.SearchStrategy[Any]:
    """A list of entries for `model`."""
    return st.lists(values_of(model, odds), max_size=3)


def by_key(model: type[BaseModel], odds: int = 30) -> st.SearchStrategy[Any]:
    """Entries for `model`, each under its key."""
    return st.dictionaries(_KEYS, values_of(model, odds), max_size=3)


_PATHS = st.sampled_from([
    "now/old.md", "../../out.md", "/tmp/out.md", "now/first-hour.md", "en/index.md", "a/../../b.md", "index.md", "x",
    "now/\u202eold.md", "now/a.md\n", "assets/x.md", "nl/../../x.md", "", ".md", "now/.md", "now/OLD.md",
]) | _TEXTS  # fmt: skip

FILES: dict[str, st.SearchStrategy[Any]] = {
    "data/sources.yml": by_key(Source),
    "data/contacts/nl.yml": listed(Contact),
    "data/contacts/be.yml": listed(Contact),
    "data/claims.yml": listed(Claim),
    "data/page_types.yml": by_key(PageType),
    "data/terms.yml": st.dictionaries(
        st.sampled_from(["nl", "en"]) | _KEYS, listed(Term), max_size=2
    ),
    "data/questions/nl.yml": st.dictionaries(
        _KEYS, st.lists(_TEXTS, max_size=3) | _ODD, max_size=2
    ),
    "data/danger/nl.yml": st.dictionaries(
        _KEYS, st.dictionaries(_KEYS, _ODD, max_size=2) | _ODD, max_size=2
    ),
    "data/redirects.yml": st.dictionaries(_PATHS, _PATHS, max_size=3),
}
"""A data file → what it may contain. One line for each file whose model the knowledge base has."""


organisations = st.builds(
    lambda value, is_flow: _encoded(written(value, is_flow)),
    values_of(Organisation, 12)
    | st.dictionaries(st.sampled_from(list(Organisation.model_fields)), _ODD, max_size=4)
    | _ODD,
    st.booleans(),
)
"""What `organisation.yml` may contain."""


def written(value: Any, is_flow: bool) -> str:
    """`value` as YAML, or as Python writes it where YAML cannot."""
    try:
        return yaml.safe_dump(
            value, allow_unicode=True, sort_keys=False, default_flow_style=is_flow
        )
    except (yaml.YAMLError, ValueError):
        return repr(value)


data_files = st.sampled_from(sorted(FILES)).flatmap(
    lambda name: st.tuples(
        st.just(name), st.builds(written, FILES[name] | _ODD, st.booleans()).map(_encoded)
    )
)
"""The name of a data file, and something like what belongs in it."""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_YAML_LINES = st.builds(
    lambda indent, key, value: "  " * indent + key + value,
    st.integers(0, 3),
    st.sampled_from([
        "", "- ", "a: ", "b: ", "nl: ", "? ", ": ", "<<: ", "- - ", "- a: ", "'a': ", '"a": ', "&x ", "*x", "!!map ",
        "[", "{", "]", "}", "# ", "%YAML 1.1", "---", "...", "- {", "a: |", "a: >", "\t", ",", "languages: ",
    ]),
    yaml_scalars | st.just(""),
)  # fmt: skip

yaml_texts = st.one_of(
    st.lists(_YAML_LINES, min_size=1, max_size=8).map("\n".join),
    st.builds(lambda sign, count: sign * count, st.sampled_from([
        "[", "{", "- ", "? ", "a: {", "&a [", "*a ", "'", "!!x ", "\n", "a:\n ", "- - ", "[a, ", "{a: ", "<<: {",
    ]), st.sampled_from([2, 30, 999, 5000, 40000])),
    st.just("a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))),
    st.just("a: &a\n  b: *a\n"),
    st.text(max_size=40),
)  # fmt: skip
"""YAML, nearly YAML, and hostile YAML."""

_REAL = [
    path
    for pattern in ("*.yml", "contacts/*.yml", "strings/??.yml", "words/nl.txt")
    for path in sorted((CHECKOUT / "data").glob(pattern))
]
real_data = spoilt(_REAL)

_LANGUAGES = st.lists(
    st.one_of(
        st.fixed_dictionaries({
            "locale": st.sampled_from(["nl", "en", "ar", "nl", "nl_BE", "xx", "ti", "../..", "root", "NL", "zh_Hans"]) | _ODD,
            "name": _TEXTS | _ODD, "default": st.booleans() | _ODD, "build": st.booleans() | _ODD,
        }),
        _ODD,
    ),
    max_size=4,
)  # fmt: skip
_NAV = st.recursive(
    _PATHS | _ODD, lambda some: st.lists(some, max_size=3) | st.dictionaries(_TEXTS, some, max_size=2),
    max_leaves=6,
)  # fmt: skip
_EXTRA = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "country": st.sampled_from(["nl", "be", "../../x", "NL", "nl\n", "..", "x" * 300]) | _ODD,
            "edition": st.sampled_from(["preview", "release", "x"]) | _ODD,
            "exit": st.sampled_from(["https://weer.example/", "javascript:alert(1)", "https://x\" onclick=\"y"]) | _ODD,
            "security_contact": st.sampled_from(["mailto:a@b.example", "mailto:x\nEvil: y", "javascript:x"]) | _ODD,
            "previews": st.sampled_from(["full", "discreet"]) | _ODD,
            "preview": _ODD, "social": _ODD,
        },
    ),
    values_of(HostSettings, 5),
    _ODD,
)  # fmt: skip


def _configured(
    whole: dict[str, Any], languages: Any, nav: Any, extra: Any, which: int
) -> dict[str, Any]:
    changed = {**whole}
    if which & 1:
        changed["plugins"] = [{"i18n": {**whole["plugins"][0]["i18n"], "languages": languages}}]
    if which & 2:
        changed["nav"] = nav
    if which & 4:
        changed["extra"] = extra
    if which == 8:
        changed = {"plugins": languages, "nav": extra, "extra": nav}
    return changed


def configurations(whole: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """`mkdocs.yml` with other languages, another menu or other settings than the sound `whole` has."""
    changed = st.builds(
        _configured, st.just(whole), _LANGUAGES | _ODD, _NAV, _EXTRA, st.sampled_from([1, 2, 4, 4, 5, 7, 8])
    )  # fmt: skip
    return st.builds(written, changed, st.booleans()).map(_encoded)
