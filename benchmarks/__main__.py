"""`python -m benchmarks [names]`: runs them one after another and prints a table for each."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence

import uvloop

from benchmarks import adapters, commit_to_start, denials, events, gallery, gallery_depth, pack_overhead, start_pack
from benchmarks.report import Report
from benchmarks.stage import Stage, node_binary, open_stage

BENCHMARKS: dict[str, Callable[[Stage], Awaitable[Sequence[Report]]]] = {
    "gallery": gallery.measure,
    "gallery_depth": gallery_depth.measure,
    "start_pack": start_pack.measure,
    "commit_to_start": commit_to_start.measure,
    "pack_overhead": pack_overhead.measure,
    "events": events.measure,
    "denials": denials.measure,
    "adapters": adapters.measure,
}


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="name", help=f"some of: {', '.join(BENCHMARKS)}; default all")
    arguments.add_argument("--rows", type=int, default=1_000_000, help="images in the gallery (default 1000000)")
    arguments.add_argument(
        "--sockets",
        type=int,
        nargs="+",
        default=[1_000, 5_000],
        metavar="count",
        help="subscribers of events, one size after another (default 1000 5000)",
    )
    asked = arguments.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        arguments.error(f"there is no benchmark named {', '.join(sorted(unknown))}")
    if node_binary() is None:
        print("Without Node or benchmarks/node/node_modules (`make bench` installs it): its servers are left out.\n")
    with (
        open_stage(rows=asked.rows, sockets=asked.sockets) as stage,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_run(stage, asked.names or list(BENCHMARKS)))


async def _run(stage: Stage, names: Sequence[str]) -> None:
    await stage.prepare()
    for name in names:
        for report in await BENCHMARKS[name](stage):
            print(report.text(), flush=True)


if __name__ == "__main__":
    main()
