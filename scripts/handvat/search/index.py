"""Gives each language a search index of its own, so that nobody gets hits they cannot read.

MkDocs' search puts all languages in one file that every reader downloads whole
(ultrabug/mkdocs-static-i18n#31). Pagefind splits its index into small pieces, and one bundle per
language, at `pagefind/<code>/`, keeps them apart. A page that fell back to another language is not
found in this one.

Pagefind numbers pages as they come to it. Left to look for them itself, it takes them as the disk lists them, and two
disks list the same files in two ways: the order is given here, so that the same pages have the same index everywhere.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import pickle
import select
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import deflate

from handvat import cache
from handvat.build.site import Indexing, Rendered, Site, StepFailed
from handvat.content.languages import Language
from handvat.search.help import NAME, WORDS, search_help, search_words, words_in

_AT_ONCE = 500
"""Languages are indexed beside each other that have no more pages than these together: Pagefind takes half a megabyte
for each, in a process for each language."""

_SURE = 10
"""From more new pages than these on, most of all so far, a language gets a new index for sure: it need not wait for the rest."""

# What pagefind.js 1.5 asks for, besides the wasm that the entry names: its ready-made interfaces,
# the highlighter (400 KB a language) and the worker are never loaded by a client that does without.
_KEPT = ("pagefind.js", "pagefind-entry.json")
# How much of the index a piece holds, in places of words: a search loads the piece of each word asked
# for, which at Pagefind's own 20,000 weighs 30 KB in Dutch and up to 60 KB in Arabic, and at 2,000 some 4 and
# 5 KB. Still smaller ones cost as much again in the list of pieces once a site has a thousand pages. Its setting
# is called unstable: should a later Pagefind not know it, pieces are larger again and nothing breaks.
_PIECE = "2000"
_KEPT_PATTERNS = ("*.pf_meta", "index/*.pf_index", "fragment/*.pf_fragment", "filter/*.pf_filter")
_WASM = "wasm.*.pagefind"


def step(site: Site) -> None:
    """Writes the bundle of every language. Raises StepFailed when Pagefind fails."""
    index_languages(site, site.languages)


def index_languages(site: Site, languages: Sequence[Language]) -> None:
    """Writes `pagefind/<code>/` for each of `languages`.

    A language without a page of its own gets no bundle. Raises StepFailed, or OSError for a full
    disk.
    """
    try:
        for language in languages:
            take(site, language.code, site.rendered[language.code])
            complete(site, language)
        while site.indexing:
            go_on(site, is_waiting=True)
    finally:
        end(site)


def take(site: Site, code: str, rendered: Rendered) -> None:
    """Takes what search reads of some pages of a language, in the order of their names.

    Where most of them are new, the index will be, and is begun: when the last page comes little is left to do. Raises
    StepFailed.
    """
    pages = sorted(rendered.findable.items())
    if pages:
        rendered.findable = {}  # of all languages it would be much
        if code not in site.indexing:
            site.indexing[code] = Indexing(sum(1 for _ in site.kb.pages_in(code)))
        indexing = site.indexing[code]
        indexing.waiting += pages
        indexing.pages += len(pages)
        for name, text in pages:
            indexing.digest.update(f"{name} {len(text)}\n{text}\n".encode("utf-8", "surrogatepass"))
        indexing.new += rendered.new
    go_on(site)


def complete(site: Site, language: Language) -> None:
    """Says that all pages of `language` were taken. Raises StepFailed."""
    indexing = site.indexing.get(language.code)
    if indexing is None or indexing.address:
        return
    indexing.address = cache.address("search index", pages=indexing.digest.hexdigest())
    if kept := site.cache.get(indexing.address):
        _write(site, language, *pickle.loads(kept))  # noqa: S301 - our own, with its checksum
        _end(indexing)
        del site.indexing[language.code]
    go_on(site)


def go_on(site: Site, *, is_waiting: bool = False) -> None:
    """Lays out what Pagefind has made meanwhile, and gives it what waits; with `is_waiting`, waits for one language.

    Raises StepFailed.
    """
    for code, indexing in [*site.indexing.items()]:
        if indexing.process and _has_answered(indexing, is_waiting=is_waiting):
            _finish(site, site.kb.language(code))
            break
    at_work = sum(indexing.own for indexing in site.indexing.values() if indexing.process)
    for code, indexing in site.indexing.items():
        is_new = indexing.new > _SURE and 2 * indexing.new > indexing.pages
        is_due = is_new or indexing.address
        has_room = not at_work or at_work + indexing.own <= _AT_ONCE
        if indexing.process is None and is_due and has_room:
            _start_on(site, code, indexing)
            at_work += indexing.own
        if indexing.process and not indexing.is_asked_for:
            _hand_over(indexing)


def _start_on(site: Site, code: str, indexing: Indexing) -> None:
    # While pages are rendered there is time for it: it brings all of asyncio.
    from pagefind.service import get_executable  # noqa: PLC0415

    binary = get_executable()
    if binary is None:
        raise StepFailed("the program of Pagefind is not installed; install pagefind[extended]")
    indexing.process = _start(binary, site.scratch, _errors(site, code))
    _tell(indexing, 0, {"type": "NewIndex", "config": {"force_language": code}})


def _hand_over(indexing: Indexing) -> None:
    """Tells Pagefind of the pages that wait, and, after the last one, to give the index."""
    indexing.words |= words_in(text for _, text in indexing.waiting)
    first = indexing.pages - len(indexing.waiting) + 1
    for number, (name, text) in enumerate(indexing.waiting, first):
        page = {"type": "AddFile", "index_id": 0, "file_path": name, "file_contents": text}
        _tell(indexing, number, page)
    indexing.waiting = []
    indexing.is_asked_for = bool(indexing.address)
    if indexing.is_asked_for:
        # Not written by it: Pagefind 1.5 does not notice a full disk, cuts its files short, and ends with 0.
        _tell(indexing, indexing.pages + 1, {"type": "GetFiles", "index_id": 0})


def _tell(indexing: Indexing, number: int, payload: Mapping[str, object]) -> None:
    """Tells Pagefind what to do, in the words of its service (pagefind/service/types.py)."""
    order = {"message_id": number, "payload": payload}
    assert indexing.process is not None
    assert indexing.process.stdin is not None
    # One that has died is met when its index is asked for.
    with suppress(BrokenPipeError):
        indexing.process.stdin.write(base64.b64encode(json.dumps(order).encode()) + b",")
        indexing.process.stdin.flush()


def _finish(site: Site, language: Language) -> None:
    """Waits for Pagefind where it is at work on `language`, and lays out what it made."""
    indexing = site.indexing[language.code]
    code, answers = _answers(indexing)
    del site.indexing[language.code]
    said = [one["message"] for one in answers if one["type"] == "Error"]
    if code != 0:
        said.append(_errors(site, language.code).read_text("utf-8", "replace").strip())
    if said:
        raise StepFailed(f"Pagefind failed on {language.code}: {said[0]}")
    bundle = _kept_files(answers, indexing.pages)
    for name in bundle:
        if fnmatch(name, _WASM):
            # Whoever searches fetches it first, and it is half of all they fetch: 2.5 KB of 73 go.
            bundle[name] = deflate.gzip_compress(gzip.decompress(bundle[name]), 10)
    _write(site, language, bundle, indexing.words)
    # In order: a set has another in each process.
    site.cache.put(indexing.address, pickle.dumps((bundle, sorted(indexing.words))))


def _has_answered(indexing: Indexing, *, is_waiting: bool = False) -> bool:
    """Whether Pagefind has answered all orders, or died; with `is_waiting`, once it has."""
    assert indexing.process is not None
    assert indexing.process.stdout is not None
    answers = indexing.process.stdout.fileno()
    while indexing.answered < indexing.pages + 2:  # one for the index, one for its files
        if not is_waiting and not select.select([answers], [], [], 0)[0]:
            return False
        if not (some := os.read(answers, 1 << 16)):
            break
        indexing.answers += some
        indexing.answered += some.count(b",")
    return True


def _answers(indexing: Indexing) -> tuple[int, list[dict[str, Any]]]:
    """Waits for all that Pagefind answers, and for its end; gives its exit code too."""
    process = indexing.process
    assert process is not None
    _has_answered(indexing, is_waiting=True)
    # It leaves undone what it was told once it is told no more, so its orders end after the last answer.
    with suppress(BrokenPipeError):
        process.stdin.close()  # type: ignore[union-attr]
    process.stdout.close()  # type: ignore[union-attr]
    code = process.wait()
    answers = bytes(indexing.answers).split(b",")[:-1]
    return code, [json.loads(base64.b64decode(one))["payload"] for one in answers]


def end(site: Site) -> None:
    """Ends what nobody waits for any more."""
    for indexing in site.indexing.values():
        _end(indexing)
    site.indexing.clear()


def _end(indexing: Indexing) -> None:
    if indexing.process:
        indexing.process.kill()
        # What it was told and has not read would be written now, to nobody.
        with suppress(BrokenPipeError):
            indexing.process.communicate()


def _write(
    site: Site, language: Language, bundle: Mapping[str, bytes], words: Iterable[str]
) -> None:
    """Lays the bundle into the site, and beside it what search knows of the knowledge base."""
    target = site.folder / "pagefind" / language.code
    for folder in {name.rpartition("/")[0] for name in bundle}:
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name, data in bundle.items():
        (target / name).write_bytes(data)
    (target / NAME).write_text(search_help(site.kb, language), encoding="utf-8")
    (target / WORDS).write_text(search_words(site.kb, language, words), encoding="utf-8")


def _errors(site: Site, code: str) -> Path:
    return site.scratch / f"search-{code}.txt"


def _start(binary: Path, folder: Path, errors: Path) -> subprocess.Popen[bytes]:
    # Pagefind takes settings from its working folder and from PAGEFIND_…: neither has a say here.
    environment = {key: value for key, value in os.environ.items() if "PAGEFIND_" not in key}
    environment["PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE"] = _PIECE
    with errors.open("wb") as complaints:
        return subprocess.Popen(
            [str(binary), "--service"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )


def _kept_files(answers: Sequence[Mapping[str, Any]], page_count: int) -> dict[str, bytes]:
    """The files of a bundle that the site keeps: name → bytes. Raises StepFailed where it does not hold all pages."""
    files = next((one["files"] for one in answers if one["type"] == "GetFiles"), [])
    wanted = (*_KEPT, *_KEPT_PATTERNS, _WASM)
    kept = {
        file["path"]: base64.b64decode(file["content"])
        for file in files
        if any(fnmatch(file["path"], pattern) for pattern in wanted)
    }
    entry = json.loads(kept.get("pagefind-entry.json", b'{"languages": {}}'))
    programs = {f"wasm.{one['wasm'] or 'unknown'}.pagefind" for one in entry["languages"].values()}
    found = sum(name.startswith("fragment/") for name in kept)
    if found != page_count or not programs or not programs <= kept.keys():
        raise StepFailed(f"Pagefind made an index of {found} of {page_count} pages")
    return {
        name: kept[name] for name in sorted(kept) if name in programs or not fnmatch(name, _WASM)
    }
