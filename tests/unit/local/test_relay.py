import socket
import threading

import pytest
from local.relay import relayed


def echo_once(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(connection.recv(100).upper())


def test_connections_to_another_address_reach_loopback_while_the_relay_runs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = threading.Thread(target=echo_once, args=(listener,))
        server.start()
        with relayed("127.0.0.2", (port,)), socket.create_connection(("127.0.0.2", port), timeout=5) as client:
            client.sendall(b"hello")
            assert client.recv(100) == b"HELLO"
            assert client.recv(100) == b""
        server.join()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5)


@pytest.mark.parametrize("address", [None, "192.0.2.1"])
def test_an_address_of_another_machine_needs_no_relay(address: str | None) -> None:
    with relayed(address, (1,)):
        pass
