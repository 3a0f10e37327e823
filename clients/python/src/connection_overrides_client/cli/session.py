"""What a command works with: the client, the project and the terminal, made from options, environment and profile."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from textwrap import indent
from typing import TYPE_CHECKING, Any, Final, TextIO
from urllib.parse import urlsplit

import httpx
import typer

from connection_overrides_client.cli.exits import CommandError, Exit
from connection_overrides_client.cli.profiles import Profile, Profiles, profiles_path
from connection_overrides_client.client import Client
from connection_overrides_client.operations import ListOperation, list_projects
from connection_overrides_client.tokens import ClientCredentials, require_https

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

OUTPUTS: Final = ("table", "json", "yaml")
WIDEST: Final = 10_000
"""Columns of output that is not for a terminal: its lines are not folded."""

_PROJECT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""A bearer token (RFC 6750, section 2.1)."""


@dataclass
class Surface:
    """What surrounds the commands, and can be replaced."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    transport: httpx.BaseTransport | None = None
    fetch: Callable[[Mapping[str, Any]], dict[str, str]] | None = None
    """Fetches the values of a secret reference. None means `connection_overrides_client.secrets.fetch`."""
    execute: Callable[[Sequence[str], Mapping[str, str]], int] | None = None
    """Runs a command with an environment. None means that it replaces this process."""
    sleep: Callable[[float], None] = time.sleep
    """Waits between attempts."""


class Session:
    """One invocation of the command line. Everything is made when it is first used.

    `output` is `table`, `json` or `yaml`. No representation contains a token.
    """

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.output = "table"
        self._profile_name: str | None = None
        self._options = Profile()

    def choose(
        self,
        *,
        profile: str | None = None,
        url: str | None = None,
        project: str | None = None,
        output: str | None = None,
    ) -> None:
        """Set the global options."""
        self._profile_name = profile or self._profile_name
        self.output = output or self.output
        self._options = replace(self._options, url=url or self._options.url, project=project or self._options.project)

    @cached_property
    def profiles(self) -> Profiles:
        """The profiles of the user. Raises CommandError if their file is not valid."""
        return Profiles.load(profiles_path(self.surface.environment))

    @property
    def profile_name(self) -> str:
        """The name of the profile in use, whether it exists or not."""
        return self._profile_name or self.surface.environment.get("OVERRIDES_PROFILE") or "default"

    @cached_property
    def profile(self) -> Profile:
        """The profile, with what options and environment variables replace in it."""
        found = self.profiles.get(self.profile_name)
        if found is None and self.profile_name != "default":
            raise CommandError(f"There is no profile {self.profile_name!r}. Create it with `overrides login`.")
        found = found or Profile()
        return replace(found, url=self.given("url") or found.url, project=self.given("project") or found.project)

    def given(self, setting: str) -> str | None:
        """Return `url` or `project` as an option or an environment variable says, without the profile."""
        option: str | None = getattr(self._options, setting)
        return option or self.surface.environment.get(f"OVERRIDES_{setting.upper()}")

    @cached_property
    def client(self) -> Client:
        """The client of the API. Raises CommandError without a URL or a token."""
        return self.connect(self.profile)

    def connect(self, profile: Profile) -> Client:
        """Return a client of the API for that profile."""
        if not profile.url:
            raise CommandError("No URL of the service: use --url, OVERRIDES_URL or `overrides login`.")
        http: dict[str, Any] = {} if self.surface.transport is None else {"transport": self.surface.transport}
        return Client(checked_url(profile.url), self._authorization(profile), sleep=self.surface.sleep, **http)

    def close(self) -> None:
        """Close the client's connections, if it has any."""
        if "client" in vars(self):
            self.client.close()

    @cached_property
    def project(self) -> str:
        """The id of the project. Raises CommandError if none is given, or if a name is not that of one project."""
        if not self.profile.project:
            raise CommandError("No project: use --project, OVERRIDES_PROJECT or `overrides login`.")
        return project_id(self.client, self.profile.project)

    @cached_property
    def stdout(self) -> Console:
        """The console for results."""
        return self._console(sys.stdout)

    @cached_property
    def stderr(self) -> Console:
        """The console for errors and remarks."""
        return self._console(sys.stderr)

    def has_colour(self, stream: TextIO) -> bool:
        """Return whether the stream is a terminal that shows colours, and the user has not set NO_COLOR."""
        environment = self.surface.environment
        return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"

    def show(self, document: object, table: Callable[[], RenderableType]) -> None:
        """Print the document as JSON or YAML, or the table of it, as `--output` says."""
        if self.output == "table":
            self.stdout.print(table())
        else:
            self.show_document(document)

    def show_list(self, operation: ListOperation[Any], table: Callable[[list[dict[str, Any]]], RenderableType]) -> None:
        """Print the results of a list. As JSON they are printed page by page, so memory does not grow with the list."""
        results = (one for page in self.client.pages(operation) for one in page.document["results"])
        if self.output != "json":
            found = list(results)
            self.show(found, lambda: table(found))
            return
        separator = "["
        for one in results:
            sys.stdout.write(f"{separator}\n{indent(json.dumps(one, ensure_ascii=False, indent=2), '  ')}")
            separator = ","
        sys.stdout.write("[]\n" if separator == "[" else "\n]\n")

    def show_document(self, document: object) -> None:
        """Print the document as YAML if `--output` says so, else as JSON."""
        if self.output == "yaml":
            from ruamel.yaml import YAML  # noqa: PLC0415 - slow to import

            yaml = YAML()
            yaml.default_flow_style = False
            yaml.dump(document, sys.stdout)
        else:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")

    def _authorization(self, profile: Profile) -> str | ClientCredentials:
        for variable in ("OVERRIDES_TOKEN", profile.token_env):
            if variable and (variable == profile.token_env or self.surface.environment.get(variable)):
                return _checked_token(variable, self._required(variable))
        if profile.issuer and profile.client_id:
            return ClientCredentials(
                checked_url(profile.issuer),
                profile.client_id,
                self._required(profile.client_secret_env or "OVERRIDES_CLIENT_SECRET"),
                scope=profile.scope,
                audience=profile.audience,
            )
        raise CommandError("No access token: set OVERRIDES_TOKEN, or use `overrides login`.", Exit.FORBIDDEN)

    def _required(self, variable: str) -> str:
        value = self.surface.environment.get(variable)
        if not value:
            raise CommandError(f"The environment variable {variable} is not set.", Exit.FORBIDDEN)
        return value

    def _console(self, stream: TextIO) -> Console:
        from rich.console import Console  # noqa: PLC0415 - slow to import

        return Console(
            file=stream,
            color_system="auto" if self.has_colour(stream) else None,
            force_terminal=stream.isatty(),
            width=None if stream.isatty() else WIDEST,
            highlight=False,
            markup=False,
            emoji=False,
        )


