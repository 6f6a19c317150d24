"""What the product itself must be able to read again, and nobody who has only the database or a backup of it.

The key is made of SECRET_KEY, which is in neither. After a change of that, SECRET_KEY_FALLBACKS still opens.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """Sealed with a key that is not known here, for something else, too long ago, or spoilt."""


def seal(content: bytes, *, purpose: str) -> bytes:
    return _box(purpose).encrypt(content)


def unseal(sealed: bytes, *, purpose: str, within: int | None = None) -> bytes:
    """The content again; ``within`` is the most seconds since it was sealed. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed, ttl=within)
    except InvalidToken:
        raise Unreadable(purpose) from None


def _box(purpose: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hmac.new(one.encode(), purpose.encode(), hashlib.sha256).digest() for one in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
