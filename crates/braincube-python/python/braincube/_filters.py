"""Filters: which rows an extraction returns."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any, Union, cast

from ._errors import InputError

#: A filter in any form: built with `col`, text, or a dictionary of the service.
Where = Union["Filter", str, Mapping[str, Any]]

#: A value that a variable is compared with.
Value = Union[int, float, str, datetime.datetime, datetime.date]


class Filter:
    """A condition on rows. Combine filters with `&`, `|` and `~`.

    >>> from braincube import col
    >>> (col(2000034) > 20) & ~(col(2000002) == "B07")
    Filter({'AND': [{'GREAT': ['d2000034', 20]}, {'NOT': [{'EQUALS': ['d2000002', ['B07']]}]}]})
    """

    __slots__ = ("_tree",)

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = dict(tree)

    def __and__(self, other: Filter) -> Filter:
        return _gate("AND", self, other)

    def __or__(self, other: Filter) -> Filter:
        return _gate("OR", self, other)

    def __invert__(self) -> Filter:
        return Filter({"NOT": [self._tree]})

    def __bool__(self) -> bool:
        raise TypeError("a filter is neither true nor false; combine filters with &, | and ~, in parentheses")

    def __repr__(self) -> str:
        return f"Filter({self._tree})"

    def to_dict(self, memory_base: int | str) -> dict[str, Any]:
        """Return the dictionary that the service takes.

        >>> from braincube import col
        >>> (col(2000034) > 20).to_dict(20)
        {'GREAT': ['mb20/d2000034', 20]}
        """
        found: dict[str, Any] = _placed(self._tree, str(memory_base))
        return found


class Column:
    """A variable in a filter. Compare it with `==`, `!=`, `<`, `<=`, `>`, `>=`, `between` or `isin`."""

    __slots__ = ("_reference",)

    def __init__(self, variable: int | str) -> None:
        self._reference: Any = _reference(variable)

    def _compare(self, operator: str, *values: Value) -> Filter:
        return Filter({operator: [self._reference, *map(_literal, values)]})

    def __gt__(self, value: Value) -> Filter:
        return self._compare("GREAT", value)

    def __ge__(self, value: Value) -> Filter:
        return self._compare("GREAT_EQUALS", value)

    def __lt__(self, value: Value) -> Filter:
        return self._compare("LESS", value)

    def __le__(self, value: Value) -> Filter:
        return self._compare("LESS_EQUALS", value)

    def __eq__(self, value: Value) -> Filter:  # type: ignore[override]
        if isinstance(value, str):
            return Filter({"EQUALS": [self._reference, [value]]})
        return self._compare("EQUALS", value)

    def __ne__(self, value: Value) -> Filter:  # type: ignore[override]
        return ~(self == value)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("compare the column with a value first, such as col(2000034) > 20")

    def between(self, low: Value, high: Value) -> Filter:
        """Rows from `low` to `high`, both included."""
        return self._compare("BETWEEN", low, high)

    def isin(self, values: Iterable[Value]) -> Filter:
        """Rows with one of the values."""
        filters = [self == value for value in values]
        if not filters:
            raise InputError("isin: no value")
        found = filters[0]
        for other in filters[1:]:
            found = found | other
        return found

    def __repr__(self) -> str:
        return f"col({self._reference!r})"


def col(variable: int | str) -> Column:
    """A variable in a filter, by its bcId, its long id or its name.

    >>> from braincube import col
    >>> col(2000034).between(20, 40)
    Filter({'BETWEEN': ['d2000034', 20, 40]})
    """
    return Column(variable)


def to_texts(where: Where | Iterable[Where] | None, memory_base: str) -> list[str]:
    """The filters of a query, as the native module takes them."""
    if where is None:
        return []
    if isinstance(where, str):
        return [where]
    if isinstance(where, Filter):
        return [json.dumps(where.to_dict(memory_base))]
    if isinstance(where, Mapping):
        return [_dumps(cast("Mapping[str, Any]", where))]
    if isinstance(where, Iterable):
        return [text for each in where for text in to_texts(each, memory_base)]
    raise InputError(f"where: {type(where).__name__} is not a filter; expected text, a dictionary or col(...) > value")


def _dumps(tree: Mapping[str, Any]) -> str:
    try:
        return json.dumps(tree, allow_nan=False, default=_literal)
    except (TypeError, ValueError) as error:
        raise InputError(f"where: {error}") from None


def _gate(operator: str, left: Filter, right: Filter) -> Filter:
    if not isinstance(right, Filter):
        return NotImplemented
    operands: list[Any] = []
    for operand in (left._tree, right._tree):
        operands.extend(operand[operator] if operator in operand else [operand])
    return Filter({operator: operands})


def _reference(variable: int | str) -> Any:
    if isinstance(variable, bool) or not isinstance(variable, (int, str)):
        number = getattr(variable, "__index__", None)
        if number is None or isinstance(variable, bool):
            raise InputError(f"col: expected an id or a name, got {variable!r}")
        variable = int(number())
    text = str(variable)
    if text.isdecimal():
        return f"d{text}"
    short = text.rpartition("/")[2]
    if short[:1] == "d" and short[1:].isdecimal():
        return text
    return {"column": text}


def _placed(node: Any, memory_base: str) -> Any:
    """A filter with the long ids of the variables of a memory base."""
    if isinstance(node, Mapping):
        return {key: _operands(operands, memory_base) for key, operands in node.items()}
    return node


def _operands(operands: Any, memory_base: str) -> Any:
    if not isinstance(operands, list) or not operands:
        return operands
    first = operands[0]
    if isinstance(first, str) and first[:1] == "d":
        return [f"mb{memory_base}/{first}", *operands[1:]]
    return [_placed(operand, memory_base) if _is_filter(operand) else operand for operand in operands]


def _is_filter(node: Any) -> bool:
    return isinstance(node, Mapping) and "column" not in node


def _literal(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            return value.isoformat(timespec="seconds")
        return value.strftime("%Y%m%d_%H%M%S")
    if isinstance(value, datetime.date):
        return value.strftime("%Y%m%d_000000")
    if isinstance(value, bool):
        raise InputError(f"a variable cannot be compared with {value}")
    if isinstance(value, (int, float, str, list)):
        if isinstance(value, float) and not (float("-inf") < value < float("inf")):
            raise InputError(f"a variable cannot be compared with {value}")
        return value
    item = getattr(value, "item", None)  # a scalar of numpy
    if callable(item):
        return _literal(item())
    raise InputError(f"a variable cannot be compared with a {type(value).__name__}")
