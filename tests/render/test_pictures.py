"""The drawings are readable, complete, and within their boxes in every language."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from fixture_site import CHECKOUT, make_site
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.content.ui_strings import Strings
from handvat.content.yaml_files import Yaml, read_yaml
from handvat.render import pictures
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Browser, Page
from samples import render

FOLDER = CHECKOUT / "overrides" / "pictures"
CARDS = sorted(path.stem for path in FOLDER.glob("card-*.svg"))
"""Picture cards, whose words are in the page."""
NAMES = sorted({path.stem for path in FOLDER.glob("[!_]*.svg")} - {*CARDS})
ENVIRONMENT = Environment(loader=FileSystemLoader(CHECKOUT / "overrides"))  # as MkDocs makes it
STYLES = "".join(
    (CHECKOUT / "overrides" / "inline" / name).read_text("utf-8")
    for name in ("handvat.css", "pictures.css")
)
SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ["nl", "en", "longer", "rtl"]


def words(language: str, name: str) -> Strings:
    """The words of the picture `name`. `longer` is Dutch with words 40 % longer, as German and
    Polish have them; `rtl` is Dutch in Arabic letters.
    """
    source = language if language in {"nl", "en"} else "nl"
    texts = read_yaml(CHECKOUT / "data" / "strings" / f"{source}.yml", CHECKOUT).value
    change = {"longer": lengthen, "rtl": arabic}.get(language, str)
    direction = "rtl" if language == "rtl" else "ltr"
    code = {"longer": "de", "rtl": "ar"}.get(language, language)
    found = {
        f"pictures.{name}.{key}": change(text) for key, text in texts["pictures"][name].items()
    }
    return Strings(Language(code, code, direction, code == "nl"), Yaml("", None), dict(found))


def lengthen(text: str) -> str:
    """`text` with its own letters repeated until each word is 40 % longer."""
    return re.sub(r"\w{3,}", lambda word: word[0] + word[0][: -(-len(word[0]) * 2 // 5)], text)


def arabic(text: str) -> str:
    """`text` in Arabic letters: no sense, but the shapes and the direction of real text."""
    letters = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابتدهفجحيكقلمنوصرسطعثخذزشض", strict=True))
    return "".join(letters.get(letter.lower(), letter) for letter in text)


def draw(language: str, name: str) -> str:
    return pictures.draw(name, ENVIRONMENT, words(language, name))


def svg(markup: str) -> ET.Element:
    """The `<svg>` of a figure, read as an XML document: every element is closed."""
    found = ET.fromstring(markup.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')).find(
        f"{SVG}svg"
    )
    assert found is not None
    return found


def show(browser: Browser, language: str, scheme: str = "light", width: int = 360) -> Page:
    """A page with all pictures in one language, at the width of a narrow phone."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    direction = "rtl" if language == "rtl" else "ltr"
    drawings = "".join(draw(language, name) for name in NAMES)
    page.set_content(
        f'<!doctype html><html dir="{direction}"><style>{STYLES}</style>'
        f'<main class="page"><div class="text">{drawings}</div></main></html>'
    )
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_a_title_and_a_description_that_are_read_aloud(
    name: str, language: str
) -> None:
    root = svg(draw(language, name))
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    strings = words(language, name)
    assert (title.text, desc.text) == (
        strings(f"pictures.{name}.title"),
        strings(f"pictures.{name}.desc"),
    )
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert all(element.get("id", "_").startswith("_") for element in root.iter())
    assert root.get("lang") == strings.language.code


@pytest.mark.parametrize("name", CARDS)
def test_a_picture_card_has_no_words_and_is_named_by_its_heading(name: str) -> None:
    drawings = []
    for direction in ("ltr", "rtl"):
        strings = Strings(Language("nl", "nl", direction, True), Yaml("", None), {})
        root = svg(pictures.draw(name, ENVIRONMENT, strings))
        assert "".join(root.itertext()).strip() == ""
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == name.removeprefix("card-")
        assert not [one for one in root.iter() if one.get("id") or one.get("style")]
        drawings.append("matrix(-1 0 0 1 120 0)" in ET.tostring(root, "unicode"))
    has_direction = name in {
        "card-not-sure",
        "card-from-internet",
        "card-must-do",
        "card-want-help",
    }
    assert drawings == [False, has_direction], "a face, a coin and a film look the same in Arabic"


