"""A folder in the place of S3, for distributed maps: FOLDER/BUCKET/KEY is an object."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from statemachine.storage import StorageError, StoredObject

_PIECE_BYTES: Final = 65_536
_PAGE: Final = 1_000


class FolderStorage:
    """An object storage (`statemachine.storage.ObjectStorage`) of files.

    Parameters
    ----------
    folder
        Holds a folder for each bucket.
    written
        Where objects are written to, and read from before *folder*; the same unless given.
    """

    def __init__(self, folder: Path, written: Path | None = None) -> None:
        self._written = written or folder
        self._folders = list(dict.fromkeys([self._written, folder]))

    async def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Give a file's content in pieces.

        Raises
        ------
        StorageError
            If it is not there.
        """
        place = _place(parameters)
        path = next((each / place for each in self._folders if (each / place).is_file()), None)
        if path is None:
            raise StorageError(f"The specified key does not exist: there is no {place}")
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece

    async def list_objects(
        self, parameters: Mapping[str, Any]
    ) -> AsyncIterator[Sequence[StoredObject]]:
        """Give a bucket's files in pages, in the order of their keys.

        Raises
        ------
        StorageError
            If there is no such bucket.
        """
        bucket, prefix = str(parameters.get("Bucket", "")), str(parameters.get("Prefix", ""))
        _inside(bucket)
        roots = [each / bucket for each in self._folders if (each / bucket).is_dir()]
        if not roots:
            raise StorageError(f"The specified bucket does not exist: there is no {bucket}")
        files: dict[str, Path] = {}
        for root in reversed(roots):
            found = (path for path in root.rglob("*") if path.is_file())
            files |= {path.relative_to(root).as_posix(): path for path in found}
        keys = sorted((key for key in files if key.startswith(prefix)), key=str.encode)
        for start in range(0, len(keys), _PAGE):
            yield [_stored(key, files[key]) for key in keys[start : start + _PAGE]]

    def put_object(self, parameters: Mapping[str, Any]) -> "FileWriter":
        """Return where a file's content can be written to.

        Raises
        ------
        StorageError
            If it would lie elsewhere.
        """
        return FileWriter(self._written / _place(parameters))


class FileWriter:
    """Takes an object's content (`statemachine.storage.ObjectWriter`) and makes a file of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content = bytearray()

    async def write(self, content: bytes) -> None:
        """Append to the content."""
        self._content += content

    async def close(self) -> None:
        """Write the file.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(self._content)
        except OSError as error:
            raise StorageError(f"{self._path.name} cannot be written ({error.strerror})") from error

    def discard(self) -> None:
        """Write nothing."""
        self._content.clear()


def _place(parameters: Mapping[str, Any]) -> PurePosixPath:
    place = PurePosixPath(str(parameters.get("Bucket", "")), str(parameters.get("Key", "")))
    _inside(str(place))
    return place


def _inside(place: str) -> None:
    """Refuse what would lead out of the folder."""
    parts = PurePosixPath(place).parts
    if not parts or ".." in parts or parts[0] == "/":
        raise StorageError(f"'{place}' is no bucket and key of a folder")


def _stored(key: str, path: Path) -> StoredObject:
    facts = path.stat()
    named = f"{facts.st_size} {facts.st_mtime_ns}".encode()
    etag = hashlib.md5(named, usedforsecurity=False).hexdigest()
    return StoredObject(key, facts.st_size, f'"{etag}"', int(facts.st_mtime))
