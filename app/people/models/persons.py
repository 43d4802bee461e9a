"""Tables of persons and of how they sign in: accounts, devices, sessions, tokens, keys. Secrets only as digests."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel import ids
from app.kernel.schema import belongs_to


class User(SQLModel, table=True):
    """A person who can sign in; neither e-mail nor phone is needed, and a group may share one of each."""

    __tablename__ = "app_user"
    id: UUID = Field(primary_key=True)
    account: str = (
        Field(  # the name people sign in by: it is told on the phone and says nothing about anybody
            max_length=12, unique=True, sa_column_kwargs={"default": lambda: ids.spellable_code(8)}
        )
    )
    display_name: str = Field(max_length=120)
    phone: str | None = Field(default=None, max_length=20, index=True)  # E.164
    email: str | None = Field(default=None, max_length=254, index=True)
    lang: str = Field(default="es", max_length=2)
    is_admin: bool = False
    password_hash: str | None = Field(default=None, max_length=200)
    password_set_at: datetime | None = None
    erased_at: datetime | None = None
    created_at: datetime
    version: int = 1


class SignInCode(SQLModel, table=True):
    """A single-use code by which a person signs in on a new device; whoever vouches for the person passes it on."""

    __tablename__ = "sign_in_code"
    digest: bytes = Field(primary_key=True)
    user_id: UUID = belongs_to("app_user.id", ondelete="CASCADE")
    made_by: str = Field(max_length=60)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class Device(SQLModel, table=True):
    """A phone or computer where a person signs in with a PIN. Five wrong PINs lock it."""

    __tablename__ = "device"
    __table_args__ = (sa.CheckConstraint("failures between 0 and 5", name="failures_bounded"),)
    id: UUID = Field(primary_key=True)
    user_id: UUID = belongs_to("app_user.id", ondelete="CASCADE")
    name: str = Field(max_length=80)
    secret_digest: bytes = Field(unique=True)
    pin_digest: bytes
    failures: int = 0
    created_at: datetime
    revoked_at: datetime | None = None


class Session(SQLModel, table=True):
    """Somebody is signed in on one device. Revoking it ends every token made from it."""

    __tablename__ = "user_session"
    id: UUID = Field(primary_key=True)
    user_id: UUID = belongs_to("app_user.id", ondelete="CASCADE")
    device_id: UUID | None = belongs_to("device.id", ondelete="CASCADE", default=None)
    name: str = Field(default="", max_length=80)
    created_at: datetime
    refreshed_at: datetime | None = None
    revoked_at: datetime | None = None


class AccessToken(SQLModel, table=True):
    """What a signed-in device shows with each request; only its digest is kept."""

    __tablename__ = "access_token"
    digest: bytes = Field(primary_key=True)
    session_id: UUID = belongs_to("user_session.id", ondelete="CASCADE")
    expires_at: datetime = Field(index=True)


class RefreshToken(SQLModel, table=True):
    """What a device exchanges for new tokens, once. Its successor is derived from it, so a lost answer can be repeated."""

    __tablename__ = "refresh_token"
    digest: bytes = Field(primary_key=True)
    session_id: UUID = belongs_to("user_session.id", ondelete="CASCADE")
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class ApiKey(SQLModel, table=True):
    """A key of an organisation for its programs: acts with some of a coordinator's capabilities, no more."""

    __tablename__ = "api_key"
    id: UUID = Field(primary_key=True)
    organisation_id: UUID = belongs_to("organisation.id", ondelete="CASCADE")
    name: str = Field(max_length=80)
    digest: bytes = Field(unique=True)
    scopes: str = Field(max_length=200)  # capabilities, separated by spaces
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    created_at: datetime
    version: int = 1
