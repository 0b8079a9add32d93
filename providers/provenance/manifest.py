"""The manifest of one picture as c2pa's `Builder` reads it. Source: C2PA 2.2, actions v2 and ingredients v3.

It begins with `c2pa.created`, or with `c2pa.opened` where there is a parent. A file that brings a manifest of its own has been
created already, by whoever signed that: then that file is the parent, and what we did to it was to add our words.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from domain.images.provenance import Ingredient, Making, Part, Relation

PRODUCT = "Likeness"
ACTIONS = "c2pa.actions.v2"
PARENT = "parent"


def manifest_of(making: Making, *, version: str, has_own: bool = False) -> dict[str, Any]:
    """`has_own`: the picture came with a manifest, and its first ingredient is the picture as it came."""
    return {
        "claim_generator_info": [{"name": PRODUCT, "version": version}],
        "assertions": [{"label": ACTIONS, "data": {"actions": _actions(making, has_own=has_own)}}],
        "ingredients": [
            ingredient_of(one, number, is_input=has_own)
            for number, one in enumerate(making.ingredients)
            if one.picture is None
        ],
    }


def ingredient_of(ingredient: Ingredient, number: int, *, is_input: bool = False) -> dict[str, str]:
    """Without a name of ours. `is_input`: there is another parent."""
    relation = Relation.INPUT if is_input else ingredient.relation
    return {"title": ingredient.part.value, "relationship": relation.value, "instance_id": label_of(number)}


def own_ingredient() -> dict[str, str]:
    return {"title": "The picture as it was made", "relationship": Relation.PARENT.value, "instance_id": PARENT}


def label_of(number: int) -> str:
    """By which an action names its ingredients. c2pa replaces it where the ingredient has a name of its own."""
    return f"ingredient:{number}"


def _actions(making: Making, *, has_own: bool) -> list[dict[str, Any]]:
    numbered = list(enumerate(making.ingredients))
    parents = [label_of(number) for number, one in numbered if one.relation is Relation.PARENT and not has_own]
    inputs = [label_of(number) for number, one in numbered if one.relation is Relation.INPUT or has_own]
    made = {
        "when": making.made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "softwareAgent": {"name": making.made_by},
        "digitalSourceType": making.source_type.uri,
        **_with(inputs),
    }
    if has_own:
        return [{"action": "c2pa.opened", **_with([PARENT])}, {**made, "action": "c2pa.edited.metadata"}]
    if parent := making.parent:
        action = "c2pa.resized" if parent.part is Part.FULL_SIZE else "c2pa.edited"
        return [{"action": "c2pa.opened", **_with(parents)}, {**made, "action": action}]
    return [{**made, "action": "c2pa.created"}]


def _with(ids: Sequence[str]) -> dict[str, Any]:
    return {"parameters": {"ingredientIds": list(ids)}} if ids else {}
