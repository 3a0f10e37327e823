"""A relay from containers to servers on loopback.

If the container engine shares this machine's kernel, `host.docker.internal` is the address of its bridge, on which
servers on 127.0.0.1 cannot be reached. The relay listens only on the bridge, which other machines cannot reach.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from threading import Thread

from local.settings import HOST


@contextlib.contextmanager
def relayed(address: str | None, ports: tuple[int, ...]) -> Iterator[None]:
    """Relay connections to these ports of `address` to the same ports on loopback.

    If `address` does not belong to this machine, no relay is needed: the engine itself reaches loopback.
    """
    listeners = [listener for port in ports if address and (listener := _listen(address, port))]
    if not listeners:
        yield
        return
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        for listener in listeners:
            asyncio.run_coroutine_threadsafe(asyncio.start_server(_relay, sock=listener), loop).result()
        yield
    finally:
        asyncio.run_coroutine_threadsafe(_end_connections(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        for listener in listeners:
            listener.close()


def _listen(address: str, port: int) -> socket.socket | None:
    try:
        return socket.create_server((address, port))
    except OSError:
        return None


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    port = writer.get_extra_info("sockname")[1]
    try:
        there, back = await asyncio.open_connection(HOST, port)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
    except OSError:
        writer.close()


async def _end_connections() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
