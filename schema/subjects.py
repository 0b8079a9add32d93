"""Whatever has a face that must stay the same: an interface, and the two kinds of it."""

from domain.ids import SubjectId
from domain.influencers.influencer import Influencer as InfluencerValue
from domain.jobs.subjects import Subject as SubjectValue
from resolvers.context import Context
from schema.influencer_type import Appearance, Influencer, TrainingImages, influencer_of
from schema.persona_type import Persona, persona_of
from schema.subject_interface import Subject

__all__ = [
    "Appearance",
    "Influencer",
    "Persona",
    "Subject",
    "TrainingImages",
    "influencer_of",
    "persona_of",
    "subject_of",
    "subject_with",
]


async def subject_with(ctx: Context, id_: SubjectId) -> Subject | None:
    """Of either kind. Null for one that was deleted."""
    if found := await ctx.loaders.influencers.load(id_):
        return influencer_of(found)
    persona = await ctx.loaders.personas.load(id_)
    return persona_of(persona) if persona else None


def subject_of(value: SubjectValue) -> Subject:
    return influencer_of(value) if isinstance(value, InfluencerValue) else persona_of(value)
