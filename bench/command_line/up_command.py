"""`firstwrite up`."""

import ipaddress
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console

from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.stack_session import (
    DEPLOYMENT_FILE,
    UP_FOLDER,
    announced,
    up_stack,
)
from sim.errors import StackError
from sim.latency import Network
from sim.latency.shaping import Shaping
from sim.stack import Deployment, StackSettings, Supervisor

_CHECK_INTERVAL_S: Final = 0.25


def settings_of(
    *,
    host: str,
    port: int,
    template: Path | None,
    parameters: list[str],
    watch: bool,
    event_time_scale: float,
    cpu_share: bool,
    shaping: Shaping,
) -> StackSettings:
    """Return the stack that the options describe.

    Raises
    ------
    StackError
        When there is no such template, or a parameter is not of the form NAME=VALUE.
    """
    settings = StackSettings(
        folder=UP_FOLDER.absolute(),
        host=host,
        port=port,
        watch_code=watch,
        event_time_scale=event_time_scale,
        cpu_share=cpu_share,
        shaping=shaping,
        # It may run for days.
        records_calls=False,
    )
    if template is not None:
        if not template.is_file():
            raise StackError(f"--template {template} is no file.", "Name a SAM template.")
        settings = replace(settings, template=template.absolute(), parameters={})
    given = {}
    for each in parameters:
        name, separator, value = each.partition("=")
        if not name or not separator:
            raise StackError(f"--parameter {each} has no value.", "Write NAME=VALUE.")
        given[name] = value
    return replace(settings, parameters={**settings.parameters, **given})


def run_up(settings: StackSettings, output: Console, errors: Console) -> int:
    """Run the stack until Ctrl-C; return the exit code."""
    with ProgressDisplay(errors) as display, up_stack(settings, display.report) as stack:
        # Whoever finds the stack announced may end it: from there on Ctrl-C is the asked-for end.
        try:
            with announced(stack.deployment):
                display.phase("The stack runs; Ctrl-C stops it")
                _print_endpoints(stack, output)
                while True:
                    stack.check()
                    time.sleep(_CHECK_INTERVAL_S)
        except KeyboardInterrupt:
            display.phase("Stopping the stack")
    output.print("Stopped. Every server has ended.")
    return 0


def curl_line(deployment: Deployment) -> str:
    """Return a shell line that posts a small message and is answered with a receipt."""
    body = (
        '{"messageMetaData":{"messageType":"text/plain","sourceSystemID":"curl",'
        '"sourceTransactionID":"1","dateTime":"2026-01-31T12:00:00Z"},'
        '"messagePayload":"Zmlyc3Qgd3JpdGU="}'
    )
    url = deployment.outputs["RedisFirstUrl"]
    return f"curl -i -H 'x-api-key: {deployment.api_key}' -d '{body}' {url}"


def _latency(shaping: Shaping) -> str:
    sender = shaping.sender
    network = (
        f"; senders at {sender.uplink_bit_per_s / 1e6:g} Mbit/s, {sender.rtt_ms:g} ms away"
        if sender != Network()
        else ""
    )
    return f"profile {shaping.profile}{network}"


def _print_endpoints(stack: Supervisor, output: Console) -> None:
    deployment = stack.deployment

    def line(text: str) -> None:
        output.print(text, highlight=False, soft_wrap=True, markup=False)

    width = max((len(name) for name in deployment.outputs), default=0) + 2
    for name, value in deployment.outputs.items():
        line(f"{name + ':':{width}}{value}")
    if deployment.api_key:
        line(f"{'API key:':{width}}{deployment.api_key}")
    line(f"{'Latency:':{width}}{_latency(stack.settings.shaping)}")
    if not ipaddress.ip_address(stack.settings.host).is_loopback:
        line(
            f"Whoever reaches {stack.settings.host} can use this stack. Its API asks for the key,"
            " its Lambda and Step Functions for nothing: only on a network that you trust."
        )
    for variable, url in deployment.endpoint_urls.items():
        line(f"export {variable}={url}")
    if "RedisFirstUrl" in deployment.outputs:
        line(f"\nTry it:\n{curl_line(deployment)}")
        line(f"\nLoad with a web page: locust -f bench/locustfile.py   (reads {DEPLOYMENT_FILE})")
        line(
            "A scenario on that page: locust -f bench/locustfile.py ScenarioUser --scenario steady"
        )
