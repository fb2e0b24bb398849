"""What one page and one search cost a reader on a slow phone, measured in Chromium.

    .venv/bin/python benchmarks/page_load.py [SITE ...] [--page now/image-blackmail/] [--query chantage] [--runs 3]

The phone: 1.6 Mbit/s, a round trip of 150 ms, a processor four times slower, nothing cached (what Lighthouse and
WebPageTest call slow 4G on a middling phone). Several built sites take turns, run by run. Bytes are counted by the
server, compressed and with headers: the browser's own count leaves out what a worker loads. Prints medians; what the
figures of a page mean: web.dev/articles/vitals. Times are milliseconds, that of a search from the first letter.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import shutil
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Browser, Playwright, sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5}
"""Milliseconds, and bytes a second (Chrome DevTools protocol, Network.emulateNetworkConditions)."""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2,
                         "is_mobile": True, "has_touch": True}  # fmt: skip
OBSERVE = """
window.seen = {FCP: 0, LCP: 0, CLS: 0, tasks: []};
const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({type, buffered: true});
watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.FCP = entry.startTime; });
watch("largest-contentful-paint", (entry) => { seen.LCP = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.CLS += entry.value; });
watch("longtask", (entry) => seen.tasks.push([entry.startTime, entry.duration]));
"""
OBSERVE_SEARCH = """() => {
  const note = (name) => { seen[name] = seen[name] || performance.timeOrigin + performance.now(); };
  const dialog = document.querySelector("dialog.search");
  dialog.addEventListener("input", () => note("typed"), true);
  new MutationObserver(() => { if (dialog.querySelector(".result")) note("found"); })
    .observe(dialog, {childList: true, subtree: true});
}"""

Figures = dict[str, float]


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves a built site as a host does: with its headers and, where a browser takes them, its compressed copies."""

    answers: ClassVar[list[tuple[float, int]]] = []
    """When each answer was requested, in milliseconds since 1970, and its size in bytes."""

    def do_GET(self) -> None:
        """Answer with a file of the site."""
        requested, accepted = time.time() * 1000, self.headers.get("Accept-Encoding", "")
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        status = "200 OK" if path.is_file() else "404 Not Found"
        lines = [f"HTTP/1.0 {status}", f"Content-Type: {self.guess_type(path)}"]
        policies = Path(self.directory, "_headers")
        if path.suffix == ".html" and policies.is_file():
            lines += [line.strip() for line in policies.open() if line.startswith(" ")]
        for coding, ending in (("br", ".br"), ("gzip", ".gz")):
            smaller = path.with_name(path.name + ending)
            if coding in accepted and smaller.is_file():
                path = smaller
                lines.append(f"Content-Encoding: {coding}")
                break
        body = path.read_bytes() if path.is_file() else b""
        answer = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
        self.answers.append((requested, len(answer)))
        self.wfile.write(answer)


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The address of the built `site` on this machine."""
    start = functools.partial(Server, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), start) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def launch(playwright: Playwright) -> Browser:
    """Start Chromium of this machine. Raise SystemExit where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        raise SystemExit("no Chromium on the PATH: apt install chromium-headless-shell")
    # Chromium does not start its sandbox as root, as in a container.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=program, args=arguments)


def measure(browser: Browser, site: Path, address: str, query: str) -> tuple[Figures, Figures]:
    """The figures of a first load of the page at `address`, and of a first search for `query` on it."""
    # A context has a profile of its own: nothing is cached.
    with serving(site) as root, browser.new_context(**PHONE) as context:
        page, answers = context.new_page(), Server.answers
        page.add_init_script(OBSERVE)
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        answers.clear()
        page.goto(root + address, wait_until="load")
        page.wait_for_timeout(1000)  # a late request, shift or long task counts too
        seen = page.evaluate("seen")
        late = [length for start, length in seen.pop("tasks") if start + length > seen["FCP"]]
        sizes = [size for _, size in answers]
        loaded = {"requests": len(sizes), "bytes": sum(sizes), **seen}
        loaded["TBT"] = sum(max(0, length - 50) for length in late)
        page.evaluate(OBSERVE_SEARCH)
        answers.clear()
        page.click(".search-open")
        for start in range(0, len(query), 3):  # a reader types some letters, and looks
            page.keyboard.type(query[start : start + 3])
            page.wait_for_timeout(250)
        # A selector: the Content-Security-Policy of the page forbids to wait for an expression.
        page.wait_for_selector("dialog.search .result", state="attached")
        seen = page.evaluate("seen")
    sizes = [size for requested, size in answers if requested <= seen["found"]]
    result = seen["found"] - seen["typed"]
    return loaded, {"requests": len(sizes), "bytes": sum(sizes), "first result": result}


def main() -> None:
    """Measure what the command line asks for and print a line for each site."""
    parser = argparse.ArgumentParser(description="Measure a page and a search on a slow phone.")
    parser.add_argument("sites", nargs="*", type=Path, default=[Path("site")])
    parser.add_argument("--page", default="now/image-blackmail/", help="address below the root")
    parser.add_argument("--query", default="chantage", help="what is searched for on it")
    parser.add_argument("--runs", type=int, default=3, help="of each measurement")
    options = parser.parse_args()
    missing = [site for site in options.sites if not (site / "index.html").is_file()]
    if missing:
        parser.error(f"there is no built site in {missing[0]}/: run make build first")
    figures: defaultdict[tuple[Path, str], list[Figures]] = defaultdict(list)
    with sync_playwright() as playwright, launch(playwright) as browser:
        for site in options.sites * options.runs:
            loaded, searched = measure(browser, site, options.page, options.query)
            figures[site, "page"].append(loaded)
            figures[site, "search"].append(searched)
    for (site, what), runs in figures.items():
        cells = [f"{name} {statistics.median(run[name] for run in runs):.5g}" for name in runs[0]]
        print(f"{site}: {what}: {', '.join(cells)}")


if __name__ == "__main__":
    main()
