"""Decodes the same responses with the Python connector and with this crate.

    connector.py TO_ARROW DIRECTORY

TO_ARROW is the built example `to_arrow`; DIRECTORY is for temporary files. Each response is decoded by
`braincube_connector.data.data._extract_format_data` and by the crate, which writes the frame as an Arrow IPC
stream. Where the two differ on purpose, the case lists both results, so this file is the list of the
differences: whole responses in DIFFERENT, single cells in NUMBERS, DATES and LABELS. Cells with equal results
are then decoded together, in random responses. The frame of one response is read by pyarrow, pandas, polars
and DuckDB, as a stream and as a file. Prints a line for each check and `N passed, N failed`, and exits with 1
if one failed.
"""

import json
import math
import pathlib
import random
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


def response(kind, cells):
    return json.dumps({"datadefs": [column(kind, cells)]})


# Both give the same.
SAME = {
    "numbers": response("NUMERIC", ["1.5", "-2.25", ".5", "1.", "1e3", "007", "0.1", "1e-400"]),
    "integers": response("NUMERIC", ["1", "-2", "0", "99999999", "123456789012"]),
    "long numbers": response("NUMERIC", ["3.141592653589793238", "0.000000000012345678901"]),
    "nan": response("NUMERIC", ["1", "nan", "NaN"]),
    "infinities": response("NUMERIC", ["inf", "-inf", "Infinity"]),
    "integers outside quotes": response("NUMERIC", [1, -20]),
    "booleans in numbers": response("NUMERIC", [True, False]),
    "dates": response("DATETIME", ["20201127_124000", "19700101_000000", "20240229_235959"]),
    "no date": response("DATETIME", ["20201127_124000", "null"]),
    "labels": response("DISCRETE", ["A", "B", "A", "NaN", "null", "", "nan"]),
    "escapes": '{"datadefs":[{"data":["\\u00e9\\n\\"","\\ud83d\\ude00"],"id":"mb20/d1","type":"DISCRETE"}]}',
    "not ASCII": '{"datadefs":[{"id":"mb20/d1","type":"DISCRETE","data":["Équipe","日本","😀"]}]}',
    "another type": response("TEXT", ["a", "1", ""]),
    "no rows": response("NUMERIC", []),
    "no columns": '{"datadefs":[]}',
    "white space": '{ "datadefs" : [ { "data" : [ "1" , "2" ] , "type" : "NUMERIC" , "id" : "mb20/d1" } ] } ',
    "no number": response("NUMERIC", ["1", "x"]),
    "a decimal comma": response("NUMERIC", ["1,5"]),
    "cut off": '{"datadefs":[{"id":"mb20/d1","type":"NUMERIC","data":["1"',
    "no response": "<html></html>",
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
    "no value in numbers": (response("NUMERIC", ["1", "?"]), ERROR, {1: [1.0, None]}),
    "empty text in numbers": (response("NUMERIC", ["1", ""]), ERROR, {1: [1.0, None]}),
    "null in numbers": (response("NUMERIC", ["1", None]), ERROR, {1: [1.0, None]}),
    # The connector tries `int` on every cell first, which cuts off the decimals of a float.
    "decimals outside quotes": (response("NUMERIC", [1, 2.5]), {1: [1, 2]}, {1: [1.0, 2.5]}),
    "no value in labels": (response("DISCRETE", ["A", "?"]), {1: ["A", "?"]}, {1: ["A", None]}),
    "a number as label": (response("DISCRETE", ["A", 5]), {1: ["A", 5]}, {1: ["A", "5"]}),
    "spaces around a number": (response("NUMERIC", [" 7 "]), {1: [7]}, ERROR),
    "underscores": (response("NUMERIC", ["1_000"]), {1: [1000]}, ERROR),
    "foreign digits": (response("NUMERIC", ["٣"]), {1: [3]}, ERROR),
    "an integer that no float holds": (
        response("NUMERIC", ["9007199254740993"]),
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
        {1: [math.inf]},
    ),
}


