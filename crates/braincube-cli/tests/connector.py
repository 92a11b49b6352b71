"""Asks the same of a server twice, through the command line tool and through the Python package
braincube_connector 2.8.0, and compares the answers: every entity, condition, filter and form of data.

usage: connector.py TOOL CONFIG

Each line is `equal`, `intended` (the two differ, on purpose, exactly as written down here) or `WRONG`.

Settings that make the two comparable: dates stay text in the package unless it is told to parse
them, so the tool is told to keep them as text; a whole number in a numeric column is an integer to
the package, so the tool is told to infer integers; a missing number is NaN to the package and null
to the tool. Gates of the same kind may be nested in any way: they are compared flat.
"""

import json
import math
import subprocess
import sys

from braincube_connector import braincube, client, parameters

MEMORY_BASE = 20
DATES = "2000001"
LABELS = "2000002"
POWER = "2000034"
MINUTES = "2000041"

# An event whose beginning has milliseconds: the first second in it, and what the package makes of it.
WEEK = "102"
WEEK_BEGINS = ["20231002_000000", "20231001_235959"]

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


def intended(name, reason, ours, ours_expected, theirs, theirs_expected):
    """Counts a difference that is meant: both sides must be as it is written down."""
    global passed, failed
    if (ours, theirs) == (ours_expected, theirs_expected):
        passed += 1
        print(f"intended  {name}: {reason}")
        return
    failed += 1
    print(f"WRONG  {name}: the tool has {shorten(ours)}, the package has {shorten(theirs)}")


def outcome(call):
    """What the package answers, or the name of what it raises."""
    try:
        return call()
    except Exception as error:  # whatever it is, its name is the answer
        return type(error).__name__


def flat(condition):
    """A filter whose nested gates of one kind are one gate."""
    ((operator, operands),) = condition.items()
    if operator not in ("AND", "OR", "NOT"):
        return condition
    parts = []
    for operand in map(flat, operands):
        parts += operand[operator] if operator != "NOT" and operator in operand else [operand]
    return {operator: parts}


def shorten(value):
    text = repr(value)
    return text if len(text) < 200 else text[:200] + "…"


