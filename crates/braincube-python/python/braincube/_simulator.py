"""The simulated Braincube, for notebooks and tests without an account."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from . import _core
from ._client import Client


class Request(NamedTuple):
    """A request that the simulator received."""

    method: str
    path: str
    status: int | None
    body: bytes


class Simulator:
    """A simulated Braincube on a port of this machine, with the data of a batch dryer in memory base 20.

    csv: CSV files to serve as memory bases 21, 22, …
    generated: memory bases with generated data: bcId, number of variables, number of rows.
    faults: faults to inject, such as "status=503@/LF,times=2".
    broken: variables whose column has no data: bcId of the memory base, bcId of the variable.
    token: the personal access token that it accepts.

    >>> import braincube
    >>> with braincube.Simulator() as simulator:
    ...     [base.name for base in simulator.client()["demo"].memory_bases()][0]
    'Batch dryer'
    """

    def __init__(
        self,
        *,
        csv: Iterable[str | os.PathLike[str]] = (),
        generated: Iterable[tuple[int, int, int]] = (),
        faults: Iterable[str] = (),
        broken: Iterable[tuple[int, int]] = (),
        token: str | None = None,
    ) -> None:
        self._core = _core.Simulator(list(csv), list(generated), list(faults), list(broken), token)

    @property
    def url(self) -> str:
        """The base URL of both servers."""
        return self._core.url

    @property
    def config(self) -> dict[str, Any]:
        """The configuration of a client, with a personal access token."""
        found: dict[str, Any] = json.loads(self._core.config_json)
        return found

    @property
    def oauth2_config(self) -> dict[str, Any]:
        """The configuration of a client, with an OAuth2 access token."""
        found: dict[str, Any] = json.loads(self._core.oauth2_config_json)
        return found

    def client(self, **options: Any) -> Client:
        """A client for the simulator. `options` are the arguments of `Client`."""
        return Client(**{**self.config, **options})

    def write_config(self, path: str | os.PathLike[str]) -> None:
        """Write the configuration of a client to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self._core.config_json + "\n")

    @property
    def request_count(self) -> int:
        """The number of requests received."""
        return self._core.request_count

    def requests(self) -> list[Request]:
        """The requests received, oldest first."""
        return [Request(*request) for request in self._core.requests()]

    def add_fault(self, fault: str) -> None:
        """Inject a fault from now on, such as "status=503@/LF,times=2"."""
        self._core.add_fault(fault)

    def clear_faults(self) -> None:
        """Inject no faults any more."""
        self._core.clear_faults()

    def stop(self) -> None:
        """Stop the simulator and close its connections."""
        self._core.stop()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return "Simulator()"
