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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import deflate
from pagefind.service import get_executable

from scripts import cache
from scripts.finish.search_help import NAME, WORDS, search_help, search_words, words_in
from scripts.finish.site import Indexing, Site, StepFailed
from scripts.knowledge.languages import Language

_AT_ONCE = 600
"""Pages that are indexed at once, or one language: Pagefind takes 360 MB for a thousand, and one process for each."""

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
            begin(site, language)
        while site.indexing or site.to_index:
            go_on(site, is_waiting=True)
    finally:
        end(site)


def begin(site: Site, language: Language) -> None:
    """Takes a rendered `language` to be indexed, as soon as there is room: other work can go on meanwhile.

    Raises StepFailed.
    """
    pages = sorted(site.rendered[language.code].findable.items())
    if not pages:
        return
    site.rendered[language.code].findable = {}  # of all languages it would be much
    place = cache.address("search index", pages=repr(pages))
    if kept := site.cache.get(place):
        _write(site, language, *pickle.loads(kept))  # noqa: S301 - our own, with its checksum
    else:
        site.to_index.append((language, place, pages))
        go_on(site)


def go_on(site: Site, *, is_waiting: bool = False) -> None:
    """Lays out what Pagefind has made meanwhile, and gives it what waits; with `is_waiting`, waits for one language.

    Raises StepFailed.
    """
    for code, indexing in [*site.indexing.items()]:
        if _has_answered(indexing, is_waiting=is_waiting):
            _finish(site, site.kb.language(code))
            break
    while site.to_index:
        language, place, pages = site.to_index[0]
        at_work = sum(indexing.pages for indexing in site.indexing.values())
        if at_work and at_work + len(pages) > _AT_ONCE:
            return
        del site.to_index[0]
        _start_on(site, language, place, pages)


def _start_on(site: Site, language: Language, place: str, pages: Sequence[tuple[str, str]]) -> None:
    binary = get_executable()
    if binary is None:
        raise StepFailed("the program of Pagefind is not installed; install pagefind[extended]")
    process = _start(binary, site.scratch, _errors(site, language))
    words = words_in(text for _, text in pages)
    site.indexing[language.code] = Indexing(process, place, len(pages), words)
    assert process.stdin is not None
    try:
        # It takes all of them at once, and works while nobody reads what it answers.
        for order in _orders(language.code, pages):
            process.stdin.write(base64.b64encode(json.dumps(order).encode()) + b",")
        process.stdin.flush()
    except BrokenPipeError:
        pass  # it has died, which is met when its bundle is asked for


def _orders(code: str, pages: Sequence[tuple[str, str]]) -> Iterator[dict[str, object]]:
    """What Pagefind is told to do, in the words of its service (pagefind/service/types.py)."""
    config = {"force_language": code}
    yield {"message_id": 0, "payload": {"type": "NewIndex", "config": config}}
    for number, (name, text) in enumerate(pages, 1):
        page = {"type": "AddFile", "index_id": 0, "file_path": name, "file_contents": text}
        yield {"message_id": number, "payload": page}
    # Not written by it: Pagefind 1.5 does not notice a full disk, cuts its files short, and ends with 0.
    yield {"message_id": len(pages) + 1, "payload": {"type": "GetFiles", "index_id": 0}}


def _finish(site: Site, language: Language) -> None:
    """Waits for Pagefind where it is at work on `language`, and lays out what it made."""
    indexing = site.indexing[language.code]
    answers = _answers(indexing)
    del site.indexing[language.code]
    said = [one["message"] for one in answers if one["type"] == "Error"]
    if indexing.process.returncode != 0:
        said.append(_errors(site, language).read_text("utf-8", "replace").strip())
    if said:
        raise StepFailed(f"Pagefind failed on {language.code}: {said[0]}")
    bundle = _kept_files(answers, indexing.pages)
    for name in bundle:
        if fnmatch(name, _WASM):
            # Whoever searches fetches it first, and it is half of all they fetch: 2.5 KB of 73 go.
            bundle[name] = deflate.gzip_compress(gzip.decompress(bundle[name]), 12)
    _write(site, language, bundle, indexing.words)
    # In order: a set has another in each process.
    site.cache.put(indexing.address, pickle.dumps((bundle, sorted(indexing.words))))


def _has_answered(indexing: Indexing, *, is_waiting: bool = False) -> bool:
    """Whether Pagefind has answered all orders, or died; with `is_waiting`, once it has."""
    assert indexing.process.stdout is not None
    answers = indexing.process.stdout.fileno()
    while indexing.answers.count(b",") < indexing.pages + 2:  # one for the index, one for its files
        if not is_waiting and not select.select([answers], [], [], 0)[0]:
            return False
        if not (some := os.read(answers, 1 << 16)):
            break
        indexing.answers += some
    return True


def _answers(indexing: Indexing) -> list[dict[str, Any]]:
    """Waits for all that Pagefind answers, and for its end."""
    process = indexing.process
    _has_answered(indexing, is_waiting=True)
    # It leaves undone what it was told once it is told no more, so its orders end after the last answer.
    with suppress(BrokenPipeError):
        process.stdin.close()  # type: ignore[union-attr]
    process.stdout.close()  # type: ignore[union-attr]
    process.wait()
    answers = bytes(indexing.answers).split(b",")[:-1]
    return [json.loads(base64.b64decode(one))["payload"] for one in answers]


def end(site: Site) -> None:
    """Ends what nobody waits for any more."""
    for indexing in site.indexing.values():
        indexing.process.kill()
        indexing.process.communicate()
    site.indexing.clear()
    site.to_index.clear()


def _write(
    site: Site, language: Language, bundle: Mapping[str, bytes], words: Iterable[str]
) -> None:
    """Lays the bundle into the site, and beside it what search knows of the knowledge base."""
    target = site.folder / "pagefind" / language.code
    for folder in {Path(name).parent for name in bundle}:
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name, data in bundle.items():
        (target / name).write_bytes(data)
    (target / NAME).write_text(search_help(site.kb, language), encoding="utf-8")
    (target / WORDS).write_text(search_words(site.kb, language, words), encoding="utf-8")


def _errors(site: Site, language: Language) -> Path:
    return site.scratch / f"search-{language.code}.txt"


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
