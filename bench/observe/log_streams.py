"""The log streams of the running stack: one file each, in a folder a function."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.observe.errors import ObserveError


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a log stream, without its line end."""

    function: str
    stream: str
    text: str

    @property
    def short_stream(self) -> str:
        """The first characters of the stream's own part of its name."""
        return self.stream.rpartition("]")[2][:6]


def function_folders(log_folder: Path) -> Mapping[str, Path]:
    """Return the folder of log streams of each function that has run."""
    return {path.name: path for path in sorted(log_folder.glob("*")) if path.is_dir()}


def matching(folders: Mapping[str, Path], wanted: str | None) -> Mapping[str, Path]:
    """Return the folders of the function that *wanted* names, whole or by a part of the name.

    Raises
    ------
    ObserveError
        When no function, or more than one, is meant.
    """
    if wanted is None:
        return folders
    if wanted in folders:
        return {wanted: folders[wanted]}
    found = {name: path for name, path in folders.items() if wanted.lower() in name.lower()}
    # Physical names are stack, logical id and a random part; the logical id is what people say.
    exact = {name: path for name, path in found.items() if f"-{wanted}-" in name}
    found = exact or found
    if len(found) == 1:
        return found
    names = ", ".join(found or folders) or "none has run yet"
    problem = "is meant by more than one function" if found else "is no function that has run"
    raise ObserveError(f"{wanted} {problem}: give one of {names}")


def read_new(folders: Mapping[str, Path], positions: dict[Path, int]) -> list[LogLine]:
    """Return the whole lines that were written since the last call, streams by their age.

    *positions* is where each file was read up to; it is moved on.
    """
    lines = []
    for function, folder in folders.items():
        for path in sorted(folder.glob("*.log"), key=lambda each: each.stat().st_ctime):
            with path.open("rb") as stream:
                stream.seek(positions.get(path, 0))
                new = stream.read()
            whole = new[: new.rfind(b"\n") + 1]
            positions[path] = positions.get(path, 0) + len(whole)
            lines += [
                LogLine(function, path.stem, text)
                for text in whole.decode(errors="replace").splitlines()
            ]
    return lines


def follow(
    log_folder: Path, wanted: str | None, *, interval_s: float = 0.2
) -> Iterator[list[LogLine]]:
    """Yield what is written, again and again; a function that runs later is followed too."""
    positions: dict[Path, int] = {}
    while True:
        folders = function_folders(log_folder)
        if folders or wanted is None:
            yield read_new(matching(folders, wanted), positions)
        time.sleep(interval_s)
