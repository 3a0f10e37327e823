"""Generate what the Python client derives from the API: `python -m tools.client_models`. `--check` only compares it.

The models come from `docs/openapi.json`, through datamodel-code-generator; the classes of problems from the catalogue;
the schema of configuration files from the declaration that validates them.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from connection_overrides_client.configuration.shapes import json_schema

from connection_overrides.errors import Problem, catalogue

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "clients/python/src/connection_overrides_client"
FILE_SCHEMA: Final = ROOT / "clients/python/overrides.schema.json"
DOCUMENT: Final = ROOT / "docs/openapi.json"

_MODELS_HEADER: Final = '"""The models of the API, generated from docs/openapi.json by `make client-models`."""\n\n'
_PROBLEMS_HEADER: Final = '''"""The problems of the API, generated from its catalogue by `make client-models`.

A problem's title and detail are in the response; `remedy` is what the catalogue says about its type.
"""

from typing import Final

from connection_overrides_client.errors import Problem

'''


def models() -> str:
    """Return the module of the models of all bodies, except those of problems."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    used = _closure(document, set(_bodies(document)))
    schemas = document["components"]["schemas"]
    part = {
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": {},
        "components": {"schemas": {name: schema for name, schema in schemas.items() if name in used}},
    }
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "models.py"
        source.write_text(json.dumps(part), encoding="utf-8")
        subprocess.run(  # noqa: S603 - our own arguments
            [
                *(
                    sys.executable,
                    "-W",
                    "error",
                    "-m",
                    "datamodel_code_generator",
                    "--input",
                    source,
                    "--output",
                    target,
                ),
                *("--input-file-type", "openapi", "--formatters", "ruff-format"),
                *("--output-model-type", "pydantic_v2.BaseModel", "--target-python-version", "3.10"),
                *("--snake-case-field", "--allow-population-by-field-name", "--capitalise-enum-members"),
                *("--use-annotated", "--use-standard-collections", "--use-union-operator", "--disable-timestamp"),
                *("--use-schema-description", "--use-double-quotes", "--custom-file-header", "#"),
            ],
            check=True,
        )
        text = target.read_text(encoding="utf-8").removeprefix("#").lstrip()
    return _MODELS_HEADER + text


def problems() -> str:
    """Return the module of the classes of problems."""
    classes = [
        f"\nclass {problem.__name__}(Problem):\n    {_docstring(problem)}\n\n"
        f"    slug = {_literal(problem.slug)}\n    remedy = {_literal(problem.remedy)}\n\n"
        for problem in catalogue().values()
    ]
    names = "".join(f"    {problem.__name__},\n" for problem in catalogue().values())
    by_slug = (
        "\nBY_SLUG: Final[dict[str, type[Problem]]] = {\n    problem.slug: problem\n    for problem in (\n"
        + names.replace("    ", "        ")
        + '    )\n}\n"""The classes by the last segment of the problem\'s type."""\n'
    )
    return _formatted("".join([_PROBLEMS_HEADER, *classes, by_slug]))


def file_schema() -> str:
    """Return the JSON Schema of configuration files."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _docstring(problem: type[Problem]) -> str:
    return f'"""{" ".join(problem.meaning().split())}"""'


def _literal(text: str) -> str:
    """Return the text as a literal, in several parts if it is long."""
    parts = re.findall(r".{1,90}(?:\s+|$)", " ".join(text.split()))
    return f"({' '.join(json.dumps(part, ensure_ascii=False) for part in parts)})"


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(PACKAGE / "problems.py"), "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, check=True).stdout  # noqa: S603 - likewise


def _bodies(document: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the schemas in requests and in responses of success."""
    for path in document["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict):
                continue
            yield from _references(operation.get("requestBody", {}))
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    yield from _references(response.get("content", {}))


def _closure(document: dict[str, Any], names: set[str]) -> set[str]:
    """Return these schemas and all that they refer to."""
    found: set[str] = set()
    while names:
        found |= names
        names = {one for name in names for one in _references(document["components"]["schemas"][name])} - found
    return found


def _references(part: object) -> Iterator[str]:
    match part:
        case {"$ref": str(reference)}:
            yield reference.rpartition("/")[2]
        case dict():
            for member in part.values():
                yield from _references(member)
        case list():
            for member in part:
                yield from _references(member)


def main(arguments: list[str]) -> int:
    """Write the modules. With `--check`, only compare them. Returns the exit code."""
    stale = False
    generated = {PACKAGE / "models.py": models, PACKAGE / "problems.py": problems, FILE_SCHEMA: file_schema}
    for path, render in generated.items():
        text = render()
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale = True
    if stale:
        sys.stderr.write("stale: make client-models\n")
    return int(stale)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
