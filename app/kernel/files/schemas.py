"""What crosses the door about files."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.kernel.bodies import AS_LINE, Given, Shown
from app.kernel.files.models import FileSize

Offset = Annotated[int, Field(ge=0, le=2_147_483_647)]


class UploadCreate(Given):
    """A file that is about to be sent in pieces."""

    id: UUID | None = Field(default=None, description="UUIDv7, may be made offline; the file gets the same")
    name: Annotated[str, Field(min_length=1, max_length=200, examples=["licencia.jpg"]), AS_LINE]
    size: int = Field(ge=1, le=2_147_483_647, description="All its bytes", examples=[183_204])


class FileRead(Shown):
    """A file that was checked and is kept."""

    id: UUID
    name: str
    media: str = Field(description="What its content is: `image/jpeg`, `image/webp`, `application/pdf`")
    sizes: list[FileSize]
    sha256: str = Field(description="Of the bytes that were sent")
    created_at: datetime


class UploadRefusal(Shown):
    """Why the content was not kept, and what to do."""

    reason: str
    message: str


class UploadRead(Shown):
    """How far an upload is. With all bytes here, `file` is what became of it, or `refused` says why nothing did."""

    id: UUID
    name: str
    size: int
    offset: int = Field(description="So many bytes are here: go on from this one")
    expires_at: datetime
    file: FileRead | None
    refused: UploadRefusal | None
