"""Every refusal has its entry in the catalogue."""

from connection_overrides.errors import ServiceError
from connection_overrides.http.catalogue import PROBLEMS


def subclasses(base: type[ServiceError]) -> set[type[ServiceError]]:
    return {base}.union(*(subclasses(sub) for sub in base.__subclasses__()))


def test_each_error_names_a_problem_of_the_catalogue() -> None:
    codes = {error.code for error in subclasses(ServiceError) if hasattr(error, "code")}

    assert codes <= set(PROBLEMS)


def test_each_problem_says_what_it_means_and_how_to_fix_it() -> None:
    for slug, problem in PROBLEMS.items():
        assert problem.uri == f"/v1/problems/{slug}"
        assert 400 <= problem.status <= 599
        assert all([problem.title, problem.meaning, problem.remedy, problem.example])
