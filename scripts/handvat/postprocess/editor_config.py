"""Writes what the editor knows from what the checks know, so that it never offers what a check refuses.

Types of pages, their sections, the keys of a page's head and their limits have one home each; this makes the
configuration of Decap CMS of them, and no list is kept twice.

One collection for each language, as a tree of its folders: `docs/<language>/<section>/<page>.md` is then opened
as it lies there. Decap's own way with languages would save a page in all of them at once, and make eight
files of a proposal to mend one sentence.

The text is edited as it is written. At the first keystroke Decap's rich text writes a whole page otherwise: three
spaces for four in a list, a backslash before each citation. Data (contacts, sources) stays out: Decap takes no list
for a file, and would drop the comments that stand in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from handvat.build.site import SiteOutput
from handvat.content.editor_settings import EditorSettings, Repository
from handvat.content.front_matter import MAX_DESCRIPTION, MAX_TITLE, FrontMatter, PageType
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.postprocess.service_worker import ICON

NO_MEDIA = "none"
"""The library of media that `editor.js` knows: one without media."""

# The languages of its own buttons that Decap 3.16 has, among those that a site may open with.
_SPOKEN = frozenset(
    ("bg", "ca", "cs", "da", "de", "en", "es", "fa", "fr", "he", "hr", "hu", "it", "ja", "ko", "lt", "mk", "nl",
     "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "vi")
)  # fmt: skip
_DEPTH = 2  # docs/nl/now/first-hour.md: a folder, and the pages in it
_NEW = "guide"  # the type of a new page, until its writer chooses

Field = dict[str, Any]


def configuration(
    site: SiteOutput, settings: EditorSettings, repository: Repository
) -> dict[str, Any]:
    """The content of Decap's `config.yml` (decapcms.org/docs/configuration-options)."""
    languages = site.languages
    collections = [
        _collection(site.kb, language, f"docs/{language.code}") for language in languages
    ]
    if settings.pages:
        collections += [_own(site.kb, language, settings.pages) for language in languages]
    return {
        "backend": _backend(settings, repository),
        # Each save a branch and a proposal; to publish is for the forge, after the checks and a reader.
        "publish_mode": "editorial_workflow",
        "locale": spoken(site.default_language),
        "site_url": site.site_url,
        "display_url": site.site_url,
        "logo": {"src": f"../{ICON}", "show_in_header": False},
        "media_library": {"name": NO_MEDIA},
        "slug": {"encoding": "ascii", "clean_accents": True},
        "editor": {"preview": False},
        "collections": collections,
    }


def spoken(language: Language) -> str:
    """The language in which Decap speaks to those who open with `language`."""
    return language.code if language.code in _SPOKEN else SHARED_LANGUAGE


def _backend(settings: EditorSettings, repository: Repository) -> dict[str, Any]:
    backend: dict[str, Any] = {
        "name": settings.backend,
        "repo": repository.path,
        "branch": settings.branch,
        "api_root": settings.api(repository),
        "commit_messages": {"create": "Add {{path}}", "update": "Change {{path}}"},
    }
    if settings.backend == "github":
        backend |= {"base_url": settings.base_url, "auth_scope": settings.auth_scope}
    else:
        backend |= {"base_url": repository.origin, "app_id": settings.app_id}
    if settings.backend == "gitlab":
        backend["auth_type"] = "pkce"
    if settings.open_authoring:
        backend["open_authoring"] = True
    return backend


def _collection(kb: KnowledgeBase, language: Language, folder: str) -> dict[str, Any]:
    strings = kb.strings[language.code]
    return {
        "name": language.code,
        "label": language.name,
        "description": strings("editor.saves"),
        "folder": folder,
        "extension": "md",
        "format": "yaml-frontmatter",
        "nested": {"depth": _DEPTH, "subfolders": False},
        # A new page has to stand in the menu, in mkdocs.yml, and to go from one takes its links along.
        "create": False,
        "delete": False,
        "publish": False,
        "identifier_field": "title",
        "summary": "{{title}}",
        "preview_path": f"{language.prefix}{{{{dirname}}}}/{{{{filename}}}}/",
        "sortable_fields": ["title"],
        "fields": fields(kb, language),
    }


def _own(kb: KnowledgeBase, language: Language, pages: str) -> dict[str, Any]:
    """An organisation's own pages: the build puts a new one into the menu by itself."""
    strings = kb.strings[language.code]
    folders = sorted({entry.folder for entry in kb.navigation if entry.folder})
    collection = _collection(kb, language, f"{pages.strip('/')}/{language.code}")
    by_name = {field["name"]: field for field in collection["fields"]}
    by_name["type"]["default"] = _NEW
    by_name["body"]["default"] = _begin(kb.page_types[_NEW])
    # What a page takes the place of, and whether a new one was looked at: nothing to write by hand.
    collection["fields"].insert(-1, {"name": "replaces", "widget": "hidden"})
    return collection | {
        "name": f"own-{language.code}",
        "label": f"{strings('editor.own')} · {language.name}",
        "create": True,
        "meta": {
            "path": {"label": strings("editor.folder"), "widget": "select", "options": folders}
        },
    }


