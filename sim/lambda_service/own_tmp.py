"""A `/tmp` of an execution environment's own, of the function's ephemeral storage size.

The kernel does it: a mount namespace whose `/tmp` is a file system in memory of that size. Nobody
else sees it, a write past its size fails with "No space left on device" as on AWS, and it is gone
with the last process. Root needs a mount namespace only; others a user namespace around it.
"""

import ctypes
import functools
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

DEFAULT_SIZE_MB: Final = 512
"""Source: Lambda Developer Guide, "Configure ephemeral storage for Lambda functions"."""

_TMP: Final = Path("/tmp")  # noqa: S108 - the path itself is what Lambda promises
_CLONE_NEWNS: Final = 0x00020000
_CLONE_NEWUSER: Final = 0x10000000
"""Source of both: `linux/sched.h`."""
_MS_NOSUID_NODEV: Final = 2 | 4
_MS_BIND_REC: Final = 4096 | 16384
_MS_SLAVE_REC: Final = 524288 | 16384
"""Source of all three: `linux/mount.h`. Slave: what is mounted inside is not seen outside."""

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def own_tmp(size_mb: int, needed: Sequence[Path], folder: Path) -> Callable[[], None]:
    """Return what a child calls between fork and exec to get a `/tmp` of its own.

    Parameters
    ----------
    size_mb
        Its size.
    needed
        Folders that the child needs; those below `/tmp` stay visible there.
    folder
        The child's working directory, entered again: it may be one of those.

    Raises (in the child)
    ---------------------
    OSError
        When the system does not allow it; see `own_tmp_possible`.
    """
    kept = [path for path in dict.fromkeys(needed) if path.is_relative_to(_TMP)]
    # The shortest first: what lies inside of one that is kept comes with it.
    kept = [path for path in kept if not any(path != o and path.is_relative_to(o) for o in kept)]
    user, group = os.geteuid(), os.getegid()

    def separate() -> None:
        _unshare(_CLONE_NEWNS if user == 0 else _CLONE_NEWNS | _CLONE_NEWUSER)
        if user != 0:
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{user} {user} 1")
            _write("/proc/self/gid_map", f"{group} {group} 1")
        _mount("none", "/", None, _MS_SLAVE_REC, None)
        # Opened in the new namespace: what belongs to another cannot be mounted in this one.
        handles = [os.open(path, os.O_PATH | os.O_DIRECTORY) for path in kept]
        _mount("tmpfs", str(_TMP), "tmpfs", _MS_NOSUID_NODEV, f"size={size_mb}m,mode=1777")
        for path, handle in zip(kept, handles, strict=True):
            path.mkdir(parents=True, exist_ok=True)
            _mount(f"/proc/self/fd/{handle}", str(path), None, _MS_BIND_REC, None)
            os.close(handle)
        os.chdir(folder)

    return separate


@functools.cache
def own_tmp_possible() -> bool:
    """Return whether this system lets a process have a `/tmp` of its own; tried once."""
    if _libc is None:
        return False
    try:
        subprocess.run(
            [sys.executable, "-S", "-c", ""],
            preexec_fn=own_tmp(1, [Path(sys.prefix), Path(sys.base_prefix)], Path("/")),
            check=True,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _unshare(flags: int) -> None:
    if _libc is None or _libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None) -> None:
    texts = (source.encode(), target.encode(), kind.encode() if kind else None)
    options = data.encode() if data else None
    if _libc is None or _libc.mount(*texts, ctypes.c_ulong(flags), options) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="ascii")
