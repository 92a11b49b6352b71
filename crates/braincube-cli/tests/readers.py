"""Reads files of the command line tool with pyarrow, pandas, polars and DuckDB.

usage: readers.py TOOL PARQUET DRYER_CSV

TOOL extracts four variables of the simulator with a filter, into the file PARQUET and into an Arrow IPC file beside it.
The rows that the readers find are compared with the matching rows of DRYER_CSV. A server of this script sends empty
texts and nulls, which a CSV file must distinguish. Prints a line for each check, then `N passed, N failed`, and exits
with 1 if a check has failed. Arrow IPC streams are read by the script of the decoder.
"""

import csv
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
from datetime import datetime, timedelta

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet

# Column, declared type, and the names standard, tag and local.
VARIABLES = {
    "2000001": ("Date", "DATETIME", "Date", "DRY1.DATE", "Date"),
    "2000002": ("Lot", "DISCRETE", "Batch", "DRY1.BATCH.ID", "Lot"),
    "2000034": ("Puissance de l'agitateur", "NUMERIC", "Agitator power", "DRY1.JT.110.PV", "Puissance de l'agitateur"),
    "2000041": ("Temps écoulé", "NUMERIC", "Clock time", "DRY1.KT.001.PV", "Temps écoulé"),
}
COLUMNS = [label for label, *_ in VARIABLES.values()]
DATE, BATCH, POWER, CLOCK = COLUMNS
LOW, HIGH = 20, 40
FILTER = f'{{"BETWEEN":["mb20/d2000034",{LOW},{HIGH}]}}'

# Columns with empty texts and nulls: the type, the cells of the server, and the expected values.
GAPS = {
    "1": ("DISCRETE", ["", None, "a", "b,c", 'd "e"'], ["", None, "a", "b,c", 'd "e"']),
    "2": ("NUMERIC", ["1.5", "", None, "2.5", "3"], [1.5, None, None, 2.5, 3.0]),
}

# In the simulator, a batch starts every six hours.
FIRST_BATCH = datetime(2023, 10, 2, 6)
BETWEEN_BATCHES = timedelta(hours=6)


def expected_rows(path):
    """The matching rows of the CSV file as the tool should write them, and the number of the other rows."""
    rows, dropped = [], 0
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            power = float(row["AgitatorPower"])
            if not LOW <= power <= HIGH:
                dropped += 1
                continue
            batch, clock = int(row["batch_id"]), float(row["ClockTime"])
            date = FIRST_BATCH + (batch - 1) * BETWEEN_BATCHES + timedelta(minutes=clock)
            rows.append((date, f"B{batch:02}", power, clock))
    return sorted(rows), dropped


def extract(tool, output):
    """Writes the file with the tool."""
    command = [tool, "--demo", "data", "demo", "20", "--variables", ",".join(VARIABLES)]
    command += ["--label", "local", "--filter", FILTER, "-o", output]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


class GapServer(http.server.BaseHTTPRequestHandler):
    """Serves the requested columns of GAPS."""

    def do_GET(self):
        self.respond({"reference": "mb20/d1"})

    def do_POST(self):
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ids = [long_id.split("/d")[1] for long_id in query["definitions"]]
        self.respond({"datadefs": [
            {"id": f"mb20/d{one}", "type": GAPS[one][0], "data": GAPS[one][1]} for one in ids
        ]})

    def respond(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Writes no log."""


def check_gaps(checks, tool):
    """Checks empty texts and nulls in CSV files with one and with two columns."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), GapServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "config.json")
        config.write_text(json.dumps({"sso_base_url": url, "braincube_base_url": url, "api_key": "token"}))
        for ids in (["1"], ["2"], ["1", "2"]):
            path = pathlib.Path(folder, "gaps.csv")
            command = [tool, "-q", "--config", config, "data", "demo", "20", "--variables", ",".join(ids), "-o", path]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            expected = list(zip(*(GAPS[one][2] for one in ids)))
            name = f"a CSV file with the columns {ids}"
            checks.rows(f"polars, {name}", polars.read_csv(path).rows(), expected)
            found = duckdb.read_csv(str(path), header=True, allow_quoted_nulls=False)
            checks.rows(f"DuckDB, {name}", found.fetchall(), expected)
            table = pyarrow.csv.read_csv(
                path,
                parse_options=pyarrow.csv.ParseOptions(ignore_empty_lines=False),
                convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False),
            )
            checks.rows(f"pyarrow, {name}", zip(*(column.to_pylist() for column in table.columns)), expected)
    server.shutdown()


class Checks:
    """Counts and prints checks."""

    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, name, found, expected):
        if found == expected:
            self.passed += 1
            print(f"ok    {name}")
        else:
            self.failed += 1
            print(f"FAIL  {name}: expected {expected}, found {found}")

    def rows(self, name, found, expected):
        """Prints only the first row that differs."""
        found = list(found)
        self.equal(f"{name}: number of rows", len(found), len(expected))
        pairs = enumerate(zip(found, expected))
        difference = next((f"row {i}: {a} for {b}" for i, (a, b) in pairs if a != b), "none")
        self.equal(f"{name}: differing rows", difference, "none")


