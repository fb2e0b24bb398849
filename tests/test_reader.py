"""One Markdown converter reads all pages, and each as if it were its first."""

from __future__ import annotations

from pathlib import Path

import markdown
from fixture_site import CHECKOUT
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from scripts.knowledge.base import KnowledgeBase
from scripts.render.reader import Reader

CONFIGURED = load_config(str(CHECKOUT / "mkdocs.yml"))


def read(name: str, text: str, files: Files) -> tuple[str | None, list[str], set[str] | None]:
    """What MkDocs makes of a page: its HTML, its table of contents, its ids."""
    page = Page(None, File(name, str(CHECKOUT / "docs"), "", use_directory_urls=True), CONFIGURED)
    page.markdown = text
    page.render(CONFIGURED, files)
    return page.content, [item.url for item in page.toc], page.present_anchor_ids


def test_every_page_is_read_as_by_a_converter_of_its_own() -> None:
    pages = list(KnowledgeBase.load(CHECKOUT).pages_in("nl"))
    files = Files(
        [
            File(f"nl/{page.path}", str(CHECKOUT / "docs"), "", use_directory_urls=True)
            for page in pages
        ]
    )
    names = {page.path: Path("nl", page.path).as_posix() for page in pages}
    alone = [read(names[page.path], page.body, files) for page in pages]
    with Reader().one_converter():
        assert markdown.Markdown(extensions=["toc"], extension_configs={}) is markdown.Markdown(
            extensions=["toc"], extension_configs={}
        )
        together = [read(names[page.path], page.body, files) for page in pages]
    for page, one, other in zip(pages, alone, together, strict=True):
        assert one == other, page.file
    assert any("../" in str(content) for content, _, _ in alone), "links were followed"


def test_what_one_page_leaves_behind_is_not_found_by_the_next() -> None:
    files = Files([])
    first = "# Een\n\n[naam]: https://een.example/\n\n<div id='een'></div>\n\n**half\n"
    second = "# Een\n\n[naam]\n\nHalf**\n"
    alone = read("nl/b.md", second, files)
    with Reader().one_converter():
        read("nl/a.md", first, files)
        assert read("nl/b.md", second, files) == alone


def test_other_extensions_get_a_converter_of_their_own_and_nothing_stays_changed() -> None:
    made = markdown.Markdown
    with Reader().one_converter():
        plain = markdown.Markdown(extensions=[], extension_configs={})
        assert "<table>" not in plain.convert("| a |\n|---|\n| b |")
        tables = markdown.Markdown(extensions=["tables"], extension_configs={})
        assert "<table>" in tables.convert("| a |\n|---|\n| b |")
    assert markdown.Markdown is made
