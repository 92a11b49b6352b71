"""Compares data: filters, labels, dates, missing values, and raw requests."""

import json

from braincube_connector import client, parameters

from comparison import MEMORY_BASE, about, check, columns, fails, intended, of_package, outcome, output, plain, tool

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
    [{"AND": [{"OR": [{"LESS": ["mb20/d2000034", 5]}, {"NOT": [{"LESS": ["mb20/d2000034", 150]}]}]},
              {"NOT": [{"AND": [{"GREAT": ["mb20/d2000041", 5]}, {"LESS": ["mb20/d2000041", 90]}]}]}]}],
    [{"GREAT": ["mb20/d2000041", number]} for number in (1, 2, 3, 4)] + [{"LESS": ["mb20/d2000041", 7]}],
    [{"NOT": [{"EQUALS": ["mb20/d2000002", ["B01"]]}]}, {"EQUALS": ["mb20/d2000041", 9]}],
    [{"EQUALS": ["mb20/d2000034", -1]}],
    [{"LESS": ["mb20/d2000034", 9007199254740993]}, {"EQUALS": ["mb20/d2000041", 3.0]}],
    [{"GREAT_EQUALS": ["mb20/d2000001", "20231018_000000"]}, {"LESS_EQUALS": ["mb20/d2000001", "20231018_120000"]}],
    [{"EQUALS": ["mb20/d2000041", 1]}, {"LESS": ["mb20/d2000034", 150]}, {"GREAT": ["mb20/d2000034", 50]}],
]


def rows(base, variables, filters):
    """The rows of the tool and of the package."""
    arguments = [argument for one in filters for argument in ("--filter", json.dumps(one))]
    ours = tool(
        "data", "demo", str(MEMORY_BASE), "--variables", ",".join(variables),
        "--text-dates", "--infer-integers", *arguments,
    )
    columns = base.get_data(variables, filters)
    names = [int(name) for name in variables]
    cells = zip(*(map(plain, columns[name]) for name in names))
    return ours, [dict(zip(variables, row)) for row in cells]


def filtered(base):
    """Data with each filter, and of all variables."""
    for filters in FILTERS:
        ours, theirs = rows(base, [DATES, POWER, LABELS, MINUTES], filters)
        check(f"{len(theirs)} rows with the filters {json.dumps(filters)}", ours, theirs)
    every = [str(one.get_bcid()) for one in base.get_variable_list()]
    ours, theirs = rows(base, every, [{"EQUALS": ["mb20/d2000002", ["B01"]]}])
    check(f"{len(theirs)} rows of all variables", ours, theirs)
    theirs = of_package(base.get_data(every, [{"EQUALS": ["mb20/d2000002", ["B01"]]}]))
    ours = about("data", "--all", "--text-dates", "--infer-integers", "--filter", 'd2000002 = "B01"')
    check("--all, with a filter as text", columns(ours), theirs)


