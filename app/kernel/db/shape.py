"""One compiled statement: its SQL, the order of its parameters and the conversions in and out.

Uses what SQLAlchemy makes public (`compile`, `bind_names`, `exported_columns`, `bind_processor`, `result_processor`,
`construct_expanded_state`); a contract test holds every column type on both databases.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
Statement = Any  # Select | Insert | Update | Delete | TextualSelect: they share no public class with what is used here


class Query:
    """A select with optional filters: those whose parameter is given apply.

    One statement per combination of filters, made once. `Query(base, region=Producer.region == bindparam("region"))`.
    `around` builds the statement over the filtered select: a page that is cut first and completed afterwards.
    """

    def __init__(
        self,
        base: Statement,
        around: Callable[[Statement], Statement] | None = None,
        /,
        **filters: sa.ColumnElement[bool],
    ) -> None:
        self.base, self.filters, self.around = base, filters, around
        self._made: dict[tuple[str, ...], Statement] = {}

    def pick(self, params: Mapping[str, Any]) -> tuple[Statement, dict[str, Any]]:
        """The statement for these parameters, and the parameters that are not None."""
        given = {name: value for name, value in params.items() if value is not None}
        names = tuple(name for name in self.filters if name in given)
        statement = self._made.get(names)
        if statement is None:
            statement = self.base.where(*(self.filters[name] for name in names))
            self._made[names] = statement = self.around(statement) if self.around else statement
        return statement, given


class Shape:
    """A statement compiled for one dialect."""

    def __init__(
        self, statement: Statement, dialect: Dialect, keys: Sequence[str], skip: Iterable[type] = ()
    ) -> None:
        self.compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(keys) or None)
        self.sql = str(self.compiled.string)
        self.order = tuple(self.compiled.positiontup or ())
        self.names = set(self.compiled.bind_names.values())
        self.required = {name for bind, name in self.compiled.bind_names.items() if bind.required}
        self.constants = {
            name: bind.effective_value
            for bind, name in self.compiled.bind_names.items()
            if not bind.required and name not in keys
        }
        self.into = _in_processors(self.compiled, dialect)
        self.lists = [self.compiled.bind_names[bind] for bind in self.compiled.post_compile_params]
        self.defaults = {
            column.key: column.default
            for column in (*self.compiled.insert_prefetch, *self.compiled.update_prefetch)
        }
        for name in self.defaults:
            self.constants.pop(name, None)
        self.columns, self.out = _out_processors(statement, dialect, tuple(skip))
        self._expanded: dict[tuple[int, ...], Any] = {}

    def bind(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The SQL and its arguments in order. Raises TypeError for a parameter that the statement does not have."""
        if not given.keys() <= self.names:
            raise TypeError(f"unknown parameters: {sorted(given.keys() - self.names)}")
        values = {**self.constants, **given} if self.constants else dict(given)
        for key, default in self.defaults.items():
            if key not in values:
                values[key] = default.arg(None) if default.is_callable else default.arg
        if self.lists:
            return self._bind_lists(values)
        into = self.into
        return self.sql, [into[name](values[name]) if name in into else values[name] for name in self.order]

    def _bind_lists(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        for name in self.lists:  # the last value repeated up to a power of two keeps distinct texts few
            listed = list(values[name])
            values[name] = listed + listed[-1:] * ((1 << max(len(listed) - 1, 0).bit_length()) - len(listed))
        sizes = tuple(len(values[name]) for name in self.lists)
        state = self._expanded.get(sizes)
        if state is None:
            state = self._expanded[sizes] = self.compiled.construct_expanded_state(values)
        for name in self.lists:
            values.update(zip(state.parameter_expansion[name], values[name], strict=True))
        into = {
            **self.into,
            **{n: self.into[k] for k in self.lists if k in self.into for n in state.parameter_expansion[k]},
        }
        return state.statement, [
            into[n](values[n]) if n in into else values[n] for n in state.positiontup or ()
        ]

    def rows(self, found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        """What the driver found, as dictionaries by column name, converted."""
        columns = self.columns  # the driver's rows have them by construction: a strict zip costs a third more
        rows = [dict(zip(columns, values, strict=False)) for values in found]
        for name, convert in self.out:
            for row in rows:
                row[name] = convert(row[name])
        return rows


def _in_processors(compiled: SQLCompiler, dialect: Dialect) -> dict[str, Convert]:
    found = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for bind, name in compiled.bind_names.items()
    }
    return {name: convert for name, convert in found.items() if convert is not None}


def _out_processors(
    statement: Statement, dialect: Dialect, skip: tuple[type, ...]
) -> tuple[tuple[str, ...], list[tuple[str, Convert]]]:
    exported = getattr(statement, "exported_columns", None)
    columns = list(exported) if exported is not None else []
    names = tuple(str(column.key) for column in columns)
    if len(set(names)) != len(names):
        raise TypeError(f"label the columns, names repeat: {names}")
    convert = [
        (name, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for name, column in zip(names, columns, strict=True)
        if not isinstance(column.type, skip)
    ]
    return names, [(name, processor) for name, processor in convert if processor is not None]