# A single cell of a type: None where both give the same, else what the connector gives and what this
# crate gives.
NUMBERS = {
    **dict.fromkeys(["0", "4", "-4", "007", "99999999", "123456789", "-1234567890123456"]),
    **dict.fromkeys(["1.5", "-2.25", "0.1", "1.0", "2.", ".5", "-.5", "0.000000000012345678901"]),
    **dict.fromkeys(["+1", "+1.5", "-0", "-0.0", "1e3", "1E3", "1e+3", "1e-3", "1.e2", "5e-324"]),
    **dict.fromkeys(["3.141592653589793238", "12345678.12345678", "1e22", "1e300", "1.7976931348623157e308"]),
    **dict.fromkeys(["nan", "NaN", "NAN", "-nan", "+nan", "inf", "Inf", "INF", "-inf", "Infinity", "-infinity"]),
    **dict.fromkeys(["x", "1,5", "1.5,2", "0x10", "1e", "e1", ".", "-", "--1", "1.2.3", "true", "1 000", "½"]),
    **dict.fromkeys(["Null", "None", "N/A", "#N/A", "infin", "nan(1)", "1e5.0"]),
    **dict.fromkeys([7, -20, 0, True, False]),
    # Beyond the range of a float: counted in the report.
    **dict.fromkeys(["1e400", "-1e400", "1e-400", "-1e-400"]),
    "?": (ERROR, None),
    "": (ERROR, None),
    "null": (ERROR, None),
    "NULL": (ERROR, None),
    " ? ": (ERROR, None),
    **dict.fromkeys([" nan", "NaN "]),
    None: (ERROR, None),
    " 7 ": (7, ERROR),
    "\u00a07": (7, ERROR),
    "1_000": (1000, ERROR),
    "1_0.5": (10.5, ERROR),
    "20201127_124000": (20201127124000, ERROR),
    "٣": (3, ERROR),
    "١٫٥": (ERROR, ERROR),
    2.5: (2, 2.5),
    -0.5: (0, -0.5),
    # Integers that no float holds: counted in the report, and exact with `--integers`.
    "9007199254740993": (9007199254740993, 9007199254740992.0),
    "99999999999999999999999": (99999999999999999999999, 1e23),
    18446744073709551615: (18446744073709551615, 18446744073709551616.0),
}

DATES = {
    **dict.fromkeys(["20201127_124000", "19700101_000000", "20240229_235959", "20000229_000000"]),
    **dict.fromkeys(["null", "?", "", "nan", "NULL", "x", "20190229_000000", "19000229_000000"]),
    **dict.fromkeys(["20201301_000000", "20200001_000000", "20200100_000000", "20200431_000000"]),
    **dict.fromkeys(["20200101_240000", "20200101_006000", "20200101_000062", "20201127_124000 "]),
    **dict.fromkeys(["20201127T124000", "20201127 124000", "2020-11-27 12:40:00", "00000101_000000"]),
    **dict.fromkeys([" 20201127_124000", "20201127_1240000", None]),
    # The second 60 is taken for the second 59, and counted.
    "20161231_235960": (datetime(2017, 1, 1), datetime(2016, 12, 31, 23, 59, 59)),
    "20161231_235961": (datetime(2017, 1, 1, 0, 0, 1), None),
    # What a count of nanoseconds cannot reach.
    "16770101_000000": (None, datetime(1677, 1, 1)),
    "22630101_000000": (None, datetime(2263, 1, 1)),
    "00010101_000000": (None, datetime(1, 1, 1)),
    "99991231_235959": (None, datetime(9999, 12, 31, 23, 59, 59)),
    "2020112٧_124000": (datetime(2020, 11, 27, 12, 40), None),
}

LABELS = {
    **dict.fromkeys(["A", "a", " A ", "", "NaN", "nan", "null", "NULL", "None", "1", "1.50", "é", "日本", "😀"]),
    **dict.fromkeys(['"', "\\", "\n\t", "\0", "],[", "}{", "a" * 100, "??", " A", "20201127_124000", None]),
    "?": ("?", None),
    " ?": (" ?", None),
    5: (5, "5"),
    1.5: (1.5, "1.5"),
    True: (1, "true"),
}

CELLS = {"NUMERIC": NUMBERS, "DATETIME": DATES, "DISCRETE": LABELS, "DISCRET": LABELS, "TEXT": LABELS}


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
        self.body = pathlib.Path(folder) / "response.json"
        self.frame = pathlib.Path(folder) / "frame.arrows"

    def table(self, body, *options):
        self.body.write_text(body, encoding="utf-8")
        command = [self.program, self.body, self.frame, *options]
        if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return None
        with pyarrow.ipc.open_stream(self.frame) as stream:
            return stream.read_all()

    def columns(self, body, *options):
        table = self.table(body, *options)
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


def single_cells(ours, checks):
    """Each cell alone. Gives, by type, those that both read, and read alike."""
    alike = {}
    for kind, cells in CELLS.items():
        for cell, different in cells.items():
            body, name = response(kind, [cell]), f"{kind} {cell!r}"
            they, we = theirs(body), ours.columns(body)
            if different is None:
                checks.equal(name, we, they)
                if we != ERROR:
                    alike.setdefault(kind, []).append(cell)
                continue
            for side, found, expected in zip(("connector", "crate"), (they, we), different):
                expected = expected if expected == ERROR else {1: [expected]}
                checks.equal(f"{name}: this {side}", found, expected)
    return alike


