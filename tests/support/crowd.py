"""Many concurrent callers, each with its own function, and their responses."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from support.registry import Client, Reply

type Ask = Callable[[Client], Reply]

_BUSY = "/v1/problems/service-unavailable"


class Crowd:
    """As many functions as there are concurrent requests, as Lambda would start them. Each serves one at a time."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self.clients = clients
        self.rounds = 0
        self.answers: Counter[int] = Counter()

    @property
    def one(self) -> Client:
        """The caller for requests before and after a race."""
        return self.clients[0]

    def at_once(self, asks: Iterable[Ask]) -> list[Reply]:
        """Return the responses to requests that start together, in the order of the requests."""
        asks = list(asks)
        start = Barrier(len(asks))

        def wait_and_ask(client: Client, ask: Ask) -> Reply:
            start.wait(timeout=30)
            return ask(client)

        with ThreadPoolExecutor(len(asks)) as threads:
            replies = list(threads.map(wait_and_ask, self.clients, asks))
        self.rounds += 1
        self.answers.update(reply.status for reply in replies)
        return replies


def statuses(replies: Iterable[Reply], *allowed: int) -> Counter[int]:
    """Return the number of responses by status, all of which must be allowed, and a 503 must report a busy service."""
    replies = list(replies)
    for reply in replies:
        assert reply.status in allowed, reply
        if reply.status == 503:
            assert (reply.body["type"], reply.headers["Retry-After"]) == (_BUSY, "2")
    return Counter(reply.status for reply in replies)
