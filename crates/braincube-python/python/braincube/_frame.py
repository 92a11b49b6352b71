"""Frames: the rows of an extraction."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from . import _core
from ._wait import ProgressOption, wait, wait_async

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: How many rows and columns a notebook shows.
_SHOWN_ROWS, _SHOWN_COLUMNS = 10, 20


class Frame:
    """The rows of an extraction, as Arrow columns.

    pyarrow, polars, pandas and DuckDB read it without a copy through `__arrow_c_stream__`.

    >>> import braincube
    >>> with braincube.Simulator() as simulator:
    ...     frame = simulator.client()["demo"].memory_base(20).data([2000001, 2000040])
    >>> len(frame), frame.columns
    (9220, ['2000001', '2000040'])
    """

    __slots__ = ("_core", "__weakref__")

    def __init__(self, core: _core.Frame) -> None:
        self._core = core

    @property
    def columns(self) -> list[str]:
        """The labels of the columns, in order."""
        return self._core.column_names

    @property
    def dtypes(self) -> dict[str, str]:
        """The Arrow type of each column."""
        return dict(zip(self._core.column_names, self._core.column_types))

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return (self._core.num_rows, len(self._core.column_names))

    @property
    def nbytes(self) -> int:
        """The size of the columns in memory, in bytes."""
        return self._core.nbytes

    @property
    def missing(self) -> list[str]:
        """The long ids of the variables for which the service returned no data. Their columns are null."""
        return self._core.missing

    @property
    def report(self) -> str:
        """Counts of what a table cannot show: nulls by cause, converted cells, columns without data."""
        return self._core.report

    def __len__(self) -> int:
        return self._core.num_rows

    def __getitem__(self, column: str) -> list[Any]:
        """The cells of a column as Python objects. A null is None."""
        try:
            index = self._core.column_names.index(column)
        except ValueError:
            raise KeyError(column) from None
        return self._core.to_list(index, False)

    def head(self, rows: int = 10) -> Frame:
        """The first rows."""
        return Frame(self._core.slice(0, rows))

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns as lists of Python objects, by label. A null is None."""
        names = self._core.column_names
        return {name: self._core.to_list(index, False) for index, name in enumerate(names)}

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame. Requires pandas; does not require pyarrow.

        A null is NaN or NaT. DISCRETE columns are categorical, dates are `datetime64[ms]` without a zone.
        """
        import numpy
        import pandas

        columns: dict[str, Any] = {}
        for index, name in enumerate(self._core.column_names):
            buffer = self._core.to_buffer(index)
            codes = self._core.to_codes(index) if buffer is None else None
            if buffer is not None:
                columns[name] = numpy.frombuffer(buffer[1], dtype=buffer[0])
            elif codes is not None:
                values = numpy.frombuffer(codes[0], dtype="int32")
                columns[name] = pandas.Categorical.from_codes(values, categories=codes[1])
            else:
                columns[name] = self._core.to_list(index, False)
        return pandas.DataFrame(columns, copy=False)

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame. Requires polars. Copies no data."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow table. Requires pyarrow. Copies no data."""
        import pyarrow

        return pyarrow.table(self)

    def __arrow_c_schema__(self) -> object:
        """The Arrow PyCapsule interface: the schema."""
        return self._core.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface: the rows."""
        return self._core.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        rows, columns = self.shape
        types = ", ".join(f"{name}: {kind}" for name, kind in list(self.dtypes.items())[:_SHOWN_COLUMNS])
        more = ", …" if columns > _SHOWN_COLUMNS else ""
        return f"Frame({rows} rows × {columns} columns; {types}{more})"

    def _repr_html_(self) -> str:
        names = self._core.column_names[:_SHOWN_COLUMNS]
        shown = self._core.slice(0, _SHOWN_ROWS)
        cells = [shown.to_list(index, False) for index in range(len(names))]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in zip(*cells)
        )
        rows, columns = self.shape
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{rows:,} rows × {columns:,} columns</p>"
        )


class Stream:
    """An extraction in time windows, for more data than fits into memory.

    Iterate over it, blocking or with `async for`, to get a `Frame` for each window. pyarrow, polars and DuckDB read it
    through `__arrow_c_stream__`. Each reading sends its requests again, so that it can be read more than once.
    """

    def __init__(self, start: Callable[[], _core.Operation], progress: ProgressOption = None) -> None:
        self._start = start
        self._progress = progress
        self._schema: _core.Frame | None = None

    def __iter__(self) -> Iterator[Frame]:
        windows: _core.Windows = wait(self._start())
        while True:
            frame: _core.Frame | None = wait(windows.next())
            if frame is None:
                return
            yield Frame(frame)

    async def __aiter__(self) -> AsyncIterator[Frame]:
        windows: _core.Windows = await wait_async(self._start())
        while True:
            frame: _core.Frame | None = await wait_async(windows.next())
            if frame is None:
                return
            yield Frame(frame)

    def _first(self) -> tuple[_core.Windows, _core.Frame]:
        windows: _core.Windows = wait(self._start())
        first: _core.Frame | None = wait(windows.next())
        if first is None:
            from ._errors import InputError

            raise InputError("the period of the stream is empty")
        # The schema is that of the first window. It holds no rows of it.
        self._schema = first.slice(0, 0)
        return (windows, first)

    def __arrow_c_schema__(self) -> object:
        """The Arrow PyCapsule interface: the schema. Extracts the first window once."""
        if self._schema is None:
            self._first()
        assert self._schema is not None
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface: the rows, one batch for each window."""
        windows, first = self._first()
        return windows.to_stream(first)

    def to_arrow(self) -> pyarrow.Table:
        """All rows as a pyarrow table. Requires pyarrow."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> polars.DataFrame:
        """All rows as a polars data frame. Requires polars."""
        import polars

        return polars.DataFrame(self)
