"""The `likeness` command as a newcomer meets it: processes of their own, a folder of its own, and nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import free_port
from tests.support.clones import an_empty_database
from tests.support.cluster import Process, only_long, running
from tests.support.processes import ROOT_OF_REPOSITORY, is_running, wait_until
from tests.support.servers import RunningServers, passable_directory

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]

LIKENESS = [sys.executable, "-m", "app.cli"]
START = 60  # seconds that `up` may take on a busy machine
STOP = 20  # seconds until everything that it started is gone


class Home:
    """A data folder and a port, and commands on them. `more` are further variables."""

    def __init__(self, folder: Path, port: int, **more: str) -> None:
        self.folder, self.port = folder, port
        self.env = {"LIKENESS_DATA_DIR": str(folder), "PORT": str(port), **more}
        self._tokens: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, cwd: Path = ROOT_OF_REPOSITORY, **more: str) -> subprocess.CompletedProcess[str]:
        """To its end."""
        return subprocess.run(  # noqa: S603 - our own command
            [*LIKENESS, *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT_OF_REPOSITORY), **self.env, **more},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def up(self, *options: str) -> Iterator[Process]:
        """Running, its banner printed."""
        log = self.folder.parent / f"{self.folder.name}-{self.port}.log"
        log.unlink(missing_ok=True)
        with running([*LIKENESS, "up", *options], self.env, log) as process:
            wait_until(
                lambda: process.says("Ctrl-C stops everything") or process.popen.poll() is not None, seconds=START
            )
            assert process.popen.poll() is None, log.read_text()
            family = descendants(process.pid)
            try:
                yield process
            finally:
                process.popen.poll()
                if process.popen.returncode is None:
                    process.send(signal.SIGTERM)
                wait_until(lambda: not any(map(is_running, family)), seconds=STOP)

    def made_by(self, user: str) -> list[tuple[str, str, str, str | None]]:
        """Kind, provider, model and mode of a user's images."""
        edges = self.ask(MADE, user=user)["viewer"]["images"]["edges"]
        return [(node["kind"], node["provider"], node["model"], node["mode"]) for node in (e["node"] for e in edges)]

    def ask(self, query: str, *, user: str = "demo", **variables: object) -> Any:
        if user not in self._tokens:
            self._tokens[user] = self.run("token", "--user", user).stdout.strip()
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.url}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._tokens[user]}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)["data"]


