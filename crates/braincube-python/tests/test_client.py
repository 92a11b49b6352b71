"""Clients, entities and requests."""

import json
import pickle

import pytest

import braincube


def test_a_client_needs_no_request(own_site):
    client = own_site.client()
    client["demo"].memory_base(20).variable(2000034)
    assert own_site.request_count == 0


def test_a_client_is_made_from_a_file(own_site, tmp_path):
    own_site.write_config(tmp_path / "plant.json")
    client = braincube.Client.from_file(tmp_path / "plant.json")
    assert [each.name for each in client.braincubes()] == ["demo"]


def test_a_client_finds_the_default_file(own_site, tmp_path):
    own_site.write_config(tmp_path / "config.json")
    assert [each.name for each in braincube.Client().braincubes()] == ["demo"]


def test_a_client_reads_the_environment(own_site, monkeypatch, tmp_path):
    config = own_site.config
    (tmp_path / "plant.json").write_text(json.dumps({**config, "api_key": None}))
    monkeypatch.setenv("BRAINCUBE_CONFIG", str(tmp_path / "plant.json"))
    monkeypatch.setenv("BRAINCUBE_API_KEY", config["api_key"])
    assert [each.name for each in braincube.Client().braincubes()] == ["demo"]


def test_a_client_without_configuration_is_an_error():
    with pytest.raises(braincube.ConfigError):
        braincube.Client()


def test_an_oauth2_token_opens_a_session(own_site):
    client = braincube.Client(**own_site.oauth2_config)
    assert [each.name for each in client.braincubes()] == ["demo"]


def test_no_secret_is_shown(own_site):
    token = own_site.config["api_key"]
    client = own_site.client()
    base = client["demo"].memory_base(20)
    shown = [repr(each) for each in (client, client["demo"], base, base.variables(), own_site, own_site.requests())]
    with pytest.raises(braincube.Unauthenticated) as refused:
        own_site.client(api_key=f"{token}-wrong").braincubes()
    shown += [str(refused.value), repr(refused.value), str(refused.value.detail), str(vars(refused.value))]
    assert not any(token in text for text in shown)


def test_lists_are_lazy_and_can_be_read_again(own_site):
    base = own_site.client(page_size=2)["demo"].memory_base(20)
    variables = base.variables()
    assert own_site.request_count == 0
    first = next(iter(variables))
    assert (first.bcid, first.name, first.type, first.long_id) == ("2000001", "Date", "DATETIME", "mb20/d2000001")
    assert [each.bcid for each in variables] == [each.bcid for each in variables]
    assert [each.bcid for each in variables.page(1)] == ["2000003", "2000031"]


def test_entities_have_properties(base):
    assert (base.name, base.bcid, len(base.uuid)) == ("Batch dryer", "20", 36)
    variable = base.variable(2000040)
    assert (variable.standard, variable.local, variable.tag, variable.type) == (
        "Dryer temperature", "Température du sécheur", "DRY1.TT.101.PV", "NUMERIC",
    )
    assert variable.uuid is None and variable.metadata["bcId"] in (2000040, "2000040")
    assert base.variable("2000040") == variable and hash(base.variable(2000040)) == hash(variable)
    assert base.info().order == "mb20/d2000001"


def test_studies(base):
    group = base.data_group(10)
    assert [each.bcid for each in group.variables()] == group.variable_ids()
    assert group.data().columns == group.variable_ids()
    event = base.event(100)
    assert isinstance(event.conditions()[0], braincube.Filter)
    job = base.job(573)
    assert len(job.conditions()) == 2 and len(job.conditions(include_events=True)) == 5
    assert [each.bcid for each in job.events()["positive"]] == ["100"]
    assert [each.bcid for each in job.rules()] == ["200", "201"]
    assert len(job.categories) > 0
    frame = job.data()
    assert sorted(frame.columns) == sorted(job.variable_ids())
    assert len(frame) == len(base.data(job.variable_ids(), where=job.conditions(include_events=True)))
    assert base.rule(200).name == "Hot jacket"


def test_any_request(client):
    response = client.request("GET", "braincube/demo/braindata/mb20/simple")
    assert (response.status, response.json()["name"]) == (200, "mb20")
    with pytest.raises(braincube.NotFound):
        client.request("GET", "braincube/demo/nothing")


def test_errors_mirror_the_kinds(own_site):
    base = own_site.client(retry_for=0)["demo"].memory_base(20)
    cases = [
        ("status=500", braincube.ServerError), ("status=403", braincube.Forbidden), ("status=400", braincube.Rejected),
        ("throttle=100000", braincube.Throttled), ("html", braincube.NotJson), ("status=401", braincube.Unauthenticated),
    ]
    for fault, kind in cases:
        own_site.add_fault(fault)
        with pytest.raises(kind) as raised:
            base.variable(2000001).metadata
        assert isinstance(raised.value, braincube.BraincubeError) and kind.kind in (kind.kind, "Other")
        own_site.clear_faults()
    with pytest.raises(braincube.ConnectError) as raised:
        braincube.Client(
            sso_base_url="http://127.0.0.1:9", braincube_base_url="http://127.0.0.1:9", api_key="x", retry_for=0
        ).braincubes()
    assert isinstance(raised.value, ConnectionError)
    own_site.add_fault("delay=2000")
    with pytest.raises(TimeoutError):
        own_site.client(timeout=0.2, retry_for=0).braincubes()


def test_an_unknown_name_suggests_similar_ones(base):
    with pytest.raises(braincube.NotFound, match="Agitator power") as raised:
        base.data(["Agitatr power"])
    assert isinstance(raised.value, LookupError)
    copy = pickle.loads(pickle.dumps(raised.value))
    assert (type(copy), str(copy), copy.detail) == (braincube.NotFound, str(raised.value), raised.value.detail)


def test_every_kind_of_the_rust_crate_has_a_class():
    kinds = {each.kind for each in braincube.BraincubeError.__subclasses__()}
    assert kinds >= {
        "Config", "Input", "Connect", "Timeout", "Interrupted", "RedirectBlocked", "Unauthenticated", "Forbidden",
        "NotFound", "Throttled", "Server", "Rejected", "NotJson", "TooLarge", "Decode", "Integrity", "Pagination", "Partial",
    }


def test_everything_public_has_a_docstring():
    for name in braincube.__all__:
        item = getattr(braincube, name)
        assert item.__doc__, name
        for attribute, value in vars(item).items() if isinstance(item, type) else ():
            if not attribute.startswith("_") and (callable(value) or isinstance(value, property)):
                assert value.__doc__, f"{name}.{attribute}"


def test_notebooks_show_tables(base):
    assert "Batch dryer" in base._repr_html_()
    assert "Date" in base.variables()._repr_html_()
    assert "9,220 rows" in base.data([2000001])._repr_html_()
