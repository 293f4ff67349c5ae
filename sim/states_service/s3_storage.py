"""S3 as distributed maps read and write it: boto3's calls, in threads."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from statemachine.storage import StorageError, StoredObject

_CHUNK_BYTES: Final = 256 * 1024
_HELD_BYTES: Final = 1024 * 1024
"""What of an object that is written is held in memory; the rest goes to a temporary file."""

T = TypeVar("T")


class S3Storage:
    """Objects of S3 (`ObjectStorage`).

    Parameters
    ----------
    client
        Makes the boto3 client of a service; called when it is needed first.
    concurrency
        How many calls run at a time.
    """

    def __init__(self, client: Callable[[str], Any], *, concurrency: int = 8) -> None:
        self._make_client = client
        self._client: Any = None
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="s3-storage")

    async def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Give an object's content in pieces.

        Raises
        ------
        StorageError
            In the words of the SDK for Java 1, as Step Functions' own integrations have them.
        """
        body = (await self._call("get_object", parameters))["Body"]
        try:
            while chunk := await self._in_thread(partial(body.read, _CHUNK_BYTES)):
                yield chunk
        finally:
            body.close()

    async def list_objects(
        self, parameters: Mapping[str, Any]
    ) -> AsyncIterator[Sequence[StoredObject]]:
        """Give the objects of a bucket in pages.

        Raises
        ------
        StorageError
            As `get_object`.
        """
        token: dict[str, str] = {}
        while True:
            answer = await self._call("list_objects_v2", {**parameters, **token})
            yield [_stored(each) for each in answer.get("Contents", ())]
            if not answer.get("IsTruncated"):
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}

    def put_object(self, parameters: Mapping[str, Any]) -> "S3Writer":
        """Return where an object's content can be written to."""
        return S3Writer(parameters, self._call, self._in_thread)

    async def _call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        return await self._in_thread(partial(self._called, method, parameters))

    def _called(self, method: str, parameters: Mapping[str, Any]) -> Any:
        if self._client is None:
            self._client = self._make_client("s3")
        return getattr(self._client, method)(**parameters)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except ClientError as error:
            raise StorageError(_cause(error.response)) from error
        except BotoCoreError as error:
            raise StorageError(str(error)) from error

    def close(self) -> None:
        """Let running calls end and take no new ones."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class S3Writer:
    """Gathers an object's content and stores it in one call (`ObjectWriter`)."""

    def __init__(
        self,
        parameters: Mapping[str, Any],
        call: Callable[[str, Mapping[str, Any]], Any],
        in_thread: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._parameters = parameters
        self._call = call
        self._in_thread = in_thread
        self._content: IO[bytes] = tempfile.SpooledTemporaryFile(_HELD_BYTES)  # noqa: SIM115

    async def write(self, content: bytes) -> None:
        """Append to the content."""
        self._content.write(content)

    async def close(self) -> None:
        """Store the object.

        Raises
        ------
        StorageError
            If it cannot be.
        """
        self._content.seek(0)
        await self._call("put_object", {**self._parameters, "Body": self._content})
        self._content.close()

    def discard(self) -> None:
        """Store nothing, and let go of what was written."""
        self._content.close()


def _stored(listed: Mapping[str, Any]) -> StoredObject:
    return StoredObject(
        key=listed["Key"],
        size_bytes=listed["Size"],
        etag=listed["ETag"],
        last_modified_s=int(listed["LastModified"].timestamp()),
        storage_class=listed.get("StorageClass", "STANDARD"),
    )


def _cause(response: Any) -> str:
    error, metadata = response["Error"], response.get("ResponseMetadata", {})
    headers = metadata.get("HTTPHeaders", {})
    return (
        f"{error.get('Message', '')} (Service: Amazon S3; "
        f"Status Code: {metadata.get('HTTPStatusCode')}; Error Code: {error.get('Code')}; "
        f"Request ID: {metadata.get('RequestId') or headers.get('x-amz-request-id', '')}; "
        f"S3 Extended Request ID: {metadata.get('HostId') or headers.get('x-amz-id-2', '')}; "
        "Proxy: null)"
    )
