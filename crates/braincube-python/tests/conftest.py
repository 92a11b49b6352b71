"""Fixtures: a simulator for the session, and one for a test that changes it."""

import pytest

import braincube


@pytest.fixture(scope="session")
def site():
    with braincube.Simulator(generated=[(30, 50, 20_000)]) as simulator:
        yield simulator


@pytest.fixture
def own_site():
    with braincube.Simulator(generated=[(30, 50, 20_000)]) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def client(site):
    return site.client()


@pytest.fixture(scope="session")
def base(client):
    return client["demo"].memory_base(20)


@pytest.fixture(autouse=True)
def away_from_home(monkeypatch, tmp_path):
    """No test reads the configuration of the person who runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("BRAINCUBE_API_KEY", "BRAINCUBE_DOMAIN", "BRAINCUBE_OAUTH2_TOKEN"):
        monkeypatch.delenv(name, raising=False)
