"""Writes that may be sent again: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

The same request with the same key is answered as it was the first time, and does nothing more. What was refused has
done nothing, and is decided anew.
"""

import contextlib
from collections.abc import Callable
from typing import cast

from connection_overrides.errors import ServiceError
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router
from connection_overrides.operation import FirstAnswer, Operation, Repeatable
from connection_overrides.store.first_answers import FirstAnswerStore


class Writes:
    """Does what routes write, once for each key."""

    def __init__(self, router: Router, answers: FirstAnswerStore) -> None:
        """Answer by the routes of that router, and keep first answers there."""
        self._router = router
        self._answers = answers

    def do[E, T](
        self, operation: Operation, act: Callable[[Operation], E], answer: Callable[[E], Response[T]]
    ) -> Response[T]:
        """Return the answer to what the act makes. With a key, it is kept in the same step in which the act writes.

        Raises AnsweredBeforeError when the key was used before.
        """
        exchange = self._router.exchange
        key = exchange.idempotency_key
        if key is None:
            return answer(act(operation))

        def answer_of(made: object) -> FirstAnswer:
            written = exchange.signature.answer(answer(cast("E", made)))
            return FirstAnswer(written.status, written.body, written.headers)

        repeatable = Repeatable(key.name, key.fingerprint, answer_of)
        self._answers.require_unanswered(operation, repeatable)
        try:
            return answer(act(operation._replace(repeatable=repeatable)))
        except ServiceError:
            # The same request was done meanwhile, and stood in its own way; or it is not known whether it was done.
            with contextlib.suppress(ServiceError):
                self._answers.require_unanswered(operation, repeatable)
            raise
