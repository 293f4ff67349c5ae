"""A call that Step Functions refuses, with the API reference's name for the reason."""


class Refusal(Exception):
    """Answered with status 400, or 404 where the protocol says so, and *code* as `__type`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
