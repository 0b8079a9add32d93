"""The `likeness` command: how operators and newcomers run it. Each command's work is in a module of its own."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.cli.errors import CommandError
from app.embedded import DataDirError, EmbeddedServerError
from app.settings import Settings, SettingsError
from app.supervisor import SupervisorError

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
credits_cli = typer.Typer(no_args_is_help=True, help="Grant credits, and prove that the ledger is right.")
cli.add_typer(credits_cli, name="credits")
workflows_cli = typer.Typer(no_args_is_help=True, help="What RunPod's workers are sent.")
cli.add_typer(workflows_cli, name="workflows")
accounts_cli = typer.Typer(no_args_is_help=True, help="What you know of your users.")
cli.add_typer(accounts_cli, name="accounts")
provenance_cli = typer.Typer(no_args_is_help=True, help="Content Credentials: what a picture says of itself.")
cli.add_typer(provenance_cli, name="provenance")
safety_cli = typer.Typer(no_args_is_help=True, help="Prove that the log of safety decisions is whole.")
cli.add_typer(safety_cli, name="safety")


@cli.command()
def up(
    emulate: Annotated[
        bool, typer.Option("--emulate", help="With fal, OpenAI, RunPod and Supabase Storage played on this machine.")
    ] = False,
    faults: Annotated[float, typer.Option(help="Share of their answers that fail in passing.", min=0, max=1)] = 0.0,
) -> None:
    """Start everything (Postgres and Redis too, unless you name yours) and stay until Ctrl-C."""
    from app.cli.emulation import Emulation  # noqa: PLC0415 - a command loads only what it needs
    from app.cli.up import run_up  # noqa: PLC0415

    with suppress(KeyboardInterrupt):  # how it is meant to end; Typer would make a failure of it
        run_up(os.environ, emulation=Emulation.planned(faults) if emulate else None)


@cli.command()
def demo() -> None:
    """Make an influencer and five pictures of it through the public API, into ./demo-output/, and end."""
    from app.cli.demo import run_demo  # noqa: PLC0415

    run_demo(os.environ)


@cli.command()
def api() -> None:
    """Run one API process. `up` does this for you."""
    from app.serve import serve_api  # noqa: PLC0415

    serve_api(_settings("api"))


@cli.command()
def worker() -> None:
    """Run one worker process. `up` does this for you."""
    from app.worker import run_worker  # noqa: PLC0415

    run_worker(_settings("worker"))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema and give the sign-in roles their passwords."""
    from db.migrate import migrate as bring_up  # noqa: PLC0415

    settings = _settings("migrate")
    asyncio.run(bring_up(settings.database.owner, role_secret=settings.secret))
    typer.echo("The database is at the newest schema.")


@cli.command()
def token(
    user: Annotated[str, typer.Option(help="A name; the same name is the same user.")],
    admin: Annotated[bool, typer.Option("--admin", help="With the admin role.")] = False,
    ttl: Annotated[int, typer.Option(help="How long it is good, in seconds.")] = 24 * 3600,
) -> None:
    """Print an access token of the development issuer."""
    from app.cli.tokens import print_token  # noqa: PLC0415

    print_token(os.environ, user, is_admin=admin, life=timedelta(seconds=ttl))


@cli.command()
def documents(
    files: Annotated[list[Path], typer.Argument(help="GraphQL files, each with the fragments its operations need.")],
) -> None:
    """Print a manifest of trusted documents, for TRUSTED_DOCUMENTS and for clients: each operation by its SHA-256."""
    from app.cli.documents import print_manifest  # noqa: PLC0415

    print_manifest(files)


@cli.command()
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Ask the providers too. Costs nothing.")] = False,
) -> None:
    """Check the configuration and what it points to; say in words what is missing. Exits 1 when something is."""
    from app.cli.doctor import run_doctor  # noqa: PLC0415

    raise typer.Exit(run_doctor(os.environ, live=live))


@credits_cli.command()
def grant(
    amount: Annotated[int, typer.Argument(help="Credits, at least 1.", min=1)],
    user: Annotated[str, typer.Option(help="A user id, or the name a development token was made for.")],
    reason: Annotated[str, typer.Option(help="Shown to the user in their ledger.")] = "Granted by the operator",
    key: Annotated[str | None, typer.Option(help="The same key grants once, however often it is run.")] = None,
) -> None:
    """Give credits to a user."""
    from app.cli.credits import grant_credits  # noqa: PLC0415

    grant_credits(os.environ, user, amount, reason=reason, key=key)


