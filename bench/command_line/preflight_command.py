"""`firstwrite preflight`."""

import json
import re
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from rich.console import Console
from rich.table import Table

from bench.command_line.stack_session import running_deployment
from bench.errors import MendableError
from bench.send.message_file import MessageFile, read_message_file, wrap
from sim.gateway import GatewayRequest, envelope_bytes
from sim.preflight import Verdict, judge, largest_payload_bytes, pointer_hops
from sim.stack import Deployment

_UNITS: Final = {"": 1, "B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}
"""Binary, as AWS's quotas count. Source: Lambda quotas, where 6 MB are 6,291,456 bytes."""

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(K|M|G)?(i?B)?", re.IGNORECASE)
LARGEST_SIZE_BYTES: Final = 256 * 1024**2
"""More is only slower to refuse: the gateway takes 10 MB."""

_AWS_URL: Final = "https://abcdefghij.execute-api.us-east-1.amazonaws.com/v1/ingestMessage"
_AWS_KEY: Final = "k" * 40


class PreflightError(MendableError):
    """What was given is neither a readable file nor a size."""


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

    @property
    def refused_by(self) -> Verdict | None:
        """The first hop that refuses it."""
        return next((verdict for verdict in self.verdicts if not verdict.fits), None)


def parse_size(text: str) -> int | None:
    """Return the bytes of a size such as `262144`, `256KB` or `4.5 MB`, or `None`."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    unit = f"{found[2].upper()}B" if found[2] else ""
    return int(float(found[1]) * _UNITS[unit])


def message_of(what: str) -> MessageFile:
    """Return the message of a file, or of as many bytes as a size says.

    Raises
    ------
    PreflightError, SendError
        When it is neither, empty, or too large to try.
    """
    path = Path(what)
    size = parse_size(what)
    if path.exists() or size is None:
        if size is None and not path.exists():
            raise PreflightError(
                f"{what} is neither a file nor a size: give a file, or a size such as 4.5MB"
            )
        return read_message_file(path)
    if not 0 < size <= LARGEST_SIZE_BYTES:
        raise PreflightError(
            f"the size {what} is {size} bytes: give 1 byte to {LARGEST_SIZE_BYTES} bytes"
        )
    return wrap(Path("payload"), b"\x00" * size)


def preflight(message: MessageFile, deployment: Deployment | None) -> Preflight:
    """Follow a message through the hops, with the headers that `firstwrite send` sends.

    Without a *deployment* the envelope is that of an API in us-east-1.
    """
    url = deployment.outputs["RedisFirstUrl"] if deployment else _AWS_URL
    api_key = deployment.api_key if deployment else _AWS_KEY
    escapes = len(orjson.dumps(message.body.decode())) - len(message.body)
    around = len(message.body) - _base64_bytes(message.payload_bytes)

    def sizes(payload_bytes: int) -> tuple[int, int]:
        body = around + _base64_bytes(payload_bytes)
        return body, envelope_bytes(_request(url, api_key, body)) + escapes + body

    body_bytes, event_bytes = sizes(message.payload_bytes)
    return Preflight(
        what=str(message.path),
        payload_bytes=message.payload_bytes,
        body_bytes=body_bytes,
        envelope_bytes=event_bytes - escapes - body_bytes,
        event_bytes=event_bytes,
        verdicts=judge(body_bytes, event_bytes, message.payload_bytes),
        largest_payload_bytes=largest_payload_bytes(sizes),
    )


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
    deployment = running_deployment()
    found = preflight(message_of(what), deployment)
    if as_json:
        output.print(json.dumps(_as_json(found), indent=2), highlight=False, soft_wrap=True)
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
        "refused_by": None
        if refused is None
        else {
            "name": refused.hop.name,
            "status": refused.hop.status,
            "error": refused.hop.error,
            "body": refused.hop.refusal(refused.size_bytes),
        },
    }


def _print(found: Preflight, local: bool, output: Console) -> None:
    where = "the running stack" if local else "an API in us-east-1"
    output.print(
        f"{found.what}: {found.payload_bytes:,} bytes of payload, {found.body_bytes:,} as the HTTP "
        f"body (base64 and message), {found.event_bytes:,} as Lambda's event (envelope of "
        f"{found.envelope_bytes:,} bytes for {where}, and JSON escapes).",
        highlight=False,
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
        output.print(
            f"REFUSED by {hop.name}: {hop.status} {hop.error}\n{hop.refusal(refused.size_bytes)}\n"
            f"({hop.sure})",
            highlight=False,
            markup=False,
        )
    output.print(
        f"The largest payload that passes: {found.largest_payload_bytes:,} bytes, whatever it is "
        "made of: pictures, text and binary data all travel as base64.",
        highlight=False,
    )
