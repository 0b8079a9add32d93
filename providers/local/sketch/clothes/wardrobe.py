"""The twenty outfits. A character's colours come from its identity, so that they recur from picture to picture."""

from collections.abc import Callable, Sequence

from domain.presets.catalogue import Outfit
from providers.local.sketch.clothes import active, casual, coats, details, formal, street
from providers.local.sketch.clothes.cloth import Piece
from providers.local.sketch.clothes.cuts import Tailor
from providers.local.sketch.clothes.fitting import Fitting
from providers.local.sketch.identity import Identity

Recipe = Callable[[Fitting], list[Piece]]
"""What an outfit consists of, from the skin outwards."""

RECIPES: dict[Outfit, Recipe] = {
    Outfit.CASUAL_TEE: casual.casual_tee,
    Outfit.SUMMER_DRESS: casual.summer_dress,
    Outfit.BUSINESS_SUIT: formal.business_suit,
    Outfit.SMART_CASUAL: casual.smart_casual,
    Outfit.COCKTAIL_DRESS: formal.cocktail_dress,
    Outfit.EVENING_GOWN: formal.evening_gown,
    Outfit.STREETWEAR: street.streetwear,
    Outfit.ATHLEISURE: active.athleisure,
    Outfit.GYM_WEAR: active.gym_wear,
    Outfit.YOGA_SET: active.yoga_set,
    Outfit.SWIMWEAR: active.swimwear,
    Outfit.BEACH_COVER_UP: active.beach_cover_up,
    Outfit.COZY_KNIT: casual.cozy_knit,
    Outfit.PAJAMAS: casual.pajamas,
    Outfit.LEATHER_JACKET: coats.leather_jacket,
    Outfit.TRENCH_COAT: coats.trench_coat,
    Outfit.DENIM_JACKET: coats.denim_jacket,
    Outfit.BOHO: casual.boho,
    Outfit.TUXEDO: formal.tuxedo,
    Outfit.WINTER_COAT: coats.winter_coat,
}

OPEN_NECKED: Sequence[Outfit] = (
    Outfit.CASUAL_TEE, Outfit.SUMMER_DRESS, Outfit.COCKTAIL_DRESS, Outfit.EVENING_GOWN, Outfit.GYM_WEAR, Outfit.YOGA_SET,
)  # fmt: skip
"""Where a fine necklace can be seen."""


def pieces_for(outfit: Outfit, tailor: Tailor, identity: Identity) -> list[Piece]:
    fitting = Fitting(tailor, identity)
    pieces = RECIPES[outfit](fitting)
    if identity.necklace and outfit in OPEN_NECKED:
        pieces.append(details.necklace(tailor, identity.metal, drop=1.86))
    return pieces
