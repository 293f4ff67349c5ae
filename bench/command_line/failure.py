"""How a command ends: its exit code, and one line that says why and what to do."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Final, NoReturn

from rich.console import Console
from rich.text import Text

from bench.errors import MendableError, RunFailure
from sim.errors import SimError

FAILED: Final = 1
"""The run itself failed: something was lost, or it could not be carried through."""
BAD_INPUT: Final = 2
"""What was asked for, or this machine, has to be mended first."""
INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells have it."""


def exit_code_of(command: Callable[[], int], console: Console) -> int:
    """Run *command*; print what it raises as one line and return the exit code."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    try:
        return command()
    except RunFailure as error:
        _say(console, error)
        return FAILED
    except (MendableError, SimError) as error:
        _say(console, error)
        return BAD_INPUT
    except KeyboardInterrupt:
        console.print("Stopped. Every server has ended; no results were written.")
        return INTERRUPTED


def _say(console: Console, error: Exception) -> None:
    line = Text("firstwrite: ", style="bold red")
    line.append(" ".join(str(error).split()), style="default")
    console.print(line, soft_wrap=True)


def _end(number: int, _: FrameType | None) -> NoReturn:
    # As an exception, so that the with-blocks on the way out stop what they have started.
    raise SystemExit(128 + number)
