"""Fingerprints: which text a decision followed, and which record another one follows."""

SHORT = 12


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of the bytes as hex digits."""
    # hashlib loads OpenSSL, a tenth of a counter command; CPython's own module gives the same digest.
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256
    digest: str = sha256(data).hexdigest()
    return digest


def short_sha256(data: bytes) -> str:
    """Return the first 12 hex digits of SHA-256 over the bytes."""
    return sha256_hex(data)[:SHORT]
