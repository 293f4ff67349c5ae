"""`firstwrite preflight`."""

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from rich.console import Console
from rich.table import Table

from bench.command_line.stack_session import running_deployment
from bench.errors import MendableError
from bench.send.message_file import wrap
from sim.gateway import GatewayRequest, envelope_bytes
from sim.preflight import Sizes, Verdict, judge, largest_payload_bytes, pointer_hops
from sim.stack import Deployment

_UNITS: Final = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
"""Binary, as AWS's quotas count. Source: Lambda quotas, where 6 MB are 6,291,456 bytes."""

_SIZE: Final = re.compile(
    r"(\d{1,18}(?:\.\d{1,18})?)\s*(?:([KMG])(?:i?B)?|B)?", re.IGNORECASE | re.ASCII
)

KIND_SAMPLES: Final = {
    "image": Path("sample.jpg"),
    "JSON text": Path("sample.json"),
    "binary": Path("sample.bin"),
}
"""All travel as base64; they differ by the length of the media type in the message."""

_AWS_URL: Final = "https://abcdefghij.execute-api.us-east-1.amazonaws.com/v1/ingestMessage"
_AWS_KEY: Final = "k" * 40


class PreflightError(MendableError):
    """What was given is neither a readable file nor a size."""


@dataclass(frozen=True, slots=True)
class Record:
    """A payload by its size; the path's ending decides on the message's type."""

    path: Path
    payload_bytes: int


@dataclass(frozen=True, slots=True)
class Preflight:
    """A record, what becomes of it on the way, and the most that would pass."""

    what: str
    payload_bytes: int
    body_bytes: int
    envelope_bytes: int
    event_bytes: int
    verdicts: list[Verdict]
    largest_payload_bytes: int
    largest_of_kinds: Mapping[str, int]

    @property
    def refused_by(self) -> Verdict | None:
        """The first hop that refuses it."""
        return next((verdict for verdict in self.verdicts if not verdict.fits), None)


def parse_size(text: str) -> int | None:
    """Return the bytes of a size such as `262144`, `256KB` or `4.5 MB`, or `None`."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    # Exact, where a float would lose bytes of a long number.
    return int(Fraction(found[1]) * _UNITS[(found[2] or "").upper()])


def record_of(what: str) -> Record:
    """Return the record of a file, or of as many bytes as a size says; nothing is read in.

    Raises
    ------
    PreflightError
        When it is neither, unreadable or empty.
    """
    path = Path(what)
    size = parse_size(what)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except IsADirectoryError as error:
        raise PreflightError(f"{what} is a folder: give a file") from error
    except OSError as error:
        if size is None and isinstance(error, FileNotFoundError):
            raise PreflightError(
                f"{what} is neither a file nor a size: give a file, or a size such as 4.5MB"
            ) from error
        if size is None:
            raise PreflightError(
                f"{what} cannot be read ({error.strerror}): give a file that you may read, or a "
                "size such as 4.5MB"
            ) from error
        path = Path("payload")
    if size == 0:
        raise PreflightError(f"{what} is empty: a message needs a payload of at least one byte")
    return Record(path, size)


def preflight(record: Record, deployment: Deployment | None) -> Preflight:
    """Follow a record through the hops, with the headers that `firstwrite send` sends.

    Without a *deployment* the envelope is that of an API in us-east-1.
    """
    around, escapes = _around(record.path)
    sizes = _sizes(around, escapes, deployment)
    body_bytes, event_bytes = sizes(record.payload_bytes)
    return Preflight(
        what=str(record.path),
        payload_bytes=record.payload_bytes,
        body_bytes=body_bytes,
        envelope_bytes=event_bytes - escapes - body_bytes,
        event_bytes=event_bytes,
        verdicts=judge(body_bytes, event_bytes, record.payload_bytes),
        largest_payload_bytes=largest_payload_bytes(sizes),
        largest_of_kinds={
            kind: largest_payload_bytes(_sizes(*_around(path), deployment))
            for kind, path in KIND_SAMPLES.items()
        },
    )


def _around(path: Path) -> tuple[int, int]:
    """Return the bytes of the message around the payload, and those that JSON's escapes add.

    Base64 has nothing to escape, so a sample of three bytes stands for any payload.
    """
    body = wrap(path, b"\x00" * 3).body
    return len(body) - _base64_bytes(3), len(orjson.dumps(body.decode())) - len(body)


def _sizes(around: int, escapes: int, deployment: Deployment | None) -> Sizes:
    url = deployment.outputs["RedisFirstUrl"] if deployment else _AWS_URL
    api_key = deployment.api_key if deployment else _AWS_KEY

    def sizes(payload_bytes: int) -> tuple[int, int]:
        body = around + _base64_bytes(payload_bytes)
        return body, envelope_bytes(_request(url, api_key, body)) + escapes + body

    return sizes


def _pipeline() -> Deployment | None:
    """Return the running stack if it is the pipeline's; `up --template` may run another."""
    running = running_deployment()
    return running if running and "RedisFirstUrl" in running.outputs else None