def descendants(pid: int) -> set[int]:
    """Every process below this one: servers, our own, and what those started."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting.extend(below)
    return found


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def one_line(said: str) -> str:
    (line,) = [line for line in said.splitlines() if not line.startswith("Starting Postgres")]
    return line


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with passable_directory() as path:
        yield path


@pytest.fixture(scope="module")
def home(folder: Path) -> Home:
    return Home(folder / "home", free_port())


@pytest.fixture(scope="module")
def up(home: Home) -> Iterator[Process]:
    with home.up() as process:
        yield process


def test_up_says_where_it_is_and_is_ready(home: Home, up: Process) -> None:
    said = up.log.read_text()
    assert f"GraphiQL   {home.url}/graphql" in said
    assert f"Data: {home.folder}" in said
    assert said.index("1.") < said.index("2. likeness demo") < said.index("3. likeness credits grant")
    assert status_of(f"{home.url}/readyz") == 200
    assert status_of(f"{home.url}/graphql") in {200, 400}


def test_second_up_on_the_port_is_refused_in_one_line(folder: Path, home: Home, up: Process) -> None:
    second = Home(folder / "second", home.port).run("up")
    assert second.returncode == 1
    assert one_line(second.stderr).startswith(f"likeness: Port {home.port} cannot be used")
    assert not (folder / "second").exists()


def test_second_up_on_the_data_folder_is_refused_in_one_line(home: Home, up: Process) -> None:
    second = home.run("up", PORT=str(free_port()))
    assert second.returncode == 1
    assert one_line(second.stderr) == (
        f"likeness: The data directory {home.folder} is in use by process {up.pid}: stop it first."
    )
    assert status_of(f"{home.url}/readyz") == 200


def test_credits_are_granted_and_proven_beside_a_running_up(home: Home, up: Process) -> None:
    first = home.run("credits", "grant", "1000", "--user", "ada", "--key", "once")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.endswith(": 1000 available, 0 reserved.\n")
    again = home.run("credits", "grant", "1000", "--user", "ada", "--key", "once")
    assert (again.returncode, again.stdout) == (0, "This key was granted before; nothing was changed.\n")
    proven = home.run("credits", "verify")
    assert (proven.returncode, proven.stdout.splitlines()[-1][:13]) == (0, "0 violations ")


def test_doctor_finds_nothing_missing_beside_a_running_up(home: Home, up: Process) -> None:
    said = home.run("doctor")
    assert (said.returncode, "missing" in said.stdout) == (0, False)
    for name in ("database, as the API", "database, as a worker", "redis", "redis for tasks"):
        assert f"  ok       {name}: " in said.stdout
    assert "  ok       content credentials: Likeness signs, by our own root, until 20" in said.stdout


def test_token_of_a_user_is_good_at_the_running_api(home: Home, up: Process) -> None:
    assert home.ask("{ viewer { creditBalance { available } } }")["viewer"]["creditBalance"]["available"] == 100


@only_long
def test_demo_beside_a_running_up_uses_it(home: Home, up: Process, tmp_path: Path) -> None:
    said = home.run("demo", cwd=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"the demo talks to {home.url}" in said.stdout.replace("\n", " ")
    made = sorted(path.name for path in (tmp_path / "demo-output").iterdir())
    assert made == [
        "contact-sheet.jpg",
        *(f"face-{n}.jpg" for n in (1, 2, 3)),
        *(f"picture-{n}.jpg" for n in range(1, 6)),
    ]
    verified = home.run("provenance", "verify", str(tmp_path / "demo-output" / "picture-1.jpg"))
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout.splitlines()[0] == "picture-1.jpg: signed by this root, and as it was signed."
    assert "  source type  algorithmicMedia\n" in verified.stdout


def test_data_survives_a_restart_and_nothing_that_runs_does(folder: Path) -> None:
    home = Home(folder / "restarted", free_port())
    influencer = {
        "name": "Mara", "idempotencyKey": "one",
        "appearance": {
            "style": "REALISTIC", "gender": "FEMALE", "age": 27, "ethnicity": "mediterranean", "hairColor": "auburn",
            "hairStyle": "long_wavy", "eyeColor": "green", "bodyType": "athletic",
        },
    }  # fmt: skip
    with home.up() as first:
        create = "mutation ($input: CreateInfluencerInput!) { createInfluencer(input: $input) { influencer { id } } }"
        made = home.ask(create, input=influencer)["createInfluencer"]["influencer"]["id"]
        start = "mutation ($input: StartBaseImagesInput!) { startBaseImages(input: $input) { job { id } } }"
        wish = {"influencerId": made, "imageCount": 4, "idempotencyKey": "two"}
        job = home.ask(start, input=wish)["startBaseImages"]["job"]["id"]
        family = descendants(first.pid)
        assert len(family) >= 4
        first.send(signal.SIGINT)  # while it works
        assert first.popen.wait(STOP) == 0
        assert not any(map(is_running, family))

    with home.up() as second:
        of_job = "query ($id: ID!) { job(id: $id) { status completedCount creditsCaptured creditsReserved } }"
        wait_until(lambda: home.ask(of_job, id=job)["job"]["status"] == "COMPLETED", seconds=60)
        assert home.ask(of_job, id=job)["job"] == {
            "status": "COMPLETED",
            "completedCount": 4,
            "creditsCaptured": 40,
            "creditsReserved": 0,
        }
        family = descendants(second.pid)
        second.kill()
        wait_until(lambda: not any(map(is_running, family)), seconds=STOP)

    alone = home.run("credits", "verify")  # on servers of its own for the moment, after a kill -9
    assert (alone.returncode, alone.stdout.splitlines()[-1][:13]) == (0, "0 violations ")
    doctor = home.run("doctor")
    assert doctor.returncode == 1
    assert "  missing  " in doctor.stdout


def test_token_needs_nothing_that_runs(folder: Path) -> None:
    made = Home(folder / "never-started", free_port()).run("token", "--user", "ada", "--ttl", "60")
    assert (made.returncode, made.stderr, made.stdout.count(".")) == (0, "", 2)


@only_long
async def test_up_uses_the_servers_it_is_given(folder: Path, own_servers: RunningServers) -> None:
    async with an_empty_database(own_servers) as database:
        home = Home(folder / "given", free_port(), DATABASE_URL=database.owner, REDIS_URL=own_servers.redis.url(2))
        with home.up() as process:
            assert status_of(f"{home.url}/readyz") == 200
            assert not (home.folder / "postgres").exists()
            assert not (home.folder / "redis").exists()
            assert len(descendants(process.pid)) == 2
            granted = home.run("credits", "grant", "5", "--user", "ada")
            assert granted.returncode == 0, granted.stderr


@pytest.mark.parametrize(
    ("given", "missing"), [("DATABASE_URL", "REDIS_URL"), ("REDIS_URL", "DATABASE_URL")], ids=["database", "redis"]
)
def test_half_a_configuration_is_refused_in_one_line(folder: Path, given: str, missing: str) -> None:
    address = {"DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing", "REDIS_URL": "redis://127.0.0.1:1/0"}[given]
    said = Home(folder / "half", free_port(), **{given: address}).run("up")
    assert said.returncode == 1
    assert one_line(said.stderr) == (
        f"likeness: {given} is set and {missing} is not. Set both, or none for the embedded servers."
    )


MADE = "{ viewer { images(first: 10) { edges { node { kind provider model mode } } } } }"


def test_the_whole_product_runs_against_vendors_that_are_played(tmp_path: Path) -> None:
    home = Home(
        tmp_path / "data",
        free_port(),
        MODEL_CHOICES="TEXT_TO_IMAGE=fal/flux-lora;FACE=runpod/flux-pulid;EDIT=gpt-image-1.5",
    )
    with home.up("--emulate"):
        demo = home.run("demo", cwd=tmp_path)
        assert demo.returncode == 0, demo.stdout + demo.stderr
        (user,) = set(re.findall(r"demo-\d{8}-\d{6}", demo.stdout))
        made = home.made_by(user)
        doctor = home.run("doctor", "--live")

    assert [found for found in made if found[0] == "BASE_IMAGES"] == [("BASE_IMAGES", "fal", "fal/flux-lora", None)] * 3
    assert [found for found in made if found[0] == "PACK"] == [("PACK", "runpod", "runpod/flux-pulid", "FACE_SWAP")] * 5
    assert len(list((tmp_path / "demo-output").glob("picture-*"))) == 5
    assert [
        path for path in (home.folder / "files").rglob("*") if path.is_file()
    ] == []  # they are in the emulated bucket
    said = doctor.stdout
    for words in (
        "pictures: fal, openai, runpod",
        "files: bucket likeness",
        "MODEL_CHOICES: gpt-image-1.5 is taken for",
        "ok       models of openai: ",
    ):
        assert words in said
    for vendor in ("fal", "openai", "runpod", "supabase"):
        assert f"ok       provider {vendor}: lets us in" in said
