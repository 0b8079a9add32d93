"""Structured logs: one line per event, with the request's or the job's id on it. Text for people, JSON for machines."""

import logging
import sys
from pathlib import Path
from typing import Literal, TextIO, TypeAlias

import structlog
from structlog.typing import EventDict, Processor

from schema.execution.json import encode_json

Handler: TypeAlias = "logging.StreamHandler[TextIO]"

QUIET = ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "asyncio", "gql", "dramatiq", "alembic", "uvicorn.error")
"""Loggers heard from WARNING on."""


def set_up_logs(process: str, log_format: Literal["text", "json"], *, file: Path | None = None) -> None:
    """Once per process, before anything is logged. The standard library's loggers go the same way.

    To `file` instead of the error stream where one is named.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _naming(process),
    ]
    handler: Handler = logging.StreamHandler(file.open("a", encoding="utf-8") if file else sys.stderr)
    last: Processor
    if log_format == "json":
        shared.append(structlog.processors.format_exc_info)
        last = _as_json
        _log_json_lines(shared, handler)
    else:
        last = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        structlog.configure(
            processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            logger_factory=structlog.stdlib.LoggerFactory(),
            cache_logger_on_first_use=True,
        )
    _hear_standard_loggers(shared, last, handler)


def _hear_standard_loggers(shared: list[Processor], last: Processor, handler: Handler) -> None:
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _log_json_lines(shared: list[Processor], handler: Handler) -> None:
    """Without the detour over the standard library: a line per request took a third of a small request's time there."""
    structlog.configure(
        processors=[*shared, _as_json],
        logger_factory=lambda *names: Lines(names[0] if names else "likeness", handler),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


class Lines:
    """Writes where the standard library's handler does, in turn with it. Nothing fails because nobody reads the log."""

    def __init__(self, name: str, handler: Handler) -> None:
        self.name, self._handler = name, handler

    def info(self, line: str) -> None:
        self._handler.acquire()
        try:
            self._handler.stream.write(line + "\n")
            self._handler.flush()
        except (OSError, ValueError):
            pass  # a closed pipe, a full disk: there is nowhere left to say so
        finally:
            self._handler.release()

    warning = error = critical = info


def _as_json(_: object, __: str, event: EventDict) -> str:
    return encode_json(event).decode()


def _naming(process: str) -> Processor:
    def name(_: object, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return name
