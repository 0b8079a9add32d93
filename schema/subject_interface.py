"""Whatever has a face that must stay the same."""

import strawberry

from schema.ids import Node


@strawberry.interface(description="A Persona (a real person, with consent) or an Influencer (a synthetic adult).")
class Subject(Node):
    name: str = strawberry.field(description="What its owner calls it.")
