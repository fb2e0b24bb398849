#!/usr/bin/python3
"""Tells nginx or Caddy the security headers of a built site, so that they always fit its pages.

    python3 headers.py {nginx|caddy} --out FILE SITE [BEFORE]

The policy knows every script and style of the pages by its hash, so it changes with them: a server
that still sends yesterday's lets browsers refuse today's. Reads `_headers` in the folder SITE, and
where there is one in BEFORE, the site that readers see until now: what is written allows both, so that
a server can take it over first and the pages can change after, with no reader in between.

Stands alone and imports nothing of ours: installed where only root can change it, it may run as root
(see handvat-update.service) without the project having a say in what root does. For the same reason it
passes on no value that a server could read as more than text, says nothing of what stands in a file that it
cannot use, and wants FILE in a folder of root's.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

POLICY = "Content-Security-Policy"

# No quote, backslash, dollar sign or brace: with those a server's own language would begin.
_LINE = re.compile(r"  ([A-Za-z][A-Za-z0-9-]*): ([ !#%&'()*+,\-./0-9:;<=>?@A-Z\[\]^_a-z|~]+)")

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
        headers = read(asked.site / "_headers")
        if asked.before and (asked.before / "_headers").is_file():
            headers[POLICY] = both(headers[POLICY], read(asked.before / "_headers")[POLICY])
        for name, value in headers.items():
            if len(value) > _LONGEST:
                raise Unfit(f"{name} has {len(value)} characters, and nginx takes {_LONGEST}.")
        write(asked.out, FORMS[asked.server](headers))
    except (Unfit, OSError) as error:
        print(f"{error}\n{asked.out} is as it was.", file=sys.stderr)
        return 1
    return 0


def read(file: Path) -> dict[str, str]:
    """Name and value of each header in the `_headers` of a site. Raises Unfit with file and line."""
    if not file.is_file():
        raise Unfit(f"{file} is not there: name the folder of a built site (make build).")
    first, *lines = file.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    if first != "/*":
        raise Unfit(f"{file}:1: not /*, for every address, as the build of the site writes it.")
    headers = {}
    for number, line in enumerate(lines, 2):
        found = _LINE.fullmatch(line)
        if not found:
            raise Unfit(
                f"{file}:{number}: not two spaces, a name, a colon and a value in plain characters. "
                "Build the site again; its build writes this file."
            )
        headers[found[1]] = found[2]
    if POLICY not in headers:
        raise Unfit(f"{file}: there is no {POLICY}. Build the site again.")
    return headers


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


def nginx(headers: dict[str, str]) -> str:
    """For `include` in a server block: on every answer, errors too (`always`)."""
    return "".join(f'add_header {name} "{value}" always;\n' for name, value in headers.items())


def caddy(headers: dict[str, str]) -> str:
    """For `import` in a site block."""
    lines = "".join(f'\t{name} "{value}"\n' for name, value in headers.items())
    return f"header {{\n{lines}}}\n"


FORMS = {"nginx": nginx, "caddy": caddy}


def write(file: Path, text: str) -> None:
    """Puts `text` at `file` in one step: a server that starts meanwhile reads all of it or the old."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


if __name__ == "__main__":
    sys.exit(main())
