"""Checks that the Python package braincube_connector 2.8.0 gets from a simulator what stands in the CSV file.

usage: python connector.py CONFIG_FILE DRYER_CSV

CONFIG_FILE is one line of JSON for a running simulator that holds memory base 20, "Batch dryer"; DRYER_CSV is the
record that it was made from. Prints a line for each check that fails, then "N passed, N failed"; the exit code is 1 if
one failed. Everything that is expected is computed here from the CSV file.
"""

import csv
import sys
import warnings
from datetime import datetime, timedelta

from braincube_connector import braincube, client

warnings.simplefilter("ignore")

MEASURED = [
    "CollectorTankLevel",
    "DifferentialPressure",
    "DryerPressure",
    "AgitatorPower",
    "AgitatorTorque",
    "AgitatorSpeed",
    "JacketTemperatureSP",
    "JacketTemperature",
    "DryerTemperatureSP",
    "DryerTemp",
    "ClockTime",
]
DATE, BATCH, PHASE = 2000001, 2000002, 2000003
TYPES = {DATE: "DATETIME", BATCH: "DISCRETE", PHASE: "DISCRETE"}
TYPES.update({2000031 + place: "NUMERIC" for place in range(len(MEASURED))})


def read_record(path):
    """The rows of the CSV file, as {variable: value} with the values that the connector should give."""
    rows = []
    with open(path, newline="") as file:
        for line in csv.DictReader(file):
            batch, minutes = int(line["batch_id"]), int(line["ClockTime"])
            date = datetime(2023, 10, 2, 6) + timedelta(hours=6 * (batch - 1), minutes=minutes)
            if float(line["JacketTemperatureSP"]) < 30:
                phase = "COOLING"
            else:
                phase = "DRYING" if float(line["DryerPressure"]) < 400 else "HOLDING"
            row = {DATE: date.strftime("%Y%m%d_%H%M%S"), BATCH: f"B{batch:02}", PHASE: phase}
            for place, name in enumerate(MEASURED):
                number = int if name == "ClockTime" else float
                row[2000031 + place] = number(line[name])
            rows.append(row)
    return rows


def long_id(variable):
    return f"mb20/d{variable}"


TEMPERATURE, CLOCK = 2000040, 2000041
# Lists of filters as a caller gives them (the connector joins them with AND), and the same about a row.
FILTERS = [
    ([], lambda r: True),
    ([{"EQUALS": [long_id(CLOCK), 0]}], lambda r: r[CLOCK] == 0),
    ([{"EQUALS": [long_id(BATCH), ["B07"]]}], lambda r: r[BATCH] == "B07"),
    ([{"BETWEEN": [long_id(TEMPERATURE), 20.247, 21.52]}], lambda r: 20.247 <= r[TEMPERATURE] <= 21.52),
    (
        [{"BETWEEN": [long_id(DATE), "20231003_060000", "20231003_063000"]}],
        lambda r: "20231003_060000" <= r[DATE] <= "20231003_063000",
    ),
    ([{"LESS": [long_id(TEMPERATURE), 20.247]}], lambda r: r[TEMPERATURE] < 20.247),
    ([{"LESS_EQUALS": [long_id(TEMPERATURE), 20.247]}], lambda r: r[TEMPERATURE] <= 20.247),
    ([{"GREAT": [long_id(TEMPERATURE), 80]}], lambda r: r[TEMPERATURE] > 80),
    ([{"GREAT_EQUALS": [long_id(TEMPERATURE), 80]}], lambda r: r[TEMPERATURE] >= 80),
    ([{"NOT": [{"EQUALS": [long_id(PHASE), ["COOLING"]]}]}], lambda r: r[PHASE] != "COOLING"),
    ([{"Not": [{"LESS": [long_id(CLOCK), 190]}]}], lambda r: r[CLOCK] >= 190),
    (
        [{"OR": [{"EQUALS": [long_id(BATCH), ["B01"]]}, {"GREAT": [long_id(TEMPERATURE), 86]}]}],
        lambda r: r[BATCH] == "B01" or r[TEMPERATURE] > 86,
    ),
    (
        [
            {"GREAT": [long_id(TEMPERATURE), 40]},
            {"LESS": [long_id(CLOCK), 100]},
            {"EQUALS": [long_id(PHASE), ["DRYING"]]},
            {"NOT": [{"EQUALS": [long_id(BATCH), ["B01"]]}]},
        ],
        lambda r: r[TEMPERATURE] > 40 and r[CLOCK] < 100 and r[PHASE] == "DRYING" and r[BATCH] != "B01",
    ),
    ([{"GREAT": [long_id(TEMPERATURE), 1e6]}], lambda r: False),
]


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, what, got, expected):
        if got == expected and type(got) is type(expected):
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}: got {str(got)[:200]}, expected {str(expected)[:200]}")


def check_entities(checks, cube):
    bases = cube.get_memory_base_list()
    checks.equal("ids of memory bases", [int(base.get_bcid()) for base in bases][:1], [20])
    base = cube.get_memory_base(20)
    checks.equal("name of the memory base", base.get_name(), "Batch dryer")
    checks.equal("uuid of the memory base", len(base.get_uuid()), 36)
    checks.equal("order variable", base.get_order_variable_long_id(), long_id(DATE))

    for size in (150, 5, 14, 1):
        variables = base.get_variable_list(page_size=size)
        ids = [int(variable.get_bcid()) for variable in variables]
        checks.equal(f"ids of variables, {size} a page", ids, list(TYPES))
    checks.equal(
        "second page of variables",
        [int(variable.get_bcid()) for variable in base.get_variable_list(page=1, page_size=5)],
        list(TYPES)[5:10],
    )
    for variable in variables:
        number = int(variable.get_bcid())
        one = base.get_variable(number)
        checks.equal(f"type of {number}", one.get_type(), TYPES[number])
        checks.equal(f"long id of {number}", one.get_long_id(), long_id(number))
        checks.equal(f"name of {number}, one and listed", one.get_name(), variable.get_name())


def check_data(checks, base, record):
    for filters, keeps in FILTERS:
        kept = [row for row in record if keeps(row)]
        got = base.get_data(list(TYPES), filters=filters)
        checks.equal(f"columns of {filters}", sorted(got), sorted(TYPES))
        for variable in TYPES:
            checks.equal(f"{variable} of {filters}", got.get(variable), [row[variable] for row in kept])
    frame = base.get_data([TEMPERATURE, DATE], label_type="name", dataframe=True)
    checks.equal("names of the columns", sorted(frame.columns), ["Date", "Dryer temperature"])
    checks.equal("rows of the frame", len(frame), len(record))


def main():
    config, record = sys.argv[1], read_record(sys.argv[2])
    client.get_instance(config_file=config)
    checks = Checks()
    cubes = braincube.get_braincube_list()
    # The name is the bcid; get_name() of a Braincube raises KeyError in 2.8.0.
    checks.equal("first braincube", cubes[0].get_bcid(), "demo")
    checks.equal("uuid of the braincube", cubes[0].get_uuid(), "123")
    cube = braincube.get_braincube("demo")
    check_entities(checks, cube)
    check_data(checks, cube.get_memory_base(20), record)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
