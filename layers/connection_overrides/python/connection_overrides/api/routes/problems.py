"""Operations of the problem catalogue. They are public: the `type` of a response must resolve for whoever got it."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from connection_overrides.api import params
from connection_overrides.api.pages import ResultPage
from connection_overrides.api.responses import shown
from connection_overrides.api.routing import LISTED, PUBLIC, SHOWN, Router
from connection_overrides.context import RequestContext
from connection_overrides.domain.base import Model
from connection_overrides.errors import PROBLEMS_PATH, Problem, ProblemNotFound, catalogue

router: Final = Router("Problems")


class ProblemExample(Model):
    """A problem as in a response."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class ProblemType(Model):
    """An entry of the problem catalogue."""

    type: str
    title: str
    status: int
    meaning: str
    cause: str
    remedy: str
    example: ProblemExample


def describe(problem: type[Problem], base_path: str = "") -> ProblemType:
    """Return the entry of a problem, as responses show it behind that base path."""
    common: dict[str, Any] = {"type": base_path + problem.uri(), "title": problem.title, "status": problem.status}
    instance = "urn:request:8f6f2f0e-5a1d-4d0b-9a55-3f7d6f2a9c11"
    return ProblemType.model_construct(
        **common,
        meaning=problem.meaning(),
        cause=problem.cause,
        remedy=problem.remedy,
        example=ProblemExample.model_construct(**common, detail=problem.detail, instance=instance),
    )


@router.operation("GET", PROBLEMS_PATH, LISTED, scope=PUBLIC)
def list_problems(ctx: RequestContext) -> Response[ResultPage[ProblemType]]:
    """List all problems that a response can have as its `type`."""
    results = [describe(problem, ctx.base_path) for problem in catalogue().values()]
    return shown(ResultPage.model_construct(results=results, next_cursor=None))


@router.operation("GET", f"{PROBLEMS_PATH}/{{slug}}", SHOWN, scope=PUBLIC, raises=(ProblemNotFound,))
def get_problem(ctx: RequestContext, slug: params.Slug) -> Response[ProblemType]:
    """Get the meaning of a problem, and how to fix it.

    Its URL is the `type` of the problem.
    """
    problem = catalogue().get(slug)
    if problem is None:
        raise ProblemNotFound
    return shown(describe(problem, ctx.base_path))
