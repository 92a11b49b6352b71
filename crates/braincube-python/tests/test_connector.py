"""The drop-in, where no original is needed to compare it with."""

import importlib
import subprocess
import sys

import pytest

import braincube
from braincube.connector import braincube as cubes
from braincube.connector import check, client, instances, parameters


@pytest.fixture
def dropin(own_site):
    instances.instances.pop("client", None)
    parameters.reset_parameter()
    yield client.get_instance(config_dict=own_site.config)
    instances.instances.pop("client", None)
    parameters.reset_parameter()


def test_errors_are_those_of_requests_too(dropin, own_site):
    requests = pytest.importorskip("requests")
    with pytest.raises(requests.exceptions.HTTPError) as raised:
        cubes.get_braincube("demo").get_memory_base(999)
    assert raised.value.response.status_code == 404 and isinstance(raised.value, braincube.NotFound)
    own_site.stop()
    dropin._client = braincube.Client(
        sso_base_url="http://127.0.0.1:9", braincube_base_url="http://127.0.0.1:9", api_key="x", retry_for=0
    )
    with pytest.raises(requests.exceptions.ConnectionError):
        client.request_ws("anything")


def test_a_body_that_is_not_json(dropin, own_site):
    requests = pytest.importorskip("requests")
    own_site.add_fault("html@/simple")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        client.request_ws("braincube/demo/braindata/mb20/simple")


def test_headers_that_cannot_be_sent_are_an_error(dropin):
    with pytest.raises(braincube.InputError, match="X-Other"):
        client.request_ws("braincube/demo/braindata/mb20/simple", headers={"X-Other": "1"})


def test_one_client_in_a_process(dropin, own_site):
    with pytest.raises(client.AlreadyExistsError):
        client.Client(config_dict=own_site.config)
    assert client.get_instance() is dropin


def test_configurations(own_site, tmp_path):
    instances.instances.pop("client", None)
    with pytest.raises(FileNotFoundError):
        client.get_instance()
    with pytest.raises(KeyError):
        client.get_instance(config_dict={"domain": "mybraincube.com"})
    (tmp_path / "config.json").write_text("{\n" + str(own_site.config)[1:].replace("'", '"'))
    assert "demo" in client.get_instance().get_braincube_infos()
    instances.instances.pop("client", None)
    assert "demo" in client.get_instance(config_dict=own_site.oauth2_config).get_braincube_infos()
    instances.instances.pop("client", None)


def test_a_placeholder_in_the_base_url(own_site):
    instances.instances.pop("client", None)
    client.get_instance(config_dict={**own_site.config, "braincube_base_url": own_site._core.placeholder_url})
    base = cubes.get_braincube("demo").get_memory_base(20)
    assert len(base.get_data([2000040])[2000040]) == 9220
    assert len(base.get_variable_list()) == 14 and base.get_event(100).get_conditions()
    instances.instances.pop("client", None)


def test_an_unknown_variable_is_an_error(dropin):
    with pytest.raises(braincube.BraincubeError):
        cubes.get_braincube("demo").get_memory_base(20).get_data([2000040, 99])


def test_two_variables_of_one_name_stay_two_columns(tmp_path):
    (tmp_path / "twins.csv").write_text("Date,Speed,Power\n2023-01-01T00:00:00,1,2\n")
    with braincube.Simulator(csv=[tmp_path / "twins.csv"]) as simulator:
        instances.instances.pop("client", None)
        client.get_instance(config_dict=simulator.config)
        base = cubes.get_braincube("demo").get_memory_base(21)
        ids = [int(each.get_bcid()) for each in base.get_variable_list()]
        names = {number: "Speed" for number in ids[1:]}
        base.get_variable_list = lambda: [Twin(number, names.get(number, "Date")) for number in ids]
        found = base.get_data(ids, label_type="name")
        assert sorted(found) == ["Date", *sorted(f"Speed ({number})" for number in ids[1:])]
    instances.instances.pop("client", None)


class Twin:
    def __init__(self, number, name):
        self.get_bcid, self.get_name = (lambda: number), (lambda: name)


SCRIPT = """
import braincube_connector
from braincube_connector import braincube, client, parameters, nothing
import braincube_connector.memory_base.memory_base as mb

client.get_instance(config_file="config.json")
parameters.set_parameter({"parse_date": True})
base = braincube.get_braincube("demo").get_memory_base(20)
frame = base.get_data(["1"], dataframe=True)
base.get_forecast()
client.request_ws("path")
client.missing()
mb.MemoryBase
"""


def test_check_says_what_a_script_uses(tmp_path):
    found = {(each.line, each.use): each for each in check.check(SCRIPT)}
    uncovered = {key for key, each in found.items() if each.problem}
    assert uncovered == {
        (3, "braincube_connector.nothing"), (10, ".get_forecast"), (12, "client.missing"),
    }
    assert {(6, "client.get_instance"), (8, ".get_memory_base"), (9, ".get_data"), (13, "mb.MemoryBase")} <= set(found)
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "braincube.connector.check", str(tmp_path / "script.py")], capture_output=True, text=True
    )
    assert done.returncode == 1 and "script.py:10: .get_forecast: not covered" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("3 not covered")


def test_the_drop_in_needs_neither_pandas_nor_requests(own_site, tmp_path):
    own_site.write_config(tmp_path / "config.json")
    script = """
import sys
for name in ("pandas", "numpy", "requests", "pyarrow", "polars"):
    sys.modules[name] = None
from braincube.connector import braincube, client
client.get_instance(config_file=sys.argv[1])
base = braincube.get_braincube("demo").get_memory_base(20)
print(len(base.get_data([2000040])[2000040]), client.request_ws("sso-server/ws/user/me", api=False, response_as_json=False).ok)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "config.json")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "9220 True\n"


def test_every_module_has_documentation():
    import pkgutil

    import braincube.connector as package

    for info in pkgutil.walk_packages(package.__path__, "braincube.connector."):
        assert importlib.import_module(info.name).__doc__, info.name
