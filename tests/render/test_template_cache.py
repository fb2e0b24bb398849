"""What pages share is rendered once, and never for another page than those that share it."""

from __future__ import annotations

from handvat.content.knowledge_base import KnowledgeBase
from handvat.render.template_cache import FragmentCache, cached_fragment
from jinja2 import Environment

PAGE = "{% call(home) view.fragments('search', home) %}{{ home }} {{ rendered() }}{% endcall %}"


def test_a_part_of_the_frame_is_rendered_once_for_each_set_of_addresses() -> None:
    template = Environment().from_string(PAGE)
    times = iter(range(9))
    of_language = FragmentCache()

    def page(home: str, view: FragmentCache = of_language) -> str:
        return template.render(home=home, view={"fragments": view}, rendered=lambda: next(times))

    assert [page("../"), page("../"), page("../../"), page("../")] == [
        "../ 0",
        "../ 0",
        "../../ 1",
        "../ 0",
    ]
    assert page("../", FragmentCache()) == "../ 2", "another language has words of its own"


def test_a_fragment_is_rendered_again_for_other_data_and_other_templates(tmp_path) -> None:
    times = iter("abcdef")
    templates, base = Environment(), KnowledgeBase(tmp_path)

    def shown(templates: Environment, base: KnowledgeBase, key: str = "hulp") -> str:
        return cached_fragment(templates, base, key, lambda: next(times))

    assert shown(templates, base) == shown(templates, base) == "a"
    assert shown(templates, base, "politie") == "b"
    assert shown(templates, KnowledgeBase(tmp_path)) == "c"
    assert shown(Environment(), base) == "d"
