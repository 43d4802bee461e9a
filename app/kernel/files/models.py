"""Tables of files. Their bytes are rows: one backup, one transaction, the same on both databases."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import belongs_to, one_of


class FileSize(StrEnum):
    """Documents are kept whole; photos in three sizes, made anew without what the camera wrote into them."""

    WHOLE = "whole"
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


class Upload(SQLModel, table=True):
    """A file on its way: bytes up to `received` are here. The one who opened it goes on where it stopped."""

    __tablename__ = "upload"
    __table_args__ = (
        sa.CheckConstraint("received between 0 and size", name="received_within_size"),
        sa.CheckConstraint("file_id is null or received = size", name="file_of_all_bytes"),
        sa.CheckConstraint("file_id is null or refused is null", name="kept_or_refused"),
        sa.Index("ix_upload_expires_at", "expires_at"),
        sa.Index("ix_upload_opened_by", "opened_by"),
    )
    id: UUID = Field(primary_key=True)  # the file gets the same
    opened_by: str = Field(max_length=60)  # Caller.name
    name: str = Field(max_length=200)
    size: int  # bytes announced
    received: int = 0
    file_id: UUID | None = belongs_to("stored_file.id", ondelete="CASCADE", default=None)  # once checked
    refused: str | None = Field(default=None, max_length=40)  # why its content was not kept
    created_at: datetime
    expires_at: datetime


class UploadPiece(SQLModel, table=True):
    """Some bytes of an upload, from `start` on; pieces follow each other without gap or overlap."""

    __tablename__ = "upload_piece"
    upload_id: UUID = Field(primary_key=True, foreign_key="upload.id", ondelete="CASCADE")
    start: int = Field(primary_key=True)
    content: bytes


class StoredFile(SQLModel, table=True):
    """A file whose content was checked. Private: a room that refers to it says who may read it."""

    __tablename__ = "stored_file"
    __table_args__ = (
        sa.Index("ix_stored_file_unused_since", "unused_since"),
        sa.Index("ix_stored_file_owner", "owner"),
    )
    id: UUID = Field(primary_key=True)
    owner: str = Field(max_length=60)  # Caller.name of whoever brought it
    name: str = Field(max_length=200)
    media: str = Field(max_length=60)  # what its content is, never what it was called
    sha256: str = Field(max_length=64)  # of the bytes that came
    created_at: datetime
    unused_since: datetime | None = None  # null: a room refers to it


class FileBody(SQLModel, table=True):
    """The bytes of a file in one size."""

    __tablename__ = "file_body"
    file_id: UUID = Field(primary_key=True, foreign_key="stored_file.id", ondelete="CASCADE")
    size: FileSize = Field(primary_key=True, sa_type=one_of(FileSize, "file_body_size"))
    width: int | None = None  # pixels
    height: int | None = None
    content: bytes
