"""The part of Lambda's context object that the handlers use."""

from typing import Protocol


class LambdaContext(Protocol):
    """See "AWS Lambda context object in Python", AWS Lambda Developer Guide."""

    @property
    def aws_request_id(self) -> str:
        """Identifier of this invocation, as in the platform's own log lines."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left until Lambda ends the invocation."""
        ...
