"""`make bench-servers`: how many requests nginx and Caddy answer with the built site, and what goes wrong.

    python -m scripts.bench_servers [--site site] [--rounds 2] [--build]

wrk asks for every page and every piece of the search index, as fast as it can, over 16 connections of this
machine alone: first in peace, then while editions change places underneath, one after another, and with
`--build` while the project is built into the folder that is served. Prints requests per second and errors;
none is expected. Neither network nor https is in it, and wrk takes its share of the cores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from scripts.finish.compress import COMPRESSORS
from scripts.go_live import go_live, pieces
from scripts.servers import SERVERS, NoServer

SECONDS = 5
"""How long one run of wrk takes."""
SWAPS = 5

_CONNECTIONS = 16
_MARK = "handvat "

# Each thread of wrk goes round all addresses. Statuses above 399 are errors, as is a connection that breaks.
LUA = """\
local requests, at = {}, 0
function init(arguments)
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path, { ["Accept-Encoding"] = "br, gzip" })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format("handvat %d %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout + e.status, latency:percentile(99)))
end
"""


class NotMeasured(Exception):
    """Something that the measure needs is missing; the text says what to do."""


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw. Times are microseconds."""

    requests: int
    duration: int
    errors: int
    slowest: int
    """What 99 of 100 requests did not take longer than."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the built site of the project in the current folder. Returns 0, or 1 for any error."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench_servers", description="Load both servers with the site."
    )
    parser.add_argument("--site", default="site", help="the folder of the built site")
    parser.add_argument("--rounds", type=int, default=2, help=f"of {SECONDS} seconds, in peace")
    parser.add_argument("--build", action="store_true", help="build into the served folder too")
    asked = parser.parse_args(arguments)
    errors = 0
    try:
        for name in SERVERS:
            errors += measure(name, Path.cwd() / asked.site, asked.rounds, is_built=asked.build)
    except (NotMeasured, NoServer) as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if errors else 0


def measure(name: str, site: Path, rounds: int, *, is_built: bool) -> int:
    """Prints what the server `name` does with the built `site`; how many errors there were."""
    if not (site / "index.html").is_file():
        raise NotMeasured(f"There is no built site in {site}: run make build first.")
    if not shutil.which("wrk"):
        raise NotMeasured("wrk is not on this machine: apt install wrk")
    with tempfile.TemporaryDirectory(prefix="handvat-bench-") as folder:
        home = Path(folder)
        live, other = home / "live" / "site", home / "other"
        live.parent.mkdir()
        quietly(go_live, site, live)
        change(site, other)
        (home / "paths.txt").write_text("\n".join(addresses(site)) + "\n", encoding="utf-8")
        (home / "load.lua").write_text(LUA, encoding="utf-8")
        server_folder = home / name
        server_folder.mkdir()

        def swap() -> None:
            for number in range(SWAPS):
                quietly(go_live, other if number % 2 == 0 else site, live)

        def build() -> None:
            command = [sys.executable, "-m", "scripts.build", "--out", str(live)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotMeasured(f"The site does not build:\n{done.stdout}{done.stderr}")

        with SERVERS[name](live, site, server_folder, {}) as server:
            url = f"http://127.0.0.1:{server.port}/"
            errors = say(name, "in peace", [run_wrk(url, home) for _ in range(rounds)])
            errors += say(name, f"during {SWAPS} swaps", during(swap, url, home))
            if is_built:
                errors += say(name, "during a build and its swap", during(build, url, home))
    return errors


def addresses(site: Path) -> list[str]:
    """Every page, as a browser asks for it, and what a search loads."""
    pages = [f"/{path.parent.relative_to(site).as_posix()}/" for path in site.rglob("index.html")]
    return sorted(page.replace("/./", "/") for page in pages) + [
        f"/{name}" for name in pieces(site)
    ]


def change(site: Path, other: Path) -> None:
    """Makes another edition of `site`, in which each page and its smaller copies are different."""
    shutil.copytree(site, other)
    for path in other.rglob("*.html"):
        data = path.read_bytes() + b"<!-- another edition -->\n"
        path.write_bytes(data)
        for ending, compress in COMPRESSORS.items():
            copy = path.with_name(path.name + ending)
            if copy.exists():
                copy.write_bytes(compress(data))


def during(work: Callable[[], None], url: str, home: Path) -> list[Load]:
    """Runs wrk again and again until `work` is done. Raises what `work` raised."""
    failed: list[Exception] = []

    def carry_out() -> None:
        try:
            work()
        except Exception as error:
            failed.append(error)

    worker = threading.Thread(target=carry_out)
    worker.start()
    loads = []
    while worker.is_alive():
        loads.append(run_wrk(url, home))
    worker.join()
    if failed:
        raise failed[0]
    return loads


def run_wrk(url: str, home: Path) -> Load:
    """One run. Raises NotMeasured when wrk does not tell what it saw."""
    command = ["wrk", "--threads", "2", "--connections", str(_CONNECTIONS), "--timeout", "10s"]
    command += ["--duration", f"{SECONDS}s", "--script", str(home / "load.lua"), url]
    done = subprocess.run(
        [*command, "--", str(home / "paths.txt")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    for line in done.stdout.splitlines():
        if line.startswith(_MARK):
            return Load(*map(int, line.removeprefix(_MARK).split()))
    raise NotMeasured(f"wrk failed: {done.stdout}{done.stderr}")


def say(name: str, when: str, loads: list[Load]) -> int:
    """Prints a line for `loads`; how many errors there were."""
    requests = sum(load.requests for load in loads)
    seconds = sum(load.duration for load in loads) / 1e6
    errors = sum(load.errors for load in loads)
    slowest = max(load.slowest for load in loads) / 1e3
    print(
        f"{name:<6} {when:<28} {requests / seconds:>7,.0f} requests a second, "
        f"99 in 100 within {slowest:.0f} ms, {errors} errors in {requests:,}",
        flush=True,
    )
    return errors


def quietly(work: Callable[..., None], *arguments: Path) -> None:
    """Does `work` without what it prints."""
    with redirect_stdout(StringIO()):
        work(*arguments)


if __name__ == "__main__":
    sys.exit(main())