def fields(kb: KnowledgeBase, language: Language) -> list[Field]:
    """A field for each key of a page's head, in the order of the schema, and for its text."""
    found = [_WIDGETS[key](kb, language) | {"name": key} for key in FrontMatter.model_fields]
    if language.code == kb.source_language.code:
        found = [field for field in found if field["name"] != "translation"]
    return [*found, _body(kb, language) | {"name": "body"}]


def _title(kb: KnowledgeBase, language: Language) -> Field:
    return _line(kb, language, "title", MAX_TITLE) | {"widget": "string"}


def _description(kb: KnowledgeBase, language: Language) -> Field:
    return _line(kb, language, "description", MAX_DESCRIPTION) | {"widget": "text"}


def _line(kb: KnowledgeBase, language: Language, key: str, most: int) -> Field:
    hint = kb.strings[language.code](f"editor.{key}_hint", most=most)
    return _labelled(kb, language, key) | {"hint": hint, "pattern": [f"^.{{1,{most}}}$", hint]}


def _type(kb: KnowledgeBase, language: Language) -> Field:
    options = [
        {"label": f"{key}: {_sections(kind)}" if kind.sections else key, "value": key}
        for key, kind in kb.page_types.items()
    ]
    return _hinted(kb, language, "type") | {"widget": "select", "options": options}


def _sections(kind: PageType) -> str:
    own = f" + {kind.own_sections}" if kind.own_sections else ""
    return ", ".join(kind.sections) + own


def _aliases(kb: KnowledgeBase, language: Language) -> Field:
    return _hinted(kb, language, "aliases") | {"widget": "list", "required": False}


def _claims(kb: KnowledgeBase, language: Language) -> Field:
    field = _hinted(kb, language, "claims") | {"required": False}
    # A choice out of nothing is a mistake to Decap.
    if not kb.claims:
        return field | {"widget": "list"}
    return field | {"widget": "select", "multiple": True, "options": list(kb.claims)}


def _review(kb: KnowledgeBase, language: Language) -> Field:
    return _hinted(kb, language, "review") | _signed(kb, language)


def _signed(kb: KnowledgeBase, language: Language) -> Field:
    """Who and when; both are empty on a page that nobody looked at, and stay so."""
    by = _labelled(kb, language, "by") | {"name": "by", "widget": "string", "required": False}
    date = _labelled(kb, language, "date") | {
        "name": "date",
        "widget": "datetime",
        "format": "YYYY-MM-DD",
        "date_format": "YYYY-MM-DD",
        "time_format": False,
        "required": False,
    }
    return {"widget": "object", "required": False, "fields": [by, date]}


def _jurisdiction(kb: KnowledgeBase, language: Language) -> Field:
    known = get_args(get_args(FrontMatter.model_fields["jurisdiction"].annotation)[0])
    field = _hinted(kb, language, "jurisdiction") | {"widget": "select", "options": list(known)}
    return field | {"required": False}


def _translation(kb: KnowledgeBase, language: Language) -> Field:
    translator = _labelled(kb, language, "translator") | {"name": "by", "widget": "string"}
    reviewed = _hinted(kb, language, "reviewed") | _signed(kb, language) | {"name": "reviewed"}
    # Fingerprints: `handvat translations mark-current` writes them, nobody else.
    sections = {"name": "sections", "widget": "hidden"}
    return _labelled(kb, language, "translation") | {
        "widget": "object",
        "required": False,
        "fields": [translator | {"required": False}, reviewed, sections],
    }


def _body(kb: KnowledgeBase, language: Language) -> Field:
    strings, source = kb.strings[language.code], kb.source_language
    other = (
        strings("editor.source_hint")
        if language.code == source.code
        else strings("editor.translation_hint", language=source.name)
    )
    hint = f"{strings('editor.body_hint')} {other}"
    return _labelled(kb, language, "body") | {"hint": hint, "widget": "text"}


def _begin(kind: PageType) -> str:
    return "\n".join(
        f"## {section.heading} {{ #{key} }}\n\n" for key, section in kind.sections.items()
    )


def _labelled(kb: KnowledgeBase, language: Language, key: str) -> Field:
    return {"label": kb.strings[language.code](f"editor.{key}")}


def _hinted(kb: KnowledgeBase, language: Language, key: str) -> Field:
    hint = kb.strings[language.code](f"editor.{key}_hint")
    return _labelled(kb, language, key) | {"hint": hint}


_WIDGETS: dict[str, Callable[[KnowledgeBase, Language], Field]] = {
    "title": _title,
    "description": _description,
    "type": _type,
    "aliases": _aliases,
    "claims": _claims,
    "review": _review,
    "jurisdiction": _jurisdiction,
    "translation": _translation,
}
"""Key of a page's head → what makes its field. A key of the schema that is not here ends in an error."""
