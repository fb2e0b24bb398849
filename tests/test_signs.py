"""A text is spared the patterns whose sign it does not hold, and becomes what it would become with them."""

from __future__ import annotations

import pytest
from fixture_site import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.inlinepatterns import SimpleTagInlineProcessor
from markdown.treeprocessors import InlineProcessor
from mkdocs.config import load_config
from pymdownx.blocks import BlocksProcessor

from scripts.knowledge.base import KnowledgeBase
from scripts.render.signs import SignedInline

CONFIGURED = load_config(str(CHECKOUT / "mkdocs.yml"))
# Every sign that opens something, half of one, and what may stand between two.
PIECES = [
    *("`", "``", "\\", "[", "]", "](", ")", "![", "[@", "[@een-2024; @twee]", "][", "[naam]"),
    *("*", "**", "***", "_", "__", "{{", "}}", "{{ sources() }}", "{ #id }", "{ .law }"),
    *("<", ">", "<b>", "</b>", "<!--", "-->", "<https://een.example/>", "<a@b.example>", "<?"),
    *("&", "&amp;", "&#38;", ";", "  \n", "\n", "\n\n", "\n[naam]: https://een.example/\n", "    "),
    *("woord", "twee woorden", " ", ".", "!", "(", '"', "'", "é", "ع", "\u00a0", "- ", "# ", "| "),
    *("\n\n# ", "\n## ", "\n> ", "\n\n>", "\n\n| a | b |\n| - | - |\n", "\n\na | b\n- | -\n", "|"),
    *(
        "\n\n/// note\n",
        "\n///\n",
        "///",
        "\n\n```\n",
        "\n~~~ x\n",
        "\n```\n",
        "\n\n/// say | twee\n\n",
    ),
]


def converter() -> Markdown:
    """Python-Markdown as MkDocs makes it for a page."""
    return Markdown(
        extensions=CONFIGURED["markdown_extensions"], extension_configs=CONFIGURED["mdx_configs"]
    )


def original() -> Markdown:
    """The same, with Python-Markdown's own processors."""
    made = converter()
    signed = [vars(one).pop("test", None) for one in made.parser.blockprocessors]
    assert sum(test is not None for test in signed) == 3
    (blocks,) = (one for one in made.parser.blockprocessors if isinstance(one, BlocksProcessor))
    blocks.start = blocks.start.pattern
    vars(made.preprocessors["fenced_code_block"]).pop("FENCED_BLOCK_RE")
    assert isinstance(made.treeprocessors["inline"], SignedInline)
    made.treeprocessors.register(InlineProcessor(made), "inline", 20)
    return made


def test_every_page_becomes_what_python_markdown_makes_of_it() -> None:
    for page in KnowledgeBase.load(CHECKOUT).pages.values():
        assert converter().convert(page.body) == original().convert(page.body), page.file


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_mixture_of_signs_becomes_what_python_markdown_makes_of_it(text: str) -> None:
    assert converter().convert(text) == original().convert(text)


def test_a_text_is_asked_only_for_the_patterns_that_it_has_a_sign_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The methods are private to Python-Markdown: under other names nothing would be spared.
    asked = []
    apply = InlineProcessor._InlineProcessor__applyPattern

    def listening(self: InlineProcessor, pattern, *rest):
        asked.append(pattern)
        return apply(self, pattern, *rest)

    monkeypatch.setattr(InlineProcessor, "_InlineProcessor__applyPattern", listening)
    assert "<strong>" in converter().convert("Rustig blijven.\n\nBlijf **rustig**.\n\n- Ja\n")
    assert {type(pattern).__name__ for pattern in asked} == {"DelimiterProcessor"}


def test_a_pattern_that_nobody_listed_is_tried_on_every_text() -> None:
    made = converter()
    made.inlinePatterns.register(SimpleTagInlineProcessor(r"(~)(.*?)~", "s"), "new", 175)
    assert "<s>oud</s>" in made.convert("Niet ~oud~.")
