"""Takes out of free text what names a machine or a person, and what opens a door.

That is: absolute paths, the host's name, the user's, the credentials of URLs, given secrets.

Error texts of libraries carry them; a results folder is published.
"""

import getpass
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

_ROOTS = "bin|data|etc|home|lib|media|mnt|opt|private|proc|root|run|srv|tmp|usr|Users|var|work"
"""Top-level folders of the Filesystem Hierarchy Standard 3.0, of macOS and of build machines.

Routes and object keys (``/v1/ingestMessage``, ``/2026/01/…``) start with none of them.
"""

_ABSOLUTE_PATH = re.compile(
    rf"(?<![\w.:/>-])(?:/(?:{_ROOTS})(?=/)|[A-Za-z]:\\)(?:[^\s'\":,;)\]}}]*[/\\])?"
)
_URL_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*@")
"""User information of a URL (RFC 3986 section 3.2.1); a password of Redis stands there."""

_SHORTEST_NAME = 4
"""A shorter host or user name is as likely to be part of an ordinary word."""

_ORDINARY_NAMES = frozenset({"localhost", "root", "user", "runner", "redis", "json", "image"})


@dataclass(frozen=True, slots=True)
class Redaction:
    """The names and the secrets to take out, besides absolute paths and credentials in URLs."""

    host_name: str = ""
    user_name: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def text(self, text: str) -> str:
        """Give ``text`` with paths cut to ``<path>/`` and the file's name, the rest replaced."""
        clean = text
        for secret in self.secrets:
            if secret:
                clean = clean.replace(secret, "<secret>")
        clean = _URL_CREDENTIALS.sub("<credentials>@", clean)
        clean = _ABSOLUTE_PATH.sub("<path>/", clean)
        for name, placeholder in ((self.host_name, "<host>"), (self.user_name, "<user>")):
            if len(name) >= _SHORTEST_NAME and name not in _ORDINARY_NAMES:
                clean = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", placeholder, clean)
        return clean

    def value(self, value: Any) -> Any:
        """Give a JSON value with every string in it redacted, the keys of objects excepted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value

    def samples(self, samples: pd.DataFrame) -> pd.DataFrame:
        """Give the samples with their error texts redacted."""
        if "error" not in samples.columns or not (samples["error"].fillna("") != "").any():
            return samples
        return samples.assign(
            error=samples["error"].map(self.text, na_action="ignore").astype(samples["error"].dtype)
        )


def redaction_of_this_machine(secrets: Iterable[str] = ()) -> Redaction:
    """Give the redaction of this machine's host name, this user's name, and ``secrets``."""
    try:
        user_name = getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a user number that has no name.
        user_name = ""
    return Redaction(socket.gethostname(), user_name, tuple(secrets))
