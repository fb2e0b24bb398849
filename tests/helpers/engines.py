"""The three engines of the browsers that people have, behind one small interface, so that a test runs unchanged in each.

Chromium is driven by Playwright, WebKit by Selenium (Debian: webkit2gtk-driver, under Xvfb), and Firefox by WebDriver BiDi
(w3.org/TR/webdriver-bidi), which needs no driver beside Firefox. Playwright brings its own builds of WebKit and Firefox,
from a download of its own; these are the ones that Debian ships.

Without an engine its tests are skipped on somebody's own machine, and fail where CI=true.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from glob import glob
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from servers import stop
from websocket import WebSocket, create_connection


class BiDiError(Exception):
    """A command of WebDriver BiDi failed."""


ENGINES = ("chromium", "webkit", "firefox")
PATIENCE = 15
"""Seconds to wait for what a page should show."""
ENTER, ESCAPE, SHIFT, TAB = "\ue007", "\ue00c", "\ue008", "\ue004"
"""Keys as WebDriver writes them (w3.org/TR/webdriver2, Keyboard Actions)."""
_NAMES = {ENTER: "Enter", ESCAPE: "Escape", SHIFT: "Shift", TAB: "Tab"}
_BETWEEN_PAGES = (PlaywrightError, WebDriverException, BiDiError)
"""Raised by a script while the next page loads."""
_MINI_BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# The middle of an element, scrolled into view, in CSS pixels of the window.
_MIDDLE = """
    const found = document.querySelector(arguments[0]);
    if (!found) return null;
    found.scrollIntoView({ block: "center", behavior: "instant" });
    const box = found.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
"""


class Driver(Protocol):
    """What an engine has to do."""

    def open(self, address: str) -> None:
        """Go to `address`, and wait until the page is loaded."""

    def run(self, script: str, *arguments: Any) -> Any:
        """The result of the body of a JavaScript function with `arguments`, passed as JSON."""

    def click_at(self, x: float, y: float) -> None:
        """Press and release the mouse there, in CSS pixels of the window."""

    def press(self, keys: str) -> None:
        """Press and release each of the keys."""

    def back(self) -> None:
        """Go back in the history of the window."""

    def resize(self, width: int, height: int) -> None:
        """Set the size of the page in CSS pixels. WebKit's window has a minimum width of 450."""

    def picture(self) -> bytes:
        """A PNG of the window."""

    def printed(self) -> bytes:
        """The page as PDF. Raises NotImplementedError where the engine cannot."""


class Window:
    """A browser window of some engine."""

    def __init__(self, name: str, driver: Driver) -> None:
        self.name = name
        self._driver = driver
        self.open, self.run, self.press = driver.open, driver.run, driver.press
        self.back, self.resize = driver.back, driver.resize
        self.picture, self.printed = driver.picture, driver.printed

    def click(self, selector: str) -> None:
        """Click the middle of the first element that `selector` finds."""
        self.wait(f"return !!document.querySelector({json.dumps(selector)})")
        self._driver.click_at(*self.run(_MIDDLE, selector))

    def texts(self, selector: str) -> list[str]:
        """The visible texts of the elements that `selector` finds."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])]"
            ".filter((one) => one.getClientRects().length).map((one) => one.innerText.trim())",
            selector,
        )
        return found

    def wait(self, condition: str, *arguments: Any) -> Any:
        """Wait until the script `condition` returns something true, and return it. Raises AssertionError."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(*_BETWEEN_PAGES):
                if found := self.run(condition, *arguments):
                    return found
            time.sleep(0.05)
        where = self.run("return location.href")
        raise AssertionError(
            f"{self.name}: not within {PATIENCE} s at {where}: {condition} {arguments}"
        )

    def settled(self, selector: str) -> list[str]:
        """Wait until the visible texts of what `selector` finds stay the same, and return them."""
        before, found = None, self.texts(selector)
        end = time.monotonic() + PATIENCE
        while not found or found != before:
            assert time.monotonic() < end, f"{self.name}: {selector} does not settle: {found}"
            time.sleep(0.3)
            before, found = found, self.texts(selector)
        return found


class _Chromium:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def run(self, script: str, *arguments: Any) -> Any:
        return self._page.evaluate(f"(given) => (function () {{ {script} }})(...given)", arguments)

    def click_at(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)

    def press(self, keys: str) -> None:
        for key in keys:
            if key in _NAMES:
                self._page.keyboard.press(_NAMES[key])
            else:
                self._page.keyboard.type(key)

    def back(self) -> None:
        self._page.go_back()

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def picture(self) -> bytes:
        return self._page.screenshot()

    def printed(self) -> bytes:
        return self._page.pdf()


