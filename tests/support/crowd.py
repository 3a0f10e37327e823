"""Many callers at once, each with a function of its own, and what they were told."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from support.registry import Client, Reply

type Ask = Callable[[Client], Reply]

_BUSY = "/v1/problems/service-unavailable"


class Crowd:
    """As many functions as there may be requests at once, as Lambda would start them; each serves one at a time."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self.clients = clients
        self.rounds = 0
        self.answers: Counter[int] = Counter()

    @property
    def one(self) -> Client:
        """A caller for what happens before and after."""
        return self.clients[0]

    def at_once(self, asks: Iterable[Ask]) -> list[Reply]:
        """Return the answers to requests that begin together, in their order."""
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
    """Return how often each status was answered, once each is one of those allowed and a 503 says it is busy."""
    replies = list(replies)
    for reply in replies:
        assert reply.status in allowed, reply
        if reply.status == 503:
            assert (reply.body["type"], reply.headers["Retry-After"]) == (_BUSY, "2")
    return Counter(reply.status for reply in replies)