def _base64_bytes(payload_bytes: int) -> int:
    return -(-payload_bytes // 3) * 4


def _request(url: str, api_key: str, body_bytes: int) -> GatewayRequest:
    """Return the request as `firstwrite send` makes it; only its lengths count."""
    address = urlsplit(url)
    stage, _, resource = address.path.lstrip("/").partition("/")
    return GatewayRequest(
        api_id="a" * 10,
        stage=stage,
        resource=f"/{resource}",
        path=f"/{resource}",
        method="POST",
        headers=[
            ("Host", address.netloc),
            ("Accept-Encoding", "identity"),
            ("Content-Length", str(body_bytes)),
            ("User-Agent", f"python-urllib3/{version('urllib3')}"),
            ("x-api-key", api_key),
            ("Content-Type", "application/json"),
        ],
        query=[],
        path_parameters={},
        source_ip="127.0.0.1",
        request_id="r" * 36,
        trace_id=f"Root=1-{'0' * 8}-{'0' * 24}",
        received_at=time.time(),
        extended_request_id="x" * 16,
        region="us-east-1",
        api_key=api_key,
        api_key_id="i" * 10,
    )


def run_preflight(what: str, *, as_json: bool, output: Console) -> int:
    """Print the verdict; return 0 when every hop takes the record, 1 when one refuses it."""
    deployment = _pipeline()
    found = preflight(record_of(what), deployment)
    if as_json:
        _plain(json.dumps(_as_json(found), indent=2), output)
    else:
        _print(found, deployment is not None, output)
    return 1 if found.refused_by else 0


def _as_json(found: Preflight) -> dict[str, Any]:
    refused = found.refused_by
    return {
        "record": found.what,
        "payload_bytes": found.payload_bytes,
        "body_bytes": found.body_bytes,
        "envelope_bytes": found.envelope_bytes,
        "event_bytes": found.event_bytes,
        "largest_payload_bytes": found.largest_payload_bytes,
        "largest_of_kinds": dict(found.largest_of_kinds),
        "hops": [
            {
                "name": verdict.hop.name,
                "bytes": verdict.size_bytes,
                "limit_bytes": verdict.hop.limit_bytes,
                "fits": verdict.fits,
                "reached": verdict.reached,
            }
            for verdict in found.verdicts
        ],
        "pointer_hops": [
            {
                "name": hop.name,
                "carries": hop.carries,
                "limit_bytes": hop.limit_bytes,
                "would_take_the_record": found.body_bytes <= hop.limit_bytes,
                "status": hop.status,
                "error": hop.error,
                "body": hop.refusal(found.body_bytes),
                "sure": hop.sure,
            }
            for hop in pointer_hops()
        ],
        "refused_by": None
        if refused is None
        else {
            "name": refused.hop.name,
            "status": refused.hop.status,
            "error": refused.hop.error,
            "body": refused.hop.refusal(refused.size_bytes),
            "sure": refused.hop.sure,
        },
    }


def _plain(text: str, output: Console) -> None:
    """Print as it is: a file's name may hold what Rich takes for markup."""
    output.print(text, highlight=False, markup=False, emoji=False, soft_wrap=True)


def _print(found: Preflight, local: bool, output: Console) -> None:
    where = "the running stack" if local else "an API in us-east-1"
    _plain(
        f"{found.what}: {found.payload_bytes:,} bytes of payload, {found.body_bytes:,} as the HTTP "
        f"body (base64 and message), {found.event_bytes:,} as Lambda's event (envelope of "
        f"{found.envelope_bytes:,} bytes for {where}, and JSON escapes).",
        output,
    )
    table = Table("hop", "what comes", "bytes", "limit", "", title="What the record itself passes")
    for verdict in found.verdicts:
        answer = "fits" if verdict.fits else "refused"
        hop = verdict.hop
        table.add_row(
            hop.name,
            hop.carries,
            f"{verdict.size_bytes:,}",
            f"{hop.limit_bytes:,}",
            answer if verdict.reached else "not reached",
        )
    output.print(table)
    pointers = Table(
        "hop",
        "carries",
        "limit",
        "if the whole record were sent there",
        title="What only a pointer of under 2 KB passes",
    )
    for hop in pointer_hops():
        too_large = found.body_bytes > hop.limit_bytes
        would = f"{hop.status} {hop.error}: {hop.refusal(found.body_bytes)} ({hop.sure})"
        pointers.add_row(
            hop.name, hop.carries, f"{hop.limit_bytes:,}", would if too_large else "would fit"
        )
    output.print(pointers)
    refused = found.refused_by
    if refused is not None:
        hop = refused.hop
        _plain(
            f"REFUSED by {hop.name}: {hop.status} {hop.error}\n{hop.refusal(refused.size_bytes)}\n"
            f"({hop.sure})",
            output,
        )
    kinds = ", ".join(f"{kind} {most:,} bytes" for kind, most in found.largest_of_kinds.items())
    _plain(
        f"The largest payload of this type that passes: {found.largest_payload_bytes:,} bytes. "
        f"By kind: {kinds}; all travel as base64, only the media type's length differs.",
        output,
    )
