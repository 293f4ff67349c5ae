"""Copies archived payloads to files, so that they can be compared with what was sent."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bench.load import DeployedSystem
from bench.send.delivery import Delivery
from bench.send.errors import SendError


def check_folder(folder: Path, names: Sequence[str]) -> None:
    """See that files of these names can be written to the folder, which is made if absent.

    Raises
    ------
    SendError
        If it cannot be made, or would need two files of one name, or would write over one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SendError(
            f"{folder} cannot be made ({error.strerror}): give a folder that you may write to"
        ) from error
    for name in names:
        if names.count(name) > 1:
            raise SendError(f"two files are called {name}: send them one at a time")
        if (folder / name).exists():
            raise SendError(f"{folder / name} exists: give an empty folder with --save-to")


def save_payload(deployment: DeployedSystem, delivery: Delivery, folder: Path) -> Path:
    """Write the archived object to the folder, under the name of the file that was sent.

    Raises
    ------
    SendError
        If the file cannot be written.
    """
    target = folder / delivery.file.path.name
    address = urlsplit(delivery.locations.payload)
    body = deployment.client("s3").get_object(Bucket=address.netloc, Key=address.path.lstrip("/"))
    content: bytes = body["Body"].read()
    try:
        target.write_bytes(content)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise SendError(f"{target} cannot be written ({error.strerror})") from error
    return target