class _WebKit:
    def __init__(self, driver: webdriver.WebKitGTK) -> None:
        self._driver = driver

    def open(self, address: str) -> None:
        self._driver.get(address)

    def run(self, script: str, *arguments: Any) -> Any:
        return self._driver.execute_script(script, *arguments)

    def click_at(self, x: float, y: float) -> None:
        actions = ActionChains(self._driver, duration=0)
        actions.w3c_actions.pointer_action.move_to_location(round(x), round(y)).click()
        actions.perform()

    def press(self, keys: str) -> None:
        ActionChains(self._driver, duration=0).send_keys(*keys).perform()

    def back(self) -> None:
        self._driver.back()

    def resize(self, width: int, height: int) -> None:
        frame = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self._driver.set_window_size(width + frame[0], height + frame[1])

    def picture(self) -> bytes:
        return self._driver.get_screenshot_as_png()

    def printed(self) -> bytes:
        raise NotImplementedError("WebKitWebDriver has no command to print")


class _Firefox:
    """A client of WebDriver BiDi for one window."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket, self._number = socket, 0
        self._send("session.new", capabilities={})
        self._context = self._send("browsingContext.getTree")["contexts"][0]["context"]

    def _send(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            pass  # an event
        if answer["type"] != "success":
            raise BiDiError(f"{method}: {answer['message']}")
        return answer["result"]

    def _here(self, method: str, **parameters: Any) -> Any:
        return self._send(method, context=self._context, **parameters)

    def open(self, address: str) -> None:
        self._here("browsingContext.navigate", url=address, wait="complete")

    def run(self, script: str, *arguments: Any) -> Any:
        answer = self._send(
            "script.callFunction",
            functionDeclaration=(
                f"(given) => JSON.stringify((function () {{ {script} }})(...JSON.parse(given)) ?? null)"
            ),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._context},
            awaitPromise=False,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def click_at(self, x: float, y: float) -> None:
        actions: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self._here("input.performActions", actions=[mouse])

    def press(self, keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self._here("input.performActions", actions=[keyboard])

    def back(self) -> None:
        self._here("browsingContext.traverseHistory", delta=-1)

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._here("browsingContext.setViewport", viewport=size)

    def picture(self) -> bytes:
        return base64.b64decode(self._here("browsingContext.captureScreenshot")["data"])

    def printed(self) -> bytes:
        return base64.b64decode(self._here("browsingContext.print")["data"])


@contextmanager
def window(engine: str, chromium: Browser) -> Iterator[Window]:
    """A window of `engine` in a fresh profile."""
    with ExitStack() as stack:
        match engine:
            case "chromium":
                page = chromium.new_page()
                stack.callback(page.close)
                driver: Driver = _Chromium(page)
            case "webkit":
                driver = _webkit(stack)
            case _:
                driver = _firefox(stack)
        yield Window(engine, driver)


def _webkit(stack: ExitStack) -> Driver:
    driver, screen = _program("WebKitWebDriver", "webkit2gtk-driver"), _program("Xvfb", "xvfb")
    browsers = glob(_MINI_BROWSER)  # noqa: PTH207 - an absolute pattern
    if not browsers:
        _missing("MiniBrowser", "webkit2gtk-driver")
    reading, writing = os.pipe()
    command = [
        screen,
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1600x1400x24",
        "-nolisten",
        "tcp",
    ]
    display = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    stack.callback(stop, display)
    number = os.read(reading, 16).decode().strip()
    options = Options()
    options.binary_location = max(browsers)
    options.add_argument("--automation")
    service = Service(driver, env={**os.environ, "DISPLAY": f":{number}"})
    web_driver = webdriver.WebKitGTK(options=options, service=service)
    stack.callback(web_driver.quit)
    return _WebKit(web_driver)


def _firefox(stack: ExitStack) -> Driver:
    program = shutil.which("firefox-esr") or _program("firefox", "firefox-esr")
    profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    log = Path(profile, "log")
    command = [program, "--headless", "--no-remote", "--profile", profile]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0"], stdout=output, stderr=output,
            env={**os.environ, "HOME": profile},
        )  # fmt: skip
    stack.callback(stop, process)
    end = time.monotonic() + 2 * PATIENCE
    while not (found := _LISTENING.search(log.read_text("utf-8", "replace"))):
        assert time.monotonic() < end, (
            f"Firefox does not start:\n{log.read_text('utf-8', 'replace')}"
        )
        time.sleep(0.05)
    # Firefox takes the header Origin for a connection from a page, and refuses it.
    socket = create_connection(f"{found[1]}/session", timeout=60, suppress_origin=True)
    stack.callback(socket.close)
    return _Firefox(socket)


def _program(name: str, package: str) -> str:
    return shutil.which(name) or _missing(name, package)


def _missing(name: str, package: str) -> str:
    reason = f"no {name} on the PATH (Debian, Ubuntu: apt install {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