def session(context: typer.Context) -> Session:
    """Return the session of the invocation."""
    found = context.find_object(Session)
    if found is None:
        raise RuntimeError("commands run in a session")
    return found


def checked_url(url: str) -> str:
    """Return the URL. Raises CommandError if it is not HTTPS, or contains credentials."""
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            raise CommandError("A URL must not contain credentials.")
        return require_https(url)
    except ValueError as error:
        raise CommandError(f"The URL is not valid: {error}") from None


def _checked_token(variable: str, token: str) -> str:
    """Return the token. Another text would break the header, and be in the message of that error."""
    if not _TOKEN.fullmatch(token):
        raise CommandError(f"{variable} contains no access token: it has characters that no token has.", Exit.FORBIDDEN)
    return token


def project_id(client: Client, project: str) -> str:
    """Return the id of the project with that id or name. Raises CommandError unless there is exactly one."""
    if _PROJECT_ID.fullmatch(project):
        return project
    found = [
        str(one["projectId"])
        for page in client.pages(list_projects())
        for one in page.document["results"]
        if one["name"] == project
    ]
    if not found:
        raise CommandError(f"There is no project {project!r}. `overrides projects list` lists them.", Exit.NOT_FOUND)
    if len(found) > 1:
        raise CommandError(f"Several projects are named {project!r}: {', '.join(found)}. Use an id.")
    return found[0]
