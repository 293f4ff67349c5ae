"""Reads a queue for a function, as Lambda's own pollers do."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from sim.event_source.sqs_mapping import SqsMapping, failed_messages, sqs_event
from sim.lambda_service import InvokeError, LambdaService
from sim.lambda_service.invocation import MAX_REQUEST_BYTES

RECEIVE_MAX: Final = 10
"""Messages that one ReceiveMessage gives at most. Source: SQS API Reference."""

POLL_WAIT_S: Final = 1
"""How long one poll waits. Lambda waits up to 20 s; the end of the stack waits for this one."""

RETRY_DELAY_S: Final = 0.5
"""Pause after a queue did not answer."""

_log = logging.getLogger("sim")


class SqsPoller:
    """Hands a queue's messages to a function in batches, and deletes what it has dealt with.

    Parameters
    ----------
    mapping
        Queue, function and batch rules.
    functions
        Where the function is invoked.
    sqs
        A boto3 client for SQS, used by several threads.
    """

    def __init__(self, mapping: SqsMapping, functions: LambdaService, sqs: Any) -> None:
        self.mapping = mapping
        self._functions = functions
        self._sqs = sqs
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="sqs-poller")
        self._turns = asyncio.Semaphore(mapping.maximum_concurrency)
        self._polling: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to read the queue."""
        self._polling = asyncio.create_task(self._poll())

    async def close(self) -> None:
        """Read no more; batches under way are given up and come back to the queue."""
        tasks = [*self._batches, *([self._polling] if self._polling else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _poll(self) -> None:
        while True:
            await self._turns.acquire()
            messages: list[dict[str, Any]] = []
            try:
                messages = await self._gathered()
            except (BotoCoreError, ClientError) as error:
                _log.warning("%s does not answer: %s", self.mapping.queue_url, error)
                await asyncio.sleep(RETRY_DELAY_S)
            finally:
                if not messages:
                    self._turns.release()
            if messages:
                batch = asyncio.create_task(self._batch(messages))
                self._batches.add(batch)
                batch.add_done_callback(self._batches.discard)

    async def _gathered(self) -> list[dict[str, Any]]:
        """Return one batch: what one poll gives, or more within the batching window."""
        mapping = self.mapping
        messages = await self._receive(min(RECEIVE_MAX, mapping.batch_size))
        ends_s = time.monotonic() + mapping.batching_window_s
        while messages and len(messages) < mapping.batch_size and time.monotonic() < ends_s:
            messages += await self._receive(min(RECEIVE_MAX, mapping.batch_size - len(messages)))
        return messages

    async def _receive(self, count: int) -> list[dict[str, Any]]:
        answer = await self._call(
            "receive_message",
            MaxNumberOfMessages=count,
            WaitTimeSeconds=POLL_WAIT_S,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    async def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        call = getattr(self._sqs, method)

        def run() -> dict[str, Any]:
            answer: dict[str, Any] = call(QueueUrl=self.mapping.queue_url, **arguments)
            return answer

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def _batch(self, messages: list[dict[str, Any]]) -> None:
        try:
            await self._handed_over(messages)
        except (BotoCoreError, ClientError) as error:
            _log.warning("messages of %s come again: %s", self.mapping.queue_url, error)
        finally:
            self._turns.release()

    async def _handed_over(self, messages: list[dict[str, Any]]) -> None:
        event = sqs_event(self.mapping, messages)
        if len(event) >= MAX_REQUEST_BYTES and len(messages) > 1:
            half = len(messages) // 2
            await self._handed_over(messages[:half])
            await self._handed_over(messages[half:])
            return
        try:
            result = await self._functions.invoke(
                self.mapping.function_name, event, source="event-source"
            )
        except InvokeError as error:
            _log.info("%s refused a batch: %s", self.mapping.function_name, error)
            return
        outcome = result.outcome
        if outcome.function_error is not None:
            return
        failed: set[str] = set()
        if self.mapping.report_batch_item_failures:
            failed = failed_messages(outcome.payload, [m["MessageId"] for m in messages])
        done = [message for message in messages if message["MessageId"] not in failed]
        for first in range(0, len(done), RECEIVE_MAX):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(done[first : first + RECEIVE_MAX])
            ]
            await self._call("delete_message_batch", Entries=entries)
