"""Loopback sockets, opened before anything else so that a busy port is found at once."""

import errno
import socket
from typing import Final

from local.settings import HOST

BACKLOG: Final = 1024
"""Connections that wait to be accepted: hundreds of clients may come at once."""


class PortError(Exception):
    """The port cannot be listened on."""


def listen(port: int) -> socket.socket:
    """Return a listening loopback socket that an exec'ed process inherits; port 0 takes any free one.

    It listens from the start: a port that is only bound could be bound by a second run as well.

    Raises:
        PortError: another process listens there, or the system does not allow it.

    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortError(
                f"port {port} on {HOST} is in use; choose another one, e.g. make run PORT={port + 1}"
            ) from error
        raise PortError(f"cannot listen on port {port} of {HOST}: {error.strerror}") from error
    listener.set_inheritable(True)
    return listener


def port_of(descriptor: int) -> int:
    """Return the port of a listening socket that this process inherited."""
    with socket.socket(fileno=socket.dup(descriptor)) as duplicate:
        port = duplicate.getsockname()[1]
    return int(port)
