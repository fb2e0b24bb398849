"""Pages, data and renderings that several tests start from."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fixture_site import CHECKOUT
from handvat.content.contacts import Contact, Number
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.markdown import read
from handvat.content.page import Page
from handvat.content.translation import progress
from handvat.render.page_content import ContentRenderer, PageContent, Scope
from handvat.render.views import NumberedSource
from handvat.search.document import search_document
from handvat.search.index import excerpt_of
from jinja2 import Environment, FileSystemLoader

HEAD = "---\ntitle: Proef\ndescription: Een proef.\ntype: guide\nreview: null\n---\n\n"

GUIDE = (
    HEAD + "## Kort { #in-short }\n\nKort.\n\n## Een { #one }\n\n{}\n\n## Twee { #two }\n\nTwee.\n"
)


def guide(text: str) -> str:
    """A sound page with `text` in line 14."""
    return GUIDE.replace("{}", text)


SOURCES = (
    "proef-2024:\n  title: Proef\n  by: Iemand\n  year: 2024\n  url: https://example.org/\n"
    "  language: nl\n  seen: 2026-11-24\n  kind: primary\n"
)

QUESTIONS = {
    "a boy of 15 says someone wants money for his nude photo": ["now/image-blackmail/"],
    "a girl panics when her phone is taken": [
        "signals/panic-offline/",
        "conversation/first-reaction/",
    ],
    "a colleague wants to look at the pictures to be sure": ["now/someone-shows-you-images/"],
    "a mother is furious with her son": ["parents/first-meeting/"],
    "a pupil makes me promise to keep it secret": ["conversation/no-false-promises/"],
    "should we report to the police now, and how long will it take": ["police/report-or-notify/"],
    "a resident with a mild intellectual disability keeps meeting strangers online": [
        "help/clear-rules/"
    ],
    "I do not know what to do and feel I am failing": ["conversation/not-knowing/"],
    "a student suddenly has money and two phones": ["signals/money-and-goods/"],
    "we want a policy for our school": ["prevention/policy/"],
}
"""Question → the pages that answer it together, the first one linked on the home page."""


def contact(**changes: object) -> Contact:
    values = {
        "id": "hulp",
        "name": "Hulp",
        "audiences": ["youth"],
        "needs": ["talk"],
        "numbers": [Number(dial="0800 0432", kind="national", works_from="NL")],
        "url": None,
        "chat": None,
        "hours": "always",
        "cost": "free",
        "languages": ["nl"],
        "crisis": False,
        "what": {"nl": "Praten."},
        "sources": [],
        "checked": None,
    }
    return Contact.model_validate({**values, **changes})


def render(base: KnowledgeBase, markdown: str, language: str = "nl") -> tuple[str, list[str]]:
    """The finished HTML of `markdown` and the keys of the sources it cites, in order."""
    text = _renderer(base, language).render(read(markdown), str)
    return text.in_short + text.html, [source.key for source in text.sources]


def cited_sources(base: KnowledgeBase, markdown: str) -> tuple[NumberedSource, ...]:
    """The sources that `markdown` cites, as at the foot of a Dutch page."""
    return _renderer(base, "nl").render(read(markdown), str).sources


def finished(base: KnowledgeBase, page: Page) -> PageContent:
    """The text of `page` as readers get it."""
    return _renderer(base, page.language, page).render(read(page.body), str)


def shown(base: KnowledgeBase, language: str, path: str) -> str:
    """The finished HTML of the page at `path`."""
    page = base.page(language, path)
    assert page is not None
    text = finished(base, page)
    return text.in_short + text.html


def excerpt(base: KnowledgeBase, language: str, path: str) -> str:
    """What search quotes of the page at `path`."""
    page = base.page(language, path)
    assert page is not None
    article = f"<article data-search-body>{shown(base, language, path)}</article>"
    return excerpt_of(base, page, search_document(article))


def _renderer(base: KnowledgeBase, language: str, page: Page | None = None) -> ContentRenderer:
    environment = Environment(loader=FileSystemLoader(CHECKOUT / "overrides"))  # as MkDocs makes it
    environment.filters["url"] = lambda url: f"/{url}"
    address = "https://fixture.example/"
    country = base.country_of(page) if page else base.country
    scope = Scope(base, base.language(language), country, address, lambda: progress(base))
    return ContentRenderer(scope, environment, {}, page)


def commit(root: Path, words: str) -> None:
    """Commits everything below `root`, in a repository made where there is none."""
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    if not (root / ".git").exists():
        subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    subprocess.run(["git", "-C", str(root), "add", "-A"], check=True)
    subprocess.run(["git", "-C", str(root), *settings, "commit", "-q", "-m", words], check=True)
