"""`overrides export`, `plan`, `apply`, `promote` and `drift`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from connection_overrides_client.cli.exits import CommandError, Exit, exit_of_status
from connection_overrides_client.cli.options import Reason
from connection_overrides_client.cli.session import Session, session
from connection_overrides_client.cli.text import printable

if TYPE_CHECKING:
    from rich.text import Text

    from connection_overrides_client.configuration.applying import Result, Stop
    from connection_overrides_client.configuration.planning import Plan, Step

_SIGNS: Final = {"create": ("+", "green"), "change": ("~", "yellow"), "delete": ("-", "red")}

Files = Annotated[
    list[Path],
    typer.Option("--file", "-f", help="A YAML file, or a folder whose *.yaml files are read.", metavar="PATH"),
]
Out = Annotated[Path | None, typer.Option(help="Write the plan to this file, for apply.", metavar="PATH")]
Prune = Annotated[
    bool, typer.Option("--prune", help="Delete what the files do not contain, in the sections that they have.")
]
SharedSecret = Annotated[
    bool, typer.Option("--allow-shared-secret", help="Let protected environments share secrets with others.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("export")(_export)
    app.command("plan")(_plan)
    app.command("apply")(_apply)
    app.command("promote")(_promote)
    app.command("drift")(_drift)


def _export(
    context: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option(
            "--file",
            "-f",
            help="A file, or a folder for several files, which does not end with .yaml. Without it, stdout.",
            metavar="PATH",
        ),
    ] = None,
) -> None:
    """Write the project's environments, connections and overrides as configuration files."""
    from connection_overrides_client.configuration.items import read_state  # noqa: PLC0415 - slow to import
    from connection_overrides_client.configuration.writing import to_yaml, write_folder  # noqa: PLC0415 - likewise

    current = session(context)
    bodies = read_state(current.client, current.project).bodies()
    with _sentences():
        if to is None:
            sys.stdout.write(to_yaml(bodies))
        elif to.is_dir() or to.suffix != ".yaml":
            for file in write_folder(to, bodies):
                current.stderr.print(f"Wrote {file}.", soft_wrap=True)
        else:
            to.write_bytes(to_yaml(bodies).encode())
            current.stderr.print(f"Wrote {to}.", soft_wrap=True)


def _plan(
    context: typer.Context,
    file: Files,
    *,
    out: Out = None,
    prune: Prune = False,
    allow_shared_secret: SharedSecret = False,
) -> int:
    """Show what would make the project as the files say. Nothing is changed.

    Exits with 0 without changes, 2 with changes, and 3 if the service would refuse one of them.
    """
    from connection_overrides_client.configuration.planning import plan  # noqa: PLC0415 - slow to import

    current = session(context)
    with _sentences():
        found = plan(
            current.client,
            current.project,
            _service(current),
            _loaded(file),
            prune=prune,
            allow_shared_secret=allow_shared_secret,
        )
    return _planned(current, found, out)


def _drift(context: typer.Context, file: Files, *, prune: Prune = False) -> int:
    """Show how the project differs from the files. Exits with 0 if it does not, and with 2 if it does.

    With --prune, items that the files do not contain are differences as well.
    """
    from connection_overrides_client.configuration.items import read_state  # noqa: PLC0415 - slow to import
    from connection_overrides_client.configuration.planning import compare, step_document  # noqa: PLC0415 - likewise

    current = session(context)
    with _sentences():
        configuration = _loaded(file)
        steps, unmanaged = compare(read_state(current.client, current.project), configuration, prune=prune)
    document = {"unmanaged": unmanaged, "differences": [step_document(step) for step in steps]}
    current.show(document, lambda: _difference(steps, unmanaged, configuration.notes))
    return Exit.CHANGES if steps else Exit.OK


def _promote(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The environment whose overrides are promoted.")],
    target: Annotated[str, typer.Argument(help="The environment that gets them.")],
    *,
    secret_map: Annotated[
        Path | None,
        typer.Option("--map", help="Rules for names of secrets: names, prefixes, locations.", metavar="PATH"),
    ] = None,
    on_conflict: Annotated[
        str, typer.Option(help="What to do where the target has another override.", metavar="stop|skip|overwrite")
    ] = "stop",
    same_secrets: Annotated[
        bool, typer.Option("--same-secrets", help="Let the target use the secrets of the source.")
    ] = False,
    allow_shared_secret: SharedSecret = False,
    out: Out = None,
) -> int:
    """Plan to give an environment the overrides of another one, with secrets of its own. Nothing is changed."""
    from connection_overrides_client.configuration import promotion  # noqa: PLC0415 - slow to import

    if on_conflict not in promotion.ON_CONFLICT:
        raise CommandError(f"--on-conflict must be one of {', '.join(promotion.ON_CONFLICT)}.")
    current = session(context)
    with _sentences():
        found = promotion.promote(
            current.client,
            current.project,
            _service(current),
            source,
            target,
            secret_map=promotion.SecretMap() if secret_map is None else promotion.SecretMap.load(secret_map),
            on_conflict=on_conflict,
            same_secrets=same_secrets,
            allow_shared_secret=allow_shared_secret,
        )
    return _planned(current, found, out)


