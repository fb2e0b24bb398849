#!/usr/bin/python3
"""Writes the security headers of a built site for nginx or Caddy, so that they always fit its pages.

    python3 headers.py {nginx|caddy} --out FILE SITE [BEFORE]

The policy contains the hash of every script and style of the pages, so it changes with them: a server
that still sends yesterday's lets browsers refuse today's. Reads `_headers` in the folder SITE, and
where there is one in BEFORE, the site that readers see until now: what is written allows both, so that
a server can take it over first and the pages can change after, with no reader in between.

It is one file without imports from the project: installed where only root can change it, it may run as root
(see handvat-update.service) without the project having a say in what root does. For the same reason it
passes on no value that a server could read as more than text, prints nothing from a file that it
cannot use, and requires FILE to be in a folder of root's.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

POLICY = "Content-Security-Policy"
EVERYWHERE = "/*"
_EDITOR = "/edit/*"

# No quote, backslash, dollar sign or brace: those are syntax in a server's configuration.
_LINE = re.compile(r"  ([A-Za-z][A-Za-z0-9-]*): ([ !#%&'()*+,\-./0-9:;<=>?@A-Z\[\]^_a-z|~]+)")

# An address, of characters that are not syntax in a server's configuration.
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*\*?")

_LONGEST = 4_000
"""Characters of one value: nginx reads its configuration in pieces of 4096."""


class Unfit(Exception):
    """The headers cannot be handed on; the text says which, and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the file that was asked for. Returns 0, or 1 with the file as it was."""
    parser = argparse.ArgumentParser(description="Write a site's security headers for a server.")
    parser.add_argument("server", choices=sorted(FORMS))
    parser.add_argument("--out", required=True, type=Path, help="the file to write")
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument("before", type=Path, nargs="?", help="the site that readers see until now")
    asked = parser.parse_args(arguments)
    try:
        rules = read(asked.site / "_headers")
        if asked.before and (asked.before / "_headers").is_file():
            before = read(asked.before / "_headers")
            for path, headers in rules.items():
                if path in before:
                    headers[POLICY] = both(headers[POLICY], before[path][POLICY])
        for name, value in (one for headers in rules.values() for one in headers.items()):
            if len(value) > _LONGEST:
                raise Unfit(f"{name} has {len(value)} characters, and nginx takes {_LONGEST}.")
        write(asked.out, FORMS[asked.server](rules))
    except (Unfit, OSError) as error:
        print(f"{error}\n{asked.out} is as it was.", file=sys.stderr)
        return 1
    return 0


def read(file: Path) -> dict[str, dict[str, str]]:
    """The headers in the `_headers` of a site: `/*` → name and value for every address but those of the editor,
    and where the site has one `/edit/*`, or as it is called in a folder, → those of the editor.

    Raises Unfit with file and line.
    """
    if not file.is_file():
        raise Unfit(f"{file} is not there: name the folder of a built site (make build).")
    text = file.read_text(encoding="utf-8", errors="replace")
    if text.split("\n", 1)[0] != EVERYWHERE:
        raise Unfit(f"{file}:1: not /*, for every address, as the build of the site writes it.")
    rules: dict[str, dict[str, str]] = {}
    headers: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found:
            headers[found[1]] = found[2]
        elif _PATH.fullmatch(line):
            headers = rules.setdefault(line, {})
        else:
            raise Unfit(
                f"{file}:{number}: not two spaces, a name, a colon and a value in plain characters. "
                "Build the site again; its build writes this file."
            )
    everywhere = rules.pop(EVERYWHERE)
    editor = next((path for path in rules if path.endswith(_EDITOR)), None)
    wanted = {EVERYWHERE: everywhere}
    if editor:
        wanted[editor] = {**everywhere, **rules.pop(editor)}
    # With an editor, headers that differ are listed for each other part of the site, the same for all.
    for headers in rules.values():
        everywhere.update(headers)
    for headers in wanted.values():
        if POLICY not in headers:
            raise Unfit(f"{file}: there is no {POLICY}. Build the site again.")
    return wanted


def both(new: str, old: str) -> str:
    """A policy that allows what each of the two policies does."""
    allowed: dict[str, list[str]] = {}
    for policy in (new, old):
        for directive in policy.split(";"):
            name, *sources = directive.split()
            known = allowed.setdefault(name, [])
            known += [source for source in sources if source not in known]
    for sources in allowed.values():
        if len(sources) > 1 and "'none'" in sources:
            sources.remove("'none'")
    return "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())


def nginx(rules: dict[str, dict[str, str]]) -> str:
    """For `include` in a server block: on every answer, errors too (`always`)."""
    pages, (path, editor) = rules[EVERYWHERE], _editor(rules)
    lines = ""
    for name, value in pages.items():
        written = f'"{value}"'
        if editor.get(name, value) != value:
            # A location of its own would lose all headers of the server block.
            written = "$handvat_" + name.lower().replace("-", "_")
            lines += f'set {written} "{value}";\n'
            lines += f'if ($uri ~ "^{re.escape(path)}") {{ set {written} "{editor[name]}"; }}\n'
        lines += f"add_header {name} {written} always;\n"
    return lines


def caddy(rules: dict[str, dict[str, str]]) -> str:
    """For `import` in a site block, and once more where errors are handled."""
    pages, (path, editor) = rules[EVERYWHERE], _editor(rules)
    chosen = lines = ""
    for name, value in pages.items():
        written = f'"{value}"'
        if editor.get(name, value) != value:
            variable = "handvat_" + name.lower().replace("-", "_")
            written = f"{{vars.{variable}}}"
            # Of several that match, Caddy applies the one with the longest path last.
            chosen += f'vars {variable} "{value}"\nvars {path}* {variable} "{editor[name]}"\n'
        lines += f"\t{name} {written}\n"
    return f"{chosen}header {{\n{lines}}}\n"


def _editor(rules: dict[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
    """The folder of the editor and its headers; nothing where the site has none."""
    found = next((path for path in rules if path != EVERYWHERE), "")
    return found.removesuffix("*"), rules.get(found, {}) if found else {}


FORMS = {"nginx": nginx, "caddy": caddy}


def write(file: Path, text: str) -> None:
    """Puts `text` at `file` in one step: a server that starts meanwhile reads all of it or the old."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


if __name__ == "__main__":
    sys.exit(main())
