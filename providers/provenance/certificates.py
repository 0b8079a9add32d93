"""Certificates that C2PA takes: P-256, an end certificate whose purpose is `emailProtection` (C2PA 2.2, section 14.5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

EARLIER = timedelta(minutes=10)
"""Before now: clocks of those who verify may be behind."""

ROOT_LIFE = timedelta(days=365 * 30)
LEAF_LIFE = timedelta(days=365 * 10)
"""As nobody stamps the time here, a picture verifies for as long as the certificate it was signed with is good [measured: after
its end c2pa 0.38.1 calls the picture Invalid]. So it is good for long, and is replaced (`identity.RENEWED_BEFORE`) long before."""


@dataclass(frozen=True, slots=True)
class Issued:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_root(*, now: datetime) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Likeness root {x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()[:8]}")
    made = (
        _begun(name, key, now, ROOT_LIFE)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=False), critical=True)
    )
    return Issued(made.sign(key, SHA256()), key)


def new_leaf(root: Issued, *, now: datetime, life: timedelta = LEAF_LIFE) -> Issued:
    """Signs pictures. It ends no later than its root."""
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + life, root.certificate.not_valid_after_utc)
    made = (
        _begun(_name("Likeness"), key, now, end - now)
        .issuer_name(root.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.certificate.public_key()),  # type: ignore[arg-type] # ours is EC
            critical=False,
        )
    )
    return Issued(made.sign(root.key, SHA256()), key)


def _begun(name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Likeness")]
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )
