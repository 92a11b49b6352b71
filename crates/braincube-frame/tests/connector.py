"""Decodes the same answers with the Python connector and with this crate.

    connector.py TO_ARROW FOLDER

TO_ARROW is the built example `to_arrow`; FOLDER is where files may be written. Each answer goes through
`braincube_connector.data.data._extract_format_data` and through the crate, whose frame comes back as an
Arrow IPC stream. Where the two are meant to differ, the case says what either gives, so that this file
is the list of the differences. The frame of one answer is then read by pyarrow, pandas, polars and
DuckDB. Writes a line for each check, then `N passed, N failed`, and exits with 1 if one failed.
"""

import json
import math
import pathlib
import subprocess
import sys
import warnings
from datetime import datetime

import duckdb
import pandas
import polars
import pyarrow
from braincube_connector import parameters
from braincube_connector.data import data

ERROR = "an error"


def column(kind, cells, number=1):
    return {"type": kind, "data": cells, "id": f"mb20/d{number}"}


def answer(kind, cells):
    return json.dumps({"datadefs": [column(kind, cells)]})


# Both give the same.
SAME = {
    "numbers": answer("NUMERIC", ["1.5", "-2.25", ".5", "1.", "1e3", "007", "0.1", "1e-400"]),
    "integers": answer("NUMERIC", ["1", "-2", "0", "99999999", "123456789012"]),
    "long numbers": answer("NUMERIC", ["3.141592653589793238", "0.000000000012345678901"]),
    "nan": answer("NUMERIC", ["1", "nan", "NaN"]),
    "infinities": answer("NUMERIC", ["inf", "-inf", "Infinity"]),
    "integers outside quotes": answer("NUMERIC", [1, -20]),
    "booleans in numbers": answer("NUMERIC", [True, False]),
    "dates": answer("DATETIME", ["20201127_124000", "19700101_000000", "20240229_235959"]),
    "no date": answer("DATETIME", ["20201127_124000", "null"]),
    "labels": answer("DISCRETE", ["A", "B", "A", "NaN", "null", "", "nan"]),
    "escapes": '{"datadefs":[{"data":["\\u00e9\\n\\"","\\ud83d\\ude00"],"id":"mb20/d1","type":"DISCRETE"}]}',
    "not ASCII": '{"datadefs":[{"id":"mb20/d1","type":"DISCRETE","data":["Équipe","日本","😀"]}]}',
    "another type": answer("TEXT", ["a", "1", ""]),
    "no rows": answer("NUMERIC", []),
    "no columns": '{"datadefs":[]}',
    "white space": '{ "datadefs" : [ { "data" : [ "1" , "2" ] , "type" : "NUMERIC" , "id" : "mb20/d1" } ] } ',
    "no number": answer("NUMERIC", ["1", "x"]),
    "a decimal comma": answer("NUMERIC", ["1,5"]),
    "cut off": '{"datadefs":[{"id":"mb20/d1","type":"NUMERIC","data":["1"',
    "no answer": "<html></html>",
    "long": json.dumps(
        {
            "datadefs": [
                column("NUMERIC", [f"{row * 37 % 1000}.{row % 100:02}" for row in range(20000)]),
                column("DISCRETE", [f"label {row * 7 % 13}" for row in range(20000)], 2),
            ]
        }
    ),
}

# What the connector gives, what this crate gives, and why.
DIFFERENT = {
    "no value in numbers": (answer("NUMERIC", ["1", "?"]), ERROR, {1: [1.0, None]}),
    "empty text in numbers": (answer("NUMERIC", ["1", ""]), ERROR, {1: [1.0, None]}),
    "null in numbers": (answer("NUMERIC", ["1", None]), ERROR, {1: [1.0, None]}),
    # The connector tries `int` on every cell first, which cuts off the decimals of a float.
    "decimals outside quotes": (answer("NUMERIC", [1, 2.5]), {1: [1, 2]}, {1: [1.0, 2.5]}),
    "no value in labels": (answer("DISCRETE", ["A", "?"]), {1: ["A", "?"]}, {1: ["A", None]}),
    "a number as label": (answer("DISCRETE", ["A", 5]), {1: ["A", 5]}, {1: ["A", "5"]}),
    "spaces around a number": (answer("NUMERIC", [" 7 "]), {1: [7]}, ERROR),
    "underscores": (answer("NUMERIC", ["1_000"]), {1: [1000]}, ERROR),
    "foreign digits": (answer("NUMERIC", ["٣"]), {1: [3]}, ERROR),
    "an integer that no float holds": (
        answer("NUMERIC", ["9007199254740993"]),
        {1: [9007199254740993]},
        {1: [9007199254740992.0]},
    ),
    "a column without data": (
        '{"resultLength":1,"datadefs":[{"id":"mb20/d1","type":"NUMERIC"}]}',
        {},
        {1: [None]},
    ),
    "columns of different lengths": (
        json.dumps({"datadefs": [column("NUMERIC", ["1"]), column("NUMERIC", ["1", "2"], 2)]}),
        {1: [1], 2: [1, 2]},
        ERROR,
    ),
    "a column twice": (
        json.dumps({"datadefs": [column("NUMERIC", ["1"]), column("NUMERIC", ["2"])]}),
        {1: [2]},
        ERROR,
    ),
    "half a surrogate": (
        '{"datadefs":[{"id":"mb20/d1","type":"DISCRETE","data":["\\ud800"]}]}',
        {1: ["\ud800"]},
        ERROR,
    ),
    "a number that JSON does not know": (
        '{"datadefs":[{"id":"mb20/d1","type":"NUMERIC","data":[Infinity]}]}',
        ERROR,
        ERROR,
    ),
}


