"""What to tell a person before they upload photos of themselves. Source: PRODUCT, section 3."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoGuideline:
    topic: str
    advice: str


PHOTO_GUIDELINES = (
    PhotoGuideline("Number", "5 photos are the least, 10 are best, 20 the most."),
    PhotoGuideline(
        "Size", "Each side at least 512 pixels; 1024 and more is ideal. JPEG, PNG or WebP, up to 10 MB each."
    ),
    PhotoGuideline("Lighting", "Even, natural light on the face. Mix soft daylight with one or two indoor photos."),
    PhotoGuideline(
        "Angles", "Front, both three-quarter views and a slight profile; eye level, not from far above or below."
    ),
    PhotoGuideline("Expression", "A neutral face, a smile, and one or two others that are yours."),
    PhotoGuideline("Background", "Plain or varied, but never busy; nobody else in the picture."),
    PhotoGuideline("Clothing", "Different outfits, so that the model learns you and not one shirt."),
    PhotoGuideline(
        "Accessories", "Leave sunglasses, hats and masks off; glasses you always wear are fine in all photos."
    ),
)
