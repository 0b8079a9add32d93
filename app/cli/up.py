"""`likeness up`: everything on one machine, until Ctrl-C."""

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from app.asgi import EVERYWHERE, development_token
from app.cli.emulation import Emulation
from app.cli.errors import CommandError
from app.cli.servers import Environment, started_servers
from app.logs import set_up_logs
from app.settings import DEFAULT_PORT, Settings
from app.supervisor import ChildSpec, Supervisor

BANNER = """
  Likeness is up.

    GraphiQL   {url}/graphql
    Token      {token}

  Three things to try:
    1. Open GraphiQL and press play, tab after tab: an influencer, its face, five pictures, live.
    2. likeness demo                          does the same from a script, into ./demo-output/
    3. likeness credits grant 1000 --user demo    more credits for the user of the token above

  Data: {data_dir}    Ctrl-C stops everything.
"""

EMULATED = """  fal, OpenAI, RunPod and Supabase Storage are emulated on this machine: the real adapters ask them, nothing leaves it, and
  their pictures are our own sketch. Whose turn it is can be chosen: MODEL_CHOICES='TEXT_TO_IMAGE=fal/flux-lora;FACE=fal/flux-pulid'
  How they are: { providerStatus { provider isReachable latencyMs } } with a token of 'likeness token --user NAME --admin'
"""


def run_up(env: Mapping[str, str], *, emulation: Emulation | None = None) -> None:
    """Raises `CommandError`, `DataDirError`, `EmbeddedServerError` and `SupervisorError`, each one line for people."""
    set_up_logs("up", "text")
    wanted = {**env, "PORT": env.get("PORT") or str(DEFAULT_PORT), "LOG_FORMAT": env.get("LOG_FORMAT", "text")}
    refuse_taken_port(wanted)
    print("Starting Postgres, Redis, the API and a worker ...", file=sys.stderr)
    public_url = wanted.get("PUBLIC_URL") or f"http://127.0.0.1:{wanted['PORT']}"
    emulated_env = emulation.environment(public_url) if emulation else {}
    with started_servers({**wanted, **emulated_env}, noted=emulated_env) as environment:
        settings = Settings.from_env(environment)
        emulated = [emulation.process(environment)] if emulation else []
        with Supervisor([*emulated, *our_processes(environment, settings)]) as supervisor:
            print(
                BANNER.format(
                    url=settings.http.public_url,
                    token=development_token(settings) or "from your Supabase project",
                    data_dir=settings.data_dir,
                ),
                flush=True,
            )
            if emulation:
                print(EMULATED, flush=True)
            supervisor.run()


@dataclass(frozen=True, slots=True)
class Answers:
    """Whether an address answers 200."""

    url: str

    def __call__(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=1) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def our_processes(environment: Environment, settings: Settings) -> list[ChildSpec]:
    """An API and a worker, as commands of their own. The API is ready when it has heard of the worker."""
    command = [sys.executable, "-m", "app.cli"]
    host = "127.0.0.1" if settings.http.host in EVERYWHERE else settings.http.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.http.port}/readyz"
    return [
        ChildSpec(name="worker", argv=[*command, "worker"], env=environment),
        ChildSpec(name="api", argv=[*command, "api"], env=environment, is_ready=Answers(address)),
    ]


def refuse_taken_port(env: Mapping[str, str]) -> None:
    host, port = env.get("HOST", "127.0.0.1"), env["PORT"]
    if not port.isdecimal():
        return  # said with everything else by the settings
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). Choose another: make up PORT=8010"
            ) from None
