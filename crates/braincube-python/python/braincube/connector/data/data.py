"""Data of a memory base."""

from __future__ import annotations

import json
import warnings
from typing import Any

from braincube import _core
from braincube._wait import wait
from braincube.connector import _errors, client, parameters, tools
from braincube.connector.data import conditions

DATA_PATH = "braindata/{mb_id}/LF"
DATACOL = "data"


def pandas_timestamp_to_datetime(timestamp: Any) -> Any:
    """Convert a timestamp of pandas to a datetime; NaT to None."""
    import pandas

    return None if pandas.isnull(timestamp) else timestamp.to_pydatetime()


def get_braindata_memory_base_info(
    braincube_path: str, memory_base_bcid: Any, braincube_name: str = ""
) -> dict[str, Any]:
    """Request what the service says of the data of a memory base."""
    path = tools.join_path([braincube_path, f"braindata/mb{memory_base_bcid}/simple"])
    found: dict[str, Any] = client.request_ws(path, braincube_name=braincube_name)
    return found


def extract(variable_ids: list[int], memory_base: Any, filters: Any = None) -> tuple[_core.Frame, list[tuple[int, int]]]:
    """Request data. Return the frame, and the place and the bcId of each column with data, in the order of the response."""
    long_id = f"mb{memory_base.get_bcid()}"
    path = tools.join_path([memory_base.get_braincube_path(), DATA_PATH.format(mb_id=long_id)])
    context: dict[str, Any] = {"dataSource": long_id}
    combined = conditions.combine_filters([filters] if isinstance(filters, dict) else filters)
    if combined:
        context["filter"] = combined[0]
    body = {
        "order": memory_base.get_order_variable_long_id(),
        "definitions": [f"{long_id}/d{variable}" for variable in variable_ids],
        "context": context,
    }
    request = {
        "method": "POST",
        "path": path,
        "sso": False,
        "braincube": memory_base.get_braincube_name(),
        "body": json.dumps(body, allow_nan=False).encode(),
        "idempotent": True,
    }
    with _errors.translated():
        core = client.get_instance()._native()
        frame: _core.Frame = wait(core.extract(request, bool(parameters.get_parameter("parse_date"))))
    missing = set(frame.missing)
    columns = []
    for place, label in enumerate(frame.column_names):
        number = int(label.rpartition("/")[2].lstrip("d"))
        if f"{long_id}/d{number}" in missing:
            warnings.warn(f"No data found for: {long_id}/d{number}", stacklevel=4)
        else:
            columns.append((place, number))
    return (frame, columns)


def column_list(frame: _core.Frame, place: int) -> list[Any]:
    """Return a column as the original does: NaN for a missing number, the sign of the service for a missing text."""
    cells = frame.to_list(place, True)
    if not frame.column_types[place].startswith(("string", "dictionary")):
        return cells
    sign = "null" if frame.declared_types[place] == "DATETIME" else "?"
    return [sign if cell is None else cell for cell in cells]


def collect_data(variable_ids: list[int], memory_base: Any, filters: Any = None) -> dict[int, Any]:
    """Request data. Return the columns as lists, by bcId, in the order of the response."""
    frame, columns = extract(variable_ids, memory_base, filters)
    return {number: column_list(frame, place) for place, number in columns}


def to_dataframe(frame: _core.Frame, columns: list[tuple[int, Any]]) -> Any:
    """Return a data frame as `pandas.DataFrame` makes it of the lists, without making the lists of numbers and dates."""
    import numpy
    import pandas

    unit = "ns" if int(pandas.__version__.partition(".")[0]) < 3 else "us"
    found: dict[Any, Any] = {}
    for place, label in columns:
        buffer = frame.to_buffer(place) if frame.num_rows else None
        if buffer is None:
            found[label] = column_list(frame, place)
            continue
        values = numpy.frombuffer(buffer[1], dtype=buffer[0])
        if values.dtype.kind != "M":
            found[label] = values
        elif numpy.isnat(values).all():
            # pandas makes objects of a column without any date.
            found[label] = [None] * len(values)
        else:
            found[label] = values.astype(f"datetime64[{unit}]")
    return pandas.DataFrame(found, copy=False)
