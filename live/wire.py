"""How news travels: one word that says what it is, then JSON. Decoded once per process, however many watch."""

from pydantic import TypeAdapter

from domain.events import ArchiveMoved, BalanceChanged, ImageProgress, JobEvent, ProjectMoved, TrainingMoved, UserMoved
from domain.ports.live import CallHinted, JobCancelled, News, Nudge
from domain.thumbnails.preview import ThumbnailPreview

ADAPTERS: dict[bytes, TypeAdapter[News]] = {
    b"event": TypeAdapter(JobEvent),
    b"percent": TypeAdapter(ImageProgress),
    b"balance": TypeAdapter(BalanceChanged),
    b"training": TypeAdapter(TrainingMoved),
    b"archive": TypeAdapter(ArchiveMoved),
    b"project": TypeAdapter(ProjectMoved),
    b"user": TypeAdapter(UserMoved),
    b"preview": TypeAdapter(ThumbnailPreview),
    b"cancelled": TypeAdapter(JobCancelled),
    b"hinted": TypeAdapter(CallHinted),
    b"nudge": TypeAdapter(Nudge),
}
WORDS: dict[type, bytes] = {
    JobEvent: b"event",
    ImageProgress: b"percent",
    BalanceChanged: b"balance",
    TrainingMoved: b"training",
    ArchiveMoved: b"archive",
    ProjectMoved: b"project",
    UserMoved: b"user",
    ThumbnailPreview: b"preview",
    JobCancelled: b"cancelled",
    CallHinted: b"hinted",
    Nudge: b"nudge",
}


def encode(news: News) -> bytes:
    word = WORDS[type(news)]
    return word + b" " + ADAPTERS[word].dump_json(news)


def encode_json(kind: type, payload: str) -> bytes:
    """For what is JSON already, as the outbox keeps it."""
    return WORDS[kind] + b" " + payload.encode()


def decode(message: bytes) -> News:
    """Raises `ValueError` for what was not encoded here."""
    word, _, payload = message.partition(b" ")
    try:
        adapter = ADAPTERS[word]
    except KeyError:
        raise ValueError(f"Unknown kind of news: {word[:20]!r}") from None
    return adapter.validate_json(payload)
