"""Headless Chromium, spoken to over the DevTools protocol.

The protocol's own description: https://chromedevtools.github.io/devtools-protocol/. No driver is
needed beside the browser: it listens on a port of its own choice, which it writes to a file.
"""

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import websocket

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_IT: Final = (
    "no Chromium was found: install it to have the pages looked at in a browser "
    "(Debian and Ubuntu: apt-get install chromium; macOS: brew install --cask chromium)"
)
FLAGS: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-zygote",
    "--disable-breakpad",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
TIMEOUT_S: Final = 30.0


def executable() -> str | None:
    """Give the path of a Chromium, or None where none is installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """A page of the browser. What went wrong on it and what it asked for is kept in lists.

    Attributes
    ----------
    problems
        Exceptions, console messages, log entries and dialogs.
    requested
        URLs of every request, data URIs left out.
    """

    def __init__(self, socket: websocket.WebSocket, session: str) -> None:
        self._socket = socket
        self._session = session
        self._numbers = itertools.count(1000)
        self.problems: list[str] = []
        self.requested: list[str] = []
        self._loaded = False
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and give its result."""
        number = next(self._numbers)
        message = {
            "id": number,
            "sessionId": self._session,
            "method": method,
            "params": params,
        }
        self._socket.send(json.dumps(message))
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def open(self, url: str, *, width: int, height: int = 900, dark: bool = False) -> None:
        """Show a page in a window of that width, in CSS pixels, and wait until all is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self._loaded = False
        self.call("Page.navigate", url=url)
        while not self._loaded:
            self._next()

    def evaluate(self, expression: str) -> Any:
        """Give the value of a JavaScript expression on the page; a promise is waited for."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["text"])
        return found["result"].get("value")

    def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv())
        params = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Page.javascriptDialogOpening":
                self.problems.append(f"dialog: {params['message']}")
                # Nothing else is answered while a dialog is open; nobody waits for this answer.
                dismiss = {
                    "id": 0,
                    "sessionId": self._session,
                    "method": "Page.handleJavaScriptDialog",
                    "params": {"accept": False},
                }
                self._socket.send(json.dumps(dismiss))
            case "Runtime.exceptionThrown":
                self.problems.append(f"exception: {params['exceptionDetails']['text']}")
            case "Runtime.consoleAPICalled":
                self.problems.append(f"console.{params['type']}")
            case "Log.entryAdded":
                self.problems.append(f"{params['entry']['level']}: {params['entry']['text']}")
            case "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith("data:"):
                    self.requested.append(url)
        return message


class Chromium:
    """A running browser; `tab` opens pages in it. Its processes are told by their profile."""

    def __init__(self, socket: websocket.WebSocket, profile: Path) -> None:
        self._socket = socket
        self.profile = profile
        self._numbers = itertools.count(1)

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """Open an empty page, and close it at the end."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        try:
            yield Tab(self._socket, attached["sessionId"])
        finally:
            self._call("Target.closeTarget", targetId=target)

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number and "sessionId" not in answer:
                return answer["result"]


@contextmanager
def running(path: str) -> Iterator[Chromium]:
    """Run a browser with a profile of its own; nothing of either is left at the end."""
    profile = Path(tempfile.mkdtemp(prefix="chromium-"))
    # Its sandbox needs a user that is not root, or namespaces that containers seldom have.
    process = subprocess.Popen(
        [path, *FLAGS, "--no-sandbox", f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = _address(process, profile / "DevToolsActivePort")
        socket = websocket.create_connection(address, timeout=TIMEOUT_S, suppress_origin=True)
        try:
            yield Chromium(socket, profile)
        finally:
            # Asked to, it waits for its own processes; killed, it would leave them to init.
            socket.send(json.dumps({"id": 0, "method": "Browser.close"}))
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=TIMEOUT_S)
            socket.close()
    finally:
        # Whatever is left is of one group, which ends with this.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _remove(profile)


def _address(process: subprocess.Popen[bytes], port_file: Path) -> str:
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"Chromium ended at once, with exit code {process.returncode}")
        lines = port_file.read_text().split("\n") if port_file.exists() else []
        if len(lines) >= 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise TimeoutError(f"Chromium did not listen within {TIMEOUT_S:g} s")


def _remove(profile: Path) -> None:
    """Remove the profile; processes that were just killed may still hold it for a moment."""
    for _ in range(20):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return
        time.sleep(0.05)
