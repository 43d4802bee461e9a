"""What all tables share: names of constraints, column types that mean the same on both databases, versions."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.model_config["defer_build"] = True  # tables are described here, nothing is validated


class Json(sa.TypeDecorator[Any]):
    """A JSON value: jsonb on PostgreSQL, text on SQLite, by one encoder that knows UUID, dates and Decimal."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Choose jsonb where there is one."""
        return dialect.type_descriptor(_JsonbText() if dialect.name == "postgresql" else sa.Text())

    def bind_processor(self, _dialect: Dialect) -> Callable[[Any], str | None]:
        """Encode on the way in."""
        return _encoded

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """Decode on the way out. Directly: SQLAlchemy's two wrappers cost as much as the decoding."""
        return _decoded


def _encoded(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _decoded(value: Any) -> Any:
    return None if value is None else msgspec.json.decode(value)


class _JsonbText(postgresql.JSONB):
    """jsonb that takes and gives text: the encoder is ours."""

    def bind_processor(self, _dialect: Dialect) -> None:
        return None

    def result_processor(self, _dialect: Dialect, _coltype: object) -> None:
        return None


class Nested(sa.TypeDecorator[Any]):
    """JSON built by the database itself, passed through to the answer unparsed."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> msgspec.Raw | None:
        """Keep the bytes."""
        return None if value is None else msgspec.Raw(value.encode())


class json_object_of(GenericFunction[Any]):  # noqa: N801 - an SQL function
    """json_build_object / json_object."""

    type = sa.Text()
    inherit_cache = True
    name = "json_object_of"


class json_list_of(GenericFunction[Any]):  # noqa: N801 - an SQL function
    """json_agg / json_group_array."""

    type = sa.Text()
    inherit_cache = True
    name = "json_list_of"


def _renders_as(function: type[GenericFunction[Any]], postgres: str, sqlite: str) -> None:
    for name, sql in (("postgresql", postgres), ("sqlite", sqlite)):

        def render(element: Any, compiler: SQLCompiler, sql: str = sql, **kw: Any) -> str:
            return f"{sql}({compiler.process(element.clauses, **kw)})"

        compiles(function, name)(render)


_renders_as(json_object_of, "json_build_object", "json_object")
_renders_as(json_list_of, "json_agg", "json_group_array")


def nested(statement: sa.Select[Any], label: str) -> sa.Label[Any]:
    """A correlated select as one column holding a JSON array of objects, `[]` when it finds nothing."""
    inner = statement.subquery()
    pairs = [part for column in inner.c for part in (sa.literal_column(f"'{column.name}'"), column)]
    listed = sa.cast(json_list_of(json_object_of(*pairs)), sa.Text)
    found = sa.type_coerce(sa.select(listed).scalar_subquery(), sa.Text)
    return sa.type_coerce(sa.func.coalesce(found, sa.literal_column("'[]'")), Nested).label(label)


def table(model: type[SQLModel]) -> sa.Table:
    """The Core table of a model: statements are written over its columns."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def one_of(values: type[StrEnum], name: str) -> Any:
    """A text column that holds only the values of an enum, by a named CHECK on both databases."""
    return sa.Enum(
        values,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=name,
        length=40,
    )


def belongs_to(column: str, *, ondelete: str = "RESTRICT", **field: Any) -> Any:
    """A foreign key with its index: `belongs_to("organisation.id")`. Deleting is refused unless said otherwise."""
    return Field(foreign_key=column, ondelete=ondelete, index=True, **field)  # type: ignore[call-overload]
