"""Calls of other services' APIs, through boto3 in threads."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel

ClientFactory = Callable[[str], Any]
"""Makes the boto3 client of a service, by botocore's name for it."""

_HEADERS: Final = "_HttpHeaders"


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What a service answered: the parsed body, and the HTTP headers with their own spelling."""

    body: Mapping[str, Any]
    status: int
    headers: Mapping[str, str]
    request_id: str


@dataclass(eq=False)
class ApiError(Exception):
    """A call that failed.

    Parameters
    ----------
    shape_name
        The error's name in the service model; empty where that does not know it, or where nothing
        came back from the service.
    code, message, status, request_id
        As the service gave them.
    extended_request_id
        S3's second id, empty elsewhere.
    """

    message: str
    code: str = ""
    shape_name: str = ""
    status: int = 0
    request_id: str = ""
    extended_request_id: str = ""


class ApiCalls:
    """Makes calls; clients are made once, and used by several threads.

    Parameters
    ----------
    client
        Makes clients.
    concurrency
        How many calls run at a time.
    """

    def __init__(self, client: ClientFactory, *, concurrency: int = 16) -> None:
        self._make_client = client
        self._clients: dict[str, Any] = {}
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="integration")

    async def call(self, operation: OperationModel, arguments: Mapping[str, Any]) -> ApiAnswer:
        """Call an operation; when the caller is cancelled, what the thread gets is thrown away.

        Raises
        ------
        ApiError
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._called, operation, arguments)

    def _called(self, operation: OperationModel, arguments: Mapping[str, Any]) -> ApiAnswer:
        client = self._client(operation.service_model.service_name)
        try:
            answer = getattr(client, xform_name(operation.name))(**arguments)
        except ClientError as error:
            raise _refused(operation, error) from error
        except BotoCoreError as error:
            raise ApiError(str(error)) from error
        for name, value in answer.items():
            if hasattr(value, "read"):  # a streaming body: its connection is the thread's to use
                answer[name] = value.read()
        metadata = answer.pop("ResponseMetadata")
        return ApiAnswer(
            body=answer,
            status=metadata["HTTPStatusCode"],
            headers=answer.pop(_HEADERS, {}),
            request_id=metadata.get("RequestId", ""),
        )

    def _client(self, service: str) -> Any:
        client = self._clients.get(service)
        if client is None:
            client = self._make_client(service)
            client.meta.events.register("before-parse", _keep_headers)
            client = self._clients.setdefault(service, client)
        return client

    def close(self) -> None:
        """Let running calls end and take no new ones."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _keep_headers(
    response_dict: Mapping[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Keep the headers as they were sent; botocore's metadata has them in small letters."""
    customized_response_dict[_HEADERS] = dict(response_dict["headers"])


def _refused(operation: OperationModel, error: ClientError) -> ApiError:
    details, metadata = error.response["Error"], error.response["ResponseMetadata"]
    # Of a service that spoke the query protocol once, the code may be that protocol's.
    codes = (details.get("QueryErrorCode", ""), details.get("Code", ""))
    shapes = [operation.service_model.shape_for_error_code(code) for code in codes if code]
    found = next((shape for shape in shapes if shape is not None), None)
    return ApiError(
        message=details.get("Message", ""),
        code=details.get("Code", ""),
        shape_name=found.name if found is not None else "",
        status=metadata.get("HTTPStatusCode", 0),
        request_id=metadata.get("RequestId", ""),
        extended_request_id=metadata.get("HostId", ""),
    )
