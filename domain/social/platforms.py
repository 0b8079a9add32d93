"""The platforms a graphic can be made for, as data. The sizes are PRODUCT's, section 5; limits and safe areas are the platforms' own.

What a job was accepted with is pinned in its recipe and named by `VERSION`: change a number here, and raise it. Nothing is ever published.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.presets.formats import AspectRatio

VERSION = 1
"""2026-11-21."""

MB = 1_000_000


class Platform(StrEnum):
    INSTAGRAM_SQUARE = "INSTAGRAM_SQUARE"
    INSTAGRAM_CAROUSEL = "INSTAGRAM_CAROUSEL"
    INSTAGRAM_STORY = "INSTAGRAM_STORY"
    LINKEDIN = "LINKEDIN"
    X = "X"
    YOUTUBE_COMMUNITY = "YOUTUBE_COMMUNITY"
    FACEBOOK_LINK = "FACEBOOK_LINK"
    FACEBOOK_SQUARE = "FACEBOOK_SQUARE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Pixels from each edge that the platform may cut off or lay something over. What lies inside is the safe area."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFormat:
    label: str
    width: int
    height: int
    shape: AspectRatio
    margins: Margins
    most_bytes: int
    styles: tuple[str, ...]
    """Of portraits and samples, the one that suits it best first (`domain.social.samples`)."""
    suits: str
    """Why those: a clause."""
    note: str
    """For people: what is done with the picture there."""
    source: str
    """Of bytes and margins, as it stood on 2026-11-21."""
    content_type: str = "image/jpeg"
    """The one type that all of them take as it is."""


def _even(pixels: int) -> Margins:
    return Margins(left=pixels, top=pixels, right=pixels, bottom=pixels)


META = "Meta's Instagram API, content publishing: JPEG of at most 8 MB"
GRID = Margins(left=128, top=52, right=128, bottom=52)
"""The grid of a profile shows 3:4 of a square, so an eighth goes on either side. Source: third parties, on the change of January 2025."""
FRIENDLY = ("CASUAL_FRIENDLY", "CASUAL_PORTRAIT", "SOCIAL_PROFILE")

PLATFORMS: dict[Platform, PlatformFormat] = {
    Platform.INSTAGRAM_SQUARE: PlatformFormat(
        label="Instagram post",
        width=1024,
        height=1024,
        shape=AspectRatio.SQUARE_1_1,
        margins=GRID,
        most_bytes=8 * MB,
        styles=(*FRIENDLY, "CREATIVE_ARTISTIC"),
        suits="a feed of friends wants a warm, everyday face",
        note="The profile's grid shows the middle three quarters of its width: words and logo stay inside them.",
        source=META,
    ),
    Platform.INSTAGRAM_CAROUSEL: PlatformFormat(
        label="Instagram carousel",
        width=1024,
        height=1024,
        shape=AspectRatio.SQUARE_1_1,
        margins=GRID,
        most_bytes=8 * MB,
        styles=("ENVIRONMENTAL_PORTRAIT", *FRIENDLY),
        suits="a carousel tells a story, and a picture at work begins one",
        note="The first picture decides the shape of all: combine it with squares. Dots lie below the picture, not on it.",
        source=META,
    ),
    Platform.INSTAGRAM_STORY: PlatformFormat(
        label="Instagram story",
        width=1080,
        height=1920,
        shape=AspectRatio.PORTRAIT_9_16,
        margins=Margins(left=65, top=270, right=65, bottom=384),
        most_bytes=8 * MB,
        styles=("DYNAMIC_ACTION", *FRIENDLY),
        suits="a story is seen for seconds, and movement holds the eye",
        note="The account's name covers the top 14 percent, the field for an answer the bottom 20; 6 percent on either side are for taps.",
        source="Meta's guide to ads in stories: 14 percent above, 20 below, 6 at the sides; bytes as for posts",
    ),
    Platform.LINKEDIN: PlatformFormat(
        label="LinkedIn post",
        width=1200,
        height=627,
        shape=AspectRatio.LANDSCAPE_191_100,
        margins=_even(48),
        most_bytes=5 * MB,
        styles=("PROFESSIONAL_HEADSHOT", "ENVIRONMENTAL_PORTRAIT", "SOCIAL_PROFILE"),
        suits="LinkedIn is read at work, and a professional headshot is what one expects there",
        note="Also the picture of a link. Corners are rounded.",
        source="LinkedIn's help on sharing links: 1.91:1, 1200 by 627, 5 MB; margins ours",
    ),
    Platform.X: PlatformFormat(
        label="X post",
        width=1024,
        height=512,
        shape=AspectRatio.LANDSCAPE_2_1,
        margins=Margins(left=40, top=40, right=40, bottom=64),
        most_bytes=5 * MB,
        styles=("SOCIAL_PROFILE", "THOUGHTFUL_CLOSE_UP", "CASUAL_FRIENDLY", "CASUAL_PORTRAIT"),
        suits="a picture on X is small and passes quickly, and a close face is still known",
        note="Of a large card: the link's title lies over its lower left corner.",
        source="X's page on the summary card with large image: 2:1, under 5 MB; margins ours",
    ),
    Platform.YOUTUBE_COMMUNITY: PlatformFormat(
        label="YouTube community post",
        width=1024,
        height=1024,
        shape=AspectRatio.SQUARE_1_1,
        margins=_even(52),
        most_bytes=16 * MB,
        styles=("YOUTUBE_THUMBNAIL", "DYNAMIC_ACTION", "CASUAL_FRIENDLY", "CASUAL_PORTRAIT"),
        suits="viewers know the lively face of the thumbnails",
        note="Shown whole in the feed, with rounded corners.",
        source="YouTube's help on community posts: 1:1, 16 MB (uncertain: third parties); margins ours",
    ),
    Platform.FACEBOOK_LINK: PlatformFormat(
        label="Facebook link",
        width=1200,
        height=630,
        shape=AspectRatio.LANDSCAPE_191_100,
        margins=_even(48),
        most_bytes=8 * MB,
        styles=(*FRIENDLY, "PROFESSIONAL_HEADSHOT"),
        suits="friends share it, and a friendly face is clicked",
        note="The picture of a shared link (og:image). The title stands below it.",
        source="Meta's guide to images in shared links: 1200 by 630, 8 MB; margins ours",
    ),
    Platform.FACEBOOK_SQUARE: PlatformFormat(
        label="Facebook post",
        width=1080,
        height=1080,
        shape=AspectRatio.SQUARE_1_1,
        margins=_even(54),
        most_bytes=4 * MB,
        styles=("CASUAL_PORTRAIT", "CASUAL_FRIENDLY", "SOCIAL_PROFILE"),
        suits="friends share it, and an everyday picture is at home among theirs",
        note="Shown whole in the feed.",
        source="Meta's Graph API, photos of a page: 4 MB; margins ours",
    ),
}
