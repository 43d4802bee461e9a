"""Secrets that are derived from one another, so that an answer lost on the way can be given again."""

import base64
from datetime import datetime, timedelta

from app.kernel import ids
from app.kernel.settings import Settings
from app.people import contacts, rules
from app.people.tokens import ACCESS_PREFIX

REFRESH_PREFIX, DEVICE_PREFIX = "mkr", "mks"


def successor(settings: Settings, refresh_token: str) -> tuple[str, str]:
    """The access and refresh tokens that this refresh token is exchanged for, whenever it is asked."""
    return (
        _derived(settings, ACCESS_PREFIX, refresh_token),
        _derived(settings, REFRESH_PREFIX, refresh_token),
    )


def device(settings: Settings, code: str, pin: str, name: str) -> str:
    """The secret of the device of this name that signs in first with this code and PIN."""
    return _derived(settings, DEVICE_PREFIX, contacts.code(code), pin, name)


def pin_digest(settings: Settings, device_secret: str, pin: str) -> bytes:
    """How a PIN is kept: bound to its device's secret, which is not kept, so that nobody can try a million."""
    return ids.signature(settings.server_key, "pin", device_secret, pin, size=32)


def lifetimes(now: datetime) -> tuple[datetime, datetime]:
    """Until when an access and a refresh token made now are good."""
    return now + timedelta(minutes=rules.ACCESS_MINUTES), now + timedelta(days=rules.REFRESH_DAYS)


def _derived(settings: Settings, prefix: str, *parts: str) -> str:
    secret = ids.signature(settings.server_key, prefix, *parts, size=32)
    return f"{prefix}_{base64.urlsafe_b64encode(secret).rstrip(b'=').decode()}"
