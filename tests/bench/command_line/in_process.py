"""The commands of `firstwrite` in this process: starting a program for each takes seconds."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from bench.command_line.program import program


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


def firstwrite(folder: Path, environment: Mapping[str, str], *arguments: str) -> Ended:
    """Run a command in a folder."""
    with contextlib.chdir(folder):
        done = CliRunner(env=dict(environment)).invoke(program, list(arguments))
    return Ended(done.exit_code, done.stdout, done.stderr)
