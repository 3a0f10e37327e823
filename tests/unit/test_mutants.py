"""The mutants of a source, and a mutation run that distinguishes a killed mutant from a survivor."""

from pathlib import Path

import pytest
from tools.mutants.children import Children, Mutated, first_failure
from tools.mutants.operators import mutants_of


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        ("a < 1", ["a <= 1", "a < 2", "a < 0"]),
        ("a is not b", ["a is b"]),
        ("a in b", ["a not in b"]),
        ("not a", ["(a)"]),
        ("a and b", ["True and b", "a or b", "a and True"]),
        ("a or b", ["False or b", "a and b", "a or False"]),
        ("x = [a, b]", ["x = [b]", "x = [a]"]),
        ("x = [a]", ["x = []"]),
        ("x = {'a': b, 'c': d}", ["x = {'c': d}", "x = {'a': b}"]),
        ("check(a)", ["pass"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if True]"]),
        ("x = a[:b]", ["x = a"]),
        ("a - b", ["a + b"]),
        ("if a:\n    raise b", ["if True:", "if False:"]),
        ("try:\n    a\nexcept b:\n    raise c", ["pass"]),
        ("def a() -> bool:\n    return b", ["return True", "return False"]),
        ("def a() -> str | None:\n    return b", ["return ''", "return None"]),
        ("@rule\ndef a(): ...", [""]),
        ("@dataclass(frozen=True)\nclass A: ...", []),
        ("@property\ndef a(): ...", []),
        ("x = Annotated[str, A, B]", ["x = Annotated[str, B]", "x = Annotated[str, A]"]),
        ("x = Field(a=b)", ["x = Field()"]),
        ("def a():\n    x = b(c=d)", []),
        ("x = 'A = :a AND B = :b'", ["x = 'B = :b'", "x = 'A = :a'"]),
        ("x = f'A AND {b}'", ["x = f'{b}'", "x = f'A'"]),
        ('x = r"a{2}"', ['x = r"a{1}"', 'x = r"a{3}"']),
        ('x = r"a|(b|c)"', ['x = r"(b|c)"', 'x = r"a"', 'x = r"a|(c)"', 'x = r"a|(b)"']),
        ("x = re.compile(a, re.DOTALL)", ["x = re.compile(a, 0)"]),
        ("x = a.fullmatch", []),
        ("x = a.fullmatch(b)", ["x = a.match(b)"]),
        ("if TYPE_CHECKING:\n    a < b", []),
        ('"""A or B."""', []),
    ],
)
def test_a_mutant_is_one_small_edit(source: str, mutants: list[str]) -> None:
    assert sorted(mutant.new for mutant in mutants_of(source)) == sorted(mutants)


def test_a_mutant_has_the_lines_of_its_statement() -> None:
    source = "if (\n    a\n    and b\n):\n    x = [\n        c\n    ]\n"

    found = {(one.line, one.new): (one.statement.start, one.statement.stop - 1) for one in mutants_of(source)}
    assert found[3, "or b"] == (1, 4)
    assert found[6, ""] == (5, 7)


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ("LIMIT = 2", ""),
        ("LIMIT = 3", "test_limit.py::test_limit"),
        ("raise ValueError", "exit status 2 of pytest"),
        ("while True: pass", None),
    ],
)
def test_a_mutant_is_killed_by_the_test_that_fails(
    source: str, failure: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "limits_of_mutants.py").write_text("LIMIT = 2")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    test = "from limits_of_mutants import LIMIT\ndef test_limit(): assert LIMIT == 2\n"
    (tmp_path / "test_limit.py").write_text(test)
    monkeypatch.chdir(tmp_path)
    if failure is None:
        monkeypatch.setattr("tools.mutants.children.SECONDS", 1)
    mutated = Mutated("limits_of_mutants", tmp_path / "limits_of_mutants.py", source)
    failures: list[str | None] = []

    children = Children(1)
    children.submit(lambda: first_failure(mutated, [{"test_limit.py::test_limit": 0}]), failures.append)
    children.finish()
    assert failures == [failure]
