"""`make test-clients`: a whole deployment on a free port and in a folder that goes away, then every client against it.

Whatever ends us, the servers end too: they are children that the kernel ends with their parent (`app.embedded.lifeline`).
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from app.cli.servers import started_servers
from app.cli.up import our_processes
from app.embedded.lifeline import ends_with_parent
from app.logs import set_up_logs
from app.settings import Settings
from app.supervisor import Supervisor
from app.wiring import utc_now
from providers.local.tokens import issue_token
from tests.conftest import free_port
from tests.support.servers import passable_directory

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("*.test.mjs"))
NODE = [
    "node",
    "--test",
    "--test-timeout=240000",
    "--test-reporter=./reporter.mjs",
    "--test-reporter-destination=stdout",
]
LAST_WORDS = 20  # lines of the log that are no mere information, when something failed


def main(chosen: list[str]) -> int:
    """`chosen` are files of this folder; none is all of them, and `test_gql.py`, which brings servers of its own."""
    with passable_directory() as folder:
        log = folder / "log"
        with running_api(folder / "data", log) as settings:
            status = run_node(settings, chosen or FILES)
        if status:
            sys.stderr.writelines(f"{line}\n" for line in ["The servers complained, at last:", *last_complaints(log)])
    if not chosen:
        status |= run_python()
    return status


@contextmanager
def running_api(data_dir: Path, log: Path) -> Iterator[Settings]:
    """Nothing of the caller's own configuration counts. Images take a moment, so that there is something to watch."""
    set_up_logs("clients", "text", file=log)
    wanted = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LIKENESS_DATA_DIR": str(data_dir),
        "LOG_FILE": str(log),
        "LOG_FORMAT": "text",
        "PORT": str(free_port()),
        "SIGNUP_CREDITS": "100000",
        "LOCAL_FAULTS": "slow=0.2",
    }
    with started_servers(wanted) as environment:
        settings = Settings.from_env(environment)
        with Supervisor(our_processes(environment, settings)):
            yield settings


def run_node(settings: Settings, files: list[str]) -> int:
    """Each file signs in as a user of its own, named as the file is."""
    tokens = {name.removesuffix(".test.mjs"): token_for(settings, name, timedelta(hours=1)) for name in files}
    told = {
        "CLIENTS_URL": f"{settings.http.public_url}/graphql",
        "CLIENTS_TOKENS": json.dumps(tokens),
        "CLIENTS_ADMIN_TOKEN": token_for(settings, "admin", timedelta(hours=1), is_admin=True),
        "CLIENTS_EXPIRED_TOKEN": token_for(settings, "expired", timedelta(hours=-1)),
    }
    return run([*NODE, *files], env={**os.environ, **told})


def run_python() -> int:
    return run([sys.executable, "-m", "pytest", "-q", "test_gql.py"], env=os.environ)


def run(command: list[str], *, env: Mapping[str, str]) -> int:
    """Its exit status. It ends when we do, with all that it has started."""
    with subprocess.Popen(  # noqa: S603 - our own argument list
        command,
        cwd=HERE,
        env=env,
        start_new_session=True,
        preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it does two system calls
    ) as process:
        try:
            return process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def token_for(settings: Settings, name: str, life: timedelta, *, is_admin: bool = False) -> str:
    if settings.tokens.secret is None:
        raise RuntimeError("A deployment without SUPABASE_URL signs its own tokens.")
    return issue_token(name, secret=settings.tokens.secret, now=utc_now(), life=life, is_admin=is_admin)


def last_complaints(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if "[info " not in line][-LAST_WORDS:]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
