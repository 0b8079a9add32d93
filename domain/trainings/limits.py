"""How many pictures a LoRA is trained on."""

FEWEST_IMAGES, MOST_IMAGES = 5, 20
"""Different ones. The fewest: PRODUCT, section 4. The most is what trainers take (`domain.models.trainers.TRAINERS`)."""
