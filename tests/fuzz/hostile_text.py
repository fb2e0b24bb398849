"""Makes pages that somebody careless, or somebody hostile, might propose: Markdown, heads, spoilt real pages."""

from __future__ import annotations

from pathlib import Path

from fixture_site import CHECKOUT
from hypothesis import strategies as st

_RUNS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<base href=//evil.example/>",
    "<object data=x>", "<embed src=x>", "<form action=//evil.example><button formaction=x>",
    "<meta http-equiv=refresh content=0>", "<style>*{}</style>", "<link rel=stylesheet href=x>",
    "<a href='javascript:alert(1)'>", "<b style='x'>", "<math><mi//xlink:href='data:x,y'>",
    "<bdi onclick=alert(1)>", "<br onclick=alert(1)>", "<bdi>", "</bdi>", "<br>", "</section>",
    "<!-- ", " -->", "<!-->", "<![CDATA[", "<!DOCTYPE x>", "<?php", "<![if", "</", "<a", "<", ">",
    "<javascript:alert(1)>", "<https://een.example/>", "<a@b.example>", "\\<script>", "&lt;script&gt;",
    "<textarea>", "</textarea>", "<title>", "<noscript>", "<template>", "<plaintext>",
    "<section class=section data-section=one>", "<input type=image src=x>", "<span id=_main>",
    '<span class="handvat-call">contact("hulp")</span>', "handvat-label-say", "handvat-label-x",
    '<p class="block-label">handvat-label-x</p>',
]  # fmt: skip
_LINKS = [
    "[a](javascript:alert(1))", "[a](JaVaScRiPt&#58;alert(1))", "[a](java\tscript:alert(1))",
    "[a](<javascript:alert(1)>)", "[a](data:text/html,x)", "[a](vbscript:x)", "[a][j]",
    "\n\n[j]: javascript:alert(1)\n\n", "![a](javascript:x)", "![a](//evil.example/x.png)",
    "![a](https://evil.example/x.png)", "![a](../../../../etc/passwd)", "[a](//evil.example)",
    "[a](../../../mkdocs.yml)", "[a](/etc/passwd)", "[a](file:///etc/passwd)", "[a](index.md)",
    "[a](index.md#x\" onclick=\"x)", "[a](index.md 'x\" onclick=\"alert(1)')", "[a](#one)", "[a](#)",
    "[a](http://[)", "[a](//[)", "[a](index.md%00)", "[a](%2e%2e/%2e%2e/%2e%2e/x.md)", "[a](..\\x)",
    "![a][i]", "\n[i]: index.md 'x'\n", "[", "]", "](", "![", ")", "[a](index.md?x#one)",
    "[a](\u202ejavascript:x)", "[a](\x01javascript:x)", "[a](mailto:a@b.example)", "[a](tel:112)",
]  # fmt: skip
_EXTENSIONS = [
    "[@een-2024]", "[@nope]", "[@een-2024; @een-2024]", "[@]", "[@a;b]", "[@<script>]",
    '{{ contact("hulp") }}', '{{ contact("x") }}', "{{ contacts() }}", '{{ field("x") }}',
    '{{ field("<script>alert(1)</script>", lines=3) }}', '{{ field("handvat-label-x") }}',
    "{{ a_z() }}", "{{ glossary() }}", "{{ sources() }}", '{{ cards(["now/first-hour.md"]) }}',
    '{{ cards(["../../../etc/passwd"]) }}', '{{ picture("whirlpool") }}', '{{ picture("../x") }}',
    '{{ contacts(country="../../x") }}', "{{ contacts(need={[]}) }}", "{{ contacts(need=[[]]) }}",
    "{{ contacts(**{}) }}", '{{ __import__("os").system("true") }}', "{{ config }}", "{% x %}",
    '{{ field("\\x00\\ud800") }}', '{{ field("&#0;&#x202e;") }}', "{{ f(1_0) }}", "{{", "}}", "{{}}",
    "{{ languages() }}", "{{ keep() }}", "{{ downloads() }}", "{{ unchecked() }}",
    '{{ field("a", lines=9999999999999999999999) }}', "{# x #}",
]  # fmt: skip
_ATTRIBUTES = [
    "{ onclick=alert(1) }", '{ onclick="{}" }', "{ onclick }", "{: style=x }", "{ #_main }",
    "{ #one }", "{ #in-short }", "{ #cite-1-1 }", "{ #source-1 }", "{ .law }", "{ .handvat-call }",
    "{ .block-label }", "{ style='x{y' }", "{: #x .y z='1' }", "{ #a } { onfocus=x }", "{ #Y é }",
    "\n{: onclick=x }\n", "{ href=javascript:x }", "{ srcdoc=x }", "{ id=one }", "{", "}",
]  # fmt: skip
_CHARACTERS = [
    "\x00", "\ufeff", "\r", "\r\n", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029",
    "\u202e", "\u2066", "\u200f", "\u00ad", "\ufffe", "\uffff", "\ufffd", "\x02", "\x03", "\x02wzxhzdk:0\x03",
    "\x02klzzwxh:0001\x03", "é", "e\u0301", "ß", "İ", "ﷺ", "👩‍👩‍👧", "\u0338", "𝕏", "\t", "    ", "  \n", "\\",
    "`", "``", "*", "**", "***", "_", "__", "~~", "|", "#", "-", "=", "+", "1.", "&", "&amp;", "&#x3c;",
    "&#0;", "&bogus;", "\"", "'", "“", ":", "kinderporno", "020 - 261 52 75", "a@b.example", "[TOC]", "///",
]  # fmt: skip
_WORDS = ["Bel", "een", "vriend", "nu", "112", "zo", "gaat het", "wacht", "."]

