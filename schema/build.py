"""The schema. What surrounds an operation is in `schema.execution`."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.errors import ERROR_TYPES
from schema.inputs import make_inputs_fast
from schema.job_events import EVENT_TYPES
from schema.live import Subscription
from schema.root import Mutation, Query
from schema.subjects import Influencer, Persona
from schema.thumbnail_previews import PREVIEW_TYPES
from schema.viewer_events import VIEWER_EVENT_TYPES


def build_schema() -> strawberry.Schema:
    """Run it by `schema.execution.engine`: its own `execute` knows no limits and masks nothing."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*ERROR_TYPES, *EVENT_TYPES, *PREVIEW_TYPES, *VIEWER_EVENT_TYPES, Influencer, Persona],
        config=StrawberryConfig(auto_camel_case=True),
    )
    make_inputs_fast(schema)
    return schema