@credits_cli.command()
def verify() -> None:
    """Prove the ledger: print every violation and exit 1, or say that there is none."""
    from app.cli.credits import verify_ledger  # noqa: PLC0415

    raise typer.Exit(verify_ledger(os.environ))


@workflows_cli.callback()
def _workflows() -> None:
    """Keeps `export` a word of its own: Typer would take an only command for the group itself."""


@workflows_cli.command()
def export(
    directory: Annotated[Path, typer.Argument(help="Where to write to; made when it is not there.")],
) -> None:
    """Write every ComfyUI workflow in every combination as a request to a worker, and an index of what each needs."""
    from app.cli.workflows import export_workflows  # noqa: PLC0415

    exported = export_workflows(directory)
    typer.echo(f"{exported.count} requests; {exported.index} says what each is.")


By = Annotated[str, typer.Option(help="Who decided it: a name of yours, kept in the audit log.")]
Reference = Annotated[str, typer.Option(help="Where your own process keeps its evidence; never the evidence itself.")]


@accounts_cli.command("assure-age")
def assure_age(
    user: Annotated[str, typer.Argument(help="A user id, or the name a development token was made for.")],
    by: By,
    reference: Reference,
    self_declared: Annotated[
        bool, typer.Option("--self-declared", help="They only say so themselves. It is written down and opens nothing.")
    ] = False,
) -> None:
    """Write down that a user is an adult, as your own process found. Adult content depends on it, among other things."""
    from app.cli.accounts import set_age_assurance  # noqa: PLC0415
    from domain.safety.policy import AgeAssurance  # noqa: PLC0415

    level = AgeAssurance.SELF_DECLARED if self_declared else AgeAssurance.ASSURED
    set_age_assurance(os.environ, user, level, by=by, reference=reference)


@accounts_cli.command("revoke-age")
def revoke_age(
    user: Annotated[str, typer.Argument(help="A user id, or the name a development token was made for.")],
    by: By,
    reference: Reference,
) -> None:
    """Take that back. What depends on it cannot be seen from this moment on; nothing is deleted."""
    from app.cli.accounts import set_age_assurance  # noqa: PLC0415
    from domain.safety.policy import AgeAssurance  # noqa: PLC0415

    set_age_assurance(os.environ, user, AgeAssurance.NONE, by=by, reference=reference)


@safety_cli.command("verify")
def verify_safety() -> None:
    """Walk every user's chain of decisions: print where one is broken and exit 1, or say that none is."""
    from app.cli.safety import verify_decisions  # noqa: PLC0415

    raise typer.Exit(verify_decisions(os.environ))


@safety_cli.callback()
def _safety() -> None:
    """So that `verify` stays a word of its own: Typer drops the name of an only command."""


@provenance_cli.command("verify")
def verify_provenance(
    file: Annotated[Path, typer.Argument(help="A JPEG, PNG or WebP.", exists=True, dir_okay=False)],
    root: Annotated[
        Path | None, typer.Option(help="PEM file of the root to believe. Default: this installation's.")
    ] = None,
) -> None:
    """Print what a picture says of itself. Exits 0 only when it is as it was signed, by this root."""
    from app.cli.provenance import verify_file  # noqa: PLC0415

    raise typer.Exit(verify_file(os.environ, file, root=root))


@provenance_cli.command("root")
def provenance_root() -> None:
    """Print the root certificate (PEM) that verifiers are to trust."""
    from app.cli.provenance import print_root  # noqa: PLC0415

    print_root(os.environ)


def main() -> None:
    """What a user can mend is said in words; anything else is a bug and shows where it is."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        cli(standalone_mode=True)
    except (DataDirError, EmbeddedServerError, SupervisorError, SettingsError, CommandError) as error:
        print(f"likeness: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(0)


def _settings(process: str) -> Settings:
    from app.logs import set_up_logs  # noqa: PLC0415

    settings = Settings.from_env(os.environ)
    set_up_logs(process, settings.log_format, file=settings.log_file)
    return settings
