"""`likeness demo`: the main job from beginning to end, through the public API alone, in a script that ends by itself."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from app.cli.errors import CommandError
from app.cli.servers import Environment, running_environment, started_servers
from app.cli.studio import FINAL, Json, Studio
from app.cli.up import our_processes
from app.embedded import DataDirError
from app.logs import set_up_logs
from app.settings import Settings
from app.supervisor import Supervisor
from app.wiring import utc_now
from providers.local.tokens import issue_token

OUTPUT = Path("demo-output")
MARA = {
    "name": "Mara Voss",
    "appearance": {
        "style": "REALISTIC",
        "gender": "FEMALE",
        "age": 27,
        "ethnicity": "mediterranean",
        "hairColor": "auburn",
        "hairStyle": "long_wavy",
        "eyeColor": "green",
        "bodyType": "athletic",
    },
    "defaultOutfit": "STREETWEAR",
    "baseModel": "Z_IMAGE_TURBO",
}
CAFE = {
    "scene": "CANDID_LIFESTYLE",
    "environment": "CAFE",
    "outfit": None,
    "aspectRatio": "PORTRAIT_9_16",
    "quality": "DRAFT",
    "imageCount": 5,
}
TILE = 300  # pixels: the width of one picture on the contact sheet
GAP = 12  # pixels between them


def run_demo(env: Mapping[str, str]) -> None:
    console = Console(highlight=False)
    started = time.monotonic()
    with running_api(env, console) as (url, settings):
        asyncio.run(tell_story(url, settings, console))
    console.print(f"\nDone in {time.monotonic() - started:.0f} s. Next: [bold]make up[/bold] keeps it running for you.")


@contextlib.contextmanager
def running_api(env: Mapping[str, str], console: Console) -> Iterator[tuple[str, Settings]]:
    """An API to talk to: the one that `likeness up` runs on this data folder, or one of our own for the time being."""
    wanted = {**env, "PORT": env.get("PORT") or str(_free_port()), "LOG_FORMAT": "text"}
    try:
        with contextlib.ExitStack() as stack:
            console.print("Starting Postgres, Redis, the API and a worker ...")
            environment = stack.enter_context(started_servers(wanted))
            set_up_logs("demo", "text", file=_log_file(environment))
            settings = Settings.from_env({**environment, "LOG_FILE": str(_log_file(environment))})
            children = {**environment, "LOG_FILE": str(_log_file(environment))}
            stack.enter_context(Supervisor(our_processes(children, settings)))
            console.print(f"They run; their log is {_log_file(environment)}.\n")
            yield settings.http.public_url, settings
    except DataDirError:
        noted = running_environment(env)
        if noted is None:
            raise
        settings = Settings.from_env(noted)
        console.print(f"Likeness runs here already; the demo talks to {settings.http.public_url}.\n")
        yield settings.http.public_url, settings


async def tell_story(url: str, settings: Settings, console: Console) -> None:
    if settings.tokens.secret is None or not settings.tokens.development:
        raise CommandError("The demo needs development tokens; SUPABASE_URL is set, so only that project's count.")
    user = f"demo-{utc_now():%Y%m%d-%H%M%S}"
    token = issue_token(user, secret=settings.tokens.secret, now=utc_now(), life=timedelta(hours=1))
    console.print(f"A new user, [bold]{user}[/bold]. Everything from here on goes through {url}/graphql.\n")
    async with Studio(url, token) as studio:
        await print_ledger(studio, console, "Credits before")
        influencer = (await studio.ask("CreateInfluencer", input={**MARA, "idempotencyKey": "create"}))[
            "createInfluencer"
        ]["influencer"]
        console.print(f"\n[bold]1.[/bold] {influencer['name']} is described. Now three faces to choose from:")
        faces = await make(
            studio,
            console,
            "StartBaseImages",
            {"influencerId": influencer["id"], "imageCount": 3, "idempotencyKey": "base"},
        )
        chosen = faces[0]
        await studio.ask("ChooseBaseImage", input={"influencerId": influencer["id"], "imageId": chosen["id"]})
        console.print("\n[bold]2.[/bold] The first one it is. What would five pictures in a cafe cost?")
        pack = {"subjectId": influencer["id"], **CAFE}
        quote = (await studio.ask("QuotePack", input=pack))["quotePack"]
        console.print(
            f"   {quote['credits']} credits, {quote['perImage']} for each picture that is made; "
            f"{quote['available']} are available."
        )
        console.print("\n[bold]3.[/bold] The pack, live:")
        pictures = await make(studio, console, "StartPack", {**pack, "seed": 42, "idempotencyKey": "pack"})
        files = {
            "face": list(zip(faces, await download_all(studio, faces), strict=True)),
            "picture": list(zip(pictures, await download_all(studio, pictures), strict=True)),
        }
        await asyncio.to_thread(keep, console, files)
        console.print()
        await print_ledger(studio, console, "Credits after")


async def make(studio: Studio, console: Console, mutation: str, wish: Json) -> list[Json]:
    """Start a job, show a bar for each of its images as it forms, and return the images in their order."""
    job = next(iter((await studio.ask(mutation, input=wish)).values()))["job"]
    bars = Progress(TextColumn("   image {task.description}"), BarColumn(40), TaskProgressColumn(), console=console)
    images: dict[int, Json] = {}
    with bars:
        bar_of = [bars.add_task(str(index + 1), total=100) for index in range(job["imageCount"])]
        async for event in studio.watch(job["id"]):
            if event["__typename"] == "ImageProgressed":
                bars.update(bar_of[event["index"]], completed=min(99, event["percent"]))
            elif event["__typename"] == "ImageCompleted":
                bars.update(bar_of[event["index"]], completed=100)
                images[event["index"]] = event["image"]
            job = event["job"]
    if job["status"] not in FINAL or len(images) < job["imageCount"]:
        raise CommandError(f"The job ended as {job['status']}: {job['errorMessage']}")
    return [images[index] for index in sorted(images)]


async def download_all(studio: Studio, images: list[Json]) -> list[bytes]:
    return list(await asyncio.gather(*(studio.download(image["url"]) for image in images)))


def keep(console: Console, files: Mapping[str, list[tuple[Json, bytes]]]) -> None:
    """Write the images, and lay the pack out on one sheet."""
    OUTPUT.mkdir(exist_ok=True)
    console.print(f"\n[bold]4.[/bold] Downloaded through their signed addresses into [bold]{OUTPUT}/[/bold]:")
    for name, images in files.items():
        for number, (image, data) in enumerate(images, start=1):
            path = OUTPUT / f"{name}-{number}{Path(urlsplit(image['url']).path).suffix}"
            path.write_bytes(data)
            console.print(f"   {path}  {image['width']} x {image['height']}, seed {image['seed']}, {len(data):,} bytes")
    sheet = OUTPUT / "contact-sheet.jpg"
    contact_sheet([data for _, data in files["picture"]]).save(sheet, quality=90)
    console.print(f"   {sheet}  all five on one page")
    first = OUTPUT / f"picture-1{Path(urlsplit(files['picture'][0][0]['url']).path).suffix}"
    console.print(
        f"   Each picture says that a machine made it, signed by your own root (the page says nothing): likeness provenance verify {first}"
    )


def contact_sheet(pictures: list[bytes]) -> Image.Image:
    """The pictures side by side, `TILE` pixels wide each."""
    small: list[Image.Image] = []
    for data in pictures:
        with Image.open(BytesIO(data)) as picture:
            small.append(picture.resize((TILE, round(picture.height * TILE / picture.width)), Image.Resampling.LANCZOS))
    height = max(tile.height for tile in small)
    sheet = Image.new("RGB", (len(small) * (TILE + GAP) + GAP, height + 2 * GAP), "white")
    for column, tile in enumerate(small):
        sheet.paste(tile, (GAP + column * (TILE + GAP), GAP))
    return sheet


async def print_ledger(studio: Studio, console: Console, title: str) -> None:
    viewer = (await studio.ask("CreditHistory", first=50, after=None))["viewer"]
    table = Table("type", "amount", "available", "reserved", "what for", title=title, title_justify="left")
    for edge in reversed(viewer["creditTransactions"]["edges"]):
        entry = edge["node"]
        table.add_row(
            entry["type"],
            str(entry["amount"]),
            str(entry["availableAfter"]),
            str(entry["reservedAfter"]),
            entry["description"],
        )
    console.print(table)
    balance = viewer["creditBalance"]
    console.print(f"{balance['available']} available, {balance['reserved']} reserved, {balance['total']} in all.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _log_file(environment: Environment) -> Path:
    return Path(environment["LIKENESS_DATA_DIR"]) / "logs" / "demo.log"
