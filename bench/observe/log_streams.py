"""The log streams of the running stack: one file each, in a folder a function."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.observe.errors import ObserveError
from bench.observe.line_time import stream_times


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


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream was read: bytes, and the time of the last line (seconds, 0.0 if unknown)."""

    offset: int = 0
    time_s: float = 0.0


def function_folders(log_folder: Path, names: Iterable[str] = ()) -> Mapping[str, Path]:
    """Return the folder of log streams of each function that has run, and of those in *names*."""
    ran = {path.name for path in log_folder.glob("*") if path.is_dir()}
    return {name: log_folder / name for name in sorted(ran.union(names))}


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
    if not folders:
        raise ObserveError(f"{wanted} has no logs: no function has run yet")
    problem = "is meant by more than one function" if found else "is no function of this stack"
    raise ObserveError(f"{wanted} {problem}: give one of {', '.join(found or folders)}")


def read_new(
    folders: Mapping[str, Path], positions: dict[Path, Position], stream: str = ""
) -> list[LogLine]:
    """Return the whole lines that were written since the last call, merged by their times.

    Parameters
    ----------
    positions
        How far each file was read; it is moved on.
    stream
        Only streams with this in the name; slashes may stand as in CloudWatch.
    """
    timed = []
    for function, folder in folders.items():
        for path in sorted(folder.glob("*.log")):
            if stream.replace("/", "_") not in path.stem:
                continue
            position = positions.get(path, Position())
            texts, read = _whole_lines(path, position.offset)
            times = stream_times(texts, position.time_s)
            positions[path] = Position(
                position.offset + read, times[-1] if times else position.time_s
            )
            timed += [
                (time_s, LogLine(function, path.stem, text))
                for time_s, text in zip(times, texts, strict=True)
            ]
    # The sort is stable: lines of one stream stay in their order.
    return [line for _, line in sorted(timed, key=lambda each: each[0])]


def _whole_lines(path: Path, offset: int) -> tuple[list[str], int]:
    """Return the lines from a byte on that have an end, and their bytes."""
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            new = stream.read()
    except FileNotFoundError:
        return [], 0  # the stack has ended and taken its logs along
    whole = new[: new.rfind(b"\n") + 1]
    # Not `splitlines`: JSON may hold U+2028 and others that it takes for line ends.
    lines = whole.decode(errors="replace").split("\n")[:-1]
    return [line.removesuffix("\r") for line in lines], len(whole)


def follow(
    folders: Mapping[str, Path], stream: str = "", *, interval_s: float = 0.2
) -> Iterator[list[LogLine]]:
    """Yield what is written into the folders, again and again; they need not exist yet."""
    positions: dict[Path, Position] = {}
    while True:
        yield read_new(folders, positions, stream)
        time.sleep(interval_s)
