"""Calls the original package and the drop-in with the same arguments, on the same server, and compares the results.

Values and types are compared, also those of each cell. Where the two differ on purpose, the difference is written down
here. Skipped where the original package is not installed.
"""

import importlib
import itertools
import warnings

import pytest

import braincube

original = pytest.importorskip("braincube_connector")
pandas = pytest.importorskip("pandas")

PACKAGES = ("braincube_connector", "braincube.connector")
GAPS = """Date,Speed,Count,Label,Text
2023-01-01T00:00:00,1.5,1,A,x
2023-01-01T00:00:01,nan,nan,NaN,
2023-01-01T00:00:02,-2e3,3,B,"a ""quoted"" é"
2023-01-01T00:00:03,4,4,A,y
"""


class Both:
    """The modules of both packages, connected to one simulator."""

    def __init__(self, config):
        for package in PACKAGES:
            self.module(package, "instances").instances.pop("client", None)
            self.module(package, "client").get_instance(config_dict=config)

    @staticmethod
    def module(package, name):
        return importlib.import_module(f"{package}.{name}")

    def call(self, script):
        """The results of a script, which gets the modules of a package, from the original and from the drop-in."""
        return [outcome(script, package) for package in PACKAGES]


class Modules:
    def __init__(self, package):
        self._package = package

    def __getattr__(self, name):
        return importlib.import_module(f"{self._package}.{name}")


def outcome(script, package):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = script(Modules(package))
        except Exception as error:  # noqa: BLE001
            return ("raised", exception_kinds(error))
        finally:
            Modules(package).parameters.reset_parameter()
    return ("returned", plain(result), [str(each.message) for each in seen if each.category is UserWarning])


def exception_kinds(error):
    """The classes by which a script can catch an exception."""
    shared = {"builtins", "requests.exceptions"}
    kinds = [each.__name__ for each in type(error).__mro__ if each.__module__ in shared]
    return sorted(set(kinds) - {"object", "BaseException"})


def plain(value):
    """A value with its types, in a form that can be compared. Entities become their class and what they hold."""
    if isinstance(value, pandas.DataFrame):
        kinds = [str(kind) for kind in value.dtypes]
        columns = [plain(column) for column in value.columns]
        return ("frame", columns, kinds, plain(value.index.tolist()), [plain(value[name].tolist()) for name in value])
    if isinstance(value, dict):
        return ("dict", [(plain(key), plain(each)) for key, each in value.items()])
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, [plain(each) for each in value])
    if hasattr(value, "get_metadata"):
        return (type(value).__name__, plain(value.get_bcid()), plain(value.get_metadata()), str(value))
    return (type(value).__name__, repr(value))


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "gaps.csv"
    path.write_text(GAPS)
    with braincube.Simulator(csv=[path], generated=[(30, 12, 500)], broken=[(20, 2000036)]) as simulator:
        yield Both(simulator.config)


def base(modules, bcid=20):
    return modules.braincube.get_braincube("demo").get_memory_base(bcid)


def data(*arguments, bcid=20, parameters=None, **named):
    def script(modules):
        modules.parameters.set_parameter(parameters or {})
        return base(modules, bcid).get_data(*arguments, **named)

    return script


def of(kind, bcid, method, *arguments, **named):
    """A method of an entity of the dryer."""
    return lambda modules: getattr(getattr(base(modules), f"get_{kind}")(bcid), method)(*arguments, **named)


def list_of(kind, **named):
    return lambda modules: getattr(base(modules), f"get_{kind}_list")(**named)


KINDS = {"variable": 2000040, "datagroup": 10, "event": 100, "job": 573, "rule": 200}
DRYER = [2000001, 2000002, 2000003, *range(2000031, 2000042)]
V = "mb20/d2000040"
FILTERS = [
    [{"EQUALS": ["mb20/d2000041", 0]}],
    [{"EQUALS": ["mb20/d2000002", ["B07"]]}],
    [{"BETWEEN": [V, 20.247, 21.52]}],
    [{"BETWEEN": ["mb20/d2000001", "20231003_060000", "20231003_063000"]}],
    [{"LESS": [V, 20.247]}], [{"LESS_EQUALS": [V, 20.247]}], [{"GREAT": [V, 80]}], [{"GREAT_EQUALS": [V, 80]}],
    [{"NOT": [{"EQUALS": ["mb20/d2000003", ["COOLING"]]}]}], [{"Not": [{"LESS": ["mb20/d2000041", 190]}]}],
    [{"OR": [{"EQUALS": ["mb20/d2000002", ["B01"]]}, {"GREAT": [V, 86]}]}],
    [{"GREAT": [V, 40]}, {"LESS": ["mb20/d2000041", 100]}, {"EQUALS": ["mb20/d2000003", ["DRYING"]]}],
    [{"GREAT": [V, 40]}, {"LESS": [V, 60]}, {"GREAT": [V, 41]}, {"LESS": [V, 59]}, {"GREAT": [V, 42]}],
    [{"GREAT": [V, 1e6]}],
    [],
    None,
]

