"""What pages share is rendered once, and never for another page than those that share it."""

from __future__ import annotations

from handvat.render.template_cache import FragmentCache
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
