"""The one list of rules. A rule is a function: its docstring says what harm it prevents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from handvat.checks import (
    duplicates,
    edition,
    facts,
    files,
    language,
    links,
    markup,
    pages,
    spelling,
    terminology,
    translations,
)
from handvat.content.problem import Problem


class Scope(Enum):
    """The pages whose text a rule reads. Every rule also knows all data, and which pages exist."""

    LANGUAGE = "language"
    """The pages of one language, and those of the source language. Results are cached by language."""
    SITE = "site"
    """All pages, and the files and folders on the disk. Runs at every check, so it parses few pages."""


@dataclass(frozen=True)
class Rule:
    """A rule and its scope."""

    find: Callable[..., Iterator[Problem]]
    """Finds problems: `find(base, language)` in the scope LANGUAGE, `find(base)` in the scope SITE."""
    scope: Scope


RULES: tuple[Rule, ...] = (
    Rule(files.language_names, Scope.SITE),
    Rule(files.file_names, Scope.SITE),
    Rule(files.links_out, Scope.SITE),
    Rule(files.file_types, Scope.SITE),
    Rule(edition.foreign_law, Scope.LANGUAGE),
    Rule(edition.replaced, Scope.LANGUAGE),
    Rule(edition.imprint, Scope.SITE),
    Rule(pages.page_type, Scope.LANGUAGE),
    Rule(pages.required_sections, Scope.LANGUAGE),
    Rule(pages.empty_sections, Scope.LANGUAGE),
    Rule(pages.unwritten_hints, Scope.LANGUAGE),
    Rule(pages.heading_ids, Scope.LANGUAGE),
    Rule(pages.unique_titles, Scope.LANGUAGE),
    Rule(pages.one_address, Scope.LANGUAGE),
    Rule(pages.description_length, Scope.LANGUAGE),
    Rule(pages.in_navigation, Scope.SITE),
    Rule(links.internal_links, Scope.LANGUAGE),
    Rule(links.links_between_languages, Scope.SITE),
    Rule(links.pictures, Scope.SITE),
    Rule(links.claim_parts, Scope.SITE),
    Rule(markup.raw_html, Scope.LANGUAGE),
    Rule(markup.safe_addresses, Scope.LANGUAGE),
    Rule(markup.attributes, Scope.LANGUAGE),
    Rule(markup.blocks, Scope.LANGUAGE),
    Rule(markup.left_over_markup, Scope.LANGUAGE),
    Rule(markup.places_to_fill_in, Scope.LANGUAGE),
    Rule(facts.unread_data, Scope.SITE),
    Rule(facts.claims_known, Scope.LANGUAGE),
    Rule(facts.claims_carried, Scope.SITE),
    Rule(facts.citations, Scope.LANGUAGE),
    Rule(facts.sources_cited, Scope.SITE),
    Rule(facts.calls, Scope.LANGUAGE),
    Rule(facts.cards, Scope.LANGUAGE),
    Rule(facts.contacts_in_pages, Scope.LANGUAGE),
    Rule(facts.contact_texts, Scope.SITE),
    Rule(terminology.terms_to_avoid, Scope.LANGUAGE),
    Rule(spelling.word_lists, Scope.SITE),
    Rule(duplicates.repeated_paragraph, Scope.LANGUAGE),
    Rule(language.right_language, Scope.LANGUAGE),
    Rule(translations.orphaned, Scope.LANGUAGE),
    Rule(translations.same_sections, Scope.LANGUAGE),
    Rule(translations.same_structure, Scope.LANGUAGE),
    Rule(translations.length, Scope.LANGUAGE),
    Rule(translations.recorded, Scope.LANGUAGE),
    Rule(translations.release_is_reviewed, Scope.LANGUAGE),
)