def forms(base):
    """Data with names as labels and parsed dates, and raw requests."""
    wanted = [DATES, POWER, LABELS]
    few = [{"LESS": ["mb20/d2000041", 2]}]
    given = ["--variables", ",".join(wanted), "--filter", json.dumps(few[0])]
    for label in ("standard", "tag", "local"):
        parameters.set_parameter({"VariableDescription_name_key": label})
        theirs = of_package(base.get_data(wanted, few, label_type="name"))
        ours = columns(about("data", *given, "--label", label, "--text-dates"))
        check(f"columns by {label} name", ours, theirs)
        frame = base.get_data(wanted, few, label_type="name", dataframe=True)
        check(f"a data frame by {label} name", sorted(ours), sorted(frame.columns))
    parameters.set_parameter({"VariableDescription_name_key": "standard"})
    parameters.set_parameter({"parse_date": True})
    theirs = base.get_data(wanted, few)
    parameters.set_parameter({"parse_date": False})
    ours = columns(about("data", *given))
    check("dates, parsed", ours[DATES], [date.isoformat() for date in theirs[int(DATES)]])
    named = ["--variables", "Date,DRY1.JT.110.PV,Lot", "--filter", json.dumps(few[0])]
    check("variables by name", columns(about("data", *named)), ours)

    path = "braincube/demo/braindata/mb20/simple"
    check("a request, JSON", tool("request", path), client.request_ws(path))
    raw = client.request_ws(path, response_as_json=False)
    check("a request, raw", output("request", path, "--raw"), raw.text)
    me = client.request_ws("sso-server/ws/user/me", api=False)
    check("a request to the SSO server", tool("request", "sso-server/ws/user/me", "--sso"), me)
    body = json.dumps({"order": "mb20/d2000001", "definitions": ["mb20/d2000034"],
                       "context": {"dataSource": "mb20", "filter": few[0]}})
    path = "braincube/demo/braindata/mb20/LF"
    theirs = client.request_ws(path, body_data=body, rtype="POST")
    check("a request with a body", tool("request", path, "--body", body), theirs)

    spelled = {"Not": [{"GREAT": ["mb20/d2000034", 5]}]}
    ours_spelled = about("data", "--variables", POWER, "--infer-integers", "--filter", json.dumps(spelled))
    check("the manual's spelling `Not`", columns(ours_spelled), of_package(base.get_data([POWER], [spelled])))
    three = {"AND": [few[0], few[0], few[0]]}
    intended("a gate of three", "the tool nests it in gates of two, the server rejects the request of the package",
             len(about("data", "--variables", POWER, "--filter", json.dumps(three))),
             len(ours[POWER]),
             outcome(lambda: base.get_data([POWER], [three])), "HTTPError")

    check("a variable that does not exist", fails("data", "demo", "20", "--variables", "7"),
          outcome(lambda: base.get_data(["7"])) == "HTTPError")
    check("an invalid filter", fails("request", path, "--body", body.replace("LESS", "LES")),
          outcome(lambda: base.get_data([POWER], [{"LES": ["mb20/d2000041", 2]}])) == "HTTPError")
    twice = about("data", "--variables", f"{POWER},{POWER}", "--infer-integers", "--filter", json.dumps(few[0]))
    check("a variable that is requested twice", columns(twice), of_package(base.get_data([POWER, POWER], few)))


def gaps(base):
    """Missing values in columns of each type."""
    ids = {one.get_name(): str(one.get_bcid()) for one in base.get_variable_list()}
    here = str(base.get_bcid())

    def ours_of(name, *options):
        rows = tool("data", "demo", here, "--variables", ids[name], *options)
        return columns(rows)[ids[name]]

    def theirs_of(name):
        return list(map(plain, base.get_data([ids[name]])[int(ids[name])]))

    check("whole numbers", ours_of("Count", "--infer-integers"), theirs_of("Count"))
    check("a gap among numbers", ours_of("Level"), theirs_of("Level"))
    check("labels with quotes and accents", ours_of("Operator"), theirs_of("Operator"))
    intended("`?` among numbers", "a missing number is null, the package raises an exception",
             ours_of("Sample"), [1.5, None, 2.5, 3.5],
             outcome(lambda: theirs_of("Sample")), "ValueError")
    intended("`?` among labels", "a missing label is null, the package keeps the text",
             ours_of("Remark"), ["fine", None, "fine", "late"],
             theirs_of("Remark"), ["fine", "?", "fine", "late"])
    intended("a gap among dates kept as text", "a missing date is null, the package keeps the text",
             ours_of("Cleaned", "--text-dates"), ["20240101_080000", None, None, "20240103_080000"],
             theirs_of("Cleaned"), ["20240101_080000", "null", "null", "20240103_080000"])
    parameters.set_parameter({"parse_date": True})
    theirs = [date and date.isoformat() for date in theirs_of("Cleaned")]
    parameters.set_parameter({"parse_date": False})
    check("a gap among dates, parsed", ours_of("Cleaned"), theirs)
    named = [ids["Level"], ids["Level, raw"]]
    ours = tool("data", "demo", here, "--variables", ",".join(named), "--label", "standard")
    check("a name with a comma", sorted(ours[0]), sorted(base.get_data(named, label_type="name")))

