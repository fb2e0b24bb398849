"""The one list of rules. A rule is a function: its docstring says what harm it prevents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from handvat.checks import duplicates as repetition
from handvat.checks import facts, files, language, links, markup, spelling, translations
from handvat.checks import pages as hints
from handvat.checks import pages as structure
from handvat.checks import terminology as wording
from handvat.checks import translations as drift
from handvat.checks import translations as length
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import Problem


class Sees(Enum):
    """What a rule may look at, besides `data/` and `mkdocs.yml`. The less it is, the more seldom it need run."""

    LANGUAGE = "pages"
    """The pages of one language; of others, that they are there."""
    SOURCE = "translations"
    """The pages of one language and of the source language, by their outlines."""
    DOUBTS = "doubts"
    """No page, but the paragraphs of a language that may be in another (`KnowledgeBase.doubts_in`)."""
    SITE = "site"
    """All pages, and the files and folders themselves. It should ask for the text of few."""


@dataclass(frozen=True)
class Rule:
    """`find` is given a knowledge base that has only what the rule `sees`."""

    find: Callable[[KnowledgeBase], Iterator[Problem]]
    sees: Sees


RULES: tuple[Rule, ...] = (
    Rule(files.language_names, Sees.SITE),
    Rule(files.file_names, Sees.SITE),
    Rule(files.links_out, Sees.SITE),
    Rule(structure.page_type, Sees.LANGUAGE),
    Rule(structure.required_sections, Sees.LANGUAGE),
    Rule(hints.empty_sections, Sees.LANGUAGE),
    Rule(hints.unwritten_hints, Sees.LANGUAGE),
    Rule(structure.heading_ids, Sees.LANGUAGE),
    Rule(structure.unique_titles, Sees.LANGUAGE),
    Rule(structure.one_address, Sees.LANGUAGE),
    Rule(structure.description_length, Sees.LANGUAGE),
    Rule(structure.in_navigation, Sees.SITE),
    Rule(links.internal_links, Sees.LANGUAGE),
    Rule(links.links_between_languages, Sees.SITE),
    Rule(links.claim_parts, Sees.SITE),
    Rule(markup.raw_html, Sees.LANGUAGE),
    Rule(markup.safe_addresses, Sees.LANGUAGE),
    Rule(markup.attributes, Sees.LANGUAGE),
    Rule(markup.blocks, Sees.LANGUAGE),
    Rule(markup.places_to_fill_in, Sees.LANGUAGE),
    Rule(facts.claims_known, Sees.LANGUAGE),
    Rule(facts.claims_carried, Sees.SITE),
    Rule(facts.citations, Sees.LANGUAGE),
    Rule(facts.sources_cited, Sees.SITE),
    Rule(facts.calls, Sees.LANGUAGE),
    Rule(facts.cards, Sees.SITE),
    Rule(facts.contacts_in_pages, Sees.LANGUAGE),
    Rule(facts.contact_texts, Sees.SITE),
    Rule(wording.terms_to_avoid, Sees.LANGUAGE),
    Rule(spelling.word_lists, Sees.SITE),
    Rule(repetition.repeated_paragraph, Sees.LANGUAGE),
    Rule(language.right_language, Sees.DOUBTS),
    Rule(translations.orphaned, Sees.LANGUAGE),
    Rule(translations.same_sections, Sees.SOURCE),
    Rule(drift.same_structure, Sees.SOURCE),
    Rule(length.length, Sees.SOURCE),
    Rule(translations.recorded, Sees.SOURCE),
    Rule(translations.release_is_reviewed, Sees.LANGUAGE),
)
