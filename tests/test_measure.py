"""`make bench` counts what a reader's phone downloads, on sites of any size, and a page shows it.

Nothing here asserts a time: machines differ.
"""

from __future__ import annotations

import datetime
import itertools
import re
import socket
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml
from fixture_site import CHECKOUT, PAGES, asset, build, make_site, page, run
from lxml import html
from playwright.sync_api import Browser

from scripts.build import choose_languages, render_and_finish
from scripts.findings import find_problems
from scripts.finish.headers import ON_PIECES
from scripts.knowledge.base import KnowledgeBase
from scripts.knowledge.measured import (
    NAME,
    Bytes,
    Helped,
    LoadedPage,
    Machine,
    Measured,
    Profile,
    Searched,
    Size,
    Spread,
)
from scripts.measure import record
from scripts.measure.growth import WORD, Growth
from scripts.measure.host import counted
from scripts.measure.loading import load, summarise
from scripts.measure.searching import search
from scripts.measure.synthetic import TooFew, write_project

ADDRESS = "now/first-hour/"
TOOL = "tools/list/"
TIME = Spread(median=1200, least=1000, most=2500)
SITE = Size(pages=96, languages=3, is_generated=False)
GROWN = Size(pages=1000, languages=2, is_generated=True)
FIGURES = Measured(
    date=datetime.date(2026, 11, 24),
    machine=Machine(cores=2, memory=8, system="Linux", chromium="150.0.1"),
    profile=Profile(kilobits=1600, round_trip=150, slower=4, runs=3),
    pages=[
        LoadedPage(
            page="now/first-hour.md",
            language="nl",
            site=SITE,
            requests=4,
            bytes=Bytes(document=9000, style=8000, script=3000, image=400, other=0),
            first_paint=TIME,
            largest_paint=TIME,
            blocking=Spread(median=0, least=0, most=0),
            shift=0.0,
        )
    ],
    search=[
        Searched(language="ar", query="سر", site=site, requests=12, bytes=size, time=TIME)
        for site, size in ((SITE, 123_400), (GROWN, 140_000))
    ],
    help=[Helped(language="nl", query="wapen", time=TIME)],
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny site, built."""
    sections = ("in-short", "how-to-use-it", "list")
    tool = "".join(f"## Zo {{ #{section} }}\n\nVink aan.\n\n" for section in sections)
    folder = make_site(
        tmp_path_factory.mktemp("measured"), {"nl/tools/list.md": page("Lijst", tool, "tool")}
    )
    code, output = build(folder)
    assert code == 0, output
    return folder / "site"


def expected_sizes(site: Path, address: str) -> Counter[str]:
    """By kind, what a host must send for a page: each file compressed, without headers."""
    file = site / address / "index.html"
    root = html.fromstring(file.read_bytes())
    links = root.xpath("//link[@rel='stylesheet']/@href | //script/@src | //img/@src")
    sizes: Counter[str] = Counter()
    for path in {file, *((file.parent / link).resolve() for link in links)}:
        kind = {".html": "document", ".css": "style", ".js": "script", ".svg": "image"}[path.suffix]
        sizes[kind] += path.with_name(f"{path.name}.gz").stat().st_size
    return sizes


@pytest.mark.browser
def test_the_bytes_and_requests_of_a_page_are_those_of_its_files_and_their_headers(
    browser: Browser, site: Path
) -> None:
    with counted(site) as host:
        found = load(browser, host, TOOL)
        alone = load(browser, host, ADDRESS)
    page_ = summarise("tools/list.md", "nl", SITE, [found])
    expected = expected_sizes(site, TOOL)
    assert page_.requests == 3  # the page, and its style and script as a tool
    asked = {answer.path for answer in found.answers}
    assert asked == {f"/{TOOL}", *(f"/{asset(site, name)}" for name in ("tools.css", "tools.js"))}
    headers = [line.strip() for line in (site / "_headers").read_text("utf-8").splitlines()[1:]]
    of_piece = [line for line in headers if line.startswith(ON_PIECES)]
    for kind, sent in (("document", headers), ("script", of_piece), ("style", of_piece)):
        above = getattr(page_.bytes, kind) - expected[kind]
        smallest = sum(map(len, sent))
        assert smallest < above < smallest + 400, kind
    assert page_.bytes.total == found.size
    # What a page that is no tool needs stands in it, its icon too.
    assert {answer.path for answer in alone.answers} == {f"/{ADDRESS}"}


@pytest.mark.browser
def test_nothing_is_cached_from_one_load_to_the_next(browser: Browser, site: Path) -> None:
    with counted(site) as host:
        first, second = load(browser, host, ADDRESS), load(browser, host, ADDRESS)
    assert sorted(answer.path for answer in first.answers) == sorted(
        answer.path for answer in second.answers
    )


@pytest.mark.browser
def test_a_search_counts_the_index_and_what_a_worker_asks_for(browser: Browser, site: Path) -> None:
    with counted(site) as host:
        found = search(browser, host, ADDRESS, "rustig")
    asked = {answer.path.partition("?")[0]: answer.size for answer in found.answers}
    for name in (
        asset(site, "search.js"),
        "pagefind/nl/pagefind.js",
        "pagefind/nl/wasm.nl.pagefind",
    ):
        smaller = site / f"{name}.gz"
        sent = smaller if smaller.exists() else site / name
        assert asked["/" + name] > sent.stat().st_size, name
    assert any("/index/" in path for path in asked)
    assert not any(path.startswith("/pagefind/en/") for path in asked)
    assert found.size == sum(asked.values())


def test_the_host_counts_to_the_last_byte(site: Path) -> None:
    with counted(site) as host:
        port = int(host.address.rsplit(":", 1)[1].strip("/"))
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET /now/ HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
            received = b""
            while piece := line.recv(65_536):
                received += piece
        for _ in range(500):  # the host counts an answer when its connection ends
            if host.answers:
                break
            time.sleep(0.01)
    (answer,) = host.answers
    assert (answer.path, answer.size) == ("/now/", len(received))
    assert b"Content-Encoding: gzip" in received


def test_a_generated_project_has_as_many_pages_as_asked_in_each_language(tmp_path: Path) -> None:
    texts = {
        name.replace("nl/", "ar/", 1): text.replace(
            "review: null\n", "review: null\ntranslation: {}\n"
        )
        for name, text in PAGES.items()
        if name.startswith("nl/")
    }
    model = KnowledgeBase.load(make_site(tmp_path / "model", texts))
    written = tmp_path / "grown"
    written.mkdir()
    base = write_project(model, written, 30, ["nl", "ar"])
    assert base.problems == []
    for code in ("nl", "ar"):
        assert len(list(base.pages_in(code))) == len(base.navigation) == 30
    titles = [page_.front.title for page_ in base.pages_in("nl")]
    assert len(set(titles)) == 30
    out = tmp_path / "out"
    out.mkdir()
    languages = choose_languages(base, "ar")
    built = render_and_finish(base, out, languages).folder
    assert len(list(built.glob("pagefind/nl/fragment/*"))) == 30
    assert len(list(built.glob("pagefind/ar/fragment/*"))) == 30
    assert not (built / "en").exists()


@pytest.mark.parametrize("pages", [40, 200])
def test_what_is_generated_from_this_site_passes_the_checks(tmp_path: Path, pages: int) -> None:
    """Fewer pages than there are, and more: a build refuses what does not pass."""
    written = tmp_path / "grown"
    written.mkdir()
    base = write_project(KnowledgeBase.load(CHECKOUT), written, pages, ["nl", "ar", "tr"])
    assert len(list(base.pages_in("ar"))) == pages
    assert [str(problem) for problem in find_problems(base) if problem.is_error] == []


def test_the_same_project_is_generated_twice_alike(tmp_path: Path) -> None:
    model = KnowledgeBase.load(make_site(tmp_path / "model"))
    trees = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_project(model, tmp_path / name, 25, ["nl"])
        docs = tmp_path / name / "docs"
        trees.append({path.name: path.read_bytes() for path in sorted(docs.rglob("*.md"))})
    assert trees[0] == trees[1]


def test_a_small_project_keeps_what_every_page_links_to_and_drops_links_to_the_rest(
    tmp_path: Path,
) -> None:
    more = page(
        "Meer", "[Uur](../now/first-hour.md) en [Weg](c.md#x).\n\n[Elders](https://x.example/)\n"
    )
    extra = {f"nl/more/{name}.md": more for name in ("index", "b", "c")}
    model = KnowledgeBase.load(make_site(tmp_path / "model", extra))
    written = tmp_path / "small"
    written.mkdir()
    base = write_project(model, written, 11, ["nl"])
    assert len(base.pages) == 11
    body = base.pages["nl", "more/index.md"].body
    assert "[Uur](../now/first-hour.md)" in body
    assert "en Weg." in body
    assert "[Elders](https://x.example/)" in body
    with pytest.raises(TooFew, match="too few"):
        write_project(model, tmp_path / "none", 5, ["nl"])


def test_a_variant_links_to_the_pages_that_its_model_links_to(tmp_path: Path) -> None:
    texts = {"nl/now/first-hour.md": page("Uur", "[Begin](../index.md) en [Nu](index.md).\n")}
    model = KnowledgeBase.load(make_site(tmp_path / "model", texts))
    written = tmp_path / "grown"
    written.mkdir()
    base = write_project(model, written, 20, ["nl"])
    variants = [page_ for page_ in base.pages_in("nl") if page_.name.startswith("first-hour")]
    assert len(variants) > 1
    for variant in variants:
        goals = [variant.leads_to(target.address) for target in variant.text.targets]
        assert [(goal.language, goal.path) for goal in goals if goal] == [
            ("nl", "index.md"),
            ("nl", "now/index.md"),
        ]


def test_generated_text_repeats_words_and_finds_new_ones_more_and_more_slowly() -> None:
    # Each text uses a few words often and brings some new ones, as real text does.
    texts = [
        " ".join(
            f"woord{'abcdefghij'[n % 10]}{'klmnopqrst'[(n * n // 7 + m) % 10]}x" for n in range(200)
        )
        for m in range(8)
    ]
    growth = Growth(texts, "nl")
    growth.exponent, growth.factor = 0.5, len(growth.known) / len(growth.written) ** 0.5
    sizes = [len(growth.known)]
    for _ in range(3):
        growth.vary(" ".join(texts))
        sizes.append(len(growth.known))
    added = [after - before for before, after in itertools.pairwise(sizes)]
    assert all(step > 0 for step in added)
    assert added[0] > added[1] > added[2]
    assert len(growth.known) < 2.2 * sizes[0]


def test_each_ten_words_get_other_words_but_none_to_avoid_and_none_with_a_figure() -> None:
    text = " ".join(f"woord{'abcdefghijkl'[n % 12]} fout A4" for n in range(60))
    growth = Growth([text], "nl", avoided={"fout"})
    growth.factor = 0.0  # no new words, so that what comes back is seen
    varied = growth.vary(text.replace(" fout", ""))
    assert "fout" not in varied
    assert varied.count("A4") == 60
    before = [word for word in text.split() if word not in {"fout", "A4"}]
    after = [word for word in varied.split() if word != "A4"]
    changed = [one != other for one, other in zip(before, after, strict=True)]
    assert all(sum(changed[start : start + 10]) in {3, 4} for start in range(0, 60, 10))


def test_marks_calls_and_addresses_survive_in_a_variant(tmp_path: Path) -> None:
    body = (
        "## Kort { #in-short }\n\nBlijf rustig.\n\n/// say\n"
        '"Ik luister."\n///\n\n{{ contacts(audience="youth") }}\n'
    )
    model = KnowledgeBase.load(
        make_site(tmp_path / "model", {"nl/now/first-hour.md": page("Uur", body)})
    )
    written = tmp_path / "grown"
    written.mkdir()
    base = write_project(model, written, 20, ["nl"])
    variant = next(p for p in base.pages_in("nl") if p.name == "first-hour-2")
    for kept in ("{ #in-short }", "/// say\n", '{{ contacts(audience="youth") }}'):
        assert kept in variant.body
    assert variant.body.split() != body.split()
    assert WORD.findall(variant.body)


def test_the_figures_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    record.write(FIGURES, root)
    base = KnowledgeBase.load(root)
    assert base.problems == []
    assert base.measured == FIGURES


def test_the_command_builds_the_site_measures_it_and_writes_the_figures(
    browser: Browser, tmp_path: Path
) -> None:
    wanted = {"nl/now/image-blackmail.md": page("Chantage", "Blijf rustig.\n")}
    root = make_site(tmp_path, wanted)
    process = run(root, "bench", "--save", "--sizes")
    output, _ = process.communicate()
    assert process.returncode == 0, output
    measured = KnowledgeBase.load(root).measured
    assert measured
    assert measured.machine.chromium == browser.version
    assert {(one.page, one.language) for one in measured.pages if one.bytes.document} >= {
        ("index.md", "nl"),
        ("now/image-blackmail.md", "nl"),
    }
    assert [(one.language, one.query) for one in measured.search] == [("nl", "Chantage")]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("cores: 2", "cores: two", "machine.cores"),
        ("language: ar", "language: xx", "the site has no language 'xx'"),
        ("requests: 4", "request: 4", "unknown key 'request'"),
        ("date: 2026-11-24", "date: gisteren", "is not a date"),
        ("most: 2500", "most: 25", "do not go up"),
    ],
)
def test_a_wrong_figure_is_an_error_with_file_and_line(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    root = make_site(tmp_path)
    text = yaml.safe_dump(FIGURES.model_dump(), sort_keys=False)
    assert before in text
    text = text.replace(before, after, 1)
    (root / NAME).write_text(text, encoding="utf-8")
    problems = [problem for problem in KnowledgeBase.load(root).problems if said in str(problem)]
    assert problems, [str(problem) for problem in KnowledgeBase.load(root).problems]
    line = next(n for n, row in enumerate(text.splitlines(), 1) if after in row)
    assert str(problems[0]).startswith(f"{NAME}:{line}: ")


def how_we_work(folder: Path, measured: Measured | None) -> str:
    """The text of the page that shows the figures, on a site where they are `measured`."""
    asking = {"nl/about/how-we-work.md": page("Hoe we werken", "{{ measured() }}\n", kind="about")}
    root = make_site(folder, asking)
    if measured:
        record.write(measured, root)
    code, output = build(root, LANGS="nl")
    assert code == 0, output
    found = html.fromstring((root / "site/about/how-we-work/index.html").read_text("utf-8"))
    (shown,) = found.xpath("//div[@class='measured']")
    return re.sub(r"\s+", " ", " ".join(shown.itertext()))


def test_the_page_shows_the_figures_with_their_day_and_machine(tmp_path: Path) -> None:
    text = how_we_work(tmp_path, FIGURES)
    assert "24 november 2026" in text
    assert "Chromium 150.0.1" in text
    assert "1,6 Mbit/s" in text
    for figure in ("Het eerste uur", "20,4", "1,2", "123,4", "140,0", "1.000 (verzonnen)"):
        assert figure in text


def test_a_site_that_nobody_measured_says_so(tmp_path: Path) -> None:
    assert "Er is nog niets gemeten." in how_we_work(tmp_path, None)