@pytest.mark.parametrize("language", ["nl", "rtl"])
@pytest.mark.parametrize("name", NAMES)
def test_the_security_policy_finds_no_style_and_no_script_in_a_picture(
    name: str, language: str
) -> None:
    elements = [*svg(draw(language, name)).iter()]
    assert len(elements) > 10
    for element in elements:
        assert element.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}image", f"{SVG}use"}
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_picture_comes_from_the_language_files(name: str) -> None:
    used: set[str] = set()

    class Digits(dict[str, str]):
        def __missing__(self, key: str) -> str:
            used.add(key)
            return "7"

    strings = Strings(Language("nl", "nl", "ltr", True), Yaml("", None), Digits())
    root = svg(pictures.draw(name, ENVIRONMENT, strings))
    assert not re.search(r"[^\W\d]", "".join(root.itertext()))
    assert used == set(words("nl", name).texts), "words that the drawing does not show"


def test_the_same_picture_twice_on_a_page_has_ids_of_its_own(tmp_path: Path) -> None:
    base = KnowledgeBase.load(make_site(tmp_path))
    call = '{{ picture("whirlpool") }}\n\n'
    content, _ = render(base, call + call)
    ids = re.findall(r' id="([^"]+)"', content)
    assert len(ids) == len(set(ids)) == 4


def test_a_word_that_looks_like_markup_stays_a_word() -> None:
    strings = words("nl", "whirlpool")
    strings.texts["pictures.whirlpool.out"] = "<b>uit</b> & weg"
    assert "<b>" not in pictures.draw("whirlpool", ENVIRONMENT, strings)


def test_lines_break_between_words_at_hyphens_and_if_needed_within_words() -> None:
    assert pictures.wrap("een twee", 400) == ["een twee"]
    assert pictures.wrap("Beweis\u00adsicherung", 90) == ["Beweis-", "sicherung"]
    assert pictures.wrap("Beweis\u00adsicherung", 400) == ["Beweissicherung"]
    assert pictures.wrap("zaken-partner", 70) == ["zaken-", "partner"]
    lines = pictures.wrap("Donaudampfschifffahrt", 60)
    assert "".join(line.removesuffix("-") for line in lines) == "Donaudampfschifffahrt"
    assert all(pictures.text_width(line) <= 60 for line in lines)


def test_the_lines_of_a_text_are_about_equally_long() -> None:
    lines = pictures.wrap("Vertel het samen als het thuis veilig is, en bel dan", 200)
    assert len(lines) == 2
    short, long = sorted(map(pictures.text_width, lines))
    assert short > long * 0.7


# For each line of text: its place, and the smallest sheet or badge that its beginning lies in.
LINES = """figure => {
  const box = element => { const {left, top, right, bottom} = element.getBoundingClientRect();
    return {left, top, right, bottom} };
  const sheets = [...figure.querySelectorAll('path.wash, circle.full')].map(box);
  const rtl = getComputedStyle(figure).direction === 'rtl';
  return [...figure.querySelectorAll('tspan')].map(line => {
    const place = box(line), middle = (place.top + place.bottom) / 2;
    const start = line.parentNode.getAttribute('text-anchor') === 'middle'
      ? (place.left + place.right) / 2 : rtl ? place.right - 1 : place.left + 1;
    const around = sheets.filter(sheet => sheet.left < start && start < sheet.right
      && sheet.top < middle && middle < sheet.bottom);
    around.push(box(figure.querySelector('svg')));
    around.sort((a, b) => (a.right - a.left) - (b.right - b.left));
    return {text: line.textContent, place, around: around[0]};
  });
}"""


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_runs_out_of_its_box_or_into_another(browser: Browser, language: str) -> None:
    page = show(browser, language)
    figures = page.query_selector_all("figure")
    assert len(figures) == len(NAMES)
    for figure in figures:
        lines = figure.evaluate(LINES)
        assert lines
        for line in lines:
            place, around = line["place"], line["around"]
            assert around["left"] + 2 < place["left"], line
            assert place["right"] < around["right"] - 2, line
            assert around["top"] < place["top"] + 2, line
            assert place["bottom"] - 2 < around["bottom"], line
        for number, line in enumerate(lines):
            for other in lines[number + 1 :]:
                one, two = line["place"], other["place"]
                assert (
                    one["right"] <= two["left"]
                    or two["right"] <= one["left"]
                    or one["bottom"] <= two["top"] + 4
                    or two["bottom"] <= one["top"] + 4
                ), (line["text"], other["text"])
    page.close()


