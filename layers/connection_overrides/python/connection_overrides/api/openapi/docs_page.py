"""The page that shows the document: the first calls, and Swagger UI as Powertools brings it along.

Nothing comes from elsewhere, so the page works without a network, and its policy names every part by its digest.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Any, Final

_ASSETS: Final = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_FIRST_CALLS: Final = (
    "createProject",
    "createEnvironment",
    "createConnection",
    "createOverride",
    "getEffectiveConnection",
)

# A response shows its description, and the rest on demand, except the one that a client expects.
_START: Final = """
const shortResponses = () => ({wrapComponents: {response: (Response, {React}) => class extends React.Component {
  state = {open: this.props.code === (this.props.method === "post" ? "201" : "200")};
  render() {
    const {code, response, getComponent} = this.props;
    if (this.state.open || !response.get("content")) return React.createElement(Response, this.props);
    const text = React.createElement(getComponent("Markdown", true), {source: response.get("description")});
    const show = () => this.setState({open: true});
    const button = React.createElement("button", {onClick: show, className: "show-response"}, "Schema and example");
    return React.createElement("tr", {className: "response", "data-code": code},
      React.createElement("td", {className: "response-col_status"}, code),
      React.createElement("td", {className: "response-col_description", colSpan: 2}, text, button));
  }
}}});
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  plugins: [shortResponses],
  presets: [SwaggerUIBundle.presets.apis],
  tryItOutEnabled: false,
  validatorUrl: null,
});
"""
_STYLE: Final = """
header { font: 14px/1.5 sans-serif; color: #3b4151; max-width: 1420px; margin: 0 auto; padding: 16px 20px 0; }
header h1 { margin: 0; }
header h1 small { font-size: 14px; font-weight: normal; }
header h2 { margin: 16px 0 8px; }
header ol { padding-left: 20px; }
header summary { cursor: pointer; padding: 4px 0; }
header pre { background: #f4f4f6; padding: 12px; margin: 4px 0 12px; overflow-x: auto; }
header a, .swagger-ui .show-response { color: #4990e2; }
.swagger-ui .show-response { background: none; border: 0; padding: 4px 0; cursor: pointer; }
.swagger-ui .info { margin: 0; }
.swagger-ui :is(.info .main, .info__summary, .response-col_links, .execute-wrapper:empty) { display: none; }
.swagger-ui .parameter__deprecated:empty { display: none; }
.swagger-ui :is(.parameters, .responses-table, .headers) > thead { display: none; }
.swagger-ui :is(.parameters, .responses-table) > tbody > tr > td { padding: 4px 0; }
.swagger-ui .parameters :is(input, select) { display: block; margin: 2px 0; padding-block: 4px; }
.swagger-ui .parameters :is(.parameter__type, .parameter__in) { display: inline; margin-right: 4px; }
.swagger-ui .parameters-col_description > .renderedMarkdown { display: inline; margin-right: 4px; }
.swagger-ui .parameters-col_description > .renderedMarkdown > p { display: inline; }
.swagger-ui .parameters-container .table-container { padding: 8px 20px; }
.swagger-ui .response[data-code^="2"] .response-controls { display: none; }
.swagger-ui .renderedMarkdown :is(p, ul, table) { margin: 4px 0; }
.swagger-ui .renderedMarkdown ul { padding-left: 20px; }
.swagger-ui .opblock-description-wrapper, .swagger-ui .responses-inner { padding: 8px 20px; }
.swagger-ui .opblock-body .microlight { max-height: 160px; }
.swagger-ui .model-example { margin: 0; }
.swagger-ui .opblock-body pre.microlight { margin: 0; }
.swagger-ui .model-example .tab { margin: 4px 0; }
.swagger-ui table.headers td, .swagger-ui table.headers th { padding: 2px 8px 2px 0; }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 12px; }
  .swagger-ui :is(.table-container, .opblock-description-wrapper, .responses-inner) { padding: 8px; }
  .swagger-ui :is(.parameters, .responses-table) > tbody > tr { display: block; }
  .swagger-ui :is(.parameters, .responses-table) > tbody > tr > td:not(.response-col_links) {
    display: block; width: auto; max-width: none; padding: 2px 0;
  }
}
"""


def render(document: dict[str, Any]) -> tuple[str, str]:
    """Return the page of the document, and its Content-Security-Policy (W3C CSP Level 3)."""
    assets = files(_ASSETS)
    script = assets.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = assets.joinpath("swagger-ui.min.css").read_text(encoding="utf-8")
    info = document["info"]
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(info["title"])}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{escape(info["title"])} <small>{escape(info["version"])} <a href="openapi.json">openapi.json</a></small></h1>
<p>{escape(info["summary"])}</p>
<h2>First calls</h2>
<p>Get an access token from the identity provider of this deployment; for a local run, <code>make token</code> prints
one. To send calls from this page, paste it under <b>Authorize</b>. In a shell, set <code>TOKEN</code> to it,
<code>API</code> to the URL of this page without <code>/v1/docs</code>, and <code>PROJECT</code> to the
<code>projectId</code> in the response to the first call.</p>
<ol>
{"\n".join(_first_calls(document))}
</ol>
</header>
<div id="page"></div>
<script>{script}</script>
<script>{_START}</script>
</body>
</html>
"""
    policy = {
        "default-src": "'none'",
        "script-src": f"{_digest(script)} {_digest(_START)}",
        "style-src": f"{_digest(style)} {_digest(_STYLE)}",
        "img-src": "data:",
        # The document, and what "Try it out" sends: to this API only.
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return page, "; ".join(f"{name} {value}" for name, value in policy.items())


def _first_calls(document: dict[str, Any]) -> Iterator[str]:
    """Yield each of the first calls as a command, with the examples of the document."""
    operations = {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    for name in _FIRST_CALLS:
        method, path, operation = operations[name]
        names = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "path"}
        url = path.format_map(names | {"projectId": "$PROJECT"})
        command = f'curl -X {method} "$API{url}" \\\n  -H "Authorization: Bearer $TOKEN"'
        if "requestBody" in operation:
            examples = operation["requestBody"]["content"]["application/json"]["examples"]
            body = json.dumps(next(iter(examples.values()))["value"], indent=2)
            command += f" \\\n  -H 'Content-Type: application/json' -d '{body}'"
        summary = escape(operation["summary"])
        yield f"<li><details><summary>{summary}</summary><pre>{escape(command)}</pre></details></li>"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
