"""What crosses the door when people sign in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown
from app.people.schemas.fields import Code, PersonName

Pin = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["482915"], description="Six digits")]
DeviceSecret = Annotated[str, Field(min_length=20, max_length=100, description="From the first sign-in")]
DeviceName = Annotated[str, Field(min_length=1, max_length=80, examples=["Teléfono de Rosa"]), AS_LINE]
Password = Annotated[str, Field(min_length=1, max_length=200)]


class FirstSignIn(Given):
    """A code from the network or from an invitation, and the PIN for this device from now on.

    When the answer was lost, the same three give it again for a minute; with another PIN or device name the code is used.
    """

    code: Code
    pin: Pin
    device_name: DeviceName
    display_name: PersonName | None = Field(
        default=None, description="With an invitation's code: how the new member is called"
    )


class PinSignIn(Given):
    """The device and its PIN."""

    device_secret: DeviceSecret
    pin: Pin


class PasswordSignIn(Given):
    """Who, by account, phone or e-mail, and the password."""

    who: Annotated[str, Field(min_length=3, max_length=254, examples=["K7MQ2XRA"]), AS_LINE]
    password: Password
    device_name: DeviceName


class Refresh(Given):
    """The last refresh token."""

    refresh_token: str = Field(min_length=20, max_length=100)


class Tokens(Shown):
    """What a device shows (15 minutes) and what it exchanges for the next (30 days, once)."""

    user_id: UUID
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime


class FirstTokens(Tokens):
    """The same, with what the device keeps to sign in by PIN later."""

    device_id: UUID
    device_secret: str


class PinChange(PinSignIn):
    """The present PIN and the next."""

    new_pin: Pin


class PasswordChange(Given):
    """A new password, allowed by the present one or by the PIN of this device."""

    password: Password
    current_password: Password | None = None
    device_secret: DeviceSecret | None = None
    pin: Pin | None = None
