"""`overrides login` and `overrides profiles`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from connection_overrides_client import operations
from connection_overrides_client.cli.exits import CommandError
from connection_overrides_client.cli.profiles import Profile
from connection_overrides_client.cli.session import checked_url, project_id, session
from connection_overrides_client.cli.tables import table


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("login")(_login)
    app.command("profiles")(_profiles)


def _login(
    context: typer.Context,
    *,
    url: Annotated[str | None, typer.Option(help="The URL of the service.")] = None,
    project: Annotated[str | None, typer.Option(help="The id or name of the project.")] = None,
    issuer: Annotated[str | None, typer.Option(help="The URL of the OpenID Connect issuer.")] = None,
    client_id: Annotated[str | None, typer.Option(help="The client at the issuer.")] = None,
    client_secret_env: Annotated[
        str | None, typer.Option(help="The environment variable with its secret.", metavar="VARIABLE")
    ] = None,
    scope: Annotated[str | None, typer.Option(help="The scopes to ask for, if the issuer needs them.")] = None,
    audience: Annotated[str | None, typer.Option(help="The audience to ask for, if the issuer needs it.")] = None,
    token_env: Annotated[
        str | None,
        typer.Option(help="The environment variable with an access token, instead of an issuer.", metavar="VARIABLE"),
    ] = None,
    profile: Annotated[str | None, typer.Option(help="The profile to write, by default 'default'.")] = None,
) -> None:
    """Check how the service is reached, and keep it as a profile. Secrets stay in environment variables."""
    current = session(context)
    current.choose(profile=profile, url=url, project=project)
    if token_env and (issuer or client_id or client_secret_env):
        raise CommandError("--token-env cannot be combined with an issuer.")
    if bool(issuer) != bool(client_id):
        raise CommandError("--issuer and --client-id belong together.")
    for variable in (token_env, client_secret_env):
        if variable and not variable.isidentifier():
            # Not repeated: it could be the secret itself.
            raise CommandError("--token-env and --client-secret-env are names of environment variables.")
    made = Profile(
        url=checked_url(current.given("url") or ""),
        project=current.given("project"),
        issuer=issuer,
        client_id=client_id,
        client_secret_env=client_secret_env,
        scope=scope,
        audience=audience,
        token_env=token_env,
    )
    with current.connect(made) as client:
        number = sum(len(page.document["results"]) for page in client.pages(operations.list_projects()))
        if made.project:
            found = project_id(client, made.project)
            made = replace(made, project=client.send(operations.get_project(found)).document["projectId"])
    profiles = current.profiles
    profiles[current.profile_name] = made
    profiles.save()
    current.stderr.print(
        f"Profile {current.profile_name} is in {profiles.path}. {number} projects can be read.", soft_wrap=True
    )


def _profiles(context: typer.Context) -> None:
    """List the profiles. The one in use is marked."""
    current = session(context)
    found = [
        {"name": name, "used": name == current.profile_name, **profile.settings()}
        for name, profile in sorted(current.profiles.items())
    ]
    titles = ("USED", "NAME", "URL", "PROJECT", "TOKEN")
    current.show(
        found,
        lambda: table(
            titles,
            (
                ("*" if name == current.profile_name else "", name, one.url, one.project, _token(one))
                for name, one in sorted(current.profiles.items())
            ),
        ),
    )


def _token(profile: Profile) -> str:
    if profile.token_env:
        return f"${profile.token_env}"
    if profile.issuer:
        return f"{profile.client_id} at {profile.issuer}"
    return "$OVERRIDES_TOKEN"
