"""Any text becomes markup of the theme, parsed as the checks parse it."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import pytest
from fixture_site import checkout_base
from handvat.content.markdown import plain_lines, read
from handvat.content.text import collect
from handvat.render.html_writer import Node, write_html
from handvat.render.sanitize import cleaned
from hypothesis import given
from hypothesis import strategies as st

VOID = {"br", "hr", "img", "input"}
# Every delimiter, half of one, and what may be between two.
PIECES = [
    *("`", "``", "\\", "[", "]", "](", ")", "![", "[@", "[@een-2024; @twee]", "][", "[naam]"),
    *("*", "**", "***", "_", "__", "{{", "}}", "{{ sources() }}", "{ #id }", "{ .law }"),
    *("<", ">", "<https://een.example/>", "<a@b.example>", "<!--", "-->", "<!-- x -->"),
    *("&", "&amp;", "&#38;", ";", "  \n", "\n", "\n\n", "\n[naam]: https://een.example/\n", "    "),
    *("woord", "twee woorden", " ", ".", "!", "(", '"', "'", "é", "ع", "\u00a0", "| "),
    *("\n- ", "\n1. ", "\n7. ", "\n- [ ] ", "\n- [x] ", "\n  - [ ]", "\n\n# ", "\n## ", "\n### "),
    *("\n> ", "\n\n>", "\n\n| a | b |\n| - | :-: |\n", "\n\na | b\n- | -\n", "|", "\n---\n"),
    *("\n\n/// note\n", "\n///\n", "///", "\n\n```\n", "\n~~~ x\n", "\n/// say | twee\n"),
    *("\ue000", "\ue0000\ue001", "&#xe000;0&#xe001;", "&#xe000;77&#xe001;"),
]
MIXTURES = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


SHOW = {
    "Shortcode": lambda written: f"«{escape(written, quote=False)}»",
    "Citation": lambda written: f"‹{escape(written, quote=False)}›",
    "Label": "label {}".format,
    "Section": lambda _id: "",
    "SectionEnd": lambda _: "",
}


def html(text: str) -> str:
    """What `text` becomes, with the source of its shortcodes and citations in brackets."""
    pieces, _ = write_html(read(text), str)
    return "".join(SHOW[one.what](one.value) if isinstance(one, Node) else one for one in pieces)


class Nesting(HTMLParser):
    """Reads HTML, and fails where an element ends that is not the last one opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@given(MIXTURES)
def test_in_any_text_each_element_that_begins_ends(text: str) -> None:
    assert Nesting(html(text)).opened == []


@given(MIXTURES)
def test_any_text_has_the_headings_that_the_checks_find(text: str) -> None:
    assert html(text).count("<h") - html(text).count("<hr") == len(collect(read(text)).headings)


def test_no_page_of_the_checkout_needs_sanitizing() -> None:
    for page in checkout_base().pages.values():
        written = html(page.body)
        assert cleaned(written) == written, page.file


def test_a_shortcode_or_citation_is_not_markdown_and_code_stays_as_it_is() -> None:
    assert html('Zo: {{ picture("a_b_c*d*") }}') == '<p>Zo: «picture("a_b_c*d*")»</p>'
    assert html("| a |\n|---|\n| {{ x(1|2) }} |").count("<td>") == 1
    assert html("Zo [@een; @twee](x.md).") == "<p>Zo‹@een; @twee›(x.md).</p>"
    assert html("    /// say\n    [@een] {{ x }}\n") == (
        "<pre><code>/// say\n[@een] {{ x }}\n</code></pre>"
    )
    assert html("```\n/// say | *x*\n```") == "<pre><code>/// say | *x*\n</code></pre>"
    assert html("`{{ x }}` en \\{{ x }} en \\[@een]") == (
        "<p><code>{{ x }}</code> en {{ x }} en [@een]</p>"
    )
    assert "«" not in html('[weg](https://een.example/{{x}} "{{ y }}") ![{{ z }}](x.png)')


def test_a_shortcode_alone_in_a_paragraph_brings_its_own_elements() -> None:
    assert html("Voor.\n\n{{ x }}\n\n- {{ y }}\n") == (
        "<p>Voor.</p>\n«x»\n<ul>\n<li>«y»</li>\n</ul>"
    )
    assert html("[@een]") == "<p>‹@een›</p>"


