"""The lists of rules. A rule is a function: its docstring names the harm that it prevents.

Every rule may use all data, and the paths of all pages; the lists differ in the pages that their rules may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handvat.checks import (
    duplicates,
    facts,
    files,
    language,
    links,
    markup,
    pages,
    translations,
    words,
)
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.page import Page
from handvat.content.problem import Finding, Problem

PAGE_RULES: tuple[tuple[str, Callable[[KnowledgeBase, Page], Iterator[Finding]]], ...] = (
    ("jurisdiction", facts.foreign_law),
    ("front-matter", pages.replaces),
    ("page-type", pages.page_type),
    ("required-sections", pages.required_sections),
    ("section-order", pages.section_order),
    ("empty-section", pages.empty_sections),
    ("unwritten-hint", pages.unwritten_hints),
    ("headings", pages.headings),
    ("heading-ids", pages.heading_ids),
    ("description-length", pages.description_length),
    ("links", links.internal_links),
    ("raw-html", markup.raw_html),
    ("remote-image", markup.remote_images),
    ("contact-in-page", markup.contact_links),
    ("unsafe-link", markup.safe_links),
    ("attributes", markup.attributes),
    ("blocks", markup.blocks),
    ("left-over-markup", markup.left_over_markup),
    ("boxes", markup.boxes),
    ("claims", facts.claims_known),
    ("citations", facts.citations),
    ("cited-figures", facts.cited_figures),
    ("calls", facts.shortcodes),
    ("contact-in-page", facts.contacts_in_pages),
    ("terms", words.terms_to_avoid),
    ("orphaned-translation", translations.orphaned),
    ("translation-sections", translations.same_sections),
    ("translation-drift", translations.same_structure),
    ("translation-length", translations.length),
    ("translation-record", translations.recorded),
    ("release", translations.release_is_reviewed),
)
"""The id of each rule that reads one page and its source page. Results are cached by page."""

LANGUAGE_RULES: tuple[Callable[[KnowledgeBase, Language], Iterator[Problem]], ...] = (
    pages.unique_titles,
    pages.one_address,
    links.links_to_sections,
    duplicates.repeated_paragraph,
    language.right_language,
    facts.typed_texts,
)
"""Rules that compare the pages of one language, and what people type in it. Results are cached by language: of the source
language only the common words, and the section ids of pages that are not translated, are in the key (`runner.py`)."""

SITE_RULES: tuple[Callable[[KnowledgeBase], Iterator[Problem]], ...] = (
    files.language_names,
    files.file_names,
    files.links_out,
    files.file_types,
    pages.in_navigation,
    links.links_between_languages,
    links.pictures,
    links.imprint,
    links.host_texts,
    facts.cards,
    facts.unread_data,
    facts.claims_carried,
    facts.claim_parts,
    facts.sources_cited,
    facts.contact_texts,
    words.word_lists,
)
"""Rules that read all pages, and the disk. They run at every check, so they parse few pages."""

RULES = (*(rule for _, rule in PAGE_RULES), *LANGUAGE_RULES, *SITE_RULES)
