"""Reads a Parquet file of the command line tool with pyarrow, pandas, polars and DuckDB.

    readers.py TOOL PARQUET DRYER_CSV

TOOL extracts four variables of the demonstration data with a filter, into the file PARQUET. What the
readers find there is compared with the rows that this script keeps of DRYER_CSV by itself. Writes a
line for each check, then `N passed, N failed`, and exits with 1 if one failed.
"""

import csv
import subprocess
import sys
from datetime import datetime, timedelta

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet

DATE, BATCH, POWER, CLOCK = "2000001", "2000002", "2000034", "2000041"
COLUMNS = [DATE, BATCH, POWER, CLOCK]
LOW, HIGH = 20, 40
FILTER = f'{{"BETWEEN":["mb20/d{POWER}",{LOW},{HIGH}]}}'

# The demonstration lets a batch begin every six hours.
FIRST_BATCH = datetime(2023, 10, 2, 6)
BETWEEN_BATCHES = timedelta(hours=6)


def expected_rows(path):
    """The rows of the CSV file that the filter keeps, as the tool is to write them, and how many
    it drops."""
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
    """Lets the tool write the file, from a directory without a configuration of its own."""
    command = [tool, "--demo", "data", "demo", "20", "--variables", ",".join(COLUMNS)]
    command += ["--filter", FILTER, "-o", output]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


class Checks:
    """Counts checks, and writes a line for each."""

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
        """Names the first row that differs, rather than all of them."""
        found = list(found)
        self.equal(f"{name}: number of rows", len(found), len(expected))
        pairs = enumerate(zip(found, expected))
        difference = next((f"row {i}: {a} for {b}" for i, (a, b) in pairs if a != b), "none")
        self.equal(f"{name}: differing rows", difference, "none")


def check_pyarrow(checks, path, expected):
    table = pyarrow.parquet.read_table(path)
    checks.equal("pyarrow: columns", table.column_names, COLUMNS)
    types = {DATE: pyarrow.timestamp("ms"), POWER: pyarrow.float64(), CLOCK: pyarrow.float64()}
    for column, kind in types.items():
        checks.equal(f"pyarrow: type of {column}", table.schema.field(column).type, kind)
    batch = table.schema.field(BATCH).type
    checks.equal(
        f"pyarrow: type of {BATCH}",
        pyarrow.types.is_dictionary(batch) and batch.value_type,
        pyarrow.string(),
    )
    values = (table.column(column).to_pylist() for column in COLUMNS)
    checks.rows("pyarrow", zip(*values), expected)


def check_pandas(checks, path, expected):
    frame = pandas.read_parquet(path)
    checks.equal("pandas: columns", list(frame.columns), COLUMNS)
    kinds = {DATE: "datetime64[ms]", BATCH: "category", POWER: "float64", CLOCK: "float64"}
    for column, kind in kinds.items():
        checks.equal(f"pandas: type of {column}", str(frame[column].dtype), kind)
    values = (frame[column].tolist() for column in COLUMNS)
    checks.rows("pandas", zip(*values), expected)


def check_polars(checks, path, expected):
    frame = polars.read_parquet(path)
    checks.equal("polars: columns", frame.columns, COLUMNS)
    kinds = {DATE: polars.Datetime("ms"), POWER: polars.Float64(), CLOCK: polars.Float64()}
    for column, kind in kinds.items():
        checks.equal(f"polars: type of {column}", frame.schema[column], kind)
    checks.equal(f"polars: type of {BATCH}", str(frame.schema[BATCH]).split("(")[0], "Categorical")
    checks.rows("polars", frame.rows(), expected)


def check_duckdb(checks, path, expected):
    relation = duckdb.read_parquet(path)
    checks.equal("duckdb: columns", relation.columns, COLUMNS)
    kinds = {DATE: "TIMESTAMP", BATCH: "VARCHAR", POWER: "DOUBLE", CLOCK: "DOUBLE"}
    for column, kind in zip(relation.columns, map(str, relation.types)):
        checks.equal(f"duckdb: type of {column}", kind, kinds.get(column))
    checks.rows("duckdb", relation.fetchall(), expected)


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: readers.py TOOL PARQUET DRYER_CSV")
    tool, path, data = sys.argv[1:]
    expected, dropped = expected_rows(data)
    extract(tool, path)
    checks = Checks()
    checks.equal("the filter keeps some rows and drops some", min(len(expected), dropped) > 0, True)
    for check in (check_pyarrow, check_pandas, check_polars, check_duckdb):
        check(checks, path, expected)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


if __name__ == "__main__":
    main()
