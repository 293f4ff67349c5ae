"""What can go wrong while a back end is probed.

MendableError
└── ProbeError     there is nothing to probe, or it has stopped answering
CallRefused        one call was not carried out; measurements turn it into a finding
"""

from typing import Final

from bench.errors import MendableError

ANSWER_CHARACTERS: Final = 160
"""An answer is kept for a table and for `run.json`: its beginning says what it is."""


class ProbeError(MendableError):
    """There is nothing to probe, or it has stopped answering; the message names the mend."""


class CallRefused(Exception):
    """A call was not carried out.

    Parameters
    ----------
    answer
        What was said, or why nothing was.
    code
        The service's own name of the error; empty where there is none.
    answered
        Whether the service said it. A broken connection may be a refusal (Valkey hangs up on a
        value that is too large) or the end of the server.
    """

    def __init__(self, answer: str, *, code: str = "", answered: bool = True) -> None:
        self.answer = " ".join(answer.split())[:ANSWER_CHARACTERS]
        self.code = code
        self.answered = answered
        super().__init__(self.answer)
