"""Gives each language a search index of its own, so that nobody gets hits they cannot read.

MkDocs' search puts all languages in one file that every reader downloads whole
(ultrabug/mkdocs-static-i18n#31). Pagefind splits its index into small pieces, and one bundle per
language, at `pagefind/<code>/`, keeps them apart. A page that fell back to another language is not
found in this one.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

import deflate
from pagefind.service import get_executable

from scripts import cache
from scripts.finish.finished import make_folder
from scripts.finish.search_help import NAME, WORDS, search_help, search_words
from scripts.finish.site import Indexing, Site, StepFailed
from scripts.knowledge.languages import Language

_BUNDLE = "bundle"
_PAGES = "pages"

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
            _finish(site, language)
    finally:
        end(site)


def begin(site: Site, language: Language) -> None:
    """Makes a rendered `language` findable, as far as that goes without waiting: other work can go on meanwhile.

    Raises StepFailed.
    """
    code = language.code
    for other in [*site.indexing]:
        if site.indexing[other].process.poll() is not None:
            _finish(site, site.kb.language(other))
    if code in site.indexed or code in site.indexing or not site.rendered[code].findable:
        return
    pages = sorted(site.rendered[code].findable.items())
    site.rendered[code].findable = {}  # of all languages it would be much
    place = cache.address("search index", pages=repr(pages))
    if kept := site.cache.get(place):
        _write(site, language, pickle.loads(kept))  # noqa: S301 - our own, with its checksum
        return
    binary = get_executable()
    if binary is None:
        raise StepFailed("the program of Pagefind is not installed; install pagefind[extended]")
    work = _work(site, language)
    # Pagefind numbers pages as the disk lists them, and some file systems list files in the order in which they came.
    known: set[Path] = set()
    for name, text in pages:
        make_folder((work / _PAGES / name).parent, known)
        (work / _PAGES / name).write_text(text, encoding="utf-8")
    site.indexing[code] = Indexing(_start(binary, work / _PAGES, work, code), place, len(pages))


def _finish(site: Site, language: Language) -> None:
    """Waits for Pagefind where it is at work on `language`, and lays out what it made."""
    indexing = site.indexing.get(language.code)
    if indexing is None:
        return
    output, _ = indexing.process.communicate()
    del site.indexing[language.code]
    if indexing.process.returncode != 0:
        raise StepFailed(f"Pagefind failed on {language.code}: {output.strip()}")
    bundle = _whole_files(_work(site, language) / _BUNDLE, indexing.pages)
    for name in bundle:
        if fnmatch(name, "wasm.*.pagefind"):
            # Whoever searches fetches it first, and it is half of all they fetch: 2.5 KB of 73 go.
            bundle[name] = deflate.gzip_compress(gzip.decompress(bundle[name]), 12)
    _write(site, language, bundle)
    # Not before it is written: see there.
    site.cache.put(indexing.address, pickle.dumps(bundle))


def end(site: Site) -> None:
    """Ends what `begin` started and nobody waits for any more."""
    for indexing in site.indexing.values():
        if indexing.process.poll() is None:
            indexing.process.kill()
            indexing.process.communicate()
    site.indexing.clear()


def _write(site: Site, language: Language, bundle: Mapping[str, bytes]) -> None:
    """Lays the bundle into the site, and beside it what search knows of the knowledge base."""
    target = site.folder / "pagefind" / language.code
    site.indexed.add(language.code)
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


def _start(binary: Path, pages: Path, work: Path, code: str) -> subprocess.Popen[str]:
    command = [str(binary), "--site", str(pages), "--output-path", _BUNDLE, "--quiet"]
    command += ["--force-language", code]
    # Pagefind takes settings from its working folder and from PAGEFIND_…: neither has a say here.
    environment = {key: value for key, value in os.environ.items() if "PAGEFIND_" not in key}
    environment["PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE"] = _PIECE
    return subprocess.Popen(
        command,
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
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
