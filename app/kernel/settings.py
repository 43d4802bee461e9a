"""What an operator may set: environment variables that start with MINKA_, or a `.env` file. Documented in the README."""

import ipaddress
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_DATABASES = ("sqlite:///", "postgresql://", "postgres://")


class SettingError(ValueError):
    """Settings that do not go together; `code` names the text that says so in the operator's language."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


class Settings(BaseSettings):
    """The settings of one process. Every default works on a fresh machine with the embedded database."""

    model_config = SettingsConfigDict(env_prefix="MINKA_", env_file=".env", extra="ignore")

    database_url: str = Field(
        "sqlite:///var/minka.db", description="sqlite:///PATH or postgresql://user:password@host/name"
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs cursors and one-tap links, guards codes and PINs: another key ends them all. "
        "At least 32 characters. Embedded: made once, beside the database",
    )
    public_url: str = Field(
        "http://127.0.0.1:8000",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Where people reach this server; used in links",
    )
    host: str = Field("127.0.0.1", description="Address that `minka serve` listens on")
    port: int = Field(
        8000, ge=0, le=65535, description="Port that `minka serve` listens on; 0 takes a free one"
    )
    demo: bool = Field(
        default=False, description="Serve the demo's fixed tokens. Only on a loopback address and demo data"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of browsers' frontends, separated by commas; * for any"
    )
    pool_size: int = Field(10, ge=1, le=200, description="Connections to PostgreSQL per process")
    body_limit_bytes: int = Field(4_000_000, ge=1_000, description="Largest request body, in bytes")
    body_timeout_seconds: float = Field(
        20.0, gt=0, description="Longest time a client may take to send its body"
    )
    file_limit_bytes: int = Field(
        10_000_000, ge=1_000, le=100_000_000, description="Largest file that people may bring, in bytes"
    )
    image_limit_pixels: int = Field(
        50_000_000, ge=1_000_000, le=150_000_000, description="Largest photo, in pixels: width times height"
    )
    files_waiting: int = Field(
        20, ge=1, description="Files of one caller that may be on their way, or here and used by nothing"
    )
    upload_hours: int = Field(72, ge=1, description="How long an unfinished upload waits for its next piece")
    unused_file_days: int = Field(30, ge=1, description="How long a file is kept that nothing refers to")
    idempotency_hours: int = Field(
        96, ge=72, description="How long a repeated Idempotency-Key replays its answer"
    )
    worker: bool = Field(
        default=True,
        description="Run due work inside `minka serve` (always so on SQLite; on PostgreSQL optional)",
    )
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="Least severity to log"
    )

    @model_validator(mode="before")
    @classmethod
    def _split_origins(cls, values: dict[str, object]) -> dict[str, object]:
        if isinstance(given := values.get("cors_origins"), str):
            values["cors_origins"] = tuple(origin.strip() for origin in given.split(",") if origin.strip())
        return values

    @model_validator(mode="after")
    def _demo_stays_home(self) -> Self:
        if self.demo and not _is_loopback(self.host):
            raise SettingError(
                "demo_stays_home",
                "MINKA_DEMO serves fixed tokens: it refuses any but a loopback address (MINKA_HOST)",
            )
        if not self.database_url.startswith(_DATABASES):
            raise SettingError(
                "database_url_unknown", "MINKA_DATABASE_URL names neither SQLite nor PostgreSQL"
            )
        given = len(self.secret_key.get_secret_value())
        if given < 32 and (given or not self.is_sqlite):
            raise SettingError("secret_key_short", "MINKA_SECRET_KEY needs at least 32 characters")
        if self.port:
            self.found_port(self.port)
        return self

    def found_port(self, port: int) -> None:
        """With port 0, links name the one that was found, unless MINKA_PUBLIC_URL says where people reach this server."""
        if "public_url" not in self.model_fields_set:
            self.public_url = f"http://127.0.0.1:{port}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path:
        """The file of the embedded database."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @cached_property
    def server_key(self) -> bytes:
        """The key behind every signature. Embedded: kept in a file beside the database, readable by its owner only."""
        if given := self.secret_key.get_secret_value():
            return given.encode()
        kept = self.sqlite_path.with_suffix(".key")
        kept.parent.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_hex(32))
        return kept.read_bytes()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