inline = st.one_of(
    *(
        st.sampled_from(some)
        for some in (_RUNS, _LINKS, _EXTENSIONS, _ATTRIBUTES, _CHARACTERS, _WORDS)
    ),
    st.text(max_size=8),
)
"""A piece of a line."""

line = st.lists(inline, min_size=1, max_size=6).map(" ".join) | st.lists(inline, max_size=6).map(
    "".join
)

huge = st.builds(
    lambda piece, count, end: piece * (count // max(len(piece), 1)) + end,
    inline,
    st.sampled_from([100, 1_000, 4_000, 20_000]),
    inline,
)
"""Far more repetitions than anybody writes."""

_BLOCKS = [
    "{}", "{}", "## {} { #a }", "### {}", "# {}", "##{}{ #in-short }", "{}\n===", "{}\n---", "- {}", "- [ ] {}",
    "- [x] {}", "1. {}", "> {}", "    {}", "\t{}", "```\n{}\n```", "   ```\n{}\n   ```", "~~~ {}\n{}\n~~~",
    "``` { .x #y onclick=z }\n{}\n```", "```{}\nx\n```", "| a | {} |\n|---|:--:|\n| {} | b |", "a | b\n--|--\n{} | c",
    "/// say\n{}\n///", "/// note | {}\n{}\n///", "/// say\n    attrs: {onclick: 'x', id: one}\n\n{}\n///",
    "/// never\n    {}\n\nx\n///", "//// next\n/// say\n{}\n///\n////", "/// {}", "///", " /// say\n{}\n ///",
    "/// say\n    attrs: &a [*a, *a]\n{}\n///", "<div>\n{}\n</div>", "<!--\n{}\n-->", "<script>\n{}\n</script>",
    "[{}]: {}", "*[x]: {}", "[^1]: {}", "!!! note\n    {}", "***\n{}", "`{}`", "**{}**", "*{}*", "“{}”", "\\{}",
    "{}\n: {}", "{} | {}", "[{}](index.md)", "![{}](x.png)", "[a]({})", "[a](index.md \"{}\")",
]  # fmt: skip

blocks = st.builds(
    lambda frame, words: frame.replace("{}", words), st.sampled_from(_BLOCKS), line | huge
)
"""A line within something that makes it a block."""


def _indented(text: str, how: tuple[str, str, int]) -> str:
    first, rest, count = how
    for _ in range(count):
        text = first + text.replace("\n", f"\n{rest}")
    return text


_PREFIXES = st.sampled_from([("> ", "> ", 1), ("- ", "  ", 1), ("- ", "    ", 1), ("1. ", "    ", 2),
                             ("    ", "    ", 1), ("> ", "", 3), ("- ", "  ", 30), ("> ", "> ", 60), ("   ", "   ", 1)])  # fmt: skip

nested = st.recursive(blocks, lambda some: st.builds(_indented, some, _PREFIXES), max_leaves=3)

markdown = st.lists(nested, min_size=1, max_size=5).map("\n\n".join)
"""What may appear below a heading."""

HEAD = "---\ntitle: Proef\ndescription: Een proef.\ntype: {kind}\nreview: null\n---\n"


def _page(words: str, kind: str) -> str:
    head = HEAD.format(kind=kind)
    return f"{head}\n## Kort {{ #in-short }}\n\nKort.\n\n## Een {{ #one }}\n\n{words}\n\n## Twee {{ #two }}\n\nTwee.\n"


bodies = st.builds(_page, markdown, st.sampled_from(["guide", "guide", "tool"]))
"""A page whose head and sections are sound, with anything in its second section."""

yaml_scalars = st.one_of(
    st.sampled_from([
        "null", "~", "", "true", "no", "113", "0x" + "f" * 40, "0x" + "f" * 5000, "9" * 4400, "1e999", ".inf", ".nan",
        "-0", "1_000", "190:20:30", "2026-02-30", "2026-11-24", "2026-11-24 10:00:00 +23:59", "0001-01-01",
        "!!int ''", "!!float ''", "!!bool x", "!!timestamp x", "!!binary xx", "!!null x", "!!str 1", "!!set {a}",
        "!!python/object/apply:os.system [true]", "!ENV [HOME]", "!ENV HOME", "!x y", "! z", "&a x", "*a", "<<", "=",
        "[]", "{}", "[[[[[[]]]]]]", "{a: {b: [c]}}", "{<<: {a: b}}", "{? [a] : b}", "'", '"', '"\\0"', '"\\ud800"',
        '"\\U0010FFFF"', '"\\u2028"', '"\\n"', '"a\\tb"', "|\n  een\n  twee", ">-\n  een", "a: b", "- x", "# x", "@x",
        "`x`", "%x", "--- x", "...", "{by: A, date: 2026-11-24}", "{sections: {in-short: 000000000000}}", "[een, twee]",
        '"<script>alert(1)</script>"', "'\" onmouseover=\"alert(1)'", '"{{ contacts() }}"', '"]]>"', '"</title>"',
        "guide", "index", "NL", "nl", "../../../etc/passwd", "https://x.example/", "javascript:alert(1)",
    ]),
    line.map(lambda words: words.replace("\n", " ")),
    st.text(max_size=30),
    huge,
)  # fmt: skip
"""Values after a key."""

_KEYS = st.sampled_from([
    "title", "description", "type", "aliases", "claims", "review", "jurisdiction", "translation", "template", "hide",
    "alises", "'title'", "? title", "<<", "1", "null", "[a]", "{a: b}", "&a title", "!!str type", "2026-11-24",
])  # fmt: skip

_lines = st.builds("{}: {}".format, _KEYS | st.text(max_size=5), yaml_scalars)


def _head(lines: list[str], change: int, opening: str, closing: str) -> str:
    sound = HEAD.format(kind="index").split("\n")[1:-2]
    if change:
        del sound[change - 1 :: 4]
    return "\n".join([opening, *sound, *lines, closing, "", "Tekst.", ""])


heads = st.builds(
    _head,
    st.lists(_lines, min_size=1, max_size=3),
    st.integers(0, 4),
    st.sampled_from(["---", "---", "---", "--- ", "---\t", "----", "\ufeff---", " ---", "+++", "--- x"]),
    st.sampled_from(["---", "---", "---", "--- ", "...", "----", "", "---\r", "---\n---"]),
)  # fmt: skip
"""A page with anything in its head."""


def spoil(data: bytes, changes: list[tuple[str, int, int, bytes]]) -> bytes:
    """`data` after some of the `changes`."""
    for kind, here, there, piece in changes:
        lines = data.split(b"\n")
        one, other = here % len(lines), there % len(lines)
        place = here % (len(data) + 1)
        if kind == "delete a line":
            del lines[one]
        elif kind == "repeat a line":
            lines.insert(other, lines[one])
        elif kind == "swap lines":
            lines[one], lines[other] = lines[other], lines[one]
        elif kind == "splice lines":
            lines[one] = lines[one][: there % (len(lines[one]) + 1)] + lines[other]
        if kind.endswith(("line", "lines")):
            data = b"\n".join(lines)
        elif kind == "flip a bit":
            data = data[:place] + bytes(byte ^ 1 << there % 8 for byte in data[place : place + 1])
        elif kind == "cut":
            data = data[:place]
        elif kind == "insert":
            data = data[:place] + piece + data[place:]
        elif kind == "delete":
            data = data[:place] + data[place + there % 20 + 1 :]
        elif kind == "line ends":
            data = data.replace(b"\n", [b"\r\n", b"\r", b"\n\r", b"\x0b"][there % 4])
    return data


changes = st.tuples(
    st.sampled_from([
        "delete a line", "repeat a line", "swap lines", "splice lines", "flip a bit", "cut", "insert", "insert",
        "insert", "delete", "line ends",
    ]),
    st.integers(0, 200_000),
    st.integers(0, 200_000),
    st.one_of(
        inline.map(lambda words: words.encode("utf-8", "surrogatepass")),
        st.sampled_from([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xfe\xff"]),
        st.binary(max_size=6),
    ),
)  # fmt: skip
"""Bits, bytes and lines lost, doubled or mixed up."""


def spoilt(files: list[Path]) -> st.SearchStrategy[tuple[Path, bytes]]:
    """One of the real `files` after some changes: bits, bytes and lines lost, doubled or mixed up."""
    return st.builds(
        lambda path, some: (path, spoil(path.read_bytes(), some)),
        st.sampled_from(files),
        st.lists(changes, min_size=1, max_size=5),
    )


real_pages = spoilt(sorted((CHECKOUT / "docs" / "nl").rglob("*.md")))
