"""Who signs here: a certificate of the operator's, or one of our own root, made once in the data directory.

    <data directory>/provenance/root.pem     the root's certificate and its key, 0600
    <data directory>/provenance/signer.pem   certificate, root and key of whoever signs, 0600

A file is made whole beside its place and linked there, so that two processes that begin at once go on with the same one; nobody
waits for a lock. Two that renew at once make two signers of the same root, and both are good.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from domain.errors import ProviderMisconfigured
from providers.provenance.certificates import Issued, new_leaf, new_root

RENEWED_BEFORE = timedelta(days=365 * 5)
"""What our own root signs verifies for so long at least."""

NOBODY = "Pictures cannot be signed here right now."

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    chain: bytes
    """PEM, from whoever signs to the root."""
    key: bytes = field(repr=False)
    """PEM."""
    algorithm: str
    """As c2pa names it."""
    name: str
    is_own: bool
    begins: datetime
    ends: datetime

    @property
    def root(self) -> bytes:
        """PEM: what verifiers are to trust. The last of the chain, which an operator may leave off the root of."""
        return self.chain[self.chain.rindex(b"-----BEGIN CERTIFICATE-----") :]

    def check(self, now: datetime) -> "Identity":
        """Itself. Raises `ProviderMisconfigured` where it is not good now: nothing is signed with it."""
        if now >= self.ends:
            raise ProviderMisconfigured(NOBODY, detail=f"the certificate of {self.name} ended on {self.ends:%Y-%m-%d}")
        if now < self.begins:
            raise ProviderMisconfigured(
                NOBODY, detail=f"the certificate of {self.name} begins on {self.begins:%Y-%m-%d}"
            )
        return self


class Identities(Protocol):
    def now_signing(self) -> Identity:
        """Good at this moment. Reads files: for a thread. Raises `ProviderMisconfigured`."""
        ...


class GivenIdentity:
    """The operator's: two PEM files, looked at anew each time, so that a renewed certificate counts without a restart."""

    def __init__(self, chain: Path, key: Path, *, now: Callable[[], datetime]) -> None:
        self._chain, self._key, self._now = chain, key, now
        self._read: tuple[object, Identity] | None = None

    def now_signing(self) -> Identity:
        try:
            seen = [(path.stat().st_mtime_ns, path.stat().st_size) for path in (self._chain, self._key)]
            if self._read is None or self._read[0] != seen:
                self._read = seen, identity_of(self._chain.read_bytes(), self._key.read_bytes(), is_own=False)
        except OSError as error:
            raise ProviderMisconfigured(NOBODY, detail=f"{error.filename}: {error.strerror}") from error
        return self._read[1].check(self._now())


class OwnIdentity:
    """Made where it is missing, and renewed."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now
        self._kept: Identity | None = None

    def now_signing(self) -> Identity:
        now = self._now()
        if self._kept is None or self._kept.ends - now < RENEWED_BEFORE:
            try:
                self._kept = self._signer(now)
            except OSError as error:
                raise ProviderMisconfigured(NOBODY, detail=f"{error.filename}: {error.strerror}") from error
        return self._kept.check(now)

    def _signer(self, now: datetime) -> Identity:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root = self._root(now)
        place = self._folder / "signer.pem"
        if not place.exists():
            _put(place, _signer_file(root, now), replace=False)
        found = _read_signer(place)
        if found.ends - now < RENEWED_BEFORE and found.ends < root.certificate.not_valid_after_utc:
            _put(place, _signer_file(root, now), replace=True)
            found = _read_signer(place)
        return found

    def _root(self, now: datetime) -> Issued:
        place = self._folder / "root.pem"
        if not place.exists():
            made = new_root(now=now)
            _put(place, made.certificate_pem + made.key_pem, replace=False)
        pem = place.read_bytes()
        key = _key_of(pem)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ProviderMisconfigured(NOBODY, detail=f"{place} holds a key that is not ours")
        return Issued(_certificates_of(pem)[0], key)


def identity_of(chain: bytes, key: bytes, *, is_own: bool) -> Identity:
    """Raises `ProviderMisconfigured` for what is no chain, no key, or not a pair."""
    certificates, private = _certificates_of(chain), _key_of(key)
    first = certificates[0]
    if _public_bytes(first.public_key()) != _public_bytes(private.public_key()):
        raise ProviderMisconfigured(NOBODY, detail="the private key is not the one of the chain's first certificate")
    return Identity(
        chain=b"".join(one.public_bytes(Encoding.PEM) for one in certificates),
        key=private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        algorithm=_algorithm_of(private),
        name=_name_of(first),
        is_own=is_own,
        begins=max(one.not_valid_before_utc for one in certificates),
        ends=min(one.not_valid_after_utc for one in certificates),
    )


def _signer_file(root: Issued, now: datetime) -> bytes:
    leaf = new_leaf(root, now=now)
    return leaf.certificate_pem + root.certificate_pem + leaf.key_pem


def _read_signer(place: Path) -> Identity:
    pem = place.read_bytes()
    return identity_of(pem, pem[pem.find(b"-----BEGIN PRIVATE KEY-----") :], is_own=True)


def _put(place: Path, content: bytes, *, replace: bool) -> None:
    """Whole or not at all, and closed to others. Without `replace`, whoever was first stays."""
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")  # made 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(draft, place)
        else:
            with suppress(FileExistsError):
                os.link(draft, place)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)


def _certificates_of(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise ProviderMisconfigured(NOBODY, detail="there is no certificate in the chain's file") from error


def _key_of(pem: bytes) -> PrivateKey:
    try:
        key = load_pem_private_key(pem[max(pem.find(b"-----BEGIN PRIVATE KEY-----"), 0) :], password=None)
    except (ValueError, TypeError) as error:
        raise ProviderMisconfigured(
            NOBODY, detail="there is no private key in the key's file, or it needs a password"
        ) from error
    if not isinstance(key, PrivateKey):
        raise ProviderMisconfigured(NOBODY, detail=f"C2PA takes no {type(key).__name__}")
    return key


def _algorithm_of(key: PrivateKey) -> str:
    match key:
        case ec.EllipticCurvePrivateKey():
            by_size = {256: "es256", 384: "es384", 521: "es512"}
            return by_size[key.curve.key_size] if key.curve.key_size in by_size else _refused(key.curve.name)
        case rsa.RSAPrivateKey():
            return "ps256"
        case _:
            return "ed25519"


def _refused(curve: str) -> str:
    raise ProviderMisconfigured(NOBODY, detail=f"C2PA takes no keys of {curve}")


def _public_bytes(key: object) -> bytes:
    found: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined] # of every kind
    return found


def _name_of(certificate: x509.Certificate) -> str:
    """The organization, then the name, of which either may be missing."""
    found = [
        str(attribute.value)
        for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        for attribute in certificate.subject.get_attributes_for_oid(oid)
    ]
    return ", ".join(dict.fromkeys(found)) or certificate.subject.rfc4514_string()