def written(*arguments):
    """What the tool writes, as text."""
    command = [sys.argv[1], "--config", sys.argv[2], "-q", "--format", "json", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def tool(*arguments):
    """What the tool writes, as JSON."""
    return json.loads(written(*arguments))


def about(command, *arguments):
    """What the tool writes of the memory base."""
    return tool(command, "demo", str(MEMORY_BASE), *arguments)


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


def columns(rows):
    """Rows of the tool as columns, whatever their order."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else [])}


def of_package(columns):
    """Columns of the package as columns of the tool."""
    return {str(name): list(map(plain, cells)) for name, cells in columns.items()}


def entities(base):
    """Data groups, events, jobs and rules: listed, one by one, and their whole objects."""
    kinds = [
        ("groups", "group", base.get_datagroup_list, base.get_datagroup),
        ("events", "event", base.get_event_list, base.get_event),
        ("jobs", "job", base.get_job_list, base.get_job),
        ("rules", "rule", base.get_rule_list, base.get_rule),
        ("variables", "variable", base.get_variable_list, base.get_variable),
    ]
    check("memory base, the whole object", about("show"), base.get_metadata())
    for plural, kind, get_list, get_one in kinds:
        listed = get_list()
        theirs = [[str(one.get_bcid()), one.get_name()] for one in listed]
        check(f"{plural}, listed", [[one["bcId"], one["name"]] for one in about(plural)], theirs)
        for one in listed:
            bcid = str(one.get_bcid())
            theirs = get_one(bcid).get_metadata()
            check(f"{kind} {bcid}, the whole object", about("show", kind, bcid), theirs)
        path = {"groups": "dataGroups/summary", "events": "events/all/extended",
                "jobs": "jobs/all/summary", "rules": "rules/all/selector",
                "variables": "variables/summary"}[plural]
        for page in (0, 1, 9):
            theirs = [str(one.get_bcid()) for one in get_list(page=page, page_size=2)]
            path_of_page = f"braincube/demo/braincube/mb/20/{path}?offset={2 * page}&size=2"
            ours = [str(one["bcId"]) for one in tool("request", path_of_page)["items"]]
            check(f"{plural}, page {page}", ours, theirs)
        if kind != "variable":  # a variable has none
            first = str(listed[0].get_bcid())
            ours = about("show", kind, first)["uuid"].split("_", 1)[1]
            check(f"{kind} {first}, the uuid", ours, get_one(first).get_uuid())


def groups(base):
    """Data groups: their variables and data."""
    for group in base.get_datagroup_list():
        bcid = str(group.get_bcid())
        group = base.get_datagroup(bcid)
        ids = [str(one) for one in group.get_variable_ids()]
        names = [one.get_name() for one in group.get_variable_list()]
        shown = [str(one["bcId"]) for one in about("show", "group", bcid)["variables"]]
        check(f"group {bcid}, variables", shown, ids)
        if not ids:
            continue
        ours = about("data", "--group", bcid, "--infer-integers")
        check(f"group {bcid}, data", columns(ours), of_package(group.get_data()))
        ours = about("data", "--group", bcid, "--label", "standard")
        check(f"group {bcid}, names", list(ours[0]), names)


def conditions(base):
    """Events and jobs as filters."""
    for event in base.get_event_list():
        bcid = str(event.get_bcid())
        ours, theirs = about("conditions", "event", bcid), event.get_conditions()
        if bcid == WEEK:
            week = [{"BETWEEN": ["mb20/d2000001", begin, "20231008_235959"]} for begin in WEEK_BEGINS]
            intended(f"event {bcid}, conditions", "a bound with milliseconds, which the package cuts off",
                     ours, week[:1], theirs, week[1:])
            continue
        check(f"event {bcid}, conditions", list(map(flat, ours)), list(map(flat, theirs)))
    for bcid in ("573", "574"):
        job = base.get_job(bcid)
        for options in ([], ["--combine"], ["--events"], ["--events", "--combine"]):
            theirs = job.get_conditions(combine="--combine" in options,
                                        include_events="--events" in options)
            ours = about("conditions", "job", bcid, *options)
            ours = ours if isinstance(ours, list) else [ours]  # combined, it is the filter itself
            theirs = json.loads(json.dumps(theirs).replace(WEEK_BEGINS[1], WEEK_BEGINS[0]))
            check(f"job {bcid}, conditions {' '.join(options)}", list(map(flat, ours)),
                  list(map(flat, theirs)))
    draft = base.get_job("575")
    check("job 575, a draft, conditions", about("conditions", "job", "575"), draft.get_conditions())
    intended("job 575, a draft, conditions of its events",
             "a job without events has none, where the package raises",
             about("conditions", "job", "575", "--events"), [],
             outcome(lambda: draft.get_conditions(include_events=True)), "KeyError")


def jobs(base):
    """Jobs: events, categories, variables, rules, data."""
    for bcid in ("573", "574"):
        job = base.get_job(bcid)
        shown = about("show", "job", bcid)
        for key, events in job.get_events().items():
            ours = [str(one["bcId"]) for one in shown["events"][key]]
            check(f"job {bcid}, {key}", ours, [str(event.get_bcid()) for event in events])
        check(f"job {bcid}, categories", shown["modelEntries"], job.get_categories())
        rules = [[one["bcId"], one["name"]] for one in about("rules", "--job", bcid)]
        path = f"braincube/demo/braincube/mb/20/jobs/{bcid}/rules/all/summary"
        listed = client.request_ws(path)["items"]
        intended(f"job {bcid}, rules", "the tool lists them, the package passes its list an argument too many",
                 rules, [[str(one["bcId"]), one["name"]] for one in listed],
                 outcome(job.get_rule_list), "TypeError")
        rule = rules[0][0]
        check(f"job {bcid}, one rule", about("show", "rule", rule), job.get_rule(rule).get_metadata())

        for filters in ([], [{"GREAT": ["mb20/d2000040", 45]}]):
            given = [part for one in filters for part in ("--filter", json.dumps(one))]
            ours = columns(about("data", "--job", bcid, "--infer-integers", *given))
            data = job.get_data(filters=filters)
            # The package asks for its variables in a random order; columns are compared by name.
            check(f"job {bcid}, data {json.dumps(filters)}", ours, of_package(data))
            check(f"job {bcid}, variables", sorted(ours), sorted(map(str, job.get_variable_ids())))
    intended("job 575, a draft, data", "a job without categories has the variables of its groups, where the package raises",
             list(about("data", "--job", "575")[0]), ["2000031", "2000032", "2000033"],
             outcome(lambda: base.get_job("575").get_data()), "KeyError")


def forms(base):
    """Data under other names, with dates, and raw requests."""
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
    check("a request, raw", written("request", path, "--raw"), raw.text)
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
    intended("a gate of three", "the tool nests it in gates of two, the package sends it on and is refused",
             len(about("data", "--variables", POWER, "--filter", json.dumps(three))),
             len(ours[POWER]),
             outcome(lambda: base.get_data([POWER], [three])), "HTTPError")


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

    entities(base)
    groups(base)
    conditions(base)
    jobs(base)
    forms(base)

    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
