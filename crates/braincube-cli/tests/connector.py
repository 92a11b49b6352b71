"""Asks the same of a server twice, through the command line tool and through the Python package
braincube_connector 2.8.0, and compares the answers.

usage: connector.py TOOL CONFIG

Intended differences: dates stay text in the package unless it is told to parse them, so the tool is
told to keep them as text; a whole number in a numeric column is an integer to the package, so the
tool is told to infer integers; a missing number is NaN to the package and null to the tool.
"""

import json
import math
import subprocess
import sys

from braincube_connector import braincube, client

MEMORY_BASE = 20
DATES = "2000001"
LABELS = "2000002"
POWER = "2000034"
MINUTES = "2000041"

FILTERS = [
    [],
    [{"BETWEEN": ["mb20/d2000034", 20, 40]}],
    [{"EQUALS": ["mb20/d2000002", ["B03"]]}],
    [{"LESS": ["mb20/d2000040", 20]}, {"GREAT_EQUALS": ["mb20/d2000041", 10]}],
    [{"LESS_EQUALS": ["mb20/d2000041", 1]}],
    [{"GREAT": ["mb20/d2000034", 185]}],
    [{"NOT": [{"GREAT": ["mb20/d2000034", 5]}]}],
    [{"OR": [{"EQUALS": ["mb20/d2000041", 0]}, {"EQUALS": ["mb20/d2000041", 100]}]}],
    [{"AND": [{"GREAT": ["mb20/d2000034", 100]}, {"LESS": ["mb20/d2000034", 101]}]}],
    [{"BETWEEN": ["mb20/d2000001", "20231003_000000", "20231003_235959"]}],
    [{"EQUALS": ["mb20/d2000041", 1]}, {"LESS": ["mb20/d2000034", 150]}, {"GREAT": ["mb20/d2000034", 50]}],
]

passed = failed = 0


def check(name, ours, theirs):
    """Counts one comparison, and shows what differs."""
    global passed, failed
    if ours == theirs:
        passed += 1
        print(f"equal  {name}")
        return
    failed += 1
    print(f"WRONG  {name}: the tool has {shorten(ours)}, the package has {shorten(theirs)}")


def shorten(value):
    text = repr(value)
    return text if len(text) < 200 else text[:200] + "…"


def tool(*arguments):
    """What the tool writes, as JSON."""
    command = [sys.argv[1], "--config", sys.argv[2], "-q", "--format", "json", *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def plain(value):
    """A value of the package, as the tool writes it: what is not a number is null."""
    return None if isinstance(value, float) and math.isnan(value) else value


def data(base, variables, filters):
    """Both answers to one request for data."""
    arguments = [argument for one in filters for argument in ("--filter", json.dumps(one))]
    ours = tool(
        "data", "demo", str(MEMORY_BASE), "--variables", ",".join(variables),
        "--text-dates", "--infer-integers", *arguments,
    )
    columns = base.get_data(variables, filters)
    names = [int(name) for name in variables]
    rows = zip(*(map(plain, columns[name]) for name in names))
    return ours, [dict(zip(variables, row)) for row in rows]


def main():
    client.get_instance(config_file=sys.argv[2])
    cubes = [cube.get_bcid() for cube in braincube.get_braincube_list()]
    ours = [cube["name"] for cube in tool("cubes")]
    check("braincubes, without the other products", ours, [name for name in cubes if name in ours])

    cube = braincube.get_braincube("demo")
    bases = [[str(base.get_bcid()), base.get_name()] for base in cube.get_memory_base_list()]
    check("memory bases", [[base["bcId"], base["name"]] for base in tool("bases", "demo")], bases)

    base = cube.get_memory_base(MEMORY_BASE)
    for key in ("standard", "tag", "local"):
        theirs = [
            [str(one.get_bcid()), one.get_metadata()[key], one.get_type()]
            for one in base.get_variable_list()
        ]
        listed = tool("variables", "demo", str(MEMORY_BASE))
        check(f"variables, {key}", [[one["bcId"], one[key], one["type"]] for one in listed], theirs)

    every = [str(one.get_bcid()) for one in base.get_variable_list()]
    for filters in FILTERS:
        ours, theirs = data(base, [DATES, POWER, LABELS, MINUTES], filters)
        check(f"{len(theirs)} rows under {json.dumps(filters)}", ours, theirs)
    ours, theirs = data(base, every, [{"EQUALS": ["mb20/d2000002", ["B01"]]}])
    check(f"{len(theirs)} rows of every variable", ours, theirs)

    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
