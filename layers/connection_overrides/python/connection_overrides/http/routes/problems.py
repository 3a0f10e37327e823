"""Routes of the problem catalogue. They are open: an answer's `type` must resolve for whoever got it."""

from connection_overrides.errors import ProblemNotFoundError
from connection_overrides.http.about_replies import ProblemTypeReply
from connection_overrides.http.catalogue import PROBLEMS, PROBLEMS_PATH
from connection_overrides.http.outcomes import LISTED, SHOWN
from connection_overrides.http.parameters import SlugPath
from connection_overrides.http.replies import PageReply
from connection_overrides.http.responses import Response
from connection_overrides.http.routing import Router


def declare_problems(router: Router) -> None:
    """Declare the routes of the catalogue."""

    @router.route("GET", PROBLEMS_PATH, scope=None, answers=(LISTED,))
    def list_problems() -> Response[PageReply[ProblemTypeReply]]:
        """List all problems that an answer's `type` can name."""
        return router.shown(PageReply(results=[ProblemTypeReply.of(problem) for problem in PROBLEMS.values()]))

    @router.route("GET", f"{PROBLEMS_PATH}/{{slug}}", scope=None, answers=(SHOWN,), refuses=(ProblemNotFoundError,))
    def get_problem(slug: SlugPath) -> Response[ProblemTypeReply]:
        """Get what a problem means and how to fix it.

        Its address is what stands in the `type` of the problem.
        """
        problem = PROBLEMS.get(slug)
        if problem is None:
            raise ProblemNotFoundError("There is no such problem.")
        return router.shown(ProblemTypeReply.of(problem))
