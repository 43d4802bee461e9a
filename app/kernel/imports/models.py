"""Tables of imports."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.kernel.schema import Json, belongs_to


class ImportRun(SQLModel, table=True):
    """Somebody sent a file of `kind` for an organisation: the file itself, what each row means, whether it was done."""

    __tablename__ = "import_run"
    __table_args__ = (sa.Index("ix_import_run_organisation_id", "organisation_id", "id"),)
    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=40)
    organisation_id: UUID | None = None  # a plain id: the kernel knows no organisations
    caller: str = Field(max_length=60)
    filename: str = Field(max_length=200)
    content: bytes
    headers: Any = Field(sa_type=Json)  # the user's own names of the columns
    unknown: Any = Field(sa_type=Json)
    lines: Any = Field(sa_type=Json)
    to_correct: int = 0  # rows with errors
    follows_id: UUID | None = belongs_to("import_run.id", default=None)  # the run whose rows it puts right
    created_at: datetime
    committed_at: datetime | None = None
    version: int = 1
