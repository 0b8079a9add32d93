"""Tokens of every sort: good ones, and those that somebody made to get in."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from providers.local.tokens import LOCAL_ISSUER

Claims = dict[str, Any]


def claims(**changes: Any) -> Claims:
    """Of a signed-in person. A change to None leaves the claim out."""
    now = int(time.time())
    found = {
        "sub": str(uuid4()),
        "aud": "authenticated",
        "iss": LOCAL_ISSUER,
        "iat": now,
        "exp": now + 600,
        "role": "authenticated",
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def sign(key: Any, *, algorithm: str = "HS256", key_id: str | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers={"kid": key_id} if key_id else None)


def unsigned(**changes: Any) -> str:
    """With `alg: none`, as its author hopes it will be taken."""

    def part(value: Mapping[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims(**changes))}."


class SigningKey:
    """A private key and what a JWKS tells of it."""

    def __init__(self, algorithm: str, key_id: str) -> None:
        self.algorithm, self.id = algorithm, key_id
        self._key: Any
        if algorithm == "ES256":
            self._key = ec.generate_private_key(ec.SECP256R1())
            public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        else:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self.public: Claims = {**public, "kid": key_id, "alg": algorithm, "use": "sig"}

    def sign(self, *, key_id: str | None = None, **changes: Any) -> str:
        return sign(self._key, algorithm=self.algorithm, key_id=key_id or self.id, **changes)
