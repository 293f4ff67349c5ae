"""Sends records of asynchronous invocations to queues, topics and functions."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

ClientFactory = Callable[[str], Any]
"""Gives the boto3 client of a service by its name."""

_log = logging.getLogger("sim")


class Destinations:
    """Delivers records by the destination's ARN.

    Parameters
    ----------
    client
        Where queues and topics are reached.
    invoke_event
        Accepts an asynchronous invocation of the function with that ARN.
    """

    def __init__(self, client: ClientFactory, invoke_event: Callable[[str, bytes], str]) -> None:
        self._client = client
        self._clients: dict[str, Any] = {}
        self._invoke_event = invoke_event
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="destination")

    async def deliver(
        self, arn: str, record: bytes, attributes: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        """Send *record*; a destination that refuses it is logged, as Lambda only counts it.

        *attributes* are message attributes: name → (data type, value).
        """
        service = arn.split(":")[2]
        try:
            if service == "lambda":
                self._invoke_event(arn, record)
            else:
                loop = asyncio.get_running_loop()
                send = self._send_to_queue if service == "sqs" else self._publish
                call = partial(send, arn, record.decode(), _attributes(attributes or {}))
                await loop.run_in_executor(self._threads, call)
        except (BotoCoreError, ClientError) as error:
            _log.error("DestinationDeliveryFailures: %s was not reached: %s", arn, error)

    def _of(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._client(service)
        return self._clients[service]

    def _send_to_queue(self, arn: str, text: str, attributes: dict[str, Any]) -> None:
        queue = self._of("sqs").get_queue_url(QueueName=arn.split(":")[5])["QueueUrl"]
        self._of("sqs").send_message(QueueUrl=queue, MessageBody=text, MessageAttributes=attributes)

    def _publish(self, arn: str, text: str, attributes: dict[str, Any]) -> None:
        self._of("sns").publish(TopicArn=arn, Message=text, MessageAttributes=attributes)

    def close(self) -> None:
        """Let running deliveries end and take no new ones."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _attributes(given: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    return {name: {"DataType": kind, "StringValue": value} for name, (kind, value) in given.items()}
