"""Bodies of replies about the API itself."""

from typing import Annotated, Literal

from connection_overrides.http.catalogue import ProblemType
from connection_overrides.http.replies import LEFT_OUT_IF_NONE, Reply


class IndexReply(Reply):
    """Where to go from here. Each member is a path that works from where the index was read."""

    document: str
    page: Annotated[str | None, LEFT_OUT_IF_NONE] = None
    problems: str
    health: str


class HealthReply(Reply):
    """That the function answers."""

    status: Literal["ok"] = "ok"


class ProblemExample(Reply):
    """A problem as an answer shows it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class ProblemTypeReply(Reply):
    """An entry of the problem catalogue."""

    type: str
    title: str
    status: int
    meaning: str
    cause: str
    remedy: str
    example: ProblemExample

    @classmethod
    def of(cls, problem: ProblemType) -> "ProblemTypeReply":
        """Return the entry of a problem type."""
        return cls(
            type=problem.uri,
            title=problem.title,
            status=problem.status,
            meaning=problem.meaning,
            cause=problem.cause,
            remedy=problem.remedy,
            example=ProblemExample(
                type=problem.uri,
                title=problem.title,
                status=problem.status,
                detail=problem.example,
                instance="urn:request:8f6f2f0e-5a1d-4d0b-9a55-3f7d6f2a9c11",
            ),
        )
