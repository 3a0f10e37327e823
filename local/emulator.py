"""Where the emulated API Gateway is made to behave like the real one. `local/workers.py` does the same for Lambda."""

from typing import Any, Final

from ministack.services import apigateway_v1

ANY_METHOD: Final = "any"
"""The key under which `local/template.py` puts the operation for all methods."""


def adapt() -> None:
    """Change the emulator of this process; once, before the stack is created."""
    # Its import of an OpenAPI document knows every method but ANY, which its routing does know.
    apigateway_v1._OPENAPI_HTTP_METHODS.add(ANY_METHOD)  # noqa: SLF001  # no public way to change it

    build = apigateway_v1._build_lambda_event_v1  # noqa: SLF001  # the one place where events are made

    def build_event(*args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  # passed on unseen
        event: dict[str, Any] = build(*args, **kwargs)
        # As behind a custom domain name mapped to the stage: no path holds the stage's name.
        event["requestContext"]["path"] = event["path"]
        repeated = event["multiValueQueryStringParameters"]
        if repeated:
            # API Gateway keeps the last value of a repeated parameter, the emulator the first.
            event["queryStringParameters"] = {name: values[-1] for name, values in repeated.items()}
        return event

    apigateway_v1._build_lambda_event_v1 = build_event  # noqa: SLF001  # likewise