def csv_ids(count):
    return [2_100_000 + number for number in range(1, count + 1)]


GENERATED = [3_000_000 + number for number in range(1, 13)]

SAME = {
    "braincubes": lambda m: m.braincube.get_braincube_list(),
    "braincubes by name": lambda m: m.braincube.get_braincube_list(["demo"]),
    "braincube": lambda m: [m.braincube.get_braincube("demo").get_bcid(), m.braincube.get_braincube("demo").get_uuid()],
    "unknown braincube": lambda m: m.braincube.get_braincube("nothing"),
    "infos": lambda m: m.client.get_instance().get_braincube_infos(),
    "placeholder": lambda m: m.client.get_instance().has_placeholder_in_braincube_url(),
    "second client": lambda m: m.client.get_instance() is m.client.get_instance(config_dict={"other": 1}),
    "memory bases": lambda m: m.braincube.get_braincube("demo").get_memory_base_list(),
    "memory base": base,
    "memory base, text": lambda m: base(m, "20"),
    "memory base, name and uuid": lambda m: [base(m).get_name(), base(m).get_uuid(), base(m).get_bcid()],
    "memory base, paths": lambda m: [base(m).get_braincube_name(), base(m).get_braincube_path()],
    "unknown memory base": lambda m: base(m, 999),
    "order variable": lambda m: base(m).get_order_variable_long_id(),
    "variable": lambda m: [base(m).get_variable("2000034").get_type(), base(m).get_variable(2000034).get_long_id()],
    "variable, uuid": of("variable", 2000034, "get_uuid"),
    "variable, memory base": of("variable", 2000034, "get_memory_base"),
    "variable, tag": lambda m: (
        m.parameters.set_parameter({"VariableDescription_name_key": "tag"}), base(m).get_variable(2000034).get_name(),
    ),
    "parameters": lambda m: [m.parameters.get_parameter(key) for key in ("page_size", "parse_date", "other")],
    "page size": lambda m: (m.parameters.set_parameter({"page_size": 3}), base(m).get_variable_list()),
    "group ids": of("datagroup", 10, "get_variable_ids"),
    "group variables": of("datagroup", 10, "get_variable_list"),
    "group data": of("datagroup", 10, "get_data"),
    "group data, filtered": of("datagroup", 10, "get_data", filters=[{"GREAT": [V, 80]}]),
    **{f"event {bcid}, conditions": of("event", bcid, "get_conditions") for bcid in (100, 101, 103)},
    "job conditions": of("job", 573, "get_conditions"),
    "job conditions, combined": of("job", 573, "get_conditions", combine=True),
    "job events": of("job", 573, "get_events"),
    "job categories": of("job", 573, "get_categories"),
    "job rule": of("job", 573, "get_rule", 200),
    "raw": lambda m: m.client.request_ws("braincube/demo/braindata/mb20/simple"),
    "raw, response": lambda m: response(m.client.request_ws("braincube/demo/braindata/mb20/simple", response_as_json=False)),
    "raw, SSO": lambda m: m.client.request_ws("sso-server/ws/user/me", api=False),
    "raw, POST": lambda m: m.client.request_ws(
        "braincube/demo/braindata/mb20/LF", rtype="POST",
        body_data='{"order": "mb20/d2000001", "definitions": ["mb20/d2000041"], "context": {"dataSource": "mb20"}}',
    ),
    "raw, unknown": lambda m: m.client.request_ws("braincube/demo/nothing"),
    "info": lambda m: m.data.data.get_braindata_memory_base_info("braincube/demo", 20),
    "collect": lambda m: m.data.data.collect_data([2000040], base(m), [{"GREAT": [V, 86]}]),
    "combine": lambda m: [m.data.conditions.combine_filters(list("abcd"[:n]), "OR") for n in range(5)],
    "paths": lambda m: [
        m.tools.join_path(["/a/", "b/", "/c"]), m.tools.strip_domain("https://a.b/"), m.tools.build_url("http://a/b/", "/c/", "x"),
        m.tools.get_sso_base_url({"domain": "a.b"}), m.tools.get_braincube_base_url({"domain": "a.b"}),
        m.tools.to_datetime_str(1_600_000_000_999), m.tools.to_datetime_str(None), m.tools.generate_header({"a": "b"}),
    ],
    "all variables": data(DRYER),
    "all variables, frame": data(DRYER, dataframe=True),
    "names": data(DRYER, label_type="name"),
    "names, frame": data(DRYER, label_type="name", dataframe=True),
    "names, tags": data(DRYER[:3], label_type="name", parameters={"VariableDescription_name_key": "tag"}),
    "dates": data(DRYER[:2], parameters={"parse_date": True}),
    "dates, frame": data(DRYER[:2], dataframe=True, parameters={"parse_date": True}),
    "texts as ids": data(["2000040", "2000001"]),
    "one variable": data([2000041], dataframe=True),
    "wrong: no variable": data([]),
    "wrong id": data(["speed"]),
    "gaps": data(csv_ids(5), bcid=21),
    "gaps, frame": data(csv_ids(5), bcid=21, dataframe=True),
    "generated": data(GENERATED, bcid=30),
    "generated, frame": data(GENERATED, bcid=30, dataframe=True, parameters={"parse_date": True}),
    "empty, frame": data(DRYER, [{"GREAT": [V, 1e6]}], dataframe=True),
    **{f"filter {n}": data([2000040, 2000001], each) for n, each in enumerate(FILTERS)},
    **{f"filter {n}, frame": data([2000040, 2000003], each, dataframe=True) for n, each in enumerate(FILTERS)},
    "wrong filter": data([2000040], [{"SOUNDS_LIKE": [V, 1]}]),
    **{f"{kind}s": list_of(kind) for kind in KINDS},
    **{f"{kind}": lambda m, kind=kind, bcid=bcid: getattr(base(m), f"get_{kind}")(bcid) for kind, bcid in KINDS.items()},
    **{f"{kind}, name": of(kind, bcid, "get_name") for kind, bcid in KINDS.items()},
    **{f"unknown {kind}": lambda m, kind=kind: getattr(base(m), f"get_{kind}")(999999) for kind in KINDS},
    **{
        f"{kind}s, page {page} of {size}": list_of(kind, page=page, page_size=size)
        for kind, page, size in itertools.product(KINDS, (0, 1, 9), (2, 150))
    },
    **{f"{kind}s, pages of {size}": list_of(kind, page_size=size) for kind, size in itertools.product(KINDS, (1, 5))},
}


