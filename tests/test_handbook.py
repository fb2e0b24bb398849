"""The handbook: a reader of paper, of a screen or of a screen reader finds the way in it.

Without Pango the tests that set a book are skipped on somebody's own machine, and fail where CI=true:
a check that silently did not run protects nobody.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, checkout_base
from handvat.content.build_date import build_date
from handvat.content.knowledge_base import KnowledgeBase
from handvat.exports.pdf.book import gather
from handvat.exports.pdf.direction import direction_of
from handvat.exports.pdf.handbook import BadRequest, choose
from handvat.exports.pdf.letters import Letters
from handvat.exports.pdf.plan import plan
from handvat.exports.pdf.press import NoPango, weasyprint
from lxml import html
from lxml.html import HtmlElement
from pypdf import PdfReader
from pypdf.generic import Destination

PAGES = ("now/index", "now/first-hour", "now/immediate-danger", "understand/how-it-works",
         "contacts/index", "a-z")  # fmt: skip
LANGUAGES = ("nl", "ar")


def handbook(
    site: Path, out: Path, *pages: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs `handvat export pdf` on `site`; `pages` limits the book."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "handvat.exports.pdf.handbook",
            "--site",
            str(site),
            "--out",
            str(out),
        ]
        + (["--pages", *pages] if pages else []),
        cwd=CHECKOUT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795478400", "LANGS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Made:
    """A book as a PDF, and as the document that it was set from."""

    pdf: PdfReader
    page: HtmlElement

    @property
    def root(self) -> dict:
        return self.pdf.trailer["/Root"]

    def text(self, number: int) -> str:
        """What stands on a page, counted from 1."""
        return self.pdf.pages[number - 1].extract_text()

    def bookmarks(self) -> Iterator[tuple[int, int, str]]:
        """Level, page and title of each."""
        yield from self._walk(self.pdf.outline, 1)

    def _walk(self, entries: list, level: int) -> Iterator[tuple[int, int, str]]:
        for entry in entries:
            if isinstance(entry, Destination):
                number = self.pdf.get_destination_page_number(entry)
                assert number is not None
                yield level, number + 1, str(entry.title)
            else:
                yield from self._walk(entry, level + 1)

    def links(self) -> Iterator[tuple[int, dict]]:
        """The page and the annotation of each link."""
        for number, page in enumerate(self.pdf.pages, 1):
            for annotation in page.get("/Annots", ()):
                yield number, annotation.get_object()


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return checkout_base()


@pytest.fixture(scope="module")
def pango() -> None:
    """What sets text in pages; skips, or in CI fails, where it is not."""
    try:
        weasyprint()
    except NoPango as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def books(
    pango: None,  # noqa: ARG001 - asked for to be skipped
    built_site: Path,
    base: KnowledgeBase,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Made]:
    out = tmp_path_factory.mktemp("downloads")
    done = handbook(built_site, out, *PAGES, LANGS=",".join(LANGUAGES))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["handvat-ar.pdf", "handvat-nl.pdf"]
    made = {}
    for code in LANGUAGES:
        book = gather(base, built_site, base.language(code), build_date(), PAGES)
        made[code] = Made(PdfReader(out / f"handvat-{code}.pdf"), html.fromstring(book.markup))
    return made


def letters(text: str) -> Counter[str]:
    """The letters and digits of a text, however they are joined and in whichever order."""
    return Counter(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())


def figures(node: dict) -> Iterator[dict]:
    """The pictures in the structure of a tagged PDF."""
    if node.get("/S") == "/Figure":
        yield node
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        inner = child.get_object()
        if isinstance(inner, dict):
            yield from figures(inner)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_screen_reader_learns_title_language_and_structure(
    books: dict[str, Made], code: str, base: KnowledgeBase
) -> None:
    root = books[code].root
    assert root["/Lang"] == code
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert books[code].pdf.metadata.title == f"Handvat · {base.strings[code]('handbook.title')}"
    assert books[code].pdf.metadata.author == "Handvat"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_bookmark_leads_to_the_page_that_bears_its_title(
    books: dict[str, Made], code: str
) -> None:
    marks = list(books[code].bookmarks())
    assert {level for level, _, _ in marks} == {1, 2, 3}
    for _, number, title in marks:
        assert not letters(title) - letters(books[code].text(number)), title
    wanted = [" ".join(one.text_content().split()) for one in books[code].page.xpath(
        "//nav/h1 | //*[contains(@class, 'chapter-title') or contains(@class, 'leaf-title')]")]  # fmt: skip
    assert [title for level, _, title in marks if level < 3] == wanted


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_contents_give_the_page_of_every_title(books: dict[str, Made], code: str) -> None:
    made = books[code]
    where = {title: number for level, number, title in made.bookmarks() if level < 3}
    lines = made.text(2)
    entries = made.page.xpath("//nav[@id='contents']//a")
    assert len(entries) == len(where) - 1  # the contents do not list themselves
    printed = [int(number) for number in re.findall(r"\.\s+\.\s+(\d+)\s*$", lines, re.MULTILINE)]
    assert printed == [where[" ".join(entry.text_content().split())] for entry in entries]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_link_within_the_book_has_a_place_to_lead_to(
    books: dict[str, Made], code: str
) -> None:
    places = books[code].pdf.named_destinations
    inside = [str(link["/Dest"]) for _, link in books[code].links() if "/Dest" in link]
    assert len(inside) > 50
    assert not [place for place in inside if place not in places]
    ids = [one.get("id") for one in books[code].page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    outside = [str(link["/A"]["/URI"]) for _, link in books[code].links() if "/A" in link]
    assert all(address.startswith(("https://", "http://", "tel:")) for address in outside)


def test_a_link_says_on_which_page_it_leads(books: dict[str, Made]) -> None:
    made = books["nl"]
    where = {title: number for _, number, title in made.bookmarks()}
    first = "".join(made.text(where["Wat nu?"]).split())
    assert f"Erisdirectgevaar(p.{where['Er is direct gevaar']}):" in first


@pytest.mark.parametrize("code", LANGUAGES)
def test_contacts_sources_and_index_stand_at_the_back(books: dict[str, Made], code: str) -> None:
    ids = [one.get("id") for one in books[code].page.xpath("//section[contains(@class, 'leaf ')]")]
    assert ids[-3:] == ["contacts", "about-sources", "a-z"]


def test_the_whole_book_follows_the_menu(base: KnowledgeBase) -> None:
    paths = [path for chapter in plan(base) for path in chapter.paths]
    menu = [entry.path for entry in base.navigation]
    middle = [
        path
        for path in menu
        if path.split("/")[0] not in {"about", "contacts", "glossary.md", "a-z.md"}
    ]
    assert paths[: len(middle)] == middle
    assert [path for path in paths if path.startswith("about/")] == [
        "about/how-we-work.md",
        "about/sources.md",
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_source_has_one_number_wherever_it_is_cited(books: dict[str, Made], code: str) -> None:
    page = books[code].page
    entries = page.xpath("//ol[@class='book-sources']/li")
    assert [entry.get("id") for entry in entries] == [
        f"source-{number}" for number in range(1, len(entries) + 1)
    ]
    titles = [
        entry.find("cite").text_content() + entry.find("bdi").text_content() for entry in entries
    ]
    assert len(titles) == len(set(titles))
    cited = page.xpath("//sup[@class='cite']/a")
    assert {link.get("href") for link in cited} == {
        f"#source-{n}" for n in range(1, len(entries) + 1)
    }
    assert all(link.get("href") == f"#source-{link.text}" for link in cited)
    first_uses = list(dict.fromkeys(int(link.text) for link in cited))
    assert first_uses == sorted(first_uses)


def test_a_source_shows_its_address_and_the_pages_that_cite_it(books: dict[str, Made]) -> None:
    made = books["nl"]
    where = {title: number for level, number, title in made.bookmarks() if level == 1}
    text = " ".join(made.text(number) for number in range(where["Bronnen"], where["Van A tot Z"]))
    entry = made.page.get_element_by_id("source-1")
    assert entry.find_class("address")[0].text in text
    keys = [link.get("href")[1:] for link in entry.find_class("cited-on")[0]]
    assert keys and set(keys) <= {one.get("id") for one in made.page.iter("section")}
    places = made.pdf.named_destinations
    numbers = [made.pdf.get_destination_page_number(places[key]) + 1 for key in keys]
    assert "Gebruikt op: " + ", ".join(map(str, numbers)) in text


def test_the_index_gives_page_numbers(books: dict[str, Made]) -> None:
    made = books["nl"]
    where = {title: number for level, number, title in made.bookmarks() if level < 3}
    text = " ".join(
        made.text(number) for number in range(where["Van A tot Z"], len(made.pdf.pages) + 1)
    )
    assert re.search(rf"Draaikolk\s+{where['De draaikolk: zo raakt een jongere vast']}\b", text)


def test_a_number_is_dialled_the_same_in_a_book_from_right_to_left(books: dict[str, Made]) -> None:
    text = " ".join(books["ar"].text(number) for number in range(1, len(books["ar"].pdf.pages) + 1))
    assert "0900 8844" in text
    assert "8844 0900" not in text
    assert all(one.get("dir") for one in books["ar"].page.iter("bdi"))
    assert direction_of("0800 0432") == direction_of("113 Zelfmoordpreventie") == "ltr"
    assert direction_of("113 الوقاية") == "rtl"


def test_an_arabic_book_runs_from_right_to_left(books: dict[str, Made]) -> None:
    assert books["ar"].page.get("dir") == "rtl"
    assert books["ar"].root["/ViewerPreferences"]["/Direction"] == "/R2L"
    assert "/Direction" not in books["nl"].root["/ViewerPreferences"]
    edges = []

    def note(text: str, _matrix: list, place: list, _font: dict, _size: float) -> None:
        if text.strip() == "3":
            edges.append(place[4])

    middle = books["ar"].pdf.pages[2].mediabox.width / 2
    books["ar"].pdf.pages[2].extract_text(visitor_text=note)
    assert edges and min(edges) < middle  # the number of the page stands at the left edge


def test_no_arabic_letter_is_lost_when_it_is_read_aloud(books: dict[str, Made]) -> None:
    made = books["ar"]
    places = made.pdf.named_destinations
    leaf = made.page.get_element_by_id("now-first-hour")
    number = made.pdf.get_destination_page_number(places["now-first-hour"]) + 1
    words = re.findall(r"[\w']+", leaf.xpath("string(.//*[@data-section='in-short']/p)"))
    plain = [word for word in words if word.isalpha()]  # a mark is no letter
    assert len(plain) > 20
    assert not [word for word in plain if word not in made.text(number)]


def test_a_mark_does_not_keep_the_text_of_its_letter() -> None:
    found = Letters()
    found[1] = "أُ"
    found[2] = ""
    assert found[1] == "\N{ARABIC DAMMA}"
    assert 2 not in found  # so the letter is asked again at the next place
    found[2] = "أ"
    found[3] = "é"
    assert (found[2], found[3]) == ("أ", "é")
    assert list(found) == [1, 2, 3]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_picture_says_what_it_shows_and_its_words_hold_together(
    books: dict[str, Made], code: str, base: KnowledgeBase
) -> None:
    made = books[code]
    words = base.strings[code]
    found = [str(figure.get("/Alt", "")) for figure in figures(made.root["/StructTreeRoot"])]
    title, desc = words("pictures.whirlpool.title"), words("pictures.whirlpool.desc")
    assert found == [f"{title}. {desc}"]
    number = next(number for number in range(1, len(made.pdf.pages) + 1)
                  if not letters(words("pictures.whirlpool.out")) - letters(made.text(number))
                  and "/Annots" in made.pdf.pages[number - 1])  # fmt: skip
    assert number
    assert not made.page.xpath("//svg//text")
    labels = [one.text for one in made.page.xpath("//div[@class='drawing']/span")]
    assert words("pictures.whirlpool.attention") in labels


def test_a_picture_has_the_colours_of_the_site(books: dict[str, Made]) -> None:
    drawing = books["nl"].page.xpath("//figure//svg")[0]
    painted = {shape.get("class").strip(): shape.attrib for shape in drawing.iter("path", "circle")}
    assert painted["full stop"]["fill"] == "#8a3618"
    assert painted["wash ink"]["stroke"] == "#1d2829"
    assert not [shape for shape in drawing.iter() if "var(" in str(shape.get("fill"))]


def test_a_tool_is_a_form_for_a_pen(built_site: Path, base: KnowledgeBase) -> None:
    book = gather(base, built_site, base.language("nl"), build_date(), ["tools/"])
    page = html.fromstring(book.markup)
    assert not page.xpath("//input | //textarea | //button | //form | //noscript | //details")
    checklist = page.get_element_by_id("tools-signal-checklist")
    assert len(checklist.find_class("box")) == len(checklist.find_class("tick")) > 20
    field = page.xpath("//*[@class='field'][contains(., 'Letterlijke woorden van de jongere')]")[0]
    assert len(field.find_class("line")) == 3


def test_each_page_says_its_law_and_its_state_of_review(books: dict[str, Made]) -> None:
    leaf = books["nl"].page.get_element_by_id("now-first-hour")
    assert "Het is geen juridisch advies" in leaf.text_content()
    assert "Nog niet nagekeken door een professional." in leaf.text_content()
    assert "Verbeter deze pagina" not in books["nl"].page.text_content()
    cover = " ".join(books["nl"].text(1).split())
    assert "Proefversie" in cover and "Gemaakt op 24 november 2026" in cover


@pytest.mark.usefixtures("pango")
def test_two_books_of_one_day_are_the_same_byte_for_byte(built_site: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert handbook(built_site, tmp_path / name, "now/first-hour", LANGS="ar").returncode == 0
    one, two = (tmp_path / name / "handvat-ar.pdf" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_without_a_site_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = handbook(tmp_path / "site", tmp_path / "out")
    assert done.returncode == 1
    assert "There is no site" in done.stderr and "make build" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_language_that_the_site_lacks_is_named(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>Begin")
    with pytest.raises(BadRequest, match="does not have uk: run make build LANGS=nl,uk"):
        choose(base, tmp_path, "nl,uk")
    with pytest.raises(BadRequest, match="there is no language xx"):
        choose(base, tmp_path, "xx")
    assert [language.code for language in choose(base, tmp_path, "")] == ["nl"]


@pytest.mark.usefixtures("pango")
def test_a_site_that_is_older_than_the_texts_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>Begin")
    done = handbook(tmp_path, tmp_path / "out", "now/", LANGS="nl")
    assert done.returncode == 1
    assert "now/index.html: this page is not there" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the loader of other systems has other names")
def test_without_pango_it_says_how_to_install_it(built_site: Path, tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"")
    done = handbook(built_site, tmp_path / "out", LANGS="nl", LD_LIBRARY_PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt install libpango-1.0-0" in done.stderr and "brew install pango" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("pango")
def test_a_stopped_run_leaves_no_half_book_and_no_process(built_site: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "handvat.exports.pdf.handbook",
            "--site",
            str(built_site),
            "--out",
            str(tmp_path),
        ],
        cwd=CHECKOUT,
        env={**os.environ, "LANGS": "nl,ar"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert "Making 2 handbooks" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert "Nothing is half-made" in errors
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_the_site_carries_nothing_of_the_book(built_site: Path) -> None:
    assert not list(built_site.rglob("handbook.css"))
    assert not (built_site / "paper").exists()