# The contrast (WCAG 2.2, 1.4.3) of each line with what is painted behind its middle.
CONTRASTS = """figure => {
  const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => { const [r, g, b] = rgb(colour).map(part => {
    part /= 255; return part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4 });
    return .2126 * r + .7152 * g + .0722 * b };
  return [...figure.querySelectorAll('tspan')].map(line => {
    line.scrollIntoView({block: 'center', behavior: 'instant'});
    const {left, top, width, height} = line.getBoundingClientRect();
    const behind = document.elementsFromPoint(left + width / 2, top + height / 2).find(
      element => element.matches('path, circle') && getComputedStyle(element).fill !== 'none');
    const paper = behind ? getComputedStyle(behind).fill
      : getComputedStyle(document.documentElement).backgroundColor;
    const [a, b] = [light(getComputedStyle(line).fill), light(paper)].sort((a, b) => b - a);
    return [line.textContent, (a + .05) / (b + .05)];
  });
}"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_box(browser: Browser, scheme: str) -> None:
    page = show(browser, "nl", scheme)
    figures = page.query_selector_all("figure")
    assert len(figures) == len(NAMES)
    for figure in figures:
        lines = figure.evaluate(CONTRASTS)
        assert lines
        assert [text for text, contrast in lines if contrast < 4.5] == []
    page.close()


@pytest.mark.browser
def test_letters_are_large_enough_on_a_narrow_phone(browser: Browser) -> None:
    page = show(browser, "nl")
    sizes = page.eval_on_selector_all(
        "figure text",
        "all => all.map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)",
    )
    assert min(sizes) >= 15
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_a_mirrored_picture_is_mirrored_but_its_words_are_not(browser: Browser, name: str) -> None:
    places = []
    for direction in ("ltr", "rtl"):
        strings = words("nl", name)
        strings.language = Language("nl", "nl", direction, True)
        page = browser.new_page(viewport={"width": pictures.WIDE, "height": 800})
        page.set_content(f'<html dir="{direction}">{pictures.draw(name, ENVIRONMENT, strings)}')
        places.append(
            page.evaluate(
                """() => {
                    const all = selector => [...document.querySelectorAll(selector)];
                    const svg = document.querySelector('svg').getBoundingClientRect();
                    const middle = element => { const box = element.getBoundingClientRect();
                        return (box.left + box.right) / 2 - (svg.left + svg.right) / 2 };
                    return {lines: all('tspan').map(middle), shapes: all('path').map(middle),
                        turned: all('text').some(text => text.getScreenCTM().a < 0)};
                }"""
            )
        )
        page.close()
    plain, mirrored = places
    assert not mirrored["turned"]
    assert [-place for place in mirrored["lines"]] == pytest.approx(plain["lines"], abs=1.5)
    assert [-place for place in mirrored["shapes"]] == pytest.approx(plain["shapes"], abs=1.5)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "longer"])
def test_a_picture_fits_on_one_sheet_of_paper(browser: Browser, language: str) -> None:
    page = show(browser, language, width=670)
    page.emulate_media(media="print")
    heights = page.eval_on_selector_all("figure svg", "all => all.map(one => one.clientHeight)")
    assert max(heights) <= 24.1 * 96 / 2.54
    page.close()
