"""The search index: made in Python from a few pages, queried in a browser."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chromium import opened
from fixture_site import build, known_words, make_site, page, search_index
from handvat.cache import Cache
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.search_data import KINDS, Sentence
from handvat.search import index
from handvat.search.danger import make_model
from handvat.search.document import search_document
from handvat.search.index import IndexedPage, encode_model, index_of
from handvat.search.index import step as write_indexes
from handvat.search.tokens import LETTERS
from handvat.site_output import Part, RenderedLanguage, SiteOutput, write_file
from playwright.sync_api import Browser, Page

ENGINE = Path(__file__).parents[2] / "overrides/search/engine.js"

FIND = "(query) => engine.find(query).pages.map((page) => page.url)"
HELP = {
    "kinds": [{"first": kind, "contacts": [], "page": []} for kind in KINDS],
    "contacts": [],
}


def indexed(path: str, title: str, **more: Any) -> IndexedPage:
    """A page of the index; `questions`, `aliases` and `text` are texts."""
    fields = {"title": [title]}
    for name in ("questions", "aliases"):
        fields[name] = more.pop(name, [])
    text = more.pop("text", "")
    parts = more.pop("sections", [Part("steps", "Wat je doet", text)] if text else [])
    url = path.removesuffix("index.md").removesuffix(".md").rstrip("/")
    return IndexedPage(f"{url}/", title, "", path, sections=parts, fields=fields, **more)


PAGES = [
    indexed(
        "now/image-blackmail.md",
        "Er wordt gechanteerd met beelden",
        questions=["iemand wil geld voor mijn naaktfoto", "hij dreigt alles door te sturen"],
        sections=[
            Part("in-short", "Kort", "Betaal niet en blijf erbij."),
            Part("will-it-spread", "Gaan ze het rondsturen?", "Dat weet niemand. Zeepaardje."),
        ],
    ),
    indexed("police/report-or-notify.md", "Melding of aangifte", aliases=["klacht", "bureau"]),
    indexed("signals/secrecy.md", "Geheimzinnig doen", text="Een dichte deur. Een zeepaardje."),
    indexed("risk-factors/loneliness.md", "Eenzaam", questions=["niemand om mee te praten"]),
    indexed("you/index.md", "Dit gaat over mij", questions=["ik ben 15 en ik word gechanteerd"]),
    indexed("help/platforms.md", "Melden per app", questions=["snapchat"], language="nl"),
]

SENTENCES = [
    *(Sentence(f"ze wil niet meer leven {word}", "suicide", "other") for word in ("nu", "help", "echt")),
    *(Sentence(f"ik wil niet meer leven {word}", "suicide", "me") for word in ("sorry", "dag", "nooit")),
    *(Sentence(f"hij staat met een mes {word}", "violence", "other") for word in ("buiten", "hier", "klaar")),
    *(Sentence(f"beleid over messen {word}", "none", "other") for word in ("op school", "en regels", "maken")),
    *(Sentence(f"spreekbeurt over {word}", "none", "other") for word in ("zelfmoord", "leven", "pesten")),
    *(Sentence(f"ik ben {age} en ik word gepest", "none", "me") for age in (13, 14, 15)),
    *(Sentence(f"leerling wordt {word}", "none", "other") for word in ("gepest", "bedreigd", "gefilmd")),
]  # fmt: skip


def data_of(pages: list[IndexedPage], sentences: list[Sentence]) -> dict[str, Any]:
    danger = {**HELP, **encode_model(make_model(sentences))}
    return {**index_of(pages), "danger": danger, "doors": []}


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    """A page of a browser with the index of PAGES as `engine`."""
    with opened(browser) as (page, watch):
        load(page, data_of(PAGES, SENTENCES))
        yield page
        assert watch.complaints == []


def load(page: Page, data: dict[str, Any]) -> None:
    script = f"window.engine = {ENGINE.read_text('utf-8')}({json.dumps(data)})"
    page.evaluate(f"() => {{ {script}; }}")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Melding", "police/report-or-notify/"),
        ("BUREAU", "police/report-or-notify/"),  # a search word
        ("naaktfoto geld", "now/image-blackmail/"),  # a question
        ("naaktfotos", "now/image-blackmail/"),  # another ending
        ("gechantert met beeldn", "now/image-blackmail/"),  # slips
        ("foto", "now/image-blackmail/"),  # a part of a compound
        ("dichte deur", "signals/secrecy/"),  # its text
        ("snapchat", "help/platforms/"),  # a fallback page
        ("niemand om mee te praten over politie", "risk-factors/loneliness/"),
    ],
)
def test_a_page_is_found_by_its_title_search_words_questions_and_text(
    engine: Page, query: str, found: str
) -> None:
    assert engine.evaluate(FIND, query)[0] == found


@pytest.mark.browser
def test_a_hit_names_the_section_that_the_words_are_in(engine: Page) -> None:
    hits = engine.evaluate("() => engine.find('zeepaardje').pages")
    sections = {hit["url"]: hit["section"] for hit in hits}
    assert sections["now/image-blackmail/"] == ["will-it-spread", "Gaan ze het rondsturen?"]
    assert sections["signals/secrecy/"] == ["steps", "Wat je doet"]


@pytest.mark.browser
def test_a_fallback_page_is_marked_with_its_language(engine: Page) -> None:
    (hit, *_) = engine.evaluate("() => engine.find('snapchat').pages")
    assert hit["language"] == "nl"
    assert engine.evaluate("() => engine.find('Eenzaam').pages[0].language") == ""


@pytest.mark.browser
def test_a_young_person_who_speaks_of_themself_finds_their_page_first(engine: Page) -> None:
    assert engine.evaluate(FIND, "ik ben 16 en word gechanteerd")[0] == "you/"
    assert (
        engine.evaluate(FIND, "leerling wordt gechanteerd met beelden")[0] == "now/image-blackmail/"
    )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "danger", "kind"),
    [
        ("mijn dochter wil niet meer leven", "sure", "suicide"),
        ("staat met een mes", "sure", "violence"),
        ("beleid over messen", "", None),
        ("spreekbeurt over zelfmoord", "", None),
        ("", "", None),
    ],
)
def test_danger_is_recognised_by_words_shared_with_the_sentences(
    engine: Page, query: str, danger: str, kind: str | None
) -> None:
    answer = engine.evaluate("(query) => engine.classify(query)", query)
    assert answer["danger"] == danger
    if kind:
        assert answer["kind"]["first"] == kind


@pytest.mark.browser
def test_a_short_sentence_of_danger_is_sure_unless_the_words_around_it_are_harmless(
    browser: Browser,
) -> None:
    sentences = [
        *SENTENCES,
        Sentence("Zij wil dood", "suicide", "other"),
        *(
            Sentence(f"een liedje over {word}", "none", "other")
            for word in ("dood", "later", "wil")
        ),
    ]
    with opened(browser) as (page, _):
        load(page, data_of(PAGES, sentences))
        answers = page.evaluate(
            "(all) => all.map((one) => engine.classify(one).danger)",
            [
                "zij wil dood",
                "Help: ZIJ WIL DOOD!",
                "een liedje over zij wil dood een liedje",
            ],
        )
    assert answers[:2] == ["sure", "sure"]
    assert answers[2] != "sure"


@pytest.mark.browser
@pytest.mark.parametrize(
    "query",
    [
        "", " ", "x" * 10_000, "a b c d " * 2_500, "🙈🙈🙈", "<script>alert(1)</script>", "\ud800", "\udfff a",
        "\u202emelding", "de het een", "constructor __proto__ toString", "^$", "\n\n", "((((", "\\", "0", "⁵",
    ],
    ids=lambda text: ascii(text)[:20],
)  # fmt: skip
def test_a_hostile_question_gets_an_answer_or_nothing(engine: Page, query: str) -> None:
    answer = engine.evaluate(
        "(query) => { const found = engine.find(query); return [found.pages.length, engine.classify(query).danger, engine.meant(query)]; }",
        query,
    )
    assert answer[0] <= len(PAGES)
    assert answer[1] in {"", "likely", "sure"}


@pytest.mark.browser
def test_an_unknown_word_finds_nothing_and_one_with_a_slip_is_corrected(
    engine: Page,
) -> None:
    assert engine.evaluate(FIND, "xyzzyqwrt") == []
    assert engine.evaluate("() => engine.find('xyzzyqwrt eenzaam').unknown") == ["xyzzyqwrt"]
    assert engine.evaluate("() => engine.meant('rondsturn')") == "rondsturen"
    # A word is unknown without its accents and capitals, and replaced as it was typed; part of another word is not.
    assert engine.evaluate("() => engine.find('Xyzzyqwrtй').unknown") == ["xyzzyqwrtи"]
    for query, corrected in (
        ("Zij Xyzzyqwrtй?", "zij rondsturen?"),
        ("xyzzyqwrtийs xyzzyqwrtи", "xyzzyqwrtийs rondsturen"),
    ):
        correct = "(query) => engine.corrected(query, 'xyzzyqwrtи', 'rondsturen')"
        assert engine.evaluate(correct, query) == corrected
    # A word that only a question contains is not a correction.
    assert engine.evaluate("() => engine.meant('naaktfotp')") == ""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("İfşa edildi", "ifsa"), ("Straße nach Hause", "strasse"), ("Łzy i wstyd", "lzy"),
        ("مشاركة الصور", "الصور"), ("Шантаж зображеннями", "шантажує"), ("Œuvre", "oeuvre"), ("Café", "CAFE"),
    ],
)  # fmt: skip
def test_words_are_tokenised_in_the_same_way_in_python_and_javascript(
    browser: Browser, title: str, query: str
) -> None:
    with opened(browser) as (page, _):
        load(page, data_of([indexed("now/a.md", title), indexed("now/b.md", "Iets anders")], []))
        assert page.evaluate(FIND, query)[:1] == ["now/a/"]
        assert page.evaluate("(query) => engine.classify(query).danger", query) == ""


def test_a_question_of_one_word_counts_as_much_as_three_longer_ones_with_the_word() -> None:
    symbol = index._SYMBOLS.index
    for longer in (1, 3):
        data = index_of(
            [
                indexed("help/a.md", "Een brief", questions=["over sextortion schrijven"] * longer),
                indexed("help/b.md", "Chantage", questions=["sextortion"]),
            ]
        )
        words = sorted(known_words(data))
        at = sum(map(symbol, data["counts"][: words.index("sextortion")]))
        of_longer, alone = (symbol(one) // 13 for one in data["marks"][at : at + 2])
        assert alone > of_longer if longer == 1 else alone == of_longer


@pytest.mark.browser
def test_an_index_of_hundreds_of_pages_with_many_words_is_read_as_it_was_written(
    browser: Browser,
) -> None:
    chance = random.Random(5)
    names = ["".join(chance.choices("abcdefghij", k=7)) for _ in range(400)]
    pages = [
        indexed(f"help/{number}.md", f"{name} overal", text="gelijk " * 3)
        for number, name in enumerate(names)
    ]
    with opened(browser) as (page, _):
        load(page, data_of(pages, []))
        found = page.evaluate(f"(all) => all.map((one) => ({FIND})(one)[0])", names)
    assert found == [f"help/{number}/" for number in range(400)]


@pytest.mark.browser
def test_an_index_with_too_many_words_leaves_out_the_least_informative(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [
        indexed(f"help/{number}.md", f"titel{number}", text=f"overal w{number}oord")
        for number in range(8)
    ]
    assert {"titel1", "w1oor"} <= known_words(index_of(pages))
    monkeypatch.setattr(index, "MOST_POSTINGS", 50)
    data = data_of(pages, [])
    assert len(data["marks"]) <= 50
    with opened(browser) as (page, _):
        load(page, data)
        assert page.evaluate(FIND, "titel5")[0] == "help/5/"


def test_few_harmless_sentences_reach_the_bound_when_they_are_not_counted_themselves() -> None:
    model = make_model(SENTENCES)
    assert model.likely <= model.sure
    weights = {feature.name: feature for feature in model.features}
    assert weights["=mes"].danger > 0 > weights["=beleid"].danger
    assert KINDS[weights["=mes"].kind] == "violence"
    assert weights["ben #"].own > 0, "an age is one word, whichever it is"


def test_without_sentences_nothing_is_danger() -> None:
    assert make_model([]).features == ()
    assert make_model([one for one in SENTENCES if one.kind == "none"]).features == ()
    assert encode_model(make_model([]))["bounds"] == [99, 99, 99]


def test_search_reads_the_text_of_a_page_by_section_and_nothing_around_it() -> None:
    rendered = (
        "<nav>Menu</nav>"
        '<article class="text" data-search-body><h1>Titel</h1><p>Voor &lt;af</p>'
        '<h2 id="a">Eén <b>twee</b></h2><p>Drie<sup data-search-ignore><a>1</a></sup>.</p>'
        "<p>Vrai\u00a0? <a>Bel</a>, of <bdi>app (1)</bdi>.</p>"
        '<div data-search-ignore><div>weg</div></div><hr data-search-ignore><h2 id="b">Vier</h2></article><p>Na</p>'
    )
    assert search_document(rendered) == (
        Part("", "", "Voor <af"),
        Part("a", "Eén twee", "Drie. Vrai\u00a0? Bel, of \u2068app (1)\u2069."),
        Part("b", "Vier", ""),
    )
    assert search_document(rendered.replace(" data-search-body", "")) == ()


@pytest.fixture
def site(tmp_path: Path) -> SiteOutput:
    """A site before its indexes, with nothing to find."""
    root = make_site(tmp_path / "project", {"nl/help/one.md": page("Een", "Woorden.\n")})
    kb = KnowledgeBase.load(root)
    for name in ("site", "scratch"):
        (tmp_path / name).mkdir()
    return SiteOutput(
        tmp_path / "site",
        {language.code: RenderedLanguage() for language in kb.languages[:2]},
        tmp_path / "scratch",
        kb.languages[:2],
        kb,
        "https://fixture.example/",
        themes=(ENGINE.parents[1],),
        cache=Cache(tmp_path / "cache"),
    )


def make_findable(site: SiteOutput, path: str, text: str, code: str = "nl") -> None:
    site.rendered[code].documents[path] = (
        Part("in-short", "Kort", "Kort."),
        Part("a", "Kop", text),
    )


def indexes(site: SiteOutput) -> dict[str, bytes]:
    write_indexes(site)
    return {path.name: path.read_bytes() for path in (site.folder / "search").iterdir()}


def test_each_language_with_pages_has_an_index_that_is_made_again_when_a_page_changed(
    site: SiteOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_findable(site, "help/one.md", "Zeepaardje")
    make_findable(site, "index.md", "Begin")
    first = indexes(site)
    assert first.keys() == {"nl.js"}
    monkeypatch.setattr("handvat.search.index.index_of", None)
    assert indexes(site) == first, "found in the cache"
    monkeypatch.undo()
    make_findable(site, "help/one.md", "Stekelbaars")
    assert indexes(site)["nl.js"] != first["nl.js"]
    assert "steke" in known_words(search_index(site.folder, "nl"))
    assert indexes(replace(site, cache=Cache())) == indexes(site)
    monkeypatch.setattr("handvat.search.index.doors", lambda *_: [["Een deur", "#door-new"]])
    assert b"Een deur" in indexes(site)["nl.js"], "not the doors of the cached index"


def test_questions_and_aliases_are_in_the_index_and_no_page_shows_them(tmp_path: Path) -> None:
    text = page("Het eerste uur", "## Kort { #in-short }\n\nBlijf rustig.\n").replace(
        "review: null", "aliases: [paniekknop]\nreview: null"
    )
    files = {"nl/now/first-hour.md": text}
    root = make_site(tmp_path, files)
    write_file(root / "data/questions/nl.yml", b"now/first-hour.md: [ze barst los]\n")
    code, output = build(root)
    assert code == 0, output
    assert known_words(search_index(root / "site", "nl")) >= {"barst", "paniekknop"}
    shown = (root / "site/now/first-hour/index.html").read_text("utf-8")
    assert "Blijf rustig" in shown
    assert "paniekknop" not in shown
    assert "barst" not in shown


@pytest.mark.browser
@pytest.mark.parametrize("typed", ["shantazh", "shantaj", "шантаж"])
def test_ukrainian_is_found_in_latin_letters_too(browser: Browser, typed: str) -> None:
    pages = [
        indexed("now/image-blackmail.md", "Шантаж фотографіями", questions=["sextortion"]),
        indexed("you/am-i-punishable.md", "Чи можуть мене покарати"),
    ]
    with opened(browser) as (page, _):
        load(page, {**data_of(pages, []), "letters": LETTERS["uk"]})
        assert page.evaluate(FIND, typed)[0] == "now/image-blackmail/"
        assert page.evaluate("(word) => engine.find(word).unknown", typed) == []
        assert page.evaluate(FIND, "mozhut pokaraty")[0] == "you/am-i-punishable/"
        assert page.evaluate(FIND, "sextortion")[0] == "now/image-blackmail/", "known as it is"
