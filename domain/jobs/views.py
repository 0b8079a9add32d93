"""From where a character sheet looks at its character."""

from enum import StrEnum


class View(StrEnum):
    """Left and right are the picture's: in SIDE_LEFT the nose points to the left edge."""

    FRONT = "FRONT"
    THREE_QUARTER_LEFT = "THREE_QUARTER_LEFT"
    THREE_QUARTER_RIGHT = "THREE_QUARTER_RIGHT"
    SIDE_LEFT = "SIDE_LEFT"
    SIDE_RIGHT = "SIDE_RIGHT"
    BACK = "BACK"
    FULL_BODY = "FULL_BODY"
    EXPRESSION_SMILE = "EXPRESSION_SMILE"
    EXPRESSION_SERIOUS = "EXPRESSION_SERIOUS"
    DRAMATIC_LIGHT = "DRAMATIC_LIGHT"
