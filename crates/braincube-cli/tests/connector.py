"""Sends the same requests with the command line tool and with the Python package braincube_connector 2.8.0, and compares
the results: every entity, condition, filter and form of data.

usage: connector.py TOOL CONFIG

Each line is `equal`, `intended` (the two differ on purpose, exactly as expected) or `WRONG`.

Options make the results comparable: the package keeps dates as text by default, so the tool gets --text-dates; the
package reads whole numbers of a numeric column as integers, so the tool gets --infer-integers. A missing number is NaN
in the package and null in the tool. Nested gates of the same kind are merged before they are compared.
"""

import json
import sys

from braincube_connector import braincube, client
from braincube_connector.data import conditions as conditions_of_package

import data_forms
from comparison import MEMORY_BASE, about, check, columns, fails, flat, intended, of_package, outcome, summary, tool

#: The memory base of `gaps.csv`.
GAPS = 21

#: The start of an event in the tool and in the package: it is a millisecond before a full second.
WEEK_BEGINS = ["20231002_000000", "20231001_235959"]

#: The jobs that both can read. Drafts and jobs with gaps are compared separately.
JOBS = ("573", "574", "576")

#: Events whose conditions differ on purpose: the reason, the result of the tool, and that of the package.
DIFFER = {
    "102": ("milliseconds are rounded, the package truncates them",
            *([{"BETWEEN": ["mb20/d2000001", begin, "20231008_235959"]}] for begin in WEEK_BEGINS)),
    "109": ("a date of 0 ms is a date, the package drops it",
            [{"GREAT": ["mb20/d2000001", "19700101_000000"]}], []),
    "110": ("a condition without a state is active, the package raises an exception",
            [{"GREAT": ["mb20/d2000040", 60]}], "KeyError"),
}

#: An event with a condition without a variable: both fail.
LOST = "111"


def entities(base):
    """Lists and objects of data groups, events, jobs, rules and variables."""
    kinds = [
        ("groups", "group", base.get_datagroup_list, base.get_datagroup),
        ("events", "event", base.get_event_list, base.get_event),
        ("jobs", "job", base.get_job_list, base.get_job),
        ("rules", "rule", base.get_rule_list, base.get_rule),
        ("variables", "variable", base.get_variable_list, base.get_variable),
    ]
    check("memory base, the object", about("show"), base.get_metadata())
    for plural, kind, get_list, get_one in kinds:
        listed = get_list()
        theirs = [[str(one.get_bcid()), one.get_name()] for one in listed]
        check(f"{plural}, listed", [[one["bcId"], one["name"]] for one in about(plural)], theirs)
        for one in listed:
            bcid = str(one.get_bcid())
            theirs = get_one(bcid).get_metadata()
            check(f"{kind} {bcid}, the object", about("show", kind, bcid), theirs)
        path = {"groups": "dataGroups/summary", "events": "events/all/extended",
                "jobs": "jobs/all/summary", "rules": "rules/all/selector",
                "variables": "variables/summary"}[plural]
        check(f"{kind} 999999, which does not exist", fails("show", "demo", "20", kind, "999999"),
              outcome(lambda: get_one("999999")) == "HTTPError")
        theirs = [str(one.get_bcid()) for one in get_list(page=0)]
        ours = tool("request", f"braincube/demo/braincube/mb/20/{path}?offset=0&size=150")["items"]
        check(f"{plural}, the first page", [str(one["bcId"]) for one in ours], theirs)
        for page in (0, 1, 9):
            theirs = [str(one.get_bcid()) for one in get_list(page=page, page_size=2)]
            path_of_page = f"braincube/demo/braincube/mb/20/{path}?offset={2 * page}&size=2"
            ours = [str(one["bcId"]) for one in tool("request", path_of_page)["items"]]
            check(f"{plural}, page {page}", ours, theirs)
        if kind != "variable":  # variables have no uuid
            first = str(listed[0].get_bcid())
            ours = about("show", kind, first)["uuid"].split("_", 1)[1]
            check(f"{kind} {first}, the uuid", ours, get_one(first).get_uuid())


