"""Options that several commands take, and what they mean for a request."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from connection_overrides_client.cli.exits import CommandError, Exit
from connection_overrides_client.cli.session import Session
from connection_overrides_client.cli.text import VAULTS
from connection_overrides_client.client import Reply
from connection_overrides_client.operations import Operation

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
EnvironmentName = Annotated[str, typer.Argument(metavar="ENVIRONMENT", show_default=False)]
ConnectionName = Annotated[str, typer.Argument(metavar="CONNECTION", show_default=False)]
Reason = Annotated[str | None, typer.Option(help="Why, for the history.", metavar="TEXT")]
Preview = Annotated[bool, typer.Option("--preview", help="Show the result, and change nothing.")]
AllowSharedSecret = Annotated[
    bool, typer.Option("--allow-shared-secret", help="Let a protected environment share the secret with others.")
]
Cascade = Annotated[bool, typer.Option("--cascade", help="Delete its overrides as well.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Description = Annotated[str | None, typer.Option(help="What it is for. An empty text removes it.", metavar="TEXT")]
Secret = Annotated[str | None, typer.Option(help="The name of the secret in its vault.", metavar="NAME")]
Key = Annotated[
    str | None, typer.Option("--key", help="The key in the secret. An empty text removes it.", metavar="KEY")
]
Vault = Annotated[
    str | None,
    typer.Option(
        "--vault", help="aws:REGION, azure:URL, gcp:PROJECT or hosted. Empty: the vault of the runner.", metavar="VAULT"
    ),
]
File = Annotated[
    str | None, typer.Option(help="A JSON file with the body of the request; '-' is stdin.", metavar="PATH")
]


def sent(session: Session, operation: Operation[Any], *, reason: str | None, preview: bool) -> Reply[Any]:
    """Return the response to a write, of which a preview changes nothing."""
    if reason is not None:
        if not reason.isascii():
            raise CommandError("--reason must be ASCII, because it travels in a header.")
        operation = operation.because(reason)
    if not preview:
        return session.client.send(operation)
    reply = session.client.preview(operation)
    session.stderr.print("Preview: nothing was changed.")
    return reply


def written(session: Session, operation: Operation[Any], *, reason: str | None, preview: bool) -> None:
    """Send a write and show the item."""
    from connection_overrides_client.cli.tables import details  # noqa: PLC0415 - slow to import

    item = sent(session, operation, reason=reason, preview=preview).document
    session.show(item, lambda: details(item))


def deleted(
    session: Session, operation: Operation[Any], what: str, *, yes: bool, reason: str | None, preview: bool
) -> None:
    """Delete `what`, once it is confirmed."""
    if not (yes or preview):
        if not sys.stdin.isatty():
            raise CommandError(f"Deleting {what} needs --yes, because nobody can confirm it.")
        if not typer.confirm(f"Delete {what}?", err=True):
            raise CommandError("Nothing was deleted.", Exit.ERROR)
    sent(session, operation, reason=reason, preview=preview)
    if not preview:
        session.stderr.print(f"Deleted {what}.", soft_wrap=True)


def body_of(file: str) -> dict[str, Any]:
    """Return the JSON object in a file, or in stdin if it is `-`. Raises CommandError if there is none."""
    where = "stdin" if file == "-" else file
    try:
        body = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{where} cannot be read: {error.strerror}.") from None
    except json.JSONDecodeError as error:
        raise CommandError(f"{where} is not JSON: line {error.lineno}, column {error.colno}.") from None
    except (ValueError, RecursionError):
        raise CommandError(f"{where} is not JSON in UTF-8.") from None
    if not isinstance(body, dict):
        raise CommandError(f"{where} must contain a JSON object.")
    return body


def reject_with_file(file: str | None, **others: object) -> None:
    """Raise CommandError if `--file` is given together with an option for what the file contains."""
    given = [name for name, value in others.items() if value not in {None, False}]
    if file is not None and given:
        raise CommandError(f"--{given[0].replace('_', '-')} cannot be combined with --file.")


def changed(before: Mapping[str, Any], **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the members with changes. None keeps a member, an empty text removes it."""
    after = {**before, **{name: value for name, value in members.items() if value is not None}}
    return {name: value for name, value in after.items() if value != ""}


def referenced(
    before: Mapping[str, Any] | None,
    connection_type: str,
    *,
    secret: str | None,
    key: str | None,
    vault: str | None,
) -> dict[str, Any] | None:
    """Return a reference with changes, as `changed` makes them. Raises CommandError if options do not suit the type."""
    if secret is None and key is None and vault is None:
        return None if before is None else dict(before)
    if connection_type == "DWH":
        raise CommandError("The properties of a DWH connection are a map: use --file.")
    properties = (before or {}).get("connectionProperties", {})
    if connection_type == "CLOUD_PLATFORM_CREDENTIALS":
        if key is not None:
            raise CommandError("Credentials of a cloud platform have no --key.")
        properties = changed(properties, credentialSecretName=secret)
    else:
        properties = changed(properties, secretName=secret, secretKey=key)
    if not properties.keys() & {"secretName", "credentialSecretName"}:
        raise CommandError("A reference needs --secret.")
    location = (before or {}).get("secretsLocation") if vault is None else _location(vault)
    rest = {name: value for name, value in (before or {}).items() if name != "secretsLocation"}
    return {**rest, **({"secretsLocation": location} if location else {}), "connectionProperties": properties}


def _location(vault: str) -> dict[str, str] | None:
    if not vault:
        return None
    if vault == "hosted":
        return {"type": "HOSTED"}
    kind, _, where = vault.partition(":")
    if kind not in VAULTS or not where:
        raise CommandError("--vault must be aws:REGION, azure:URL, gcp:PROJECT or hosted.")
    name, member = VAULTS[kind]
    return {"type": name, member: where}
