"""`viewer.brand`, `updateBrand`, `deleteBrand`: a brand that is written by hand."""

from providers.local.tokens import user_id_of
from schema.ids import global_id
from tests.support.operations import operations, variables_of
from tests.support.studio import Studio

OPERATIONS = operations()


async def test_a_brand_is_begun_by_hand_edited_part_by_part_and_deleted(studio: Studio) -> None:
    brand_id = global_id("Brand", user_id_of(studio.user))
    nobody = await studio.ask("query ($id: ID!) { node(id: $id) { id } }", id=brand_id)
    assert nobody is None
    begun = await studio.ask(OPERATIONS["UpdateBrand"], **variables_of("UpdateBrand"))
    assert begun["errors"] == []
    assert begun["brand"].pop("updatedAt")
    assert begun["brand"] == {
        "id": brand_id,
        "colors": [
            {"hex": "#0b3d3a", "role": "PRIMARY"},
            {"hex": "#f2b134", "role": "ACCENT"},
            {"hex": "#fbf7ef", "role": "BACKGROUND"},
            {"hex": "#1c1c1c", "role": "TEXT"},
        ],
        "headingFont": {"name": "Playfair Display", "drawnWith": "DejaVu Sans Condensed Bold"},
        "bodyFont": None,
        "voice": "Warm and plain, never loud.",
        "audience": None,
        "logo": None,
        "contrast": {"ratio": 15.95, "level": "AAA"},
        "isReviewed": False,
    }

    edited = await studio.ask(OPERATIONS["UpdateBrand"], input={"voice": None, "audience": "Home cooks"})
    assert (edited["brand"]["voice"], edited["brand"]["audience"]) == (None, "Home cooks")
    assert edited["brand"]["colors"] == begun["brand"]["colors"]
    refused = await studio.ask(OPERATIONS["UpdateBrand"], input={"colors": [{"hex": "teal", "role": "PRIMARY"}]})
    assert refused["errors"][0]["path"] == ["input", "colors", "0", "hex"]
    assert (await studio.ask(OPERATIONS["Brand"]))["brand"] == edited["brand"]
    assert (await studio.another().ask(OPERATIONS["Brand"]))["brand"] is None

    assert await studio.ask(OPERATIONS["DeleteBrand"]) == {"deleted": True, "errors": []}
    assert await studio.ask(OPERATIONS["DeleteBrand"]) == {"deleted": False, "errors": []}
    assert (await studio.ask(OPERATIONS["Brand"]))["brand"] is None
    again = await studio.ask(OPERATIONS["UpdateBrand"], input={"bodyFont": "Lato"})
    assert (again["brand"]["colors"], again["brand"]["bodyFont"]["name"]) == ([], "Lato")
