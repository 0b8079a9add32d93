"""`python -m tests.support.emulators --fal PORT --openai PORT --runpod PORT --supabase PORT --aitoolkit PORT`: all five, until they are ended.

`likeness up --emulate` runs this. Every key is `emulated`; `--faults` is the share of calls that fail in passing.
"""

import argparse
import asyncio
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.types import ASGIApp

from tests.support.emulators.aitoolkit import AiToolkitEmulator
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.faults import Faults
from tests.support.emulators.openai import OpenAIEmulator
from tests.support.emulators.runpod import RunPodEmulator
from tests.support.emulators.serving import served
from tests.support.emulators.supabase import SupabaseEmulator

KEY = "emulated"
SECONDS = 2.0
"""What a picture takes: long enough to be watched."""

TRAINING_SECONDS = 20.0
"""That AI Toolkit trains. fal's trainers take as long as its pictures."""

FORGET = 30.0
"""Seconds after which recorded calls are dropped: tests look at them, nobody does here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("fal", "openai", "runpod", "supabase", "aitoolkit"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--faults", type=float, default=0.0)
    asyncio.run(_serve(parser.parse_args()))


class Emulator(Protocol):
    faults: Faults
    calls: list[Any]


async def _serve(asked: argparse.Namespace) -> None:
    fal, openai = (
        FalEmulator(key=KEY, seconds=SECONDS),
        OpenAIEmulator(key=KEY, seconds=SECONDS, today=datetime.now(UTC).date()),
    )
    runpod, supabase = RunPodEmulator(key=KEY, seconds=SECONDS), SupabaseEmulator(key=KEY)
    pods = AiToolkitEmulator(key=KEY, seconds=TRAINING_SECONDS, provisioning=1.0, starting=1.0, booting=1.0)
    supabase.url = f"http://127.0.0.1:{asked.supabase}"
    supabase.storage.largest = 500_000_000  # a plan that is paid for: trained weights have a bucket here
    emulators: tuple[Emulator, ...] = (fal, openai, runpod, supabase, pods)
    for seed, emulator in enumerate(emulators):
        emulator.faults = Faults(chance=asked.faults, seed=seed)
    apps: list[tuple[ASGIApp, int]] = [
        (fal.app, asked.fal),
        (openai.app, asked.openai),
        (runpod.app, asked.runpod),
        (supabase.app, asked.supabase),
        (pods.app, asked.aitoolkit),
    ]
    with ExitStack() as stack:
        for app, port in apps:
            stack.enter_context(served(app, port=port))
        stop = asyncio.Event()
        for received in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(received, stop.set)
        while not stop.is_set():
            for emulator in emulators:
                emulator.calls.clear()
            try:
                await asyncio.wait_for(stop.wait(), FORGET)
            except TimeoutError:
                continue


if __name__ == "__main__":
    main()
