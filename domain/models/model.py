"""One model of one provider, described so that it can be chosen without naming it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.presets.models import BaseModel


class Provider(StrEnum):
    LOCAL = "local"
    FAL = "fal"
    OPENAI = "openai"
    RUNPOD = "runpod"
    SUPABASE = "supabase"
    """Keeps files; makes nothing."""


class Ability(StrEnum):
    """What a model may be asked for."""

    TEXT_TO_IMAGE = "TEXT_TO_IMAGE"
    FACE = "FACE"
    """A new picture that keeps the face of one reference, without training."""
    SHEET = "SHEET"
    """As FACE, in the pose of a second reference, a skeleton."""
    EDIT = "EDIT"
    """A picture made from references and an instruction."""
    INPAINT = "INPAINT"
    """A picture changed where its mask is white."""
    TRAIN = "TRAIN"
    """Makes a LoRA for its family from pictures of a subject."""
    WRITE = "WRITE"
    """Answers in words to words, in a given structure."""
    SEE = "SEE"
    """Answers in words to pictures."""
    MODERATE = "MODERATE"


class PriceUnit(StrEnum):
    IMAGE = "IMAGE"
    MEGAPIXEL = "MEGAPIXEL"
    """Begun ones count whole."""
    MILLION_TOKENS_OUT = "MILLION_TOKENS_OUT"
    THOUSAND_STEPS = "THOUSAND_STEPS"
    """Of a training."""
    SECOND = "SECOND"
    """Of a machine's time."""
    FREE = "FREE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the provider takes from the operator. What users pay, in credits, is `domain.credits.prices`."""

    usd: Decimal
    unit: PriceUnit
    source: str
    """Where it was read, and when; "uncertain" where nobody official says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    name: str
    commercial: bool | None
    """Whether its pictures may be sold as it comes. None: that depends on an agreement the operator has to have."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfLife:
    on: date
    replaced_by: str
    """A key of the registry."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a model can be asked to make; anything else is made near it and brought to the exact size afterwards."""

    multiple_of: int = 1
    shortest: int = 64
    longest: int = 4096
    most_pixels: int = 4096 * 4096
    named: tuple[tuple[int, int], ...] = ()
    """The only ones it makes, where it has such a list: the one of the nearest proportions is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`references` is how many pictures it takes, least and most; a mask does not count, nor does what it masks."""

    key: str
    provider: Provider
    endpoint: str
    """What the provider calls it: fal's application, OpenAI's model, the workflow our RunPod adapter builds."""
    label: str
    abilities: frozenset[Ability]
    family: BaseModel | None = None
    """The base model behind it: LoRAs trained for that fit."""
    any_family: bool = False
    """LoRAs of every family fit: the local stand-ins know no difference."""
    most_loras: int = 0
    reads_weights: bool = False
    """Whether its adapter is given the weights of LoRAs (`LoraUse.weights`) and not only their address."""
    references: tuple[int, int] = (0, 0)
    masks: bool = False
    streams: bool = False
    """Whether pictures are shown while they form."""
    adult: bool = False
    """Whether provider and licence allow adult content at all. A deployment's own switch comes on top."""
    sizes: Sizes = Sizes()
    draws_pixels: int = 2048 * 2048
    """The largest picture it makes by itself; what is larger is enlarged afterwards."""
    price: Price
    licence: Licence
    ends: EndOfLife | None = None

    @property
    def is_paid(self) -> bool:
        """A call that may have been accepted must not simply be made again."""
        return self.price.unit is not PriceUnit.FREE

    def has_ended(self, today: date) -> bool:
        return self.ends is not None and self.ends.on <= today


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name that once meant a model and is still understood."""

    name: str
    now: str
    """A key of the registry."""
    why: str
    """One sentence with the date, for an operator."""
