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
import shutil
import subprocess
import zlib
from collections.abc import Sequence
from pathlib import Path

import deflate
from pagefind.service import get_executable

from scripts.finish.search_help import NAME, WORDS, search_help, search_words
from scripts.finish.site import FINDABLE, Site, StepFailed
from scripts.knowledge.languages import Language

_BUNDLE = "bundle"

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
            if language.code in site.indexing:
                _collect(site, language)
    finally:
        end(site)


def begin(site: Site, language: Language) -> None:
    """Starts Pagefind on a rendered `language`, unless it is at work on it: other work can go on meanwhile.

    Raises StepFailed.
    """
    pages = site.rendered[language.code] / FINDABLE
    if language.code in site.indexing or not pages.is_dir():
        return
    binary = get_executable()
    if binary is None:
        raise StepFailed("the program of Pagefind is not installed; install pagefind[extended]")
    work = _work(site, language)
    work.mkdir()
    site.indexing[language.code] = _start(binary, pages, work, language.code)


def end(site: Site) -> None:
    """Ends what `begin` started and nobody waits for any more."""
    for process in site.indexing.values():
        if process.poll() is None:
            process.kill()
            process.communicate()
    site.indexing.clear()


def _collect(site: Site, language: Language) -> None:
    """Waits for the bundle of `language`, and takes what readers need of it into the site."""
    process = site.indexing[language.code]
    output, _ = process.communicate()
    if process.returncode != 0:
        raise StepFailed(f"Pagefind failed on {language.code}: {output.strip()}")
    pages = sum(1 for _ in (site.rendered[language.code] / FINDABLE).rglob("*.html"))
    bundle = _work(site, language) / _BUNDLE
    kept = _whole_files(bundle, pages)
    target = site.folder / "pagefind" / language.code
    shutil.rmtree(target, ignore_errors=True)  # the live preview comes here again
    for name in kept:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        # Copied, not moved. Pagefind 1.5 does not notice a full disk: it cuts its files
        # short and ends with 0. The disk is then still full, and this copy fails aloud.
        shutil.copyfile(bundle / name, target / name)
    for program in target.glob("wasm.*.pagefind"):
        # Whoever searches fetches it first, and it is half of all they fetch: 2.5 KB of 73 go.
        program.write_bytes(deflate.gzip_compress(gzip.decompress(program.read_bytes()), 12))
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


def _whole_files(bundle: Path, page_count: int) -> list[str]:
    """The files of the bundle that the site keeps, once it is sure that none is cut short."""
    try:
        entry = json.loads((bundle / "pagefind-entry.json").read_bytes())
        names = list(_KEPT)
        wasm = {language["wasm"] or "unknown" for language in entry["languages"].values()}
        names += sorted(f"wasm.{name}.pagefind" for name in wasm)
        for pattern in _KEPT_PATTERNS:
            names += sorted(p.relative_to(bundle).as_posix() for p in bundle.glob(pattern))
        for name in names:
            data = (bundle / name).read_bytes()
            if not data or (name not in _KEPT and not gzip.decompress(data)):
                raise StepFailed(f"Pagefind left {name} empty: is the disk full?")
        found = sum(name.startswith("fragment/") for name in names)
        if found != page_count:
            raise StepFailed(f"Pagefind indexed {found} of {page_count} pages: is the disk full?")
    except (FileNotFoundError, EOFError, ValueError, gzip.BadGzipFile, zlib.error) as error:
        raise StepFailed(f"Pagefind left a broken index ({error}): is the disk full?") from error
    return names