#: What the original rejects too, besides unknown and wrong arguments.
RAISE = {"raw, unknown"}


def response(found):
    return [type(found).__name__, found.status_code, found.json(), found.text, found.ok, found.headers["content-type"]]


@pytest.mark.parametrize("name", SAME)
def test_the_same(both, name):
    theirs, ours = both.call(SAME[name])
    assert (theirs[0] == "raised") == (name.startswith(("unknown", "wrong")) or name in RAISE), theirs
    if theirs[0] == "raised":
        # Whatever catches the error of the original catches ours too.
        assert ours[0] == "raised" and set(theirs[1]) <= set(ours[1])
    else:
        assert ours == theirs


def test_a_job_has_the_same_rows(both):
    """The variables of a job have no order in the original."""
    theirs, ours = both.call(of("job", 573, "get_data"))
    assert sorted(ours[1][1]) == sorted(theirs[1][1])
    theirs, ours = both.call(of("job", 573, "get_variable_ids"))
    assert sorted(ours[1][1]) == sorted(theirs[1][1])


def test_conditions_with_events_mean_the_same(both):
    """Filters may be nested in another way."""
    theirs, ours = both.call(lambda m: base(m).get_data(
        [2000001], base(m).get_job(573).get_conditions(combine=True, include_events=True)
    ))
    assert ours == theirs


DIFFERENT = {
    "the name of a braincube": (lambda m: m.braincube.get_braincube("demo").get_name(), "returned"),
    "the rules of a job": (of("job", 573, "get_rule_list"), "returned"),
    "an event with an incomplete condition": (of("event", 110, "get_conditions"), "returned"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_intended_differences(both, name):
    script, expected = DIFFERENT[name]
    theirs, ours = both.call(script)
    assert theirs[0] == "raised" and ours[0] == expected


def test_everything_public_is_there():
    """Each public name of each module of the original, and each public method of its classes."""
    import pkgutil

    missing = []
    for info in pkgutil.walk_packages(original.__path__, "braincube_connector."):
        theirs = importlib.import_module(info.name)
        ours = importlib.import_module(info.name.replace("braincube_connector", "braincube.connector", 1))
        for name, item in vars(theirs).items():
            if name.startswith("_") or getattr(item, "__module__", theirs.__name__) != theirs.__name__:
                continue
            if type(item).__name__ in ("module", "_GenericAlias") and not hasattr(ours, name):
                continue
            if not hasattr(ours, name):
                missing.append(f"{info.name}.{name}")
            elif isinstance(item, type):
                methods = [each for each in dir(item) if not each.startswith("_")]
                missing += [f"{info.name}.{name}.{each}" for each in methods if not hasattr(getattr(ours, name), each)]
    assert missing == []
