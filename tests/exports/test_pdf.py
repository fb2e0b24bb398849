"""The handbook can be navigated on paper, on a screen and with a screen reader.

Its content is tested everywhere. Without Pango the tests that set it in pages are skipped, and fail
where CI=true: a check must not be left out silently.
"""

from __future__ import annotations

import ast
import io
import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, checkout_base
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.problem import UserError
from handvat.exports.built_site import built_languages
from handvat.exports.pdf import GlyphTexts, load_weasyprint
from handvat.exports.pdf.book import gather, plan
from handvat.exports.pdf.pages import direction_of, short_address
from handvat.site_output import build_date
from lxml import html
from lxml.html import HtmlElement
from pypdf import PdfReader
from pypdf.generic import Destination
from samples import render

PAGES = ("now/index", "now/first-hour", "now/immediate-danger", "understand/how-it-works",
         "contacts/index", "a-z")  # fmt: skip
LANGUAGES = ("nl", "ar")


def handbook(
    site: Path, out: Path, *pages: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs `handvat export pdf` on `site`; `pages` limits the book."""
    process = start(site, out, *pages, **environment)
    output, errors = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def start(site: Path, out: Path, *pages: str, **environment: str) -> subprocess.Popen[str]:
    """Starts `handvat export pdf` on `site`, in a process group of its own."""
    limit = [argument for page in pages for argument in ("--pages", page)]
    command = ["export", "pdf", "--site", str(site), "--out", str(out), *limit]
    return subprocess.Popen(
        [sys.executable, "-m", "handvat", *command],
        cwd=CHECKOUT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795478400", "LANGS": "", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@cache
def _text(pdf: PdfReader, number: int) -> str:
    return pdf.pages[number - 1].extract_text()


@dataclass(frozen=True)
class Made:
    """A book as a PDF, and as the document that it was set from."""

    pdf: PdfReader
    page: HtmlElement

    @property
    def root(self) -> dict:
        return self.pdf.trailer["/Root"]

    def text(self, number: int) -> str:
        """The text of a page, counted from 1."""
        return _text(self.pdf, number)

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
def documents(built_site: Path, base: KnowledgeBase) -> dict[str, HtmlElement]:
    """Language → the book of some pages, before it is set: no Pango is needed for it."""
    books = {
        code: gather(base, built_site, base.language(code), build_date(), PAGES)
        for code in LANGUAGES
    }
    return {code: html.fromstring(book.markup) for code, book in books.items()}


@pytest.fixture(scope="module")
def pango() -> None:
    """What sets text in pages; skips, or in CI fails, where it is missing."""
    try:
        load_weasyprint()
    except UserError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def books(
    pango: None,  # noqa: ARG001 - skips where it is missing
    built_site: Path,
    documents: dict[str, HtmlElement],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Made]:
    out = tmp_path_factory.mktemp("downloads")
    done = handbook(built_site, out, *PAGES, LANGS=",".join(LANGUAGES))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in out.glob("*.pdf")) == [
        f"handvat-{code}-selection.pdf" for code in sorted(LANGUAGES)
    ]
    return {
        code: Made(PdfReader(out / f"handvat-{code}-selection.pdf"), documents[code])
        for code in LANGUAGES
    }


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
def test_a_screen_reader_gets_title_language_and_structure(
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
def test_a_bookmark_leads_to_the_page_that_has_its_title(books: dict[str, Made], code: str) -> None:
    marks = list(books[code].bookmarks())
    assert {level for level, _, _ in marks} == {1, 2, 3}
    for _, number, title in marks:
        assert not letters(title) - letters(books[code].text(number)), title
    expected = [" ".join(one.text_content().split()) for one in books[code].page.xpath(
        "//nav/h1 | //*[contains(@class, 'chapter-title') or contains(@class, 'page-title')]")]  # fmt: skip
    assert [title for level, _, title in marks if level < 3] == expected


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


def test_a_link_gives_the_number_of_its_page(books: dict[str, Made]) -> None:
    made = books["nl"]
    where = {title: number for _, number, title in made.bookmarks()}
    first = "".join(made.text(where["Wat nu?"]).split())
    hour = where["Een jongere heeft je net iets verteld"]
    assert f"Eenjongereheeftjenetietsverteld(p.{hour})," in first


@pytest.mark.parametrize("code", LANGUAGES)
def test_contacts_sources_and_index_are_at_the_back(
    documents: dict[str, HtmlElement], code: str
) -> None:
    ids = [
        one.get("id") for one in documents[code].xpath("//section[contains(@class, 'book-page ')]")
    ]
    assert ids[-3:] == ["contacts", "about-sources", "a-z"]


def test_the_whole_book_follows_the_menu(base: KnowledgeBase) -> None:
    paths = [path for chapter in plan(base) for path in chapter]
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


def looked_for() -> set[str]:
    """The classes of the site's templates that the exports look for."""
    found = set()
    for file in (CHECKOUT / "scripts/handvat/exports").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "by_class":
                found |= {ast.literal_eval(argument) for argument in node.args[1:]}
    return found


def test_each_class_that_the_handbook_looks_for_is_one_of_the_site(built_site: Path) -> None:
    """A class renamed in a template would silently leave numbers or sources out of the book."""
    classes: set[str] = set()
    for file in built_site.rglob("*.html"):
        for names in re.findall(r'class="([^"]*)"', file.read_text("utf-8")):
            classes.update(names.split())
    assert {"contact-numbers", "cite", "picture"} <= looked_for()
    assert looked_for() - classes == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_contact_has_its_numbers_and_its_addresses_written_out(
    documents: dict[str, HtmlElement], base: KnowledgeBase, code: str
) -> None:
    cards = documents[code].get_element_by_id("contacts").find_class("contact")
    named = {card.find_class("contact-name")[0].text_content(): card for card in cards}
    listed = [one for one in base.own_contacts.values() if one.name in named]
    assert len(listed) > 10
    for contact in listed:
        card = named[contact.name]
        numbers = [one.text_content() for one in card.find_class("contact-number")]
        assert numbers == [number.dial for number in contact.numbers]
        assert not numbers or card.find_class("contact-head")[0].find("p[2]/a") is not None
        addresses = {one.text for one in card.xpath("./p[@class='contact-reach']//a")}
        assert addresses == {short_address(one) for one in (contact.url, contact.chat) if one}


def test_the_book_of_an_organisation_has_its_footer_and_its_imprint(
    built_site: Path, base: KnowledgeBase
) -> None:
    settings = {"footer": {"nl": "Van het jeugdteam."}, "imprint": "about/privacy.md"}
    own = replace(base, host=base.host.model_copy(update=settings))
    book = gather(own, built_site, base.language("nl"), build_date(), ["about/privacy"])
    document = html.fromstring(book.markup)
    assert "Van het jeugdteam." in document.find_class("cover-foot")[0].text_content()
    assert document.get_element_by_id("about-privacy").find_class("chapter-title")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_source_has_one_number_wherever_it_is_cited(
    documents: dict[str, HtmlElement], code: str
) -> None:
    page = documents[code]
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


def test_a_number_is_dialled_the_same_in_a_book_from_right_to_left(
    documents: dict[str, HtmlElement],
) -> None:
    assert all(one.get("dir") for one in documents["ar"].iter("bdi"))
    assert direction_of("0800 0432") == direction_of("113 Zelfmoordpreventie") == "ltr"
    assert direction_of("113 الوقاية") == "rtl"


def test_a_number_reads_from_left_to_right_on_an_arabic_page(books: dict[str, Made]) -> None:
    text = " ".join(books["ar"].text(number) for number in range(1, len(books["ar"].pdf.pages) + 1))
    assert "0900 8844" in text
    assert "8844 0900" not in text


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
    assert edges and min(edges) < middle  # the number of the page is at the left edge


def test_no_arabic_letter_is_lost_when_it_is_read_aloud(books: dict[str, Made]) -> None:
    made = books["ar"]
    places = made.pdf.named_destinations
    page = made.page.get_element_by_id("now-first-hour")
    number = made.pdf.get_destination_page_number(places["now-first-hour"]) + 1
    words = re.findall(r"[\w']+", page.xpath("string(.//*[@data-section='in-short']/p)"))
    plain = [word for word in words if word.isalpha()]  # a mark is not a letter
    assert len(plain) > 20
    assert not [word for word in plain if word not in made.text(number)]


def test_a_mark_does_not_keep_the_text_of_its_letter() -> None:
    found = GlyphTexts()
    found[1] = "أُ"
    found[2] = ""
    assert found[1] == "\N{ARABIC DAMMA}"
    assert 2 not in found  # so the letter is looked up again at the next place
    found[2] = "أ"
    found[3] = "é"
    assert (found[2], found[3]) == ("أ", "é")
    assert list(found) == [1, 2, 3]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_picture_has_a_description_and_its_words_stay_together(
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


def test_a_picture_has_the_colours_of_the_site(documents: dict[str, HtmlElement]) -> None:
    drawing = documents["nl"].xpath("//figure//svg")[0]
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
    text = base.pages["nl", "tools/first-24-hours.md"].body
    (count,) = re.findall(r'"Letterlijke woorden van de jongere[^"]*", lines=(\d)', text)
    assert len(field.find_class("line")) == int(count) > 1


def test_each_page_has_its_law_and_its_state_of_review(documents: dict[str, HtmlElement]) -> None:
    page = documents["nl"].get_element_by_id("now-first-hour")
    assert "Het is geen juridisch advies" in page.text_content()
    assert "Nog niet nagekeken door een professional." in page.text_content()
    assert "Verbeter deze pagina" not in documents["nl"].text_content()


def test_the_title_page_has_the_edition_and_the_date(books: dict[str, Made]) -> None:
    cover = " ".join(books["nl"].text(1).split())
    assert "Proefversie" in cover and "Gemaakt op 24 november 2026" in cover


@pytest.mark.usefixtures("pango")
def test_two_books_of_one_day_are_the_same_byte_for_byte(built_site: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert handbook(built_site, tmp_path / name, "now/first-hour", LANGS="ar").returncode == 0
    one, two = (tmp_path / name / "handvat-ar-selection.pdf" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_without_a_site_the_build_command_is_printed(tmp_path: Path) -> None:
    done = handbook(tmp_path / "site", tmp_path / "out")
    assert done.returncode == 1
    assert "There is no site" in done.stderr and "handvat build" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_language_that_the_site_lacks_is_named(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>Begin")
    with pytest.raises(UserError, match="was built without uk: run handvat build"):
        built_languages(base.languages, tmp_path, ["nl", "uk"])
    with pytest.raises(UserError, match="there is no language xx"):
        built_languages(base.languages, tmp_path, ["xx"])
    assert [one.code for one in built_languages(base.languages, tmp_path, [])] == ["nl"]


@pytest.mark.usefixtures("pango")
def test_a_site_that_is_older_than_the_texts_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>Begin")
    done = handbook(tmp_path, tmp_path / "out", "now/", LANGS="nl")
    assert done.returncode == 1
    assert "now/index.html: this page is missing" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the loader of other systems has other names")
def test_without_pango_the_install_command_is_printed(built_site: Path, tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"")
    done = handbook(built_site, tmp_path / "out", LANGS="nl", LD_LIBRARY_PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt install libpango-1.0-0" in done.stderr and "brew install pango" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("pango")
def test_a_stopped_run_leaves_no_half_book_and_no_process(built_site: Path, tmp_path: Path) -> None:
    process = start(built_site, tmp_path, LANGS="nl,ar")
    assert process.stdout is not None
    assert "Making 2 handbooks" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert "Nothing is half-written" in errors
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_the_site_contains_nothing_of_the_book(built_site: Path) -> None:
    assert not list(built_site.rglob("handbook.css"))
    assert not (built_site / "paper").exists()


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_about_a_platform_are_unfolded_on_paper(
    base: KnowledgeBase, language: str
) -> None:
    content, _ = render(base, '{{ platforms("snapchat") }}', language)
    style = load_weasyprint().CSS(CHECKOUT / "overrides/paper/handbook.css")
    document = load_weasyprint().HTML(string=f'<html dir="auto"><body>{content}')
    printed = PdfReader(io.BytesIO(document.write_pdf(stylesheets=[style])))
    text = "".join(page.extract_text() for page in printed.pages)
    assert "Snapchat" in text
    assert "values.snap.com/safety/safety-reporting" in re.sub(r"\s", "", text)
