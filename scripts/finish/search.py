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
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

import deflate
from pagefind.service import get_executable

from scripts import cache
from scripts.finish.search_help import NAME, WORDS, search_help, search_words
from scripts.finish.site import Indexing, Site, StepFailed
from scripts.knowledge.languages import Language

_AT_ONCE = 600
"""Pages that are indexed at once, or one language: Pagefind takes 360 MB for a thousand, and one process for each."""

_BUNDLE = "bundle"
_ERRORS = "errors.txt"

# What pagefind.js 1.5 asks for, besides the wasm that the entry names: its ready-made interfaces,
# the highlighter (400 KB a language) and the worker are never loaded by a client that does without.
_KEPT = ("pagefind.js", "pagefind-entry.json")
# How much of the index a piece holds, in places of words: a search loads the piece of each word asked
# for, which at Pagefind's own 20,000 weighs 30 KB in Dutch and up to 60 KB in Arabic, and at 2,000 some 4 and
# 5 KB. Still smaller ones cost as much again in the list of pieces once a site has a thousand pages. Its setting
# is called unstable: should a later Pagefind not know it, pieces are larger again and nothing breaks.
_PIECE = "2000"
_KEPT_PATTERNS = ("*.pf_meta", "index/*.pf_index", "fragment/*.pf_fragment", "filter/*.pf_filter")


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
        _write(site, language, pickle.loads(kept))  # noqa: S301 - our own, with its checksum
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
    work = _work(site, language)
    work.mkdir()
    process = _start(binary, work)
    site.indexing[language.code] = Indexing(process, place, len(pages))
    assert process.stdin is not None
    try:
        # It takes all of them at once, and works while nobody reads what it answers.
        for order in _orders(language.code, pages, work / _BUNDLE):
            process.stdin.write(base64.b64encode(json.dumps(order).encode()) + b",")
        process.stdin.flush()
    except BrokenPipeError:
        pass  # it has died, which is met when its bundle is asked for


def _orders(code: str, pages: Sequence[tuple[str, str]], out: Path) -> Iterator[dict[str, object]]:
    """What Pagefind is told to do, in the words of its service (pagefind/service/types.py)."""
    config = {"force_language": code}
    yield {"message_id": 0, "payload": {"type": "NewIndex", "config": config}}
    for number, (name, text) in enumerate(pages, 1):
        page = {"type": "AddFile", "index_id": 0, "file_path": name, "file_contents": text}
        yield {"message_id": number, "payload": page}
    write = {"type": "WriteFiles", "index_id": 0, "output_path": str(out.absolute())}
    yield {"message_id": len(pages) + 1, "payload": write}


def _finish(site: Site, language: Language) -> None:
    """Waits for Pagefind where it is at work on `language`, and lays out what it made."""
    indexing = site.indexing[language.code]
    work = _work(site, language)
    problems = _problems(indexing)
    del site.indexing[language.code]
    if indexing.process.returncode != 0 and not problems:
        problems = [(work / _ERRORS).read_text("utf-8", "replace").strip()]
    if problems:
        raise StepFailed(f"Pagefind failed on {language.code}: {problems[0]}")
    bundle = _whole_files(work / _BUNDLE, indexing.pages)
    for name in bundle:
        if fnmatch(name, "wasm.*.pagefind"):
            # Whoever searches fetches it first, and it is half of all they fetch: 2.5 KB of 73 go.
            bundle[name] = deflate.gzip_compress(gzip.decompress(bundle[name]), 12)
    _write(site, language, bundle)
    # Not before it is written: see there.
    site.cache.put(indexing.address, pickle.dumps(bundle))


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


def _problems(indexing: Indexing) -> list[str]:
    """Waits for Pagefind's answers and its end: what it says is wrong."""
    process = indexing.process
    _has_answered(indexing, is_waiting=True)
    # It leaves undone what it was told once it is told no more, so its orders end after the last answer.
    with suppress(BrokenPipeError):
        process.stdin.close()  # type: ignore[union-attr]
    process.stdout.close()  # type: ignore[union-attr]
    process.wait()
    answers = bytes(indexing.answers).split(b",")[:-1]
    said = [json.loads(base64.b64decode(one))["payload"] for one in answers]
    return [one["message"] for one in said if one["type"] == "Error"]


def end(site: Site) -> None:
    """Ends what nobody waits for any more."""
    for indexing in site.indexing.values():
        indexing.process.kill()
        indexing.process.communicate()
    site.indexing.clear()
    site.to_index.clear()


def _write(site: Site, language: Language, bundle: Mapping[str, bytes]) -> None:
    """Lays the bundle into the site, and beside it what search knows of the knowledge base."""
    target = site.folder / "pagefind" / language.code
    for folder in {Path(name).parent for name in bundle}:
        (target / folder).mkdir(parents=True, exist_ok=True)
    for name, data in bundle.items():
        # Written anew, not moved. Pagefind 1.5 does not notice a full disk: it cuts its files short and ends
        # with 0. The disk is then still full, and this fails aloud, before anybody keeps what was cut.
        (target / name).write_bytes(data)
    (target / NAME).write_text(search_help(site.kb, language), encoding="utf-8")
    (target / WORDS).write_text(search_words(site.kb, language), encoding="utf-8")


def _work(site: Site, language: Language) -> Path:
    return site.scratch / f"search-{language.code}"


def _start(binary: Path, work: Path) -> subprocess.Popen[bytes]:
    # Pagefind takes settings from its working folder and from PAGEFIND_…: neither has a say here.
    environment = {key: value for key, value in os.environ.items() if "PAGEFIND_" not in key}
    environment["PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE"] = _PIECE
    with (work / _ERRORS).open("wb") as errors:
        return subprocess.Popen(
            [str(binary), "--service"],
            cwd=work,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )


def _whole_files(bundle: Path, page_count: int) -> dict[str, bytes]:
    """The files of the bundle that the site keeps, once it is sure that none is cut short."""
    try:
        entry = json.loads((bundle / "pagefind-entry.json").read_bytes())
        names = list(_KEPT)
        wasm = {language["wasm"] or "unknown" for language in entry["languages"].values()}
        names += sorted(f"wasm.{name}.pagefind" for name in wasm)
        for pattern in _KEPT_PATTERNS:
            names += sorted(p.relative_to(bundle).as_posix() for p in bundle.glob(pattern))
        files = {name: (bundle / name).read_bytes() for name in names}
        for name, data in files.items():
            if not data or (name not in _KEPT and not gzip.decompress(data)):
                raise StepFailed(f"Pagefind left {name} empty: is the disk full?")
        found = sum(name.startswith("fragment/") for name in names)
        if found != page_count:
            raise StepFailed(f"Pagefind indexed {found} of {page_count} pages: is the disk full?")
    except (FileNotFoundError, EOFError, ValueError, gzip.BadGzipFile, zlib.error) as error:
        raise StepFailed(f"Pagefind left a broken index ({error}): is the disk full?") from error
    return files
