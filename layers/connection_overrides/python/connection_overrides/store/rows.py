"""Rows and entities, one from the other, in pure functions.

A row's attributes have the names that the API gives them. Dates are RFC 3339 in UTC with milliseconds.
"""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import TypeAdapter

from connection_overrides.errors import StoreFaultError
from connection_overrides.model.base import LAZY
from connection_overrides.model.entities import (
    Connection,
    Environment,
    Override,
    Project,
    ProjectContents,
    Revision,
    SecretReference,
)
from connection_overrides.model.kinds import AuthType, PlatformConnectionType
from connection_overrides.model.properties import dump_properties, read_properties
from connection_overrides.model.secrets import SecretsLocation
from connection_overrides.store.attributes import (
    Row,
    date,
    date_to_text,
    flag,
    number,
    optional_text,
    present,
    schema_of,
    text,
)

_LOCATION: Final[TypeAdapter[SecretsLocation]] = TypeAdapter(SecretsLocation, config=LAZY)


def project_to_row(project: Project) -> Row:
    """Return the attributes of a project."""
    return present(
        projectId=project.project_id,
        name=project.name,
        description=project.description,
        **_revision_to_row(project.revision),
    )


def project_from_row(row: Row) -> Project:
    """Return the project of a row."""
    return read_row(
        row,
        lambda: Project(
            project_id=text(row, "projectId"),
            name=text(row, "name"),
            description=optional_text(row, "description"),
            revision=_revision_from_row(row),
        ),
    )


def contents_to_row(contents: ProjectContents) -> Row:
    """Return the attributes of a project's counters."""
    return {
        "environmentCount": contents.environment_count,
        "connectionCount": contents.connection_count,
        "environmentRevision": contents.environment_revision,
    }


def contents_from_row(row: Row) -> ProjectContents:
    """Return the counters of a row."""
    return read_row(
        row,
        lambda: ProjectContents(
            environment_count=number(row, "environmentCount"),
            connection_count=number(row, "connectionCount"),
            environment_revision=number(row, "environmentRevision"),
            notes_protection=schema_of(row) > 1,
        ),
    )


def environment_to_row(environment: Environment) -> Row:
    """Return the attributes of an environment."""
    return present(
        projectId=environment.project_id,
        name=environment.name,
        displayName=environment.display_name,
        description=environment.description,
        protected=environment.protected,
        inheritDefaults=environment.inherit_defaults,
        overrideCount=environment.override_count,
        **_revision_to_row(environment.revision),
    )


def environment_from_row(row: Row) -> Environment:
    """Return the environment of a row."""
    return read_row(
        row,
        lambda: Environment(
            project_id=text(row, "projectId"),
            name=text(row, "name"),
            display_name=optional_text(row, "displayName"),
            description=optional_text(row, "description"),
            protected=flag(row, "protected"),
            inherit_defaults=flag(row, "inheritDefaults"),
            override_count=number(row, "overrideCount"),
            revision=_revision_from_row(row),
        ),
    )


def connection_to_row(connection: Connection) -> Row:
    """Return the attributes of a connection."""
    return present(
        projectId=connection.project_id,
        name=connection.name,
        platformConnectionType=str(connection.platform_connection_type),
        authProvider=connection.auth_provider,
        authType=str(connection.auth_type),
        description=connection.description,
        reference=None if connection.default is None else _reference_to_row(connection.default),
        **_revision_to_row(connection.revision),
    )


def connection_from_row(row: Row) -> Connection:
    """Return the connection of a row."""
    return read_row(
        row,
        lambda: Connection(
            project_id=text(row, "projectId"),
            name=text(row, "name"),
            platform_connection_type=PlatformConnectionType(text(row, "platformConnectionType")),
            auth_provider=text(row, "authProvider"),
            auth_type=AuthType(text(row, "authType")),
            description=optional_text(row, "description"),
            default=_reference_from_row(row) if "reference" in row else None,
            revision=_revision_from_row(row),
        ),
    )


def override_to_row(override: Override) -> Row:
    """Return the attributes of an override."""
    return present(
        projectId=override.project_id,
        environmentName=override.environment_name,
        name=override.connection_name,
        platformConnectionType=str(override.platform_connection_type),
        authProvider=override.auth_provider,
        authType=str(override.auth_type),
        reference=None if override.reference is None else _reference_to_row(override.reference),
        blocked=True if override.reference is None else None,
        **_revision_to_row(override.revision),
    )


def override_from_row(row: Row) -> Override:
    """Return the override of a row."""
    return read_row(
        row,
        lambda: Override(
            project_id=text(row, "projectId"),
            environment_name=text(row, "environmentName"),
            connection_name=text(row, "name"),
            platform_connection_type=PlatformConnectionType(text(row, "platformConnectionType")),
            auth_provider=text(row, "authProvider"),
            auth_type=AuthType(text(row, "authType")),
            # A row without a reference blocks only if it says so: a damaged one is a fault.
            reference=None if row.get("blocked") is True else _reference_from_row(row),
            revision=_revision_from_row(row),
        ),
    )


def _reference_to_row(reference: SecretReference) -> Row:
    location = reference.secrets_location
    return present(
        secretsLocation=None if location is None else location.model_dump(by_alias=True),
        connectionProperties=dump_properties(reference.connection_properties),
    )


def _reference_from_row(row: Row) -> SecretReference:
    reference = row["reference"]
    if not isinstance(reference, Mapping):
        raise TypeError("reference")
    location = reference.get("secretsLocation")
    return SecretReference(
        secrets_location=None if location is None else _LOCATION.validate_python(location),
        connection_properties=read_properties(reference["connectionProperties"], AuthType(text(row, "authType"))),
    )


def _revision_to_row(revision: Revision) -> dict[str, object]:
    return {
        "revision": revision.number,
        "writeId": revision.write_id,
        "createdBy": revision.created_by,
        "createdDate": date_to_text(revision.created_date),
        "updatedBy": revision.updated_by,
        "updatedDate": date_to_text(revision.updated_date),
    }


def _revision_from_row(row: Row) -> Revision:
    return Revision(
        number=number(row, "revision"),
        write_id=text(row, "writeId"),
        created_by=text(row, "createdBy"),
        created_date=date(row, "createdDate"),
        updated_by=text(row, "updatedBy"),
        updated_date=date(row, "updatedDate"),
    )


def read_row[T](row: Row, build: Callable[[], T]) -> T:
    """Return what `build` makes of the row; a row that this version cannot read is our fault, never skipped."""
    try:
        schema_of(row)
        return build()
    except (KeyError, TypeError, ValueError) as error:
        raise StoreFaultError(f"unreadable row {row.get('pk')!r} {row.get('sk')!r}") from error
