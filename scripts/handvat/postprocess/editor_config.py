"""The configuration of the editor (Decap CMS), from what the checks know: it never offers what a check refuses.

One collection for each language, as a tree of its folders: `docs/<language>/<section>/<page>.md` is opened as it is.
Decap's own way with languages would save a page in all of them at once, and make eight files of a proposal to fix one
sentence.

The text is edited as it is written. At the first keystroke Decap's rich text writes a whole page differently: three
spaces for four in a list, a backslash before each citation. Data (contacts, sources) is left out: Decap takes no list
for a file, and would drop the comments in it.
"""

from __future__ import annotations

from typing import Any

from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.content.models import MAX_DESCRIPTION, MAX_TITLE, FrontMatter, countries
from handvat.content.settings import EditorSettings, Repository
from handvat.postprocess.service_worker import ICON
from handvat.site_output import SiteOutput

# The languages of its own buttons that Decap 3.16 has, among those that a site may open with.
_INTERFACE_LANGUAGES = frozenset(
    ("bg", "ca", "cs", "da", "de", "en", "es", "fa", "fr", "he", "hr", "hu", "it", "ja", "ko", "lt", "mk", "nl",
     "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "vi")
)  # fmt: skip
_DEPTH = 2  # docs/nl/now/first-hour.md: a folder, and the pages in it
_NEW = "guide"  # the type of a new page, until its writer chooses

Field = dict[str, Any]


def configuration(
    site: SiteOutput, settings: EditorSettings, repository: Repository
) -> dict[str, Any]:
    """Return the content of Decap's `config.yml` (decapcms.org/docs/configuration-options)."""
    collections = [_collection(site.kb, language) for language in site.languages]
    if settings.pages:
        folder = settings.pages.strip("/")
        collections += [_own_collection(site.kb, language, folder) for language in site.languages]
    return {
        "backend": _backend(settings, repository),
        # Each save a branch and a proposal; publishing is for the forge, after the checks and a reader.
        "publish_mode": "editorial_workflow",
        "locale": interface_language(site.default_language),
        "site_url": site.site_url,
        "display_url": site.site_url,
        "logo": {"src": f"../{ICON}", "show_in_header": False},
        "media_library": {"name": "none"},  # editor.js registers it
        "slug": {"encoding": "ascii", "clean_accents": True},
        "editor": {"preview": False},
        "collections": collections,
    }


def interface_language(language: Language) -> str:
    """Return the language of Decap's buttons for a site that opens with `language`."""
    return language.code if language.code in _INTERFACE_LANGUAGES else SHARED_LANGUAGE


def _backend(settings: EditorSettings, repository: Repository) -> dict[str, Any]:
    backend = {
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


def _collection(kb: KnowledgeBase, language: Language) -> dict[str, Any]:
    return {
        "name": language.code,
        "label": language.name,
        "description": kb.strings[language.code]("editor.saves"),
        "folder": f"docs/{language.code}",
        "extension": "md",
        "format": "yaml-frontmatter",
        "nested": {"depth": _DEPTH, "subfolders": False},
        # A new page has to go into the menu, in mkdocs.yml; the links to a deleted one have to go with it.
        "create": False,
        "delete": False,
        "publish": False,
        "identifier_field": "title",
        "summary": "{{title}}",
        "preview_path": f"{language.prefix}{{{{dirname}}}}/{{{{filename}}}}/",
        "sortable_fields": ["title"],
        "fields": fields(kb, language),
    }


def _own_collection(kb: KnowledgeBase, language: Language, pages: str) -> dict[str, Any]:
    """Return the collection of an organisation's own pages: the build puts a new one into the menu."""
    t = kb.strings[language.code]
    collection = _collection(kb, language)
    by_name = {field["name"]: field for field in collection["fields"]}
    by_name["type"]["default"] = _NEW
    by_name["body"]["default"] = "\n".join(
        f"## {section.heading} {{ #{key} }}\n\n"
        for key, section in kb.page_types[_NEW].sections.items()
    )
    # The version that a page replaces is preserved, and not to be written by hand.
    collection["fields"].insert(-1, {"name": "replaces", "widget": "hidden"})
    folders = sorted({entry.folder for entry in kb.navigation if entry.folder})
    return collection | {
        "name": f"own-{language.code}",
        "label": f"{t('editor.own')} · {language.name}",
        "folder": f"{pages}/{language.code}",
        "create": True,
        "meta": {"path": {"label": t("editor.folder"), "widget": "select", "options": folders}},
    }


def fields(kb: KnowledgeBase, language: Language) -> list[Field]:
    """Return a field for each key of the front matter, in the order of the schema, and for the text of a page."""
    t = kb.strings[language.code]
    is_source = language.code == kb.source_language.code

    def field(key: str, widget: str, **more: Any) -> Field:
        return {"name": key, "label": t(f"editor.{key}"), "widget": widget, **more}

    def hinted(key: str, widget: str, **more: Any) -> Field:
        return field(key, widget, hint=t(f"editor.{key}_hint"), **more)

    def line(key: str, widget: str, longest: int) -> Field:
        hint = t(f"editor.{key}_hint", most=longest)
        return field(key, widget, hint=hint, pattern=[f"^.{{1,{longest}}}$", hint])

    def optional(key: str, widget: str, **more: Any) -> Field:
        return hinted(key, widget, required=False, **more)

    def signed(key: str) -> Field:
        # Who and when: both are empty where nobody checked.
        by = field("by", "string", required=False)
        date = field("date", "datetime", format="YYYY-MM-DD", date_format="YYYY-MM-DD",
                     time_format=False, required=False)  # fmt: skip
        return optional(key, "object", fields=[by, date])

    types = []
    for key, kind in kb.page_types.items():
        sections = ", ".join(kind.sections) + (
            f" + {kind.own_sections}" if kind.own_sections else ""
        )
        types.append({"label": f"{key}: {sections}" if kind.sections else key, "value": key})
    known = sorted({code.upper() for code in kb.contacts} & countries())
    # A choice out of nothing is an error to Decap.
    claims = {"multiple": True, "options": [*kb.claims]} if kb.claims else {}
    translator = field("translator", "string", required=False) | {"name": "by"}
    # Fingerprints: `handvat translations mark-current` writes them, never a person.
    sections_field = {"name": "sections", "widget": "hidden"}
    made = [
        line("title", "string", MAX_TITLE),
        line("description", "text", MAX_DESCRIPTION),
        hinted("type", "select", options=types),
        optional("aliases", "list"),
        optional("claims", "select" if claims else "list", **claims),
        signed("review"),
        optional("jurisdiction", "select", options=known),
        field("translation", "object", required=False, fields=[
            translator, signed("reviewed"), sections_field,
        ]),
    ]  # fmt: skip
    by_key = {one["name"]: one for one in made}
    # A key of the schema without a field is an error here.
    heads = [
        by_key[key]
        for key in FrontMatter.model_fields
        # An organisation's own page alone has what it replaces.
        if key != "replaces" and (key != "translation" or not is_source)
    ]
    source = kb.source_language.name
    how = t("editor.source_hint") if is_source else t("editor.translation_hint", language=source)
    return [*heads, field("body", "text", hint=f"{t('editor.body_hint')} {how}")]
