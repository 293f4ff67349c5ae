"""A folder of the user's own files as payloads, so that a run has their sizes and contents.

A message's payload is a file, then spaces to a multiple of three and 24 characters that no other
message has: what was stored can then be told to be this message's and not another's of that file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.load.body_size import label_of
from bench.load.corpus_payload import corpus_payload_bytes
from bench.load.errors import PlanError
from bench.load.payloads import body_bytes_for
from sim.workload.kind import Kind

MOST_BYTES: Final = 256 * 1_048_576
"""Of all files together: the load generator holds each, encoded, for as long as it runs."""

_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".bmp"), "image"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".txt", ".csv", ".tsv", ".xml", ".log", ".md", ".html", ".yaml"), "text"),
}


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file: its path within the folder, and the body that its message has."""

    name: str
    kind: Kind
    body_bytes: int

    @property
    def size(self) -> str:
        """The stratum that its figures are pooled in."""
        return label_of(self.body_bytes)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files that fit, by name; and how many were left out as too large or empty."""

    folder: Path
    files: tuple[CorpusFile, ...]
    too_large: int
    empty: int


def read_corpus(folder: Path, largest_bytes: int) -> Corpus:
    """Return what is in `folder` and below, hidden files left out.

    Parameters
    ----------
    largest_bytes
        Of the body that a deployment takes.

    Raises
    ------
    PlanError
        If there is no such folder, no file in it that fits, or more than can be held.
    """
    if not folder.is_dir():
        raise PlanError(f"--corpus {folder} is no folder; name one with files to send")
    sizes = [(path.relative_to(folder), path.stat().st_size) for path in sorted(folder.rglob("*"))
             if path.is_file() and not _hidden(path.relative_to(folder))]  # fmt: skip
    some = [(name, size) for name, size in sizes if size]
    if not some:
        raise PlanError(f"--corpus {folder} holds no file with content; put some into it")
    files = [_file(name, size) for name, size in some]
    fitting = tuple(file for file in files if file.body_bytes <= largest_bytes)
    if not fitting:
        least = min(size for _, size in some)
        raise PlanError(
            f"--corpus {folder}: none of {len(some)} files fits a body of {largest_bytes:,} bytes;"
            f" the smallest has {least:,} and base64 adds a third: split or compress them"
        )
    if (held := sum(file.body_bytes for file in fitting)) > MOST_BYTES:
        raise PlanError(
            f"--corpus {folder} makes bodies of {held / 1_048_576:.0f} MB in all; at most"
            f" {MOST_BYTES // 1_048_576} MB are held: take fewer files"
        )
    return Corpus(folder, fitting, len(files) - len(fitting), len(sizes) - len(some))


def _hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


def _file(name: Path, content_bytes: int) -> CorpusFile:
    kind = _KINDS.get(name.suffix.lower(), "binary")
    return CorpusFile(str(name), kind, body_bytes_for(kind, corpus_payload_bytes(content_bytes)))
