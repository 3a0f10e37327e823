"""The create of an override with FastAPI, Mangum and boto3, as it would be written without this project.

The same request, the same calls to the table, the same answer. The authorizer's word about the caller is taken from the
event. Nothing here is slower than need be: one client, made at import; the low-level client rather than the resource.
"""

import os
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError
from fastapi import Depends, FastAPI, HTTPException, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mangum import Mangum
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

TABLE = os.environ["TABLE_NAME"]
client = boto3.client(
    "dynamodb", config=Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
)
serialize, deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize

app = FastAPI(title="Connection Overrides")


class AuthType(StrEnum):
    """How a connection proves who it is."""

    GENERIC_SECRET = "GENERIC_SECRET"  # noqa: S105 - the name of a kind
    OAUTH2_CLIENT_CREDENTIALS = "OAUTH2_CLIENT_CREDENTIALS"
    DWH = "DWH"


class Model(BaseModel):
    """A model of the API."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", populate_by_name=True)


class AwsLocation(Model):
    """AWS Secrets Manager."""

    type: Literal["AWS_SECRET_MANAGER"]
    region: str


class AzureLocation(Model):
    """Azure Key Vault."""

    type: Literal["AZURE_KEY_VAULT"]
    vault_url: str


class HostedLocation(Model):
    """The platform's own vault."""

    type: Literal["HOSTED"]


type Location = Annotated[AwsLocation | AzureLocation | HostedLocation, Field(discriminator="type")]


class Reference(Model):
    """A secret reference."""

    secrets_location: Location | None = None
    connection_properties: dict[str, Any]


class NewOverride(Model):
    """Body of a create."""

    environment_name: Annotated[str, Field(min_length=1, max_length=255)]
    connection_name: Annotated[str, Field(min_length=1, max_length=255)]
    auth_type: AuthType
    connection_overrides: Reference


class Override(Model):
    """An override."""

    created_by: str
    created_date: datetime
    updated_by: str
    updated_date: datetime
    revision: int
    project_id: str
    environment_name: str
    name: str
    auth_type: AuthType
    connection_overrides: Reference


class Caller(BaseModel):
    """Who calls."""

    account: str
    subject: str
    scopes: frozenset[str]


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def caller_of(request: Request) -> Caller:
    """Return the caller that the authorizer vouched for."""
    context = request.scope["aws.event"]["requestContext"].get("authorizer")
    if not context:
        raise HTTPException(401, "A valid access token is required.")
    return Caller(
        account=context["account"], subject=context["subject"], scopes=frozenset(context["scopes"].split(" "))
    )


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """Return an answer with problem details."""
    slug = title.lower().replace(" ", "-")
    content = Problem(type=f"/v1/problems/{slug}", title=title, status=status, detail=detail).model_dump()
    return JSONResponse(content, status, media_type="application/problem+json")


@app.exception_handler(HTTPException)
async def refused(_request: Request, error: HTTPException) -> Response:
    """Answer a refusal."""
    titles = {401: "Unauthorized", 403: "Forbidden", 404: "Not found", 409: "Override already exists"}
    return problem(error.status_code, titles.get(error.status_code, "Error"), str(error.detail))


@app.exception_handler(RequestValidationError)
async def invalid(_request: Request, error: RequestValidationError) -> Response:
    """Answer a request that is not valid."""
    return problem(400, "Invalid request", "; ".join(str(found["msg"]) for found in error.errors()))


@app.post(
    "/v1/projects/{project_id}/connections/environment-overrides",
    status_code=201,
    response_model_by_alias=True,
    responses={status: {"model": Problem} for status in (400, 401, 403, 404, 409)},
)
def create_override(
    project_id: Annotated[uuid.UUID, Path()], body: NewOverride, caller: Annotated[Caller, Depends(caller_of)]
) -> Override:
    """Create an override, once."""
    if "connections:write" not in caller.scopes:
        raise HTTPException(403, "The scope connections:write is missing.")
    project = f"{caller.account}/{project_id}"
    names = {"environment": f"E/{body.environment_name}", "connection": f"C/{body.connection_name}"}
    keys = {kind: {"pk": {"S": project}, "sk": {"S": sk}} for kind, sk in names.items()}
    found = client.batch_get_item(RequestItems={TABLE: {"Keys": list(keys.values()), "ConsistentRead": True}})
    items = [{name: deserialize(value) for name, value in item.items()} for item in found["Responses"][TABLE]]
    by_key = {item["sk"]: item for item in items}
    for kind, sk in names.items():
        if sk not in by_key:
            raise HTTPException(404, f"There is no such {kind}.")
    now = datetime.now(UTC)
    override = Override(
        created_by=caller.subject,
        created_date=now,
        updated_by=caller.subject,
        updated_date=now,
        revision=1,
        project_id=str(project_id),
        environment_name=body.environment_name,
        name=body.connection_name,
        auth_type=body.auth_type,
        connection_overrides=body.connection_overrides,
    )
    row = {
        "pk": f"{project}/O/{body.environment_name}",
        "sk": f"O/{body.connection_name}",
        **override.model_dump(mode="json", by_alias=True, exclude_none=True),
    }
    exists = "attribute_exists(pk)"
    try:
        client.transact_write_items(
            TransactItems=[
                {"ConditionCheck": {"TableName": TABLE, "Key": keys["connection"], "ConditionExpression": exists}},
                {
                    "Update": {
                        "TableName": TABLE,
                        "Key": keys["environment"],
                        "ConditionExpression": exists,
                        "UpdateExpression": "ADD overrideCount :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                },
                {
                    "Put": {
                        "TableName": TABLE,
                        "Item": {name: serialize(value) for name, value in row.items()},
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        )
    except ClientError as error:
        reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
        if reasons[-1:] == ["ConditionalCheckFailed"]:
            raise HTTPException(409, "The connection already has an override in this environment.") from None
        if "ConditionalCheckFailed" in reasons:
            raise HTTPException(404, "The connection or the environment is gone.") from None
        raise
    return override


handler = Mangum(app, lifespan="off")