def _apply(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="A file that plan or promote wrote.")],
    *,
    yes_protected: Annotated[
        bool, typer.Option("--yes-protected", help="Apply steps that touch protected environments.")
    ] = False,
    reason: Reason = None,
) -> int:
    """Apply exactly the steps of a plan. After an interruption, apply it again: no step is done twice.

    It stops where somebody else has changed an item since the plan was made.
    """
    from connection_overrides_client.configuration.applying import apply  # noqa: PLC0415 - slow to import
    from connection_overrides_client.configuration.planning import read_plan  # noqa: PLC0415 - likewise

    current = session(context)
    if reason is not None and not (reason.isascii() and reason.isprintable()):
        raise CommandError("--reason must be printable ASCII, because it travels in a header.")
    with _sentences():
        found = read_plan(plan)

        def progress(step: Step, outcome: str) -> None:
            current.stderr.print(
                printable(f"{step.number}/{len(found.steps)} {outcome}: {step.action} {step.address}"), soft_wrap=True
            )

        result = apply(
            current.client,
            found,
            project=current.project,
            service=_service(current),
            reason=reason,
            yes_protected=yes_protected,
            progress=progress,
        )
    return _applied(current, result)


@contextmanager
def _sentences() -> Iterator[None]:
    """End the command with the sentences of what cannot be planned, applied or written."""
    from connection_overrides_client.configuration.applying import NotApplicable  # noqa: PLC0415 - slow to import
    from connection_overrides_client.configuration.loading import ConfigurationInvalid  # noqa: PLC0415 - likewise
    from connection_overrides_client.configuration.planning import PlanInvalid  # noqa: PLC0415 - likewise
    from connection_overrides_client.configuration.promotion import PromotionRefused  # noqa: PLC0415 - likewise
    from connection_overrides_client.configuration.writing import ExportRefused  # noqa: PLC0415 - likewise

    try:
        yield
    except (ConfigurationInvalid, PlanInvalid) as error:
        raise CommandError(printable(str(error))) from None
    except (NotApplicable, PromotionRefused, ExportRefused) as error:
        raise CommandError(printable(str(error)), Exit.REFUSED) from None
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}.", Exit.ERROR) from None


def _loaded(files: list[Path]) -> Any:  # noqa: ANN401 - its type is slow to import
    from connection_overrides_client.configuration.loading import load  # noqa: PLC0415 - slow to import

    return load(*files)


def _service(current: Session) -> str:
    """Return the URL of the service."""
    return str(current.profile.url).rstrip("/")


def _planned(current: Session, found: Plan, out: Path | None) -> int:
    if out is not None:
        with _sentences():
            found.write(out)
    current.show(found.to_document(), lambda: _difference(found.steps, found.unmanaged, found.notes, previewed=True))
    if found.refused:
        return Exit.REFUSED
    return Exit.CHANGES if found.steps else Exit.OK


def _applied(current: Session, result: Result) -> int:
    document: dict[str, Any] = {
        "applied": [step.number for step in result.applied],
        "alreadyApplied": [step.number for step in result.already],
        "remaining": [step.number for step in result.remaining],
        "stop": None if result.stop is None else {"step": result.stop.step.number, "message": result.stop.message},
        "changedSince": result.changed_since,
    }
    current.show(document, lambda: _outcome(result))
    if result.stop is not None:
        return _exit_of(result.stop)
    return Exit.CONFLICT if result.changed_since else Exit.OK


def _exit_of(stop: Stop) -> Exit:
    if stop.kind == "conflict":
        return Exit.CONFLICT
    if stop.problem is None:
        return Exit.UNAVAILABLE
    code = exit_of_status(stop.problem.status)
    return Exit.REFUSED if code is Exit.CONFLICT else code


def _outcome(result: Result) -> Text:
    from rich.text import Text  # noqa: PLC0415 - slow to import

    lines = [
        f"Applied: {len(result.applied)}. Already applied: {len(result.already)}. Not applied: {len(result.remaining)}."
    ]
    if result.stop is not None:
        lines.append(f"Stopped at step {result.stop.step.number}: {result.stop.message}")
        lines += [f"  not applied: {step.number}. {step.action} {step.address}" for step in result.remaining]
    return Text(printable("\n".join([*lines, *result.changed_since])))


def _difference(
    steps: tuple[Step, ...], unmanaged: int, notes: tuple[str, ...] | list[str], *, previewed: bool = False
) -> Text:
    """Return the steps by environment, in colours."""
    from rich.text import Text  # noqa: PLC0415 - slow to import

    from connection_overrides_client.configuration.planning import by_environment  # noqa: PLC0415 - likewise

    text = Text()
    for environment, of_environment in sorted(by_environment(steps).items()):
        text.append(printable(environment) or "Connections", "bold")
        text.append("\n")
        for step in of_environment:
            _append_step(text, step, previewed=previewed)
    counts = [f"{sum(step.action == action for step in steps)} to {action}" for action in _SIGNS]
    text.append(", ".join(counts) + "." if steps else "No changes.")
    if unmanaged:
        text.append(f" Not in the files, and kept: {unmanaged}.")
    for note in notes:
        text.append("\n" + printable(note))
    return text


def _append_step(text: Text, step: Step, *, previewed: bool) -> None:
    from connection_overrides_client.configuration.planning import changed_members  # noqa: PLC0415 - slow to import

    sign, colour = _SIGNS[step.action]
    text.append(printable(f"  {sign} {step.number}. {step.address}"), colour)
    if step.protected:
        text.append(" (protected)", "bold")
    if previewed and step.preview.status == "not previewed":
        text.append(f" (not previewed: depends on {', '.join(map(str, step.after))})", "dim")
    text.append("\n")
    for path, before, after in changed_members(step):
        for mark, value, style in (("-", before, "red"), ("+", after, "green")):
            if value is not None:
                text.append(printable(f"      {mark} {path}: {_shown(value)}").replace("\n", " ") + "\n", style)
    if step.preview.status == "refused":
        where = "" if step.declared is None else f"{step.declared}: "
        for line in (f"{where}{step.preview.title}: {step.preview.detail}", *step.preview.violations):
            text.append(printable(f"      ! {line}\n"), "bold red")


def _shown(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
