"""The one list of rules. A rule is a function: its docstring says what harm it prevents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scripts.checks import (
    drift,
    facts,
    files,
    hints,
    language,
    length,
    links,
    markup,
    repetition,
    spelling,
    structure,
    translations,
    wording,
)
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.problem import Problem

Rule = Callable[[KnowledgeBase], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    files.language_names,
    files.file_names,
    files.links_out,
    structure.page_type,
    structure.required_sections,
    hints.empty_sections,
    hints.unwritten_hints,
    structure.heading_ids,
    structure.unique_titles,
    structure.one_address,
    structure.description_length,
    structure.in_navigation,
    links.internal_links,
    links.claim_parts,
    markup.raw_html,
    markup.safe_addresses,
    markup.attributes,
    markup.blocks,
    markup.places_to_fill_in,
    facts.claims_known,
    facts.claims_carried,
    facts.citations,
    facts.calls,
    facts.contacts_in_pages,
    facts.contact_texts,
    wording.terms_to_avoid,
    spelling.word_lists,
    translations.orphaned,
    translations.same_sections,
    drift.same_structure,
    length.length,
    translations.recorded,
    translations.release_is_reviewed,
    # What takes longest stands last: there `scripts/check.py` begins.
    repetition.repeated_paragraph,
    language.right_language,
)
