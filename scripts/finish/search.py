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
import shutil
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
from scripts.finish.site import Site, StepFailed
from scripts.knowledge.languages import Language

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
    """Writes `pagefind/<code>/` for each of `languages`, at the same time.

    A language without a page of its own gets no bundle. Raises StepFailed, or OSError for a full
    disk.
    """
    try:
        for language in languages:
            begin(site, language)
        for language in languages:
            if site.rendered[language.code].findable:
                found = bundle(site, language)
                _write(site, language, found)
                # Not before it is written: see there.
                if language.code not in site.indexed:
                    site.cache.put(_address(site, language), pickle.dumps(found))
    finally:
        end(site)


def begin(site: Site, language: Language) -> None:
    """Starts Pagefind on a rendered `language`, unless its bundle is kept: other work can go on meanwhile.

    Raises StepFailed.
    """
    code = language.code
    if code in site.indexed or code in site.indexing or not site.rendered[code].findable:
        return
    if kept := site.cache.get(_address(site, language)):
        site.indexed[code] = pickle.loads(kept)  # noqa: S301 - our own, with its checksum
        return
    binary = get_executable()
    if binary is None:
        raise StepFailed("the program of Pagefind is not installed; install pagefind[extended]")
    work = _work(site, language)
    work.mkdir()
    process = site.indexing[code] = _start(binary, work)
    assert process.stdin is not None
    try:
        # It takes all of them at once, and works while nobody reads what it answers.
        for order in _orders(site, language):
            process.stdin.write(base64.b64encode(json.dumps(order).encode()) + b",")
        process.stdin.flush()
    except BrokenPipeError:
        pass  # it has died, which is met when its bundle is asked for


def _orders(site: Site, language: Language) -> Iterator[dict[str, object]]:
    """What Pagefind is told to do, in the words of its service (pagefind/service/types.py)."""
    config = {"force_language": language.code}
    yield {"message_id": 0, "payload": {"type": "NewIndex", "config": config}}
    pages = site.findable / language.code
    names = sorted(site.rendered[language.code].findable)
    for number, name in enumerate(names, 1):
        text = (pages / name).read_text(encoding="utf-8")
        page = {"type": "AddFile", "index_id": 0, "file_path": name, "file_contents": text}
        yield {"message_id": number, "payload": page}
    out = str((_work(site, language) / _BUNDLE).absolute())
    write = {"type": "WriteFiles", "index_id": 0, "output_path": out}
    yield {"message_id": len(names) + 1, "payload": write}


def end(site: Site) -> None:
    """Ends what `begin` started and nobody waits for any more."""
    for process in site.indexing.values():
        process.kill()
        process.communicate()
    site.indexing.clear()


def _address(site: Site, language: Language) -> str:
    """Where the bundle of `language` is kept."""
    findable = site.rendered[language.code].findable
    return cache.address("search index", pages=repr(sorted(findable.items())))


def bundle(site: Site, language: Language) -> Mapping[str, bytes]:
    """What readers need of the bundle of a `language` that was begun: name → bytes. Waits for Pagefind where it is at work.

    Raises StepFailed.
    """
    code = language.code
    if code in site.indexed:
        return site.indexed[code]
    process = site.indexing.pop(code)
    page_count = len(site.rendered[code].findable)
    problems = _answers(process, page_count + 2)
    if process.returncode != 0 and not problems:
        problems = [(_work(site, language) / _ERRORS).read_text("utf-8", "replace").strip()]
    if problems:
        raise StepFailed(f"Pagefind failed on {code}: {problems[0]}")
    files = _whole_files(_work(site, language) / _BUNDLE, page_count)
    for name in files:
        if fnmatch(name, "wasm.*.pagefind"):
            # Whoever searches fetches it first, and it is half of all they fetch: 2.5 KB of 73 go.
            files[name] = deflate.gzip_compress(gzip.decompress(files[name]), 12)
    return files


def _write(site: Site, language: Language, bundle: Mapping[str, bytes]) -> None:
    """Lays the bundle into the site, and beside it what search knows of the knowledge base."""
    target = site.folder / "pagefind" / language.code
    shutil.rmtree(target, ignore_errors=True)  # the live preview comes here again
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


def _answers(process: subprocess.Popen[bytes], count: int) -> list[str]:
    """Waits for `count` answers of Pagefind, and for its end: what it says is wrong."""
    assert process.stdin is not None
    assert process.stdout is not None
    answers = b""
    # It leaves undone what it was told once it is told no more, so its orders end after the last answer.
    while answers.count(b",") < count and (some := os.read(process.stdout.fileno(), 1 << 16)):
        answers += some
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    process.wait()
    said = [json.loads(base64.b64decode(one))["payload"] for one in answers.split(b",")[:-1]]
    return [one["message"] for one in said if one["type"] == "Error"]


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
