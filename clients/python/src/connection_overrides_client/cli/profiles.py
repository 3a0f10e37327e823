"""Profiles: where the service is and how to get a token, in a TOML file that contains no secret."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from connection_overrides_client.cli.exits import CommandError

_HEADER: Final = "# Written by `overrides login`, which keeps no comments. Secrets do not belong here.\n"


@dataclass(frozen=True)
class Profile:
    """A profile. `client_secret_env` and `token_env` are the names of environment variables."""

    url: str | None = None
    project: str | None = None
    issuer: str | None = None
    client_id: str | None = None
    client_secret_env: str | None = None
    scope: str | None = None
    audience: str | None = None
    token_env: str | None = None

    def settings(self) -> dict[str, str]:
        """Return what is set."""
        return {name: value for name, value in asdict(self).items() if value}


def profiles_path(environment: Mapping[str, str]) -> Path:
    """Return the path of the profiles: OVERRIDES_CONFIG, or a file in the user's configuration directory."""
    if configured := environment.get("OVERRIDES_CONFIG"):
        return Path(configured)
    directory = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".config")
    return Path(directory) / "connection-overrides" / "config.toml"


class Profiles(dict[str, Profile]):
    """The profiles in a file, by name."""

    def __init__(self, path: Path, profiles: Mapping[str, Profile]) -> None:
        super().__init__(profiles)
        self.path = path

    @classmethod
    def load(cls, path: Path) -> Profiles:
        """Return the profiles in the file, none without a file. Raises CommandError if it is not valid."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls(path, {})
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {_what(error)}.") from None
        return cls(path, _parsed(path, text))

    def save(self) -> None:
        """Write the file, at once or not at all, so that only the user can read it."""
        lines = [_HEADER]
        for name, profile in sorted(self.items()):
            lines.append(f"\n[profiles.{_quoted(name)}]\n")
            lines += [f"{key} = {_quoted(value)}\n" for key, value in profile.settings().items()]
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(self.path, "".join(lines))
        except OSError as error:
            raise CommandError(f"{self.path} cannot be written: {_what(error)}.") from None


def _replace(path: Path, text: str) -> None:
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - needed by `login` only

    # Created with mode 0600.
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".config-", delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def _parsed(path: Path, text: str) -> dict[str, Profile]:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - needed if there is a file
    else:
        import tomli as tomllib  # type: ignore[import-not-found] # noqa: PLC0415 - installed with Python 3.10 only
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{path} is not valid TOML: {error}.") from None
    if unknown := sorted(document.keys() - {"profiles"}):
        raise CommandError(f"{path}: {unknown[0]!r} is unknown. Profiles are in tables [profiles.<name>].")
    profiles = document.get("profiles", {})
    if not isinstance(profiles, dict):
        raise CommandError(f"{path}: 'profiles' must be a table.")
    return {name: _profile(f"{path}: profiles.{name}", settings) for name, settings in profiles.items()}


def _profile(place: str, settings: object) -> Profile:
    """Return the profile. Messages contain no value: one could be a secret in the wrong place."""
    if not isinstance(settings, dict):
        raise CommandError(f"{place} must be a table.")
    for key, value in settings.items():
        if key in {"token", "client_secret"}:
            raise CommandError(f"{place} must not contain a {key}: name an environment variable in '{key}_env'.")
        if key not in {field.name for field in fields(Profile)}:
            raise CommandError(f"{place}.{key} is unknown.")
        if not isinstance(value, str):
            raise CommandError(f"{place}.{key} must be a string.")
    return Profile(**settings)


def _quoted(text: str) -> str:
    """Return a basic string of TOML, whose escapes are those of JSON, and one more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _what(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is not UTF-8"
