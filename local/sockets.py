"""Loopback sockets, opened first so that a port in use is reported immediately."""

import errno
import socket
from typing import Final

from local.settings import HOST

BACKLOG: Final = 1024
"""The queue of connections to be accepted, large enough for hundreds of concurrent clients."""


class PortError(Exception):
    """The port is not available."""


def listen(port: int) -> socket.socket:
    """Return a listening loopback socket that an exec'ed process inherits. Port 0 means any free port.

    It listens immediately, because a second run could also bind a port that is only bound.

    Raises:
        PortError: the port is in use, or the system does not allow it.

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
                f"port {port} on {HOST} is in use; choose another one, for example make run PORT={port + 1}"
            ) from error
        raise PortError(f"cannot listen on port {port} of {HOST}: {error.strerror}") from error
    listener.set_inheritable(True)
    return listener


def port_of(descriptor: int) -> int:
    """Return the port of an inherited socket."""
    with socket.socket(fileno=socket.dup(descriptor)) as duplicate:
        port = duplicate.getsockname()[1]
    return int(port)
