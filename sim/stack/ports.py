"""Free ports, on the loopback interface unless another address is asked for."""

import ipaddress
import os
import socket
from typing import Final

from sim.errors import StackError

LOOPBACK: Final = "127.0.0.1"


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def claimed_port(port: int, host: str = LOOPBACK) -> int:
    """Return *port* if it can be listened on at *host*; 0 is any.

    Raises
    ------
    StackError
        When it is taken or not allowed.
    """
    if not 0 <= port < 65_536:
        raise StackError(f"The port {port} does not exist.", "Give one from 1 to 65535.")
    try:
        with socket.create_server((host, port)):
            return port
    except OSError as error:
        raise StackError(
            f"The port {port} cannot be used: {os.strerror(error.errno or 0)}.",
            "Give another with --port, or leave it out for a free one.",
        ) from error


def claimed_host(host: str) -> str:
    """Return *host* if it is an IPv4 address of this machine, which others can be told.

    Raises
    ------
    StackError
        When it is something else.
    """
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError as error:
        raise StackError(
            f"The host {host} is no IPv4 address.", "Give one of this machine's, as in 192.0.2.10."
        ) from error
    if address.is_unspecified:
        raise StackError(
            f"The host {host} stands for every address, and can be told to nobody.",
            "Give the one address that the other machines reach.",
        )
    try:
        with socket.create_server((host, 0)):
            return host
    except OSError as error:
        raise StackError(
            f"The host {host} cannot be listened on: {os.strerror(error.errno or 0)}.",
            "Give an address of this machine with --host, or leave it out.",
        ) from error
