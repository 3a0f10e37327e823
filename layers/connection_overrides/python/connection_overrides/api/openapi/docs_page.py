"""The page that shows the document: Swagger UI, as Powertools brings it along, with all its parts inside.

Nothing comes from elsewhere, so the page works without a network, and its policy names every part by its digest.
"""

import base64
import hashlib
from importlib.resources import files
from typing import Final

_ASSETS: Final = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_START: Final = """
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  presets: [SwaggerUIBundle.presets.apis],
  tryItOutEnabled: false,
  validatorUrl: null,
});
"""


def render() -> tuple[str, str]:
    """Return the page and its Content-Security-Policy (W3C CSP Level 3)."""
    assets = files(_ASSETS)
    script = assets.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = assets.joinpath("swagger-ui.min.css").read_text(encoding="utf-8")
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Connection Overrides</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="page"></div>
<script>{script}</script>
<script>{_START}</script>
</body>
</html>
"""
    policy = {
        "default-src": "'none'",
        "script-src": f"{_digest(script)} {_digest(_START)}",
        "style-src": _digest(style),
        "img-src": "data:",
        # The document, and what "Try it out" sends: to this API only.
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return page, "; ".join(f"{name} {value}" for name, value in policy.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
