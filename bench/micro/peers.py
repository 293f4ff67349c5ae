"""Others that run state machines without AWS, asked the same through boto3 in the same run."""

import contextlib
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final

from bench.benchmark_table import Row
from bench.lambda_benchmark.measurement import in_turns
from bench.micro.api import client_of, created, to_the_end
from bench.micro.machines import BRANCHES_INPUT, BRANCHES_OUTPUT, three_branches
from bench.micro.served import kind_of, localstack_service, ministack_service, moto_service

TO_THE_END_TARGET_MS: Final = 4.0
TIMES_TARGET: Final = 25.0

_OWN: Final = "firstwrite"
_FLOOR: Final = "floor"

Service = Callable[[], contextlib.AbstractContextManager[str]]


def peers_of(environments: Sequence[Path]) -> tuple[dict[str, Service], list[str]]:
    """Return the peers that are there, by name, and a word about each that cannot run.

    Raises
    ------
    MendableError
        When a named environment holds none.
    """
    found: dict[str, Service] = {_named("moto", "moto", []): moto_service}
    words = []
    for environment in environments:
        kind = kind_of(environment)
        packages = [str(each) for each in environment.glob("lib/python*/site-packages")]
        if kind == "localstack":
            name = _named("LocalStack", "localstack-core", packages)
            found[name] = partial(localstack_service, environment)
        elif kind == "ministack":
            found[_named("ministack", "ministack", packages)] = partial(
                ministack_service, environment
            )
        else:
            words.append(f"LocalStack in {environment} needs Python 3.13: it is left out")
    return found, words


def _named(name: str, distribution: str, packages: list[str]) -> str:
    """Return a peer's name with its version, and that of jsonpath-ng where it has it.

    Of jsonpath-ng, since 1.7 builds a parser anew for each path, which makes state machines several
    times slower.
    """
    own = metadata.distributions(path=packages) if packages else metadata.distributions()
    found = {each.name.lower(): each.version for each in own}
    paths = f", jsonpath-ng {found['jsonpath-ng']}" if "jsonpath-ng" in found else ""
    return f"{name} {found.get(distribution, '')}{paths}".strip()


def peer_rows(own_url: str, peers: Mapping[str, Service], repeats: int) -> Iterable[Row]:
    """Measure a Parallel of three branches from start to end, and StartExecution alone.

    In turns, each to its end, so that nobody works while another is measured.
    """
    with contextlib.ExitStack() as running:
        urls = {_OWN: own_url}
        for name, service in peers.items():
            urls[name] = running.enter_context(service())
        measured = {name: _Measured(url) for name, url in urls.items()}
        calls = {name: each.to_the_end_ms for name, each in measured.items()}
        whole = in_turns({**calls, _FLOOR: measured[_OWN].two_calls_ms}, repeats)
    floor_ms = statistics.median(whole.pop(_FLOOR))
    what = "start to SUCCEEDED, Parallel of 3 x 3 Pass"
    wrong = {name: each.wrong for name, each in measured.items()}
    against = f"through boto3, p50; two calls that only ask take {floor_ms:.2f} ms"
    yield from _rows(what, whole, wrong, against, TO_THE_END_TARGET_MS)
    starts = {name: each.starts_ms[-len(whole[name]) :] for name, each in measured.items()}
    yield from _rows("StartExecution alone", starts, {}, "through boto3, p50", None)


class _Measured:
    """A service with the machine that is measured."""

    def __init__(self, url: str) -> None:
        self._client = client_of(url)
        self._arn = created(self._client, "fan", three_branches())
        self._input = json.dumps(BRANCHES_INPUT)
        self._last = ""
        self.starts_ms: list[float] = []
        self.wrong = ""
        """What is wrong with its output, or nothing: speed counts for right answers."""

    def to_the_end_ms(self) -> float:
        """Run an execution and return the milliseconds from its start to its end."""
        ended = to_the_end(self._client, self._arn, self._input)
        self._last = ended.arn
        self.starts_ms.append(ended.start_ms)
        if json.loads(ended.output or "null") != BRANCHES_OUTPUT:
            self.wrong = ", but a wrong output"
        return ended.end_ms

    def two_calls_ms(self) -> float:
        """Describe an execution that has ended, twice: the least that start and answer can take."""
        begun_s = time.perf_counter()
        for _ in range(2):
            self._client.describe_execution(executionArn=self._last)
        return (time.perf_counter() - begun_s) * 1e3


def _rows(
    what: str,
    taken: Mapping[str, Sequence[float]],
    wrong: Mapping[str, str],
    against: str,
    target_ms: float | None,
) -> Iterator[Row]:
    own_ms = statistics.median(taken[_OWN])
    yield Row(
        "peers",
        what,
        f"{own_ms:.2f} ms (p95 {statistics.quantiles(taken[_OWN], n=20)[-1]:.2f})",
        against,
        None if target_ms is None else own_ms / target_ms,
        "" if target_ms is None else f"at most {target_ms:g} ms",
        None if target_ms is None else own_ms <= target_ms and not wrong[_OWN],
    )
    for name, times in taken.items():
        if name == _OWN:
            continue
        peer_ms = statistics.median(times)
        bound = target_ms is not None
        yield Row(
            "peers",
            f"{what}: {name}",
            f"{peer_ms:.1f} ms{wrong.get(name, '')}",
            f"{1e3 / peer_ms:,.1f} executions/s, ours {1e3 / own_ms:,.0f}" if bound else "",
            peer_ms / own_ms,
            f"at least {TIMES_TARGET:g} times ours" if bound else "",
            peer_ms / own_ms >= TIMES_TARGET if bound else None,
        )
