"""YAML: anchors and tags are refused everywhere; text that only looks like one is not."""

import pytest
from handvat.content.yaml_files import Unreadable, parse_yaml


@pytest.mark.parametrize(
    "text",
    [
        "&a b",
        "- &a b",
        "key:\n  &a b",
        "--- &a\nb",
        "[&a b]",
        "[c,&a b]",
        "{&a b: c}",
        "{? &a b : c}",
        "{?&a b : c}",
        '{"c":&a b}',
        "c: !x b",
        "[!x b]",
    ],
)
def test_an_anchor_or_a_tag_is_refused_wherever_it_may_begin(text: str) -> None:
    with pytest.raises(Unreadable, match="not allowed"):
        parse_yaml(text, "data/a.yml")


def test_marks_within_a_sentence_are_text() -> None:
    sentences = parse_yaml("- mum & dad\n- help!\n- 'now !'\n- '&'\n- a*b", "data/a.yml").value
    assert sentences == ["mum & dad", "help!", "now !", "&", "a*b"]