def plain(cell):
    """A cell as both sides can be compared: no nan, no time stamp of a library, no boolean."""
    if cell is None or cell is pandas.NaT or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, pandas.Timestamp):
        return cell.to_pydatetime()
    return int(cell) if isinstance(cell, bool) else cell


def theirs(body):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            columns = data._extract_format_data(json.loads(body))
    except (ValueError, TypeError, OverflowError, KeyError):
        return ERROR
    return {number: [plain(cell) for cell in cells] for number, cells in columns.items()}


class Ours:
    def __init__(self, program, folder):
        self.program = program
        self.body = pathlib.Path(folder) / "answer.json"
        self.frame = pathlib.Path(folder) / "frame.arrows"

    def table(self, body):
        self.body.write_text(body, encoding="utf-8")
        command = [self.program, self.body, self.frame]
        if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return None
        with pyarrow.ipc.open_stream(self.frame) as stream:
            return stream.read_all()

    def columns(self, body):
        table = self.table(body)
        if table is None:
            return ERROR
        names = [int(name) for name in table.column_names]
        cells = [[plain(cell) for cell in column.to_pylist()] for column in table.columns]
        return dict(zip(names, cells))


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, name, found, expected):
        if found == expected:
            self.passed += 1
            print(f"ok   {name}")
        else:
            self.failed += 1
            print(f"FAIL {name}: found {str(found)[:200]}, expected {str(expected)[:200]}")


def readers(ours, checks):
    """The libraries that read Arrow see the types, the cells and what the fields say."""
    table = ours.table(
        json.dumps(
            {
                "datadefs": [
                    column("DATETIME", ["20201127_124000", "null"]),
                    column("NUMERIC", ["1.5", "nan"], 2),
                    column("DISCRETE", ["A", "?"], 3),
                ]
            }
        )
    )
    date = datetime(2020, 11, 27, 12, 40)
    rows = [(date, 1.5, "A"), (None, None, None)]
    types = [str(kind) for kind in table.schema.types]
    label = "dictionary<values=string, indices=int32, ordered=0>"
    checks.equal("pyarrow: types", types, ["timestamp[ms]", "double", label])
    checks.equal(
        "pyarrow: what a field says",
        table.schema.field("2").metadata,
        {b"braincube:id": b"mb20/d2", b"braincube:type": b"NUMERIC"},
    )
    frame = table.to_pandas()
    checks.equal("pandas: types", [str(kind) for kind in frame.dtypes], ["datetime64[ms]", "float64", "category"])
    checks.equal("pandas: cells", [tuple(map(plain_or_none, row)) for row in frame.itertuples(index=False)], rows)
    frame = polars.read_ipc_stream(ours.frame)
    kinds = [polars.Datetime("ms"), polars.Float64]
    checks.equal("polars: types", frame.dtypes[:2], kinds)
    checks.equal("polars: labels", frame.dtypes[2] in (polars.Categorical, polars.Enum), True)
    checks.equal("polars: cells", frame.rows(), rows)
    found = duckdb.from_arrow(table)
    checks.equal("DuckDB: cells", found.fetchall(), rows)
    checks.equal("DuckDB: types", [str(kind) for kind in found.types][:2], ["TIMESTAMP_MS", "DOUBLE"])


def plain_or_none(cell):
    return None if pandas.isna(cell) else plain(cell)


def main():
    program, folder = sys.argv[1:]
    parameters.set_parameter({"parse_date": True})
    ours, checks = Ours(program, folder), Checks()
    for name, body in SAME.items():
        checks.equal(name, ours.columns(body), theirs(body))
    for name, (body, they, we) in DIFFERENT.items():
        checks.equal(f"{name}: the connector", theirs(body), they)
        checks.equal(f"{name}: this crate", ours.columns(body), we)
    readers(ours, checks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


main()
