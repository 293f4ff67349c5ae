"""`firstwrite up`."""

import time
from typing import Final

from rich.console import Console

from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.stack_session import DEPLOYMENT_FILE, up_stack
from sim.stack import Deployment, Supervisor

_CHECK_INTERVAL_S: Final = 0.25

_SHOWN_OUTPUTS: Final = (
    ("Redis-first", "RedisFirstUrl"),
    ("S3-first", "S3FirstUrl"),
    ("State machine", "StateMachineArn"),
    ("Archive bucket", "ArchiveBucketName"),
    ("Metadata table", "MetadataTableName"),
    ("Notification queue", "NotificationQueueUrl"),
)


def run_up(port: int, output: Console, errors: Console) -> int:
    """Run the stack until Ctrl-C; return the exit code."""
    with ProgressDisplay(errors) as display, up_stack(port, display.report) as stack:
        display.phase("The stack runs; Ctrl-C stops it")
        _print_endpoints(stack, output)
        try:
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


def _print_endpoints(stack: Supervisor, output: Console) -> None:
    deployment = stack.deployment
    for label, name in _SHOWN_OUTPUTS:
        output.print(f"{label + ':':20}{deployment.outputs[name]}", highlight=False, soft_wrap=True)
    output.print(f"{'API key:':20}{deployment.api_key}", highlight=False, soft_wrap=True)
    for variable, url in deployment.endpoint_urls.items():
        output.print(f"export {variable}={url}", highlight=False, soft_wrap=True)
    output.print(f"\nTry it:\n{curl_line(deployment)}", highlight=False, soft_wrap=True)
    output.print(
        f"\nLoad with a web page: locust -f bench/locustfile.py   (reads {DEPLOYMENT_FILE})",
        highlight=False,
        soft_wrap=True,
    )
