"""What a page's Markdown and data become."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from babel.dates import format_date
from fixture_site import make_site, page
from handvat.content.contacts import Number, Opening, Platform, Removal
from handvat.content.git_history import read_changes
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import typeset
from handvat.content.models import Entry
from handvat.content.page import parse_page
from handvat.content.shortcodes import SHORTCODES, NoArguments, parse_shortcode
from handvat.render import listings as indexes
from handvat.render.contacts import describe_contact, describe_hours, describe_report
from handvat.render.page_content import KINDS, Scope
from handvat.render.page_context import PageContextFactory
from handvat.render.running_text import finish
from handvat.render.views import PageView, SourcePlace
from handvat.site_output import build_date
from lxml import html
from samples import cited_sources, commit, contact, excerpt, finished, render, shown

SOURCES = """\
een-2024: {title: Een, by: A, year: 2024, url: "https://een.example/", language: nl, seen: 2026-11-24, kind: primary}
twee-2020: {title: Twee, by: B, year: null, url: null, language: en, seen: 2026-11-24, kind: expert}
"""


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    root = make_site(tmp_path)
    (root / "data" / "sources.yml").write_text(SOURCES, "utf-8")
    loaded = KnowledgeBase.load(root)
    loaded.contacts["nl"] = {
        "hulp": contact(name="Hulp & co", what={"nl": "Praten.", "en": "Talk."})
    }
    return loaded


def test_citations_are_numbered_in_order_and_lead_there_and_back(base: KnowledgeBase) -> None:
    content, keys = render(base, "Een [@twee-2020]. Twee [@een-2024; @twee-2020].")
    assert keys == ["twee-2020", "een-2024"]
    assert (
        'Een<sup class="cite" data-search-ignore><a href="#_source-1" id="_cite-1-1" aria-label="Bron 1">1</a></sup>.'
        in content
    )
    assert (
        '<a href="#_source-2" id="_cite-2-1" aria-label="Bron 2">2</a>, <a href="#_source-1" id="_cite-1-2" aria-label="Bron 1">1</a>'
        in content
    )


def test_the_list_of_all_sources_shows_the_places_in_each_and_a_page_does_not(
    base: KnowledgeBase,
) -> None:
    entry = Entry(says="Twaalf.", where="p. 3", about="VS, 2025", read=datetime.date(2026, 11, 24))
    entries = base.sources["een-2024"].entries
    entries.update({"jong": entry})
    body = "Een [@een-2024:jong]. Twee [@een-2024:jong; @twee-2020]."
    assert [source.entries for source in cited_sources(base, body)] == [(), ()]
    base.pages["nl", "a.md"] = parse_page(page("A", body), "docs/nl/a.md", "nl")[0]
    (one, _), (two, _) = indexes.all_sources(base, base.language("nl"))
    assert one.entries == (
        SourcePlace("Twaalf.", "p. 3", "VS, 2025", "gelezen op 24 november 2026"),
    )
    assert two.entries == ()


def test_two_places_of_one_source_in_one_citation_are_one_number(base: KnowledgeBase) -> None:
    content, keys = render(base, "Een [@een-2024; @een-2024].")
    assert keys == ["een-2024"]
    assert content.count('href="#_source-1"') == 1


def test_sections_are_wrapped_and_named_by_their_heading(base: KnowledgeBase) -> None:
    content, _ = render(base, "Voor.\n\n## Kort { #in-short }\n\nA.\n\n## Dan { #then }\n\nB.")
    assert content.index("Voor.") < content.index("<section")
    assert '<section aria-labelledby="in-short" class="section" data-section="in-short">' in content
    assert content.count("<section") == content.count("</section>") == 2
    assert content.index("A.") < content.index('data-section="then"') < content.index("B.")


def test_blocks_carry_their_label_in_the_language_of_the_text(base: KnowledgeBase) -> None:
    markdown = '/// scene | Sam, 15\nSam schrok.\n///\n\n/// say\n"Fijn."\n///\n'
    dutch, _ = render(base, markdown)
    english, _ = render(base, markdown, "en")
    assert '<div class="block block-scene">' in dutch
    assert '<p class="block-title">Sam, 15</p>' in dutch
    assert "Zeg bijvoorbeeld" in dutch
    assert "You could say" in english
    assert ">Say<" not in dutch
    assert "admonition" not in dutch


def test_contacts_come_from_the_data_with_doubt_beside_an_unchecked_number(
    base: KnowledgeBase,
) -> None:
    content, _ = render(base, '{{ contacts(audience="youth", need="talk") }}')
    assert content.strip().startswith('<ul class="contacts">')
    assert 'href="tel:08000432"' in content
    assert "Hulp &amp; co" in content
    assert "Nog door niemand nagekeken" in content
    assert "{{" not in content


def test_a_short_number_is_dialled_as_it_is_written(base: KnowledgeBase) -> None:
    number = Number(dial="116 000", kind="short", works_from="EU")
    base.contacts["nl"] = {"hulp": contact(numbers=[number])}
    content, _ = render(base, '{{ contact("hulp") }}\n\n{{ contacts() }}')
    assert content.count('href="tel:116000"') == 2


def test_a_contact_in_a_sentence_is_one_link(base: KnowledgeBase) -> None:
    content, _ = render(base, '1. **Bel {{ contact("hulp") }}** nu.')
    assert '<strong>Bel <a class="contact-inline" href="tel:08000432">' in content
    assert "nu." in content


def test_a_sentence_has_the_short_name_of_a_contact_in_its_language(base: KnowledgeBase) -> None:
    short = {"nl": "{number} (hulp)", "en": "the helpline ({number})"}
    base.contacts["nl"] = {"hulp": contact(short=short)}
    dutch, _ = render(base, 'Bel {{ contact("hulp") }}.')
    english, _ = render(base, 'Call {{ contact("hulp") }}.', "en")
    arabic, _ = render(base, '{{ contact("hulp") }}', "ar")
    number = '<bdi class="number">0800 0432</bdi>'
    assert f'href="tel:08000432">{number} (hulp)</a>.' in dutch
    assert f">the helpline ({number})</a>." in english
    assert '<bdi lang="nl">Hulp</bdi> <bdi class="number">(0800 0432)</bdi></a>' in arabic


def test_contacts_for_the_need_that_is_named_first_come_first(base: KnowledgeBase) -> None:
    base.contacts["nl"] = {
        "leven": contact(id="leven", name="Leven", needs=["danger", "police"]),
        "beelden": contact(id="beelden", name="Beelden", needs=["images"]),
        "politie": contact(id="politie", name="Politie", needs=["police"]),
    }
    for needs, names in (
        (["images", "police"], ["Beelden", "Leven", "Politie"]),
        (["danger", "images", "police"], ["Leven", "Beelden", "Politie"]),
    ):
        content, _ = render(base, f"{{{{ contacts(need={needs}) }}}}")
        assert re.findall(r"<h3[^>]*><bdi[^>]*>(\w+)", content) == names


def test_a_card_calls_by_name_and_has_one_link_where_chat_and_website_are_one(
    base: KnowledgeBase,
) -> None:
    site = "https://hulp.example/"
    base.contacts["nl"] = {"hulp": contact(url=site, chat=site)}
    content, _ = render(base, "{{ contacts() }}")
    (call,) = html.fromstring(content).find_class("contact-number")
    assert call.text_content() == "Bel 0800 0432 Hulp"
    assert re.findall(r'href="https[^>]*>([^<]*)', content) == ["Website en chat"]
    base.contacts["nl"] = {"hulp": contact(url=site, chat=f"{site}chat")}
    content, _ = render(base, "{{ contacts() }}")
    assert re.findall(r'href="https[^>]*>([^<]*)', content) == ["Chat", "Website"]


def test_only_a_contact_with_a_number_or_chat_has_unchecked_hours(base: KnowledgeBase) -> None:
    strings = base.strings["nl"]
    for changes in ({}, {"numbers": [], "chat": "https://hulp.example/chat"}):
        answers = contact(hours="unknown", **changes)
        assert (
            strings("contacts.hours_unknown")
            in describe_contact(answers, strings, "nl", build_date()).facts
        )
    form = contact(hours="unknown", numbers=[])
    assert describe_contact(form, strings, "nl", build_date()).facts == ()


@pytest.mark.parametrize("folder", ["now", "you", "signals"])
def test_whom_to_call_is_in_short_where_somebody_may_be_in_danger(
    tmp_path: Path, folder: str
) -> None:
    body = "## Kort { #in-short }\n\nKort.\n\n## Bel { #call }\n\n{{ contacts() }}\n"
    base = KnowledgeBase.load(make_site(tmp_path, {f"nl/{folder}/first-hour.md": page("P", body)}))
    base.contacts["nl"] = {
        str(number): contact(id=str(number), name=f"Lijn {number}") for number in range(5)
    }
    base.contacts["nl"]["0"] = contact(id="0", numbers=[])
    written = base.page("nl", f"{folder}/first-hour.md")
    assert written is not None
    shown = finished(base, written)
    names = ["Lijn 1", "Lijn 2", "Lijn 3"] if folder != "signals" else []
    assert re.findall(r"<small[^>]*>([^<]*)", shown.in_short) == names
    assert [one.name for one in shown.calls] == names


def test_code_shows_citations_and_calls_as_they_are_written(base: KnowledgeBase) -> None:
    content, keys = render(base, 'Schrijf `[@een-2024]` en `{{ contact("hulp") }}`.')
    assert "<code>[@een-2024]</code>" in content
    assert "<code>{{ contact(" in content
    assert keys == []


def test_wide_tables_can_be_scrolled_by_keyboard(base: KnowledgeBase) -> None:
    content, _ = render(base, "| a | b |\n|---|---|\n| c | d |\n")
    assert '<div class="table" tabindex="0">' in content
    assert "style=" not in content


def test_opening_hours_are_written_as_the_language_does(base: KnowledgeBase) -> None:
    week = Opening.model_validate(
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}
    )
    assert describe_hours([week], base.strings["nl"]) == "ma–vr 09:00–17:00"
    assert describe_hours([week], base.strings["en"]).startswith("Mon–Fri 9:00")
    assert describe_hours("always", base.strings["nl"]) == "dag en nacht"
    assert describe_hours("unknown", base.strings["en"]) == "opening hours not checked"


def test_a_reader_is_told_which_languages_are_spoken_when_theirs_is_not(
    base: KnowledgeBase,
) -> None:
    today = datetime.date(2026, 11, 24)
    dutch = describe_contact(contact(), base.strings["nl"], "nl", today)
    english = describe_contact(contact(), base.strings["en"], "nl", today)
    assert not any("Talen" in fact for fact in dutch.facts)
    assert "Languages: Dutch" in english.facts
    assert "works only from: Netherlands" in " ".join(english.facts)


def test_a_crisis_number_has_no_doubt_and_any_other_says_whether_and_when_it_was_checked(
    base: KnowledgeBase,
) -> None:
    today, strings = datetime.date(2026, 11, 24), base.strings["nl"]
    official = [
        {"url": f"https://{name}.example/", "by": name, "seen": today, "official": True}
        for name in ("een", "twee")
    ]

    def doubt(**changes: object) -> str:
        return describe_contact(contact(**changes), strings, "nl", today).doubt

    assert doubt(crisis=True, sources=official) == ""
    assert doubt() == strings("contacts.unchecked")
    for key, day in (("stale", datetime.date(2026, 1, 1)), ("checked", datetime.date(2026, 10, 1))):
        assert doubt(checked=day) == strings(f"contacts.{key}", date=day)
    assert doubt(numbers=[]) == ""


def test_the_day_of_the_build_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert build_date() == datetime.date(1970, 1, 1)


def test_the_index_sorts_without_regard_to_case_accents_and_signs(tmp_path: Path) -> None:
    text = page("Éven weg", "Tekst.\n").replace(
        "review", 'aliases: [zoek, appen, "112", Bel]\nreview'
    )
    base = KnowledgeBase.load(make_site(tmp_path, {"nl/now/first-hour.md": text}))
    letters = dict(indexes.a_to_z(base, base.language("nl")))
    words = [word for entries in letters.values() for word, _ in entries]
    assert {"Éven weg", "Zoek", "Appen", "Bel", "112"} <= set(words)
    assert "Éven weg" in [word for word, _ in letters["E"]]
    assert next(iter(letters)) == "0–9"


def view(tmp_path: Path, language: str, path: str | None, **pages: str) -> PageView:
    return view_in(make_site(tmp_path, pages), language, path)


def view_in(project: Path, language: str, path: str | None) -> PageView:
    base = KnowledgeBase.load(project)
    site = PageContextFactory(
        base, "https://x.example/base/", "https://code.example/edit/main/docs/", ("nl", "en", "ar")
    )
    return site.view(base.language(language), path)


def test_a_page_not_yet_translated_is_marked_as_such(tmp_path: Path) -> None:
    found = view(tmp_path, "ar", "now/first-hour.md")
    assert (found.language, found.direction) == ("ar", "rtl")
    assert (found.text_language, found.text_direction) == ("nl", "ltr")
    assert found.canonical == "https://x.example/base/now/first-hour/"
    assert found.hreflang == {}
    assert found.noindex and not found.is_indexed
    assert [notice.kind for notice in found.notices] == ["preview", "untranslated"]
    assert found.edit_url == "https://code.example/edit/main/docs/nl/now/first-hour.md"


def test_the_language_switch_stays_on_the_page_and_marks_where_it_is_missing(
    tmp_path: Path,
) -> None:
    found = view(tmp_path, "en", "now/index.md")
    assert [(item.code, item.url, item.exists) for item in found.alternates] == [
        ("nl", "now/", True),
        ("en", "en/now/", True),
        ("ar", "ar/now/", False),
    ]
    assert list(found.hreflang.items()) == [
        ("nl", "https://x.example/base/now/"),
        ("en", "https://x.example/base/en/now/"),
        ("x-default", "https://x.example/base/now/"),
    ]


def test_a_translation_says_once_that_nobody_checked_it_and_offers_the_dutch(
    tmp_path: Path,
) -> None:
    found = view(tmp_path, "en", "now/index.md")
    assert [notice.kind for notice in found.notices] == ["preview"]
    assert found.review and found.review.link
    assert (found.review.link.url, found.review.link_language) == ("now/", "nl")
    assert found.review.summary == "Not yet checked by a professional."
    assert (
        found.review.text.strip() == "Translated from Dutch. Not yet checked by a native speaker."
    )
    source = view(tmp_path / "source", "nl", "now/index.md")
    assert source.review and source.review.link is None
    assert source.review.summary == "Nog niet nagekeken door een professional."
    assert source.review.text == ""


def test_only_a_page_of_what_to_do_now_folds_how_old_it_is_and_who_checked_it(
    tmp_path: Path,
) -> None:
    found = view(tmp_path, "nl", "about/privacy.md")
    assert found.review and found.review.text == "Nog niet nagekeken door een professional."
    assert found.review.summary == ""


def test_the_menu_opens_only_the_part_the_page_is_in(tmp_path: Path) -> None:
    found = view(tmp_path, "nl", "now/first-hour.md")
    opened = [item for item in found.navigation if item.children]
    assert [item.url for item in opened] == ["now/"]
    assert [child.url for child in opened[0].children if child.is_current] == ["now/first-hour/"]
    assert [crumb.url for crumb in found.breadcrumbs] == ["", "now/"]


def test_a_dutch_title_in_the_menu_of_another_language_is_marked_as_dutch(tmp_path: Path) -> None:
    found = view(tmp_path, "en", "now/index.md")
    languages = {item.url: item.language for item in found.navigation}
    assert languages["en/now/"] == ""
    assert languages["en/about/"] == "nl"
    assert [(link.url, link.language) for link in found.children] == [("en/now/first-hour/", "nl")]


def test_an_index_lists_the_pages_that_its_text_does_not_link_to(tmp_path: Path) -> None:
    pages = {"nl/now/first-hour.md": page("Uur", "Tekst.\n")}
    text = page("Nu", "[Uur](first-hour.md#steps).\n")
    linked = view(tmp_path / "one", "nl", "now/index.md", **pages, **{"nl/now/index.md": text})
    assert linked.children == ()
    text = page("Nu", "Kies.\n")
    listed = view(tmp_path / "two", "nl", "now/index.md", **pages, **{"nl/now/index.md": text})
    assert [link.url for link in listed.children] == ["now/first-hour/"]


def test_who_reviewed_a_page_is_named_with_the_date(tmp_path: Path) -> None:
    text = page("Uur", "Tekst.\n").replace(
        "review: null", "review: {by: A. Arts, date: 2026-11-01}"
    )
    found = view(tmp_path, "nl", "now/first-hour.md", **{"nl/now/first-hour.md": text})
    assert found.review and found.review.summary == "Nagekeken door A. Arts op 1 november 2026."


def test_a_page_says_when_its_text_changed_and_nothing_without_a_history(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    before = view_in(site, "nl", "about/privacy.md").review
    assert before and before.text == "Nog niet nagekeken door een professional."
    commit(site, "Begin")
    read_changes.cache_clear()
    after = view_in(site, "nl", "about/privacy.md").review
    today = format_date(datetime.datetime.now(datetime.UTC), "long", locale="nl")
    assert after and after.text == f"Laatst gewijzigd op {today}. {before.text}"


def test_a_page_on_dutch_law_says_so_in_the_readers_language(tmp_path: Path) -> None:
    text = page("Now", "Text.\n", translated=True).replace("review", "jurisdiction: NL\nreview")
    found = view(tmp_path, "en", "now/index.md", **{"en/now/index.md": text})
    assert any("one country: Netherlands" in notice.text for notice in found.notices)


def test_the_search_excerpt_contains_the_number_of_a_contact_in_the_text(tmp_path: Path) -> None:
    body = '## Kort { #in-short }\n\nGevaar? Bel {{ contact("hulp") }}.\n'
    base = KnowledgeBase.load(make_site(tmp_path, {"nl/now/first-hour.md": page("P", body)}))
    base.contacts["nl"] = {"hulp": contact(name="Hulp")}
    assert (
        excerpt(base, "nl", "now/first-hour.md")
        == "Gevaar? Bel \u2068Hulp\u2069 \u2068(0800 0432)\u2069."
    )


def test_a_field_to_fill_in_has_its_label_and_stores_nothing(base: KnowledgeBase) -> None:
    content, _ = render(base, '{{ field("Naam & tijd") }}\n\n{{ field("Wat", lines=3) }}')
    assert (
        '<span class="field-label">Naam &amp; tijd</span> <input type="text" autocomplete="off" form="_tool">'
        in content
    )
    assert '<textarea rows="3" autocomplete="off" form="_tool"></textarea>' in content


BOX = '<input autocomplete="off" form="_tool" type="checkbox">'


def test_the_words_of_a_box_are_its_label(base: KnowledgeBase) -> None:
    content, _ = render(base, "- [ ] Is **ineens** stil\n- Gewoon")
    assert (
        f'<li class="tick"><label>{BOX} <span>Is <strong>ineens</strong> stil</span></label></li>'
        in content
    )
    assert "<li>Gewoon</li>" in content


def test_a_link_after_a_box_is_outside_the_label_but_names_the_box(
    base: KnowledgeBase,
) -> None:
    content, _ = render(base, '- [ ] Bel {{ contact("hulp") }} en [lees](x.md) dit')
    box = BOX.replace("<input", '<input aria-labelledby="_tick-1"')
    assert f'<span id="_tick-1"><label>{box} <span>Bel </span></label><a class="contact' in content
    assert "</label>" in content.split('href="x.md"')[0]


def test_a_citation_after_a_box_does_not_name_it(base: KnowledgeBase) -> None:
    content, _ = render(base, "- [ ] Is stil [@een-2024]")
    assert f"<span><label>{BOX} <span>Is stil" in content
    assert "</label><sup" in content


def test_boxes_in_a_loose_or_nested_list_keep_their_own_words(base: KnowledgeBase) -> None:
    content, _ = render(base, "- [ ] Een\n\n- [ ] Twee\n\n    - [ ] Drie")
    for word in ("Een", "Twee", "Drie"):
        assert f"<label>{BOX} <span>{word}</span></label>" in content


def test_a_part_with_boxes_is_a_group_and_a_part_without_is_not_a_landmark(
    base: KnowledgeBase,
) -> None:
    content, _ = render(
        base,
        "## Lijst { #list }\n\n### Geld { #money }\n\n- [ ] Een\n\n"
        "### Tekst { #text }\n\nTwee.\n\n## Klaar { #done }\n\nDrie.",
    )
    assert (
        '<section aria-labelledby="money" class="part" data-part="money" role="group">' in content
    )
    assert '<section class="part" data-part="text">' in content
    assert content.index("Twee.") < content.index("</section>\n</section>")
    assert content.count("<section") == content.count("</section>") == 4


@pytest.mark.parametrize(("kind", "tool"), [("tool", "first-hour"), ("index", "")])
def test_a_tool_is_identified_by_the_name_of_its_file(tmp_path: Path, kind: str, tool: str) -> None:
    found = view(
        tmp_path, "en", "now/first-hour.md", **{"nl/now/first-hour.md": page("P", "T", kind)}
    )
    assert found.tool == tool


def test_the_index_leads_from_an_outdated_word_to_the_glossary(tmp_path: Path) -> None:
    root = make_site(tmp_path, {"nl/glossary.md": page("Woordenlijst", "{{ glossary() }}\n")})
    (root / "data" / "terms.yml").write_text(
        'nl:\n  - {use: "nieuw woord", search: ["oud woord"], meaning: "Iets."}\n', "utf-8"
    )
    base = KnowledgeBase.load(root)
    entries = dict(dict(indexes.a_to_z(base, base.language("nl")))["O"])
    assert [link.url for link in entries["Oud woord"]] == ["glossary/"]


def test_the_index_does_not_list_a_title_twice_and_leads_back_to_its_letters(
    base: KnowledgeBase,
) -> None:
    content, _ = render(base, "{{ a_z() }}")
    assert '<li><a href="/now/first-hour/">Het eerste uur</a></li>' in content
    assert "Van A tot Z" not in content.partition('class="letter"')[2]
    assert content.count('href="#_letters"') == content.count('<section class="letter"') > 2


def test_every_language_is_listed_with_its_progress_and_what_it_lacks(base: KnowledgeBase) -> None:
    content, _ = render(base, "{{ languages() }}")
    rows = html.fromstring(content).xpath("//tbody/tr")
    lines = [" ".join(row.text_content().split()) for row in rows]
    assert lines == [
        "Nederlands (de bron) 10 / 10 0 0 / 10",
        "English 2 / 10 0 0 / 10",
        "العربية 1 / 10 0 0 / 10",
    ]
    assert [row.xpath("th/bdi/@lang") for row in rows] == [["nl"], ["en"], ["ar"]]
    english = html.fromstring(content).xpath("//details")[0]
    assert english.xpath("summary/bdi/text()") == ["English"]
    assert '<a href="/now/first-hour/">Het eerste uur</a>' in content
    assert 'href="/about/languages/status.json"' in content


def test_a_title_in_another_language_than_the_readers_is_marked_as_such(
    base: KnowledgeBase,
) -> None:
    content, _ = render(base, "{{ languages() }}", "en")
    assert '<a href="/now/first-hour/" lang="nl" dir="auto">Het eerste uur</a>' in content


def test_all_pages_are_read_for_the_list_of_languages_alone(base: KnowledgeBase) -> None:
    calls: list[str] = []
    scope = Scope(base, base.default_language, "nl", "", lambda: calls.append("progress") or [])
    _, arguments = parse_shortcode('contact("hulp")')
    values = KINDS["contact"].values(arguments, scope)
    assert (values["contacts"][0].name, calls) == ("Hulp & co", [])
    KINDS["languages"].values(NoArguments(), scope)
    assert calls == ["progress"]


def test_every_shortcode_is_rendered_and_one_without_a_renderer_is_an_error(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SHORTCODES.keys() == KINDS.keys()
    monkeypatch.setitem(SHORTCODES, "hotline", NoArguments)
    with pytest.raises(KeyError, match="hotline"):
        render(base, "{{ hotline() }}")


SEEN = {"url": "https://bron.example/", "by": "Bron", "seen": datetime.date(2026, 11, 24)}


@pytest.fixture
def reports(base: KnowledgeBase) -> KnowledgeBase:
    """`base` with a platform that has an Arabic text, one that has none, and two ways to remove an image."""
    common = {"sources": [{**SEEN, "official": True}], "checked": None}
    answers = {"reporter": "not-named", "screenshot": "notified", "block": "unknown", "web": None}
    names = {
        "praat": {"nl": "Kies <Melden>.", "ar": "اختر إبلاغ."},
        "klets": {"nl": "Tik op Meer."},
    }
    base.platforms = {
        key: Platform.model_validate(
            {"id": key, "name": key.title(), "app": app, **answers, **common}
        )
        for key, app in names.items()
    }
    base.removal = {
        key: Removal.model_validate(
            {"id": key, "name": {"nl": key}, "url": "https://weg.example/", "ages": [age], "what": {},
             "country": "anywhere", "by": ["youth"], "needs": ["nothing"], "leaves": leaves, **common}
        )
        for key, age, leaves in (("code", "under-18", "stays"), ("app", "adult", "copy"))
    }  # fmt: skip
    return base


def test_a_platform_says_where_to_report_and_what_the_other_notices(reports: KnowledgeBase) -> None:
    content, _ = render(reports, "{{ platforms() }}")
    assert re.findall(r"<summary>.*?>(\w+)<", content) == ["Praat", "Klets"]
    assert "<dd>Kies &lt;Melden&gt;.</dd>" in content
    assert "<dt>Ziet de ander een schermafbeelding?</dt><dd>Ja, " in content
    assert "<dt>Hoort de ander wie meldt?</dt><dd>Nee, zegt het platform." in content
    assert "<dt>Merkt de ander een blokkade?</dt><dd>Niet gevonden. Reken op ja.</dd>" in content
    assert "<dt>Zonder account</dt><dd>Hier niet gevonden." in content
    assert "Nog door niemand nagekeken." in content
    assert "Klets" not in render(reports, '{{ platforms("praat") }}')[0]


def test_a_platform_in_arabic_shows_dutch_only_where_a_text_is_missing(
    reports: KnowledgeBase,
) -> None:
    content, _ = render(reports, "{{ platforms() }}", "ar")
    assert "<dd>اختر إبلاغ.</dd>" in content
    assert '<dd lang="nl" dir="ltr">Tik op Meer.</dd>' in content


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (None, "Nog door niemand nagekeken."),
        (datetime.date(2026, 5, 1), "Laatst nagekeken op 1 mei 2026: langer dan een half jaar"),
        (datetime.date(2026, 11, 1), "nagekeken op 1 november 2026."),
    ],
)
def test_a_platform_is_as_certain_as_a_contact_of_the_same_day(
    reports: KnowledgeBase, day: datetime.date | None, says: str
) -> None:
    today = datetime.date(2026, 11, 24)
    platform = reports.platforms["praat"].model_copy(update={"checked": day})
    shown = describe_report(platform, reports.strings["nl"], "nl", today)
    assert says in shown.doubt
    assert shown.doubt == describe_contact(contact(checked=day), reports.strings["nl"], "nl", today).doubt  # fmt: skip


def test_a_way_to_remove_an_image_says_first_whether_it_leaves_the_phone(
    reports: KnowledgeBase,
) -> None:
    content, _ = render(reports, "{{ removal() }}")
    assert "het beeld blijft op de telefoon</span></summary>" in content
    assert "er gaat een kopie naar het platform</span></summary>" in content
    assert '<a href="https://weg.example/" dir="ltr">weg.example/</a>' in content
    of_minors, _ = render(reports, '{{ removal(age="under-18") }}')
    assert "jonger dan 18 op het beeld" in of_minors
    assert "18 of ouder" not in of_minors


def test_search_also_covers_the_source_and_the_shared_language_but_never_its_own_again(
    base: KnowledgeBase,
) -> None:
    site = PageContextFactory(base, "https://a.example/", None, ("nl", "en", "ar"))

    def also_searched(code: str) -> list[str]:
        view = site.view(base.language(code), "index.md")
        return [language.code for language in view.also_search]

    assert {code: also_searched(code) for code in ("nl", "en", "ar")} == {
        "nl": ["en"], "en": ["nl"], "ar": ["nl", "en"],
    }  # fmt: skip


def test_a_contact_within_a_text_is_isolated_from_its_direction(base: KnowledgeBase) -> None:
    body = '## Kort { #in-short }\n\nBel {{ contact("hulp") }}.\n'
    for code in ("nl", "ar"):
        base.pages[code, "a.md"] = parse_page(page("A", body), f"docs/{code}/a.md", code)[0]
        found = excerpt(base, code, "a.md")
        assert found == "Bel \u2068Hulp & co\u2069 \u2068(0800 0432)\u2069."
    content, _ = render(base, '{{ contact("hulp") }}', "ar")
    assert '<bdi lang="nl">Hulp &amp; co</bdi>' in content


def test_a_corner_of_a_table_without_words_is_not_a_heading(base: KnowledgeBase) -> None:
    content, _ = render(base, "| | Nu |\n|---|---|\n| Wie | Jij |\n")
    assert [cell.tag for cell in html.fromstring(content).xpath("//thead//*[self::th or self::td]")] == [
        "td", "th",
    ]  # fmt: skip


FOREIGN = {
    "aangifte": "nl",
    "Veilig Thuis": "nl",
    "Slachtofferhulp": "nl",
    "Slachtofferhulp Nederland": "nl",
    "Take It Down": "en",
}


def test_words_of_other_languages_are_marked_and_isolated_whatever_the_letters_around_them() -> (
    None
):
    text = (
        '<p>اتصلوا Veilig Thuis (و <a href="https://x.nl/Veilig Thuis">Slachtofferhulp Nederland</a>) WhatsApp'
        " أو Take It Down</p><p><code>aangifte</code>"
        '<bdi lang="en">Veilig Thuis</bdi> <svg><text>aangifte</text></svg> aangifteplicht</p>'
    )
    marked = (
        '<p>اتصلوا <bdi lang="nl">Veilig Thuis</bdi> (و <a href="https://x.nl/Veilig Thuis">'
        '<bdi lang="nl">Slachtofferhulp Nederland</bdi></a>) WhatsApp'
        ' أو <bdi lang="en">Take It Down</bdi></p><p><code>aangifte</code>'
        '<bdi lang="en">Veilig Thuis</bdi> <svg><text>aangifte</text></svg> aangifteplicht</p>'
    )
    assert finish(text, "ar", FOREIGN, {}) == marked
    assert finish("<p>(<em>Aangifte</em>)</p>", "en", FOREIGN, {}) == (
        '<p>(<em><bdi lang="nl">Aangifte</bdi></em>)</p>'
    )
    assert finish("<p>Veilig Thuis</p>", "nl", FOREIGN, {}) == "<p>Veilig Thuis</p>"


def test_the_first_dutch_word_in_running_text_leads_to_the_glossary() -> None:
    text = (
        '<h2>Aangifte</h2><p>Zeg: "aangifte". <a href="a">aangifte</a></p>'
        '<div class="block block-say"><p>aangifte</p></div><p>Aangifte, of aangifte.</p>'
    )
    link = '<a class="word" href="glossary/#_term-aangifte">Aangifte</a>'
    there = {"aangifte": "glossary/#_term-aangifte"}
    assert finish(text, "nl", FOREIGN, there).endswith(f"<p>{link}, of aangifte.</p>")
    assert finish(text, "nl", FOREIGN, there).count("_term-") == 1


def test_a_page_links_its_words_to_the_entries_and_the_glossary_itself_does_not(
    tmp_path: Path,
) -> None:
    text = page("Woordenlijst", "Een aangifte.\n\n{{ glossary() }}\n")
    root = make_site(tmp_path, {"nl/glossary.md": text, "nl/now/a.md": page("A", "Een melding.\n")})
    (root / "data" / "terms.yml").write_text(
        'nl:\n  - {use: "melding of tip", dutch: [melding], meaning: "Iets."}\n', "utf-8"
    )
    base = KnowledgeBase.load(root)
    glossary, other = [shown(base, "nl", path) for path in ("glossary.md", "now/a.md")]
    assert '<div class="term" id="_term-melding">' in glossary
    assert '<a href="#_term-melding">M</a>' in glossary
    assert 'class="word"' not in glossary
    assert '<a class="word" href="../glossary.md#_term-melding">melding</a>' in other


@pytest.mark.parametrize(
    ("code", "written", "read"),
    [
        ("nl", "'s Avonds: \"Ik ga 'even weg'.\" Foto's", "’s Avonds: “Ik ga ‘even weg’.” Foto’s"),
        ("en", "\"You wrote: 'he's here'.\" Don't", "“You wrote: ‘he’s here’.” Don’t"),
        ("de", '"War \'ne Frau." "Du: \'er macht es\'."', "„War ’ne Frau.“ „Du: ‚er macht es‘.“"),
        ("fr", "\"Tu dis : 'il va là'.\" l'aide", "«\xa0Tu dis : “il va là”.\xa0» l’aide"),
        ("tr", "\"'Evet' de.\" A'dan", "“‘Evet’ de.” A’dan"),
        ("ar", '"قل" «نعم»', "«قل» «نعم»"),
        ("pl", '"Tak" „nie”', "„Tak” „nie”"),
        ("uk", '"Так" п\'ять', "«Так» п’ять"),
    ],
)
def test_quotation_marks_are_those_of_the_language(code: str, written: str, read: str) -> None:
    assert typeset(written, code) == read


def test_quotation_marks_go_on_through_elements_and_end_with_the_paragraph() -> None:
    text = (
        '<p>"Zeg \'<em>ja hoor</em>\'" of <em>Jan</em>\'s <a title="x\'y">"b"</a> <code>"c"</code></p>'
        '<p>"los</p><p>"d"</p>'
    )
    assert finish(text, "nl", {}, {}) == (
        '<p>“Zeg ‘<em>ja hoor</em>’” of <em>Jan</em>’s <a title="x\'y">“b”</a> <code>"c"</code></p>'
        '<p>"los</p><p>“d”</p>'
    )
