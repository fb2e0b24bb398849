"""Search finds the page a reader means, in the words that readers type.

`gold/<language>.yml` holds real questions of professionals, parents and young people, each with the
page that answers it best. They are typed into the search window of the built site. Each language
has one file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from chromium import AT_ONCE, PHONE, opened
from fixture_site import checkout_base
from handvat.content.page import url_of
from playwright.sync_api import Browser, Page

FILES = sorted(Path(__file__).with_name("gold").glob("*.yml"))
FEWEST_QUESTIONS = 45
FIRST_IS_RIGHT = 0.90
RIGHT_IN_FIRST_THREE = 0.98

FOUND = """async (queries) => {
  const dialog = document.querySelector("dialog.search");
  const status = dialog.querySelector(".search-status");
  const words = dialog.querySelector("input");
  const type = (text) => { words.value = text; words.dispatchEvent(new Event("input")); };
  const find = (query) => new Promise((done, fail) => {
    const none = dialog.dataset.none.replace("{query}", query);
    const look = () => {
      const links = [...dialog.querySelectorAll(".result-title")];
      if (links.length) end(done, links.map((link) => new URL(link.href).pathname));
      else if (status.textContent === none) end(done, []);
      else if (status.textContent === dialog.dataset.failed) lose();
    };
    const lose = () => end(fail, new Error(`no answer to: ${query}; status: ${status.textContent}`));
    const end = (how, what) => { observer.disconnect(); clearInterval(limit); how(what); };
    const observer = new MutationObserver(look);
    const limit = setInterval(lose, 30000);
    type("");  // clears the hits of the question before
    observer.observe(dialog, { childList: true, characterData: true, subtree: true });
    type(query);
  });
  const found = [];
  for (const query of queries) found.push(await find(query));
  return found;
}"""
"""Types one question after another into the search window; returns the addresses, best first."""


@dataclass(frozen=True)
class Question:
    """What somebody types, and the one or two pages that may come first."""

    ask: str
    answer: tuple[str, ...]
    is_own: bool
    """Whether a young person speaks of themself: a page of `you/` may come first too."""


def questions(file: Path) -> list[Question]:
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        Question(str(entry["ask"]), tuple(entry["answer"]), entry.get("own", False))
        for entry in entries
    ]


def answers(page: Page, asked: list[Question]) -> list[list[str]]:
    """The addresses found for each question, in the search window of the page that is open."""
    page.click(".search-open")
    page.wait_for_selector("dialog.search[open]")
    return page.evaluate(FOUND, [question.ask for question in asked])


def test_every_language_that_readers_see_has_a_gold_set() -> None:
    languages = checkout_base().languages
    assert {file.stem for file in FILES} == {one.code for one in languages if one.is_built}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_gold_questions_ask_for_pages_that_exist_in_every_section(file: Path) -> None:
    base = checkout_base()
    asked = questions(file)
    wanted = {path for question in asked for path in question.answer}
    assert len(asked) >= FEWEST_QUESTIONS
    assert len({question.ask for question in asked}) == len(asked), "a question occurs twice"
    assert all(1 <= len(question.answer) <= 2 for question in asked)
    assert not [path for path in wanted if base.page(base.default_language.code, path) is None]
    sections = {page.folder for page in base.pages_in(base.default_language.code)}
    assert {path.rpartition("/")[0] for path in wanted} == sections


@pytest.mark.browser
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_first_page_found_is_the_one_a_reader_means(
    browser: Browser, root: str, file: Path
) -> None:
    language = checkout_base().language(file.stem)
    asked = questions(file)
    with opened(browser, viewport=PHONE) as (page, _):
        page.add_init_script(AT_ONCE)  # or it waits for another letter, 800 times
        page.goto(root + language.prefix)
        found = answers(page, asked)
    first = third = 0
    misses = []
    for question, pages in zip(asked, found, strict=True):
        wanted = [f"/{language.prefix}{url_of(path)}" for path in question.answer]
        own = f"/{language.prefix}you/" if question.is_own else "never"
        is_first = pages[:1] != [] and (pages[0] in wanted or pages[0].startswith(own))
        is_near = any(path in wanted for path in pages[:3])
        first += is_first
        third += is_near
        if not is_first:
            mark = "second or third" if is_near else "MISSED"
            misses.append(
                f"{question.ask!r}: {mark}\n"
                f"    wanted {' or '.join(wanted)}\n"
                f"    found  {', '.join(pages[:3]) or 'nothing'}"
            )
    report = (
        f"{file.name}: of {len(asked)} questions {first / len(asked):.1%} right at once "
        f"(at least {FIRST_IS_RIGHT:.0%}), {third / len(asked):.1%} within three "
        f"(at least {RIGHT_IN_FIRST_THREE:.0%})\n" + "\n".join(misses)
    )
    print(report)
    is_enough = first >= FIRST_IS_RIGHT * len(asked) and third >= RIGHT_IN_FIRST_THREE * len(asked)
    assert is_enough, report