def random_responses(ours, checks, alike):
    """Cells that both read alike, together in columns."""
    rng = random.Random(6)
    kinds = list(alike)
    integers = [cell for cell in alike["NUMERIC"] if is_integer(cell)]
    for number in range(100):
        rows = rng.choice([1, 2, 40, 5000])
        # No column of all sorts of numbers would be one of integers.
        pools = {**alike, "NUMERIC": integers} if number % 2 else alike
        columns = []
        for at in range(1, rng.randint(2, 6)):
            kind = rng.choice(kinds)
            entries = list(column(kind, [rng.choice(pools[kind]) for _ in range(rows)], at).items())
            rng.shuffle(entries)
            columns.append(dict(entries))
        body = json.dumps({"datadefs": columns}, ensure_ascii=number % 3 == 0)
        they, found = theirs(body), ours.columns(body, "--integers")
        checks.equal(f"random response {number}", ours.columns(body), they)
        checks.equal(f"random response {number}, integers", found, they)
        # Numbers are also of the same kind, where no missing one turns integers into floats.
        if number % 2 and found != ERROR:
            checks.equal(f"random response {number}, kinds", types_of(found), types_of(they))


def types_of(columns):
    return {number: {type(cell) for cell in cells} for number, cells in columns.items()}


def is_integer(cell):
    try:
        return int(cell) == float(cell)
    except (ValueError, TypeError):
        return False


def readers(ours, checks, folder):
    """The libraries that read Arrow see the types, the cells and what the fields say."""
    body = json.dumps(
        {
            "datadefs": [
                column("DATETIME", ["20201127_124000", "null"]),
                column("NUMERIC", ["1.5", "nan"], 2),
                column("DISCRETE", ["A", "?"], 3),
                column("TEXT", ["é", "?"], 4),
                {"id": "mb20/d5", "type": "DISCRET"},
            ]
        }
    )
    stream = ours.table(body)
    path = pathlib.Path(folder) / "frame.arrow"
    subprocess.run([ours.program, ours.body, path], check=True)
    with pyarrow.ipc.open_file(path) as file:
        read_table(checks, "Arrow file", file.read_all())
    read_table(checks, "Arrow stream", stream)
    read_polars(checks, "Arrow file", polars.read_ipc(path))
    read_polars(checks, "Arrow stream", polars.read_ipc_stream(ours.frame))


DATE = datetime(2020, 11, 27, 12, 40)
ROWS = [(DATE, 1.5, "A", "é", None), (None, None, None, None, None)]


def read_table(checks, name, table):
    """As pyarrow, pandas and DuckDB read it."""
    label = "dictionary<values=string, indices=int32, ordered=0>"
    types = [str(kind) for kind in table.schema.types]
    checks.equal(f"{name}, pyarrow: types", types, ["timestamp[ms]", "double", label, "string", label])
    checks.equal(f"{name}, pyarrow: cells", list(zip(*(one.to_pylist() for one in table.columns))), ROWS)
    labels = table.column("3").combine_chunks().dictionary.to_pylist()
    checks.equal(f"{name}, pyarrow: labels", labels, ["A"])
    kinds = ["DATETIME", "NUMERIC", "DISCRETE", "TEXT", "DISCRET"]
    said = [{b"braincube:id": f"mb20/d{at}".encode(), b"braincube:type": kind.encode()} for at, kind in enumerate(kinds, 1)]
    checks.equal(f"{name}, pyarrow: what the fields say", [field.metadata for field in table.schema], said)
    frame = table.to_pandas()
    kinds = ["datetime64[ms]", "float64", "category", "object", "category"]
    checks.equal(f"{name}, pandas: types", [str(kind) for kind in frame.dtypes], kinds)
    cells = [tuple(map(plain_or_none, row)) for row in frame.itertuples(index=False)]
    checks.equal(f"{name}, pandas: cells", cells, ROWS)
    found = duckdb.from_arrow(table)
    checks.equal(f"{name}, DuckDB: cells", found.fetchall(), ROWS)
    kinds = ["TIMESTAMP_MS", "DOUBLE", "VARCHAR", "VARCHAR", "VARCHAR"]
    checks.equal(f"{name}, DuckDB: types", [str(kind) for kind in found.types], kinds)


def read_polars(checks, name, frame):
    kinds = [polars.Datetime("ms"), polars.Float64]
    checks.equal(f"{name}, polars: types", frame.dtypes[:2], kinds)
    is_label = [frame.dtypes[at] in (polars.Categorical, polars.Enum) for at in (2, 4)]
    checks.equal(f"{name}, polars: labels", is_label, [True, True])
    checks.equal(f"{name}, polars: text", frame.dtypes[3], polars.String)
    checks.equal(f"{name}, polars: cells", frame.rows(), ROWS)


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
    random_responses(ours, checks, single_cells(ours, checks))
    readers(ours, checks, folder)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


main()
