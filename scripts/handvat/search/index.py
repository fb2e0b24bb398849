"""Writes what search reads in the browser: for each language an index of its own, and help in danger.

MkDocs' search puts all languages in one file that every reader downloads whole
(ultrabug/mkdocs-static-i18n#31). Pagefind splits its index into small pieces, and a bundle for each language, at
`pagefind/<code>/`, keeps the languages apart, so that nobody gets results they cannot read.

Pagefind finds pages. It cannot recognise a question that sounds like danger, offer a way when nothing is found, or
correct a word. For these, two small files are beside the index: `handvat.json`, loaded when search opens, and
`words.json`, which grows with the site, loaded when a word is unknown.

Pagefind runs as a service that answers one request at a time. Its own client (`pagefind.index`, 1.5) sleeps for a
tenth of a second after each answer, ten seconds for a hundred pages; it never returns when the service dies, or when
an answer exceeds 2 MiB, as the one with the files of 120 pages does; and it passes PAGEFIND_… and the working folder on.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import pickle
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatch
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import deflate
from pagefind.service import get_executable

from handvat import cache
from handvat.content.knowledge_base import KnowledgeBase
from handvat.content.languages import Language
from handvat.processes import in_processes
from handvat.search.document import FIELD
from handvat.site_output import SiteOutput, StepFailed, search_documents, write_file

SHORTEST_WORD = 4
"""The length from which a word is offered as a correction; search.js has the same."""

# What pagefind.js 1.5 requests, besides the wasm that the entry names: the ready-made interfaces, the
# highlighter (400 KB a language) and the worker are never loaded by a client that does without.
_ENTRY = "pagefind-entry.json"
_NEEDED = (
    "pagefind.js", _ENTRY, "*.pf_meta",
    "index/*.pf_index", "fragment/*.pf_fragment", "filter/*.pf_filter",
)  # fmt: skip

_CHUNK_SIZE = "2000"
"""Size of a piece of the index, in positions of words. A search loads the piece of each word in the question, which at
Pagefind's default of 20,000 weighs 30 KB in Dutch and up to 60 KB in Arabic, and at 2,000 about 4 and 5 KB. Smaller
ones add as much to the list of pieces once a site has a thousand pages. The setting is marked unstable: if a
later Pagefind ignores it, pieces are larger again and nothing breaks."""

_HEADING = re.compile(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", re.DOTALL)
_SEARCH_WORDS = re.compile(r'"search-words" content="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


def step(site: SiteOutput) -> None:
    """Write `pagefind/<code>/` for each language of `site` that has pages of its own.

    Raises StepFailed when Pagefind fails, or OSError for a full disk.
    """
    for _ in in_processes(partial(_index, site), site.languages, lambda one: f"indexed {one.name}"):
        pass


def _index(site: SiteOutput, language: Language) -> None:
    root = search_documents(site.scratch, language)
    # In the order of their names: Pagefind numbers pages as they come, and two disks list files in two ways.
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.html"))
    documents = {name: (root / name).read_text("utf-8") for name in names}
    if not documents:
        return
    key = cache.key("search index", language=language.code, documents=json.dumps(documents))
    if cached := site.cache.get(key):
        bundle: Mapping[str, bytes] = pickle.loads(cached)  # noqa: S301 - our own, with a checksum
    else:
        bundle = _make_bundle(site.scratch, language, documents)
        site.cache.put(key, pickle.dumps(bundle))
    target = site.folder / "pagefind" / language.code
    for name, data in bundle.items():
        write_file(target / name, data)
    for name, value in (
        ("handvat.json", _help(site.kb, language)),
        ("words.json", _words(site.kb, language, documents.values())),
    ):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        write_file(target / name, text.encode())


def _help(kb: KnowledgeBase, language: Language) -> dict[str, Any]:
    """Return `danger` (words, and who to call), `doors` (title, address), `pages` (their number)."""
    home = kb.page(language.code, "index.md")
    return {
        "danger": {
            "words": [_fold(word) for word in kb.danger.get(language.code, ())],
            "contacts": [
                {
                    "name": contact.name,
                    "what": contact.what.get(language.code, ""),
                    "dial": contact.numbers[0].dial,
                    "tel": contact.numbers[0].dial.replace(" ", ""),
                }
                for contact in kb.danger_contacts
            ],
        },
        "doors": [
            {"title": section.title, "url": f"{language.prefix}#{section.id}"}
            for section in (home.sections if home else ())
            if section.id.startswith("door-")
        ],
        "pages": sum(1 for _ in kb.pages_in(language.code)),
    }


def _fold(word: str) -> str:
    """Return `word` in lower case without accents, as search.js does with what a reader types."""
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(character for character in plain if not unicodedata.combining(character))


def _words(kb: KnowledgeBase, language: Language, documents: Iterable[str]) -> list[str]:
    """Return the words to offer as a correction: those of headings, search words and terms."""
    texts = [unescape(text) for document in documents for text in _prominent(document)]
    for term in kb.terms.get(language.code, ()):
        texts += [term.use, *term.search]
    words = {word.lower() for text in texts for word in _WORD.findall(text)}
    return sorted(word for word in words if len(word) >= SHORTEST_WORD)


def _prominent(document: str) -> Iterator[str]:
    for field in FIELD.findall(document):
        yield from _SEARCH_WORDS.findall(field)
    for heading in _HEADING.findall(document):
        yield _TAG.sub("", heading)


def _make_bundle(
    scratch: Path, language: Language, documents: Mapping[str, str]
) -> dict[str, bytes]:
    """The files of the index of `documents` (file of the site → HTML): name → bytes. Raises StepFailed."""
    with _Service(scratch, language.code) as pagefind:
        pagefind.ask({"type": "NewIndex", "config": {"force_language": language.code}})
        for name, text in documents.items():
            pagefind.ask(
                {"type": "AddFile", "index_id": 0, "file_path": name, "file_contents": text}
            )
        # Pagefind 1.5 does not notice a full disk when it writes the files itself: it cuts them short.
        answer = pagefind.ask({"type": "GetFiles", "index_id": 0})
    files = {file["path"]: base64.b64decode(file["content"]) for file in answer["files"]}
    bundle = {
        name: files[name]
        for name in sorted(files)
        if any(fnmatch(name, pattern) for pattern in _NEEDED)
    }
    found = sum(name.startswith("fragment/") for name in bundle)
    entry = json.loads(bundle.get(_ENTRY, b'{"languages": {}}'))
    programs = {f"wasm.{one['wasm'] or 'unknown'}.pagefind" for one in entry["languages"].values()}
    if found != len(documents) or not programs or not programs <= files.keys():
        raise StepFailed(f"Pagefind made an index of {found} of {len(documents)} pages")
    for name in programs:
        # Every search loads it, and it is half of all that it loads: recompressed it is 2.5 KB smaller.
        bundle[name] = deflate.gzip_compress(gzip.decompress(files[name]), 10)
    return bundle


class _Service:
    """Pagefind's service (pagefind/service/types.py): a request and its answer at a time. Raises StepFailed."""

    def __init__(self, scratch: Path, code: str) -> None:
        binary = get_executable()
        if binary is None:
            raise StepFailed("the program of Pagefind is not installed; install pagefind[extended]")
        self._code = code
        self._errors = scratch / f"pagefind-{code}.txt"
        # Pagefind reads settings from its working folder and from PAGEFIND_…: neither has a say here.
        environment = {key: value for key, value in os.environ.items() if "PAGEFIND_" not in key}
        environment["PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE"] = _CHUNK_SIZE
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [str(binary), "--service"],
                cwd=scratch,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def __enter__(self) -> _Service:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        with suppress(BrokenPipeError):  # of a request that it did not read
            self._process.communicate()

    def ask(self, payload: Mapping[str, object]) -> dict[str, Any]:
        """Send a request, and return its answer."""
        pipes = self._process.stdin, self._process.stdout
        assert all(pipes)
        request = json.dumps({"message_id": 0, "payload": payload}).encode()
        with suppress(BrokenPipeError):  # the missing answer tells
            pipes[0].write(base64.b64encode(request) + b",")
            pipes[0].flush()
        answer = bytearray()
        while not answer.endswith(b","):
            part = pipes[1].read1()
            if not part:
                code = self._process.wait()
                errors = self._errors.read_text("utf-8", "replace").strip()
                raise self._failed(errors or f"it ended with {code}")
            answer += part
        result = json.loads(base64.b64decode(answer[:-1]))["payload"]
        if result["type"] == "Error":
            raise self._failed(result["message"])
        return result

    def _failed(self, cause: str) -> StepFailed:
        return StepFailed(f"Pagefind failed on {self._code}: {cause}")
