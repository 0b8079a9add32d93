"""What is said of adult content in more than one place."""

ADULT_ARGUMENT = (
    "Whether adult images are listed. Others than EXCLUDE are for whom `Viewer.adultContent.allowed` is true; for anyone else "
    "they are an error with `extensions.code` ADULT_CONTENT_REFUSED, whose `extensions.unmet` says what lacks."
)