def metadata(variable):
    """The expected metadata of the field of a variable."""
    _, declared, *names = VARIABLES[variable]
    values = {"id": f"mb20/d{variable}", "type": declared}
    values |= dict(zip(("standard", "tag", "local"), names))
    return {f"braincube:{key}": value for key, value in values.items()}


def found_metadata(field):
    """The metadata of a field, without those that Parquet adds."""
    pairs = ((key.decode(), value.decode()) for key, value in field.metadata.items())
    return {key: value for key, value in pairs if not key.startswith("PARQUET:")}


def check_pyarrow(checks, name, table, expected):
    checks.equal(f"{name}: columns", table.column_names, COLUMNS)
    label = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    number = pyarrow.float64()
    kinds = {DATE: pyarrow.timestamp("ms"), BATCH: label, POWER: number, CLOCK: number}
    for column, kind in kinds.items():
        checks.equal(f"{name}: type of {column}", table.schema.field(column).type, kind)
    for variable, column in zip(VARIABLES, COLUMNS):
        checks.equal(f"{name}: metadata of {column}", found_metadata(table.schema.field(column)), metadata(variable))
    zone = {key: value for key, value in table.schema.metadata.items() if key.startswith(b"braincube:")}
    checks.equal(f"{name}: time zone", zone, {b"braincube:timezone": b"Etc/GMT"})
    labels = table.column(BATCH).combine_chunks().dictionary.to_pylist()
    modalities = list(dict.fromkeys(row[1] for row in expected))
    checks.equal(f"{name}: each modality is stored once", sorted(labels), sorted(modalities))
    values = (table.column(column).to_pylist() for column in COLUMNS)
    checks.rows(name, zip(*values), expected)


def check_pandas(checks, name, frame, expected):
    checks.equal(f"{name}: columns", list(frame.columns), COLUMNS)
    kinds = {DATE: "datetime64[ms]", BATCH: "category", POWER: "float64", CLOCK: "float64"}
    for column, kind in kinds.items():
        checks.equal(f"{name}: type of {column}", str(frame[column].dtype), kind)
    values = (frame[column].tolist() for column in COLUMNS)
    checks.rows(name, zip(*values), expected)


def check_polars(checks, name, frame, expected):
    checks.equal(f"{name}: columns", frame.columns, COLUMNS)
    kinds = {DATE: polars.Datetime("ms"), POWER: polars.Float64(), CLOCK: polars.Float64()}
    for column, kind in kinds.items():
        checks.equal(f"{name}: type of {column}", frame.schema[column], kind)
    checks.equal(f"{name}: type of {BATCH}", str(frame.schema[BATCH]).split("(")[0], "Categorical")
    checks.rows(name, frame.rows(), expected)


def check_duckdb(checks, name, relation, expected):
    checks.equal(f"{name}: columns", relation.columns, COLUMNS)
    # DuckDB keeps the type of dates of Arrow, and converts the dates of Parquet to its own type.
    date = "TIMESTAMP_MS" if name.endswith("Arrow") else "TIMESTAMP"
    kinds = {DATE: date, BATCH: "VARCHAR", POWER: "DOUBLE", CLOCK: "DOUBLE"}
    for column, kind in zip(relation.columns, map(str, relation.types)):
        checks.equal(f"{name}: type of {column}", kind, kinds.get(column))
    checks.rows(name, relation.fetchall(), expected)


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: readers.py TOOL PARQUET DRYER_CSV")
    tool, parquet, data = sys.argv[1:]
    arrow = str(pathlib.Path(parquet).with_suffix(".arrow"))
    expected, dropped = expected_rows(data)
    extract(tool, parquet)
    extract(tool, arrow)
    checks = Checks()
    checks.equal("the filter keeps some rows and drops some", min(len(expected), dropped) > 0, True)

    table = pyarrow.ipc.open_file(arrow).read_all()
    check_pyarrow(checks, "pyarrow, Parquet", pyarrow.parquet.read_table(parquet), expected)
    check_pyarrow(checks, "pyarrow, Arrow", table, expected)
    check_pandas(checks, "pandas, Parquet", pandas.read_parquet(parquet), expected)
    check_pandas(checks, "pandas, Arrow", pandas.read_feather(arrow), expected)
    check_polars(checks, "polars, Parquet", polars.read_parquet(parquet), expected)
    check_polars(checks, "polars, Arrow", polars.read_ipc(arrow), expected)
    check_duckdb(checks, "DuckDB, Parquet", duckdb.read_parquet(parquet), expected)
    check_duckdb(checks, "DuckDB, Arrow", duckdb.from_arrow(table), expected)
    check_gaps(checks, tool)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
