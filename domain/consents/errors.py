"""Refusals of consents, beside those of `domain.errors`."""

from collections.abc import Mapping

from domain.errors import InvalidInput


class ConsentTextOutdated(InvalidInput):
    """Signed was a text that is not the current one: its reader has to be shown that one first."""

    code = "CONSENT_TEXT_OUTDATED"

    def __init__(self, current_version: str) -> None:
        super().__init__(
            f"The text to agree to is version '{current_version}'. Show it, then give consent to that version.",
            field="textVersion",
        )
        self.current_version = current_version

    @property
    def extensions(self) -> Mapping[str, object]:
        return {**super().extensions, "currentVersion": self.current_version}
