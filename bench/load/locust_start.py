"""Starts Locust on `bench/locustfile.py`, so that it ends with its parent and writes into a log."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_LOCUSTFILE: Final = _REPOSITORY / "bench" / "locustfile.py"
_STOP_GRACE_S: Final = 5.0
_LOG_LINES: Final = 5


class LocustProcess:
    """One Locust process.

    Parameters
    ----------
    arguments
        After the locustfile.
    log
        Takes all that it says.

    Raises
    ------
    OSError
        If it cannot be started.
    """

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self.log = log
        # Locust also reads LOCUST_* variables; a plan must not depend on the caller's.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOCUST_")}
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, (str(_REPOSITORY), environment.get("PYTHONPATH")))
        )
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), *arguments,
                    "--exit-with-parent", str(os.getpid()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=environment,
                # Ctrl-C reaches the parent alone, which then ends the load in an orderly way.
                start_new_session=True,
            )  # fmt: skip

    @property
    def id(self) -> int:
        """Process id."""
        return self._process.pid

    def ended_with(self) -> int | None:
        """Return its exit code, or None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End it if it still runs: asked first, killed after a grace of 5 s."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def last_words(self) -> str:
        """Return why it ended, as its log tells it."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        ours = [line for line in lines if line.startswith("firstwrite: ")]
        return " / ".join(ours or lines[-_LOG_LINES:])
