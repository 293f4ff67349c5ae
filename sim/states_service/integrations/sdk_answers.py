"""What optimised integrations add to an answer: HTTP headers, status and request id."""

from collections.abc import Mapping
from typing import Any

from sim.states_service.integrations.api_calls import ApiAnswer


def with_metadata(body: Mapping[str, Any], answer: ApiAnswer) -> dict[str, Any]:
    """Return a result with the members that the SDK for Java 1 gives it, in their order."""
    result = {
        **body,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in answer.headers.items()},
            "HttpHeaders": dict(answer.headers),
            "HttpStatusCode": answer.status,
        },
        "SdkResponseMetadata": {"RequestId": answer.request_id},
    }
    return dict(sorted(result.items()))
