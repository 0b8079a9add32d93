"""Deliveries signed as fal signs them, with a key of this emulator's own."""

import base64
import hashlib
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class FalSigner:
    def __init__(self, user_id: str = "user_of_the_emulator") -> None:
        self.user_id = user_id
        self._key = Ed25519PrivateKey.generate()

    @property
    def jwk(self) -> Mapping[str, str]:
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}

    def headers(self, request_id: str, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """`at` in seconds since 1970; now, if it is not said."""
        seconds = str(int(time.time() if at is None else at))
        message = "\n".join((request_id, self.user_id, seconds, hashlib.sha256(body).hexdigest()))
        return {
            "X-Fal-Webhook-Request-Id": request_id,
            "X-Fal-Webhook-User-Id": self.user_id,
            "X-Fal-Webhook-Timestamp": seconds,
            "X-Fal-Webhook-Signature": self._key.sign(message.encode()).hex(),
        }
