"""A call that Step Functions refuses, with the API reference's name for the reason."""


class Refusal(Exception):
    """Answered with status 400, *code* as `__type`, and further members of the error's shape.

    Parameters
    ----------
    code
        The error's name in the API Reference.
    message
        For people.
    members
        What else the error's shape has, such as `reason` of a `ValidationException`.
    """

    def __init__(self, code: str, message: str, **members: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.members = members