def test_a_number_that_somebody_wrote_is_a_number() -> None:
    assert html("&#xe000;0&#xe001;") == "<p>0</p>"
    assert html("{{ x }} &#xe000;1&#xe001; \ue0000\ue001") == "<p>«x» 1 0</p>"
    assert html("/// say\n&#xe000;0&#xe001;\n///").count("block-label") == 1
    assert html('{{ x }} <div title="&#xe000;0&#xe001;">').count("«") == 1


def test_nothing_of_a_comment_is_written() -> None:
    assert html("Voor.\n\n<!-- hint: /// say\n\n/// say\nx\n///\n{{ x }} -->\n\nNa.") == (
        "<p>Voor.</p>\n\n<p>Na.</p>"
    )
    assert html("Een <!-- {{ x }} --> twee.") == "<p>Een  twee.</p>"


def test_a_block_ends_the_list_before_it_and_takes_no_part_of_what_follows() -> None:
    written = html("- een\n/// say | Zo *is* het\n- twee\n///\n- drie\n")
    assert written == (
        "<ul>\n<li>een</li>\n</ul>\n"
        '<div class="block block-say">\n<p class="block-label">label say</p>\n'
        '<p class="block-title">Zo <em>is</em> het</p>\n<ul>\n<li>twee</li>\n</ul>\n</div>\n'
        "<ul>\n<li>drie</li>\n</ul>"
    )


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("*Wet*{ .law } en *ander*", '<p><em>Wet</em> en <em>ander</em></p>'),
        ("Een  \ntwee\\\ndrie", "<p>Een<br>\ntwee<br>\ndrie</p>"),
        ("7. een\n8. twee", '<ol start="7">\n<li>een</li>\n<li>twee</li>\n</ol>'),
        ("> Zo.", "<blockquote>\n<p>Zo.</p>\n</blockquote>"),
        ("Een\n\n---\n\ntwee", "<p>Een</p>\n<hr>\n<p>twee</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<bdi>1</bdi>", "<p><bdi>1</bdi></p>"),
        ('![een "b" *c*](x.png "t")', '<p><img src="x.png" alt="een &quot;b&quot; c" title="t"></p>'),
        ("- [x] klaar\n- [ ]", "<ul>\n<li>[x] klaar</li>\n<li>[ ]</li>\n</ul>"),
        ("///", "<p>///</p>"),
        ("/// say\n\nOpen", '<div class="block block-say">\n<p class="block-label">label say</p>\n<p>Open</p>\n</div>'),
        ("# Één & twee\n\n# Één & twee", '<h1 id="een-twee">Één &amp; twee</h1>\n<h1 id="een-twee_1">Één &amp; twee</h1>'),
    ],
)  # fmt: skip
def test_each_kind_of_markdown_becomes_its_element(text: str, becomes: str) -> None:
    assert html(text) == becomes


def test_cells_are_aligned_as_the_table_specifies() -> None:
    written = html("## Wie { #who }\n\n| a | b |\n|:--|--:|\n| *c* | d |\n")
    assert '<th align="left" scope="col">a</th>\n<th align="right" scope="col">b</th>' in written
    assert '<td align="left"><em>c</em></td>\n<td align="right">d</td>' in written
    assert '<div aria-labelledby="who" class="table" role="group" tabindex="0"><table>' in written


def test_a_table_of_contents_lists_sections_and_their_parts() -> None:
    text = "# Een\n\n## A & *b* { #a }\n\n### C { #c }\n\n#### D\n\n/// note\n## E { #e }\n///\n"
    _, contents = write_html(read(text), str)
    rows = [(one["id"], one["name"], [more["id"] for more in one["children"]]) for one in contents]
    assert rows == [("a", "A &amp; b", ["c"]), ("e", "E", [])]


def test_other_html_than_a_page_needs_is_shown_as_words() -> None:
    assert html("<b onclick=x>Bel</b>\n\n<div>\n<br>\n</div>") == (
        "<p>&lt;b onclick=x&gt;Bel&lt;/b&gt;</p>\n&lt;div&gt;\n<br>\n&lt;/div&gt;"
    )


def test_plain_lines_are_what_a_reader_sees_without_markup() -> None:
    text = (
        "Bel **nu** [de politie](x.md) [@een].\n`a_b` en *Wet*{ .law } {{ x }} .\n\n"
        "/// say | Titel\n- [ ] Zo\n///\n\n| a | b |\n|---|---|\n"
    )
    assert plain_lines(text, str.upper) == ["Bel nu de politie.", "a_b en Wet X.", "Zo", "a b"]
