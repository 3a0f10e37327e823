"""Changes that make the emulated API Gateway behave like the real one. `local/workers.py` does the same for Lambda."""

from typing import Any, Final

from ministack.services import apigateway_v1

ANY_METHOD: Final = "any"
"""The key that `local/template.py` gives to the operation for all methods."""


def adapt() -> None:
    """Change the emulator of this process. Call it once, before the stack is created."""
    # Its OpenAPI import does not support ANY, but its routing does.
    apigateway_v1._OPENAPI_HTTP_METHODS.add(ANY_METHOD)  # noqa: SLF001  # no public way to change it

    build = apigateway_v1._build_lambda_event_v1  # noqa: SLF001  # the only place that creates events

    def build_event(*args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  # passed through
        event: dict[str, Any] = build(*args, **kwargs)
        # As with a custom domain name for the stage: paths do not include the stage.
        event["requestContext"]["path"] = event["path"]
        repeated = event["multiValueQueryStringParameters"]
        if repeated:
            # API Gateway keeps the last value of a repeated parameter, the emulator the first.
            event["queryStringParameters"] = {name: values[-1] for name, values in repeated.items()}
        return event

    apigateway_v1._build_lambda_event_v1 = build_event  # noqa: SLF001  # likewise