def groups(base):
    """Variables and data of data groups."""
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
    """Conditions of events and jobs."""
    for event in base.get_event_list():
        bcid = str(event.get_bcid())
        theirs = outcome(event.get_conditions)
        if bcid == LOST:
            is_error = fails("conditions", "demo", str(MEMORY_BASE), "event", bcid)
            check(f"event {bcid}, a condition without a variable fails", is_error, theirs == "KeyError")
            continue
        ours = about("conditions", "event", bcid)
        if bcid in DIFFER:
            reason, ours_expected, theirs_expected = DIFFER[bcid]
            intended(f"event {bcid}, conditions", reason, ours, ours_expected, theirs, theirs_expected)
            continue
        check(f"event {bcid}, conditions", list(map(flat, ours)), list(map(flat, theirs)))
        combined = about("conditions", "event", bcid, "--combine")
        combined = combined if isinstance(combined, list) else [combined]
        check(f"event {bcid}, conditions combined", list(map(flat, combined)),
              list(map(flat, conditions_of_package.combine_filters(theirs))))
        given = [part for one in ours for part in ("--filter", json.dumps(one))]
        rows = about("data", "--variables", "2000040", *given)
        check(f"event {bcid}, {len(rows)} rows under its conditions", columns(rows),
              of_package(base.get_data(["2000040"], theirs)))
    for bcid in JOBS:
        job = base.get_job(bcid)
        for options in ([], ["--combine"], ["--events"], ["--events", "--combine"]):
            theirs = job.get_conditions(combine="--combine" in options,
                                        include_events="--events" in options)
            ours = about("conditions", "job", bcid, *options)
            ours = ours if isinstance(ours, list) else [ours]  # --combine prints one filter
            theirs = json.loads(json.dumps(theirs).replace(WEEK_BEGINS[1], WEEK_BEGINS[0]))
            check(f"job {bcid}, conditions {' '.join(options)}", list(map(flat, ours)),
                  list(map(flat, theirs)))
    undefined = base.get_job("577")
    intended("job 577, conditions of an event without conditions",
             "the event excludes no rows, the package sends a gate without operands",
             about("conditions", "job", "577", "--events"), [],
             undefined.get_conditions(include_events=True), [{"NOT": []}])
    draft = base.get_job("575")
    check("job 575, a draft, conditions", about("conditions", "job", "575"), draft.get_conditions())
    intended("job 575, a draft, conditions of its events",
             "a job without events has none, the package raises an exception",
             about("conditions", "job", "575", "--events"), [],
             outcome(lambda: draft.get_conditions(include_events=True)), "KeyError")


def jobs(base):
    """Events, categories, variables, rules and data of jobs."""
    for bcid in JOBS:
        job = base.get_job(bcid)
        shown = about("show", "job", bcid)
        for key, events in job.get_events().items():
            ours = [str(one["bcId"]) for one in shown["events"][key]]
            check(f"job {bcid}, {key}", ours, [str(event.get_bcid()) for event in events])
        check(f"job {bcid}, categories", shown["modelEntries"], job.get_categories())
        rules = [[one["bcId"], one["name"]] for one in about("rules", "--job", bcid)]
        path = f"braincube/demo/braincube/mb/20/jobs/{bcid}/rules/all/summary"
        listed = client.request_ws(path)["items"]
        theirs = [[str(one["bcId"]), one["name"]] for one in listed]
        if listed:
            intended(f"job {bcid}, rules", "the tool lists them, the package calls its list with too many arguments",
                     rules, theirs, outcome(job.get_rule_list), "TypeError")
        else:
            check(f"job {bcid}, no rules", rules, outcome(job.get_rule_list))
        for rule, _ in rules:
            check(f"job {bcid}, rule {rule}", about("show", "rule", rule), job.get_rule(rule).get_metadata())

        for filters in ([], [{"GREAT": ["mb20/d2000040", 45]}]):
            given = [part for one in filters for part in ("--filter", json.dumps(one))]
            ours = columns(about("data", "--job", bcid, "--infer-integers", "--text-dates", *given))
            data = job.get_data(filters=filters)
            # The package requests variables in a random order, so columns are compared by name.
            check(f"job {bcid}, data {json.dumps(filters)}", ours, of_package(data))
            check(f"job {bcid}, variables", sorted(ours), sorted(map(str, job.get_variable_ids())))
    intended("job 577, data", "an event without conditions excludes no rows, the server rejects the request of the package",
             len(about("data", "--job", "577")), 9220,
             outcome(lambda: base.get_job("577").get_data()), "HTTPError")
    intended("job 575, a draft, data", "a job without categories has the variables of its groups, the package raises an exception",
             list(about("data", "--job", "575")[0]), ["2000031", "2000032", "2000033"],
             outcome(lambda: base.get_job("575").get_data()), "KeyError")


def main():
    client.get_instance(config_file=sys.argv[2])
    cubes = [cube.get_bcid() for cube in braincube.get_braincube_list()]
    ours = [cube["name"] for cube in tool("cubes")]
    check("braincubes, without other products", ours, [name for name in cubes if name in ours])

    cube = braincube.get_braincube("demo")
    bases = [[str(base.get_bcid()), base.get_name()] for base in cube.get_memory_base_list()]
    check("memory bases", [[base["bcId"], base["name"]] for base in tool("bases", "demo")], bases)
    for page in (0, 1, 2):
        theirs = [str(base.get_bcid()) for base in cube.get_memory_base_list(page=page, page_size=1)]
        path = f"braincube/demo/braincube/mb/all/summary?offset={page}&size=1"
        check(f"memory bases, page {page}", [str(one["bcId"]) for one in tool("request", path)["items"]], theirs)
    check("a braincube that does not exist", fails("bases", "none"),
          outcome(lambda: braincube.get_braincube("none")) == "KeyError")
    check("a memory base that does not exist", fails("variables", "demo", "99"),
          outcome(lambda: cube.get_memory_base(99)) == "HTTPError")

    base = cube.get_memory_base(MEMORY_BASE)
    for key in ("standard", "tag", "local"):
        theirs = [
            [str(one.get_bcid()), one.get_metadata()[key], one.get_type()]
            for one in base.get_variable_list()
        ]
        listed = tool("variables", "demo", str(MEMORY_BASE))
        check(f"variables, {key}", [[one["bcId"], one[key], one["type"]] for one in listed], theirs)

    entities(base)
    groups(base)
    conditions(base)
    jobs(base)
    data_forms.filtered(base)
    data_forms.forms(base)
    data_forms.gaps(cube.get_memory_base(GAPS))
    sys.exit(summary())


main()
