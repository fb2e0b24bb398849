"""The editor in the browser at `edit/`, where an organisation switched it on: Decap CMS.

Decap is maintained, MIT, and each save is a branch and a pull request (`publish_mode: editorial_workflow`) on GitHub,
GitLab and Forgejo. Sveltia CMS, its smaller successor (2.1 MB against 5.2), has had that mode since 2026, for GitHub
and GitLab only; at 0.221 it has a release every other day, and loads code from a content network while it runs, which
no page of ours may. Compare again when it is at 1.0.

The script comes from npm when a site with an editor is built, and is the one whose hash is here. Readers load nothing
of it, no list or export of the site names it, and the Content-Security-Policy of the pages does not change: the editor
has its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jinja2 import Template

from handvat.content.languages import SHARED_LANGUAGE, Language
from handvat.content.models import MAX_DESCRIPTION, MAX_TITLE, countries
from handvat.content.overlay import ICON
from handvat.content.problem import UserError
from handvat.content.settings import EditorSettings, Repository, read_repository
from handvat.content.yaml_files import parse_yaml
from handvat.postprocess import hosting
from handvat.postprocess.npm import Package, read_files
from handvat.site_output import SiteOutput, StepFailed

FOLDER = "edit"
"""Below the root of the site."""

DECAP = Package(
    "decap-cms",
    "3.16.3",
    "sha512-hf+dPlCh7TJmWl8+6VRzHYOWhri5xgUknrZbDewaWe4s9B7xJ8PQugp2QHeSldMUKzav6+z0oIpwUYhUJDYtYw==",
)
"""Updated by hand, with what `npm view decap-cms dist.integrity` prints; tests/postprocess/test_editor.py tries it."""

_SCRIPT = "decap-cms.js"
# The rest of the package is for colouring program code and shrinking pictures, which pages do not have.
_FILES = (f"dist/{_SCRIPT}", f"dist/{_SCRIPT}.LICENSE.txt")
_HERE = Path(__file__).parent

# The languages of its own buttons that Decap 3.16 has, among those that a site may open with.
_INTERFACE_LANGUAGES = frozenset(
    ("bg", "ca", "cs", "da", "de", "en", "es", "fa", "fr", "he", "hr", "hu", "it", "ja", "ko", "lt", "mk", "nl",
     "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "vi")
)  # fmt: skip

_NEW = "guide"
"""The type of a new page, until its writer chooses."""


def step(site: SiteOutput) -> None:
    """Write `edit/` where the editor is switched on. Raises StepFailed."""
    settings = site.kb.host.editor
    if settings is None:
        return
    repository = _repository(site, settings)
    folder = site.folder / FOLDER
    if folder.exists():
        raise StepFailed(
            f"the site has a page at {FOLDER}/, which is the address of the editor: give it another name"
        )
    try:
        files = read_files(DECAP, _FILES, site.scratch)
    except UserError as error:
        raise StepFailed(
            f"the editor lacks its script: {error}; or take editor: out of your settings, "
            "and the site is built without"
        ) from error
    folder.mkdir()
    for name in _FILES:
        (folder / Path(name).name).write_bytes(files[name])
    (folder / "editor.js").write_bytes((_HERE / "editor.js").read_bytes())
    text = yaml.safe_dump(
        configuration(site, settings, repository), allow_unicode=True, sort_keys=False, width=10_000
    )
    (folder / "config.yml").write_text(text, encoding="utf-8")
    strings = site.kb.strings[site.default_language.code]
    page = _fill(
        "editor.html",
        language=_interface_language(site.default_language),
        policy=escape(policy(settings, repository)),
        title=escape(f"{strings('editor.heading')} · {site.name}"),
        icon=ICON,
        no_script=escape(strings("editor.no_script")),
        script=_SCRIPT,
        digest=base64.b64encode(hashlib.sha384(files[_FILES[0]]).digest()).decode(),
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    _set_headers(site, settings, repository)


def configuration(
    site: SiteOutput, settings: EditorSettings, repository: Repository
) -> dict[str, Any]:
    """The content of Decap's `config.yml`, from `editor.yml` and what the checks accept."""
    kb = site.kb
    sections = {
        name: ", ".join(kind.sections) + (f" + {kind.own_sections}" if kind.own_sections else "")
        for name, kind in kb.page_types.items()
    }
    text = _fill(
        "editor.yml",
        site=site,
        kb=kb,
        settings=settings,
        repository=repository,
        json=partial(json.dumps, ensure_ascii=False),
        icon=ICON,
        interface_language=_interface_language(site.default_language),
        page_types=[
            {"label": f"{name}: {sections[name]}" if kind.sections else name, "value": name}
            for name, kind in kb.page_types.items()
        ],
        countries=sorted({code.upper() for code in kb.contacts} & countries()),
        new_type=_NEW,
        new_body="\n".join(
            f"## {section.heading} {{ #{key} }}\n\n"
            for key, section in kb.page_types[_NEW].sections.items()
        ),
        folders=sorted({entry.folder for entry in kb.navigation if entry.folder}),
        MAX_TITLE=MAX_TITLE,
        MAX_DESCRIPTION=MAX_DESCRIPTION,
    )
    return parse_yaml(text, "editor.yml").value


def _fill(name: str, **values: object) -> str:
    """The template `name` of this folder with `values`, which must be escaped."""
    text = (_HERE / name).read_text("utf-8")
    template = Template(text, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    return template.render(values)


def _interface_language(language: Language) -> str:
    """The language of Decap's buttons for a site that opens with `language`."""
    return language.code if language.code in _INTERFACE_LANGUAGES else SHARED_LANGUAGE


def policy(settings: EditorSettings, repository: Repository) -> str:
    """Return the Content-Security-Policy of the editor's page, the strictest that Decap works with.

    `unsafe-eval`: Decap compiles the schema of its configuration (ajv). `unsafe-inline` for styles: it writes its
    style sheet while it runs (emotion). Both are for this page alone.
    """
    return (
        "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' {' '.join(settings.pictured(repository))}; "
        f"connect-src 'self' {' '.join(settings.reached(repository))}; "
        "base-uri 'none'; form-action 'none'"
    )


def _set_headers(site: SiteOutput, settings: EditorSettings, repository: Repository) -> None:
    """Add the policy of the editor to the headers for hosts, for its folder alone."""
    file = site.folder / hosting.HEADERS
    if not file.is_file():
        return
    names = [
        path.name + ("/" if path.is_dir() else "")
        for path in site.folder.iterdir()
        if path.name != FOLDER and not path.name.startswith("_")
    ]
    own = {
        hosting.POLICY: f"{policy(settings, repository)}; frame-ancestors 'none'",
        # GitHub's sign-in opens in a window of its own and hands the token over to this one.
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    }
    root = urlsplit(site.site_url).path
    text = file.read_text(encoding="utf-8")
    file.write_text(hosting.except_folder(text, root, FOLDER, names, own), encoding="utf-8")


def _repository(site: SiteOutput, settings: EditorSettings) -> Repository:
    address = settings.repository or site.repo_url
    repository = read_repository(address)
    if repository is None:
        raise StepFailed(
            f"editor: the repository is {address!r}, and proposals need one: "
            "write repository: https://forge/owner/name below editor:"
        )
    if misfit := settings.misfit(repository):
        raise StepFailed(
            f"editor: {misfit}: fix backend:, or write repository: https://forge/owner/name below editor:"
        )
    return repository
