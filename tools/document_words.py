"""The words of OpenAPI 3.1 and JSON Schema 2020-12 that the breaking-change check knows.

A word that is in no table below is refused, because the check would otherwise pass a change that it did not see. Left
out on purpose are words of which this API's document has no use: schemas within `not`, `if`, `contains`, `prefixItems`,
`dependentSchemas`, `unevaluated…` and `contentSchema`; `$id`, anchors and dynamic references; `webhooks`, `callbacks`,
`encoding`, `xml` and `jsonSchemaDialect`; `content` of parameters and headers; servers and references of paths;
extensions (`x-…`); and OpenAPI 3.0's `nullable`. A change that needs one decides here what it means for clients.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

ANNOTATION: Final = "annotation"
"""Says nothing that a client depends on."""
COMPARED: Final = "compared"
"""A value without words of its own, which is compared."""
METHODS: Final = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})


def _table(*, annotations: str = "", compared: str = "", **objects: str) -> Mapping[str, str]:
    return {
        **dict.fromkeys(annotations.split(), ANNOTATION),
        **dict.fromkeys(compared.split(), COMPARED),
        **objects,
    }


# The objects, and what each word holds: a value, an object, a list of objects (`[…]`) or a map of them (`{…}`).
_OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "document": _table(
        annotations="externalDocs info openapi tags",
        compared="security servers",
        components="components",
        paths="{path}",
    ),
    "components": _table(
        annotations="examples links",
        headers="{header}",
        parameters="{parameter}",
        requestBodies="{body}",
        responses="{response}",
        schemas="{schema}",
        securitySchemes="{securityScheme}",
    ),
    "path": _table(
        annotations="description summary",
        parameters="[parameter]",
        **dict.fromkeys(METHODS, "operation"),
    ),
    "operation": _table(
        annotations="deprecated description externalDocs summary tags",
        compared="operationId security",
        parameters="[parameter]",
        requestBody="body",
        responses="{response}",
    ),
    "parameter": _table(
        annotations="deprecated description example examples summary",
        compared="$ref allowEmptyValue allowReserved explode in name required style",
        schema="schema",
    ),
    "header": _table(
        annotations="deprecated description example examples summary",
        compared="$ref explode required style",
        schema="schema",
    ),
    "body": _table(annotations="description summary", compared="$ref required", content="{mediaType}"),
    "mediaType": _table(annotations="example examples", schema="schema"),
    "response": _table(
        annotations="description links summary", compared="$ref", content="{mediaType}", headers="{header}"
    ),
    "securityScheme": _table(
        annotations="bearerFormat description", compared="flows in name openIdConnectUrl scheme type"
    ),
    "schema": _table(
        annotations="$comment $schema deprecated description example examples externalDocs title",
        compared="$ref const contentEncoding contentMediaType default dependentRequired discriminator enum"
        " exclusiveMaximum exclusiveMinimum format maxItems maxLength maxProperties maximum minItems minLength"
        " minProperties minimum multipleOf pattern readOnly required type uniqueItems writeOnly",
        additionalProperties="schema",
        allOf="[schema]",
        anyOf="[schema]",
        items="schema",
        oneOf="[schema]",
        patternProperties="{schema}",
        properties="{schema}",
        propertyNames="schema",
        **{"$defs": "{schema}"},
    ),
}

SCHEMA_ANNOTATIONS: Final = frozenset(word for word, kind in _OBJECTS["schema"].items() if kind == ANNOTATION)


def unknown_words(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each word of a document that the check does not know."""
    yield from _unknown("document", document, "")


def _unknown(kind: str, node: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if kind in {ANNOTATION, COMPARED} or isinstance(node, bool):
        return
    if kind.startswith("["):
        for place, item in enumerate(node):
            yield from _unknown(kind[1:-1], item, f"{where}/{place}")
    elif kind.startswith("{"):
        for name, item in node.items():
            yield from _unknown(kind[1:-1], item, f"{where}/{name}")
    else:
        for word, value in node.items():
            if word in _OBJECTS[kind]:
                yield from _unknown(_OBJECTS[kind][word], value, f"{where}/{word}")
            else:
                yield f"{where or '/'}: this check does not know the word {word}"
