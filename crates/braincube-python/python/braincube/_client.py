"""The client and its handles: braincubes, memory bases and what they contain."""

from __future__ import annotations

import datetime
import html
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar, Union

from . import _core
from ._errors import InputError
from ._filters import Filter, Where, to_texts
from ._frame import Frame, Stream
from ._wait import ProgressOption, wait, wait_async

#: A date: text such as "2023-10-01" or "2023-10-01T06:00:00", or an object. Without a zone, it is a wall-clock time of
#: the memory base.
Date = Union[str, datetime.datetime, datetime.date, None]

#: A duration: text such as "30d", "12h", "45m" or "2w", or an object.
Duration = Union[str, datetime.timedelta, None]

#: A variable: its bcId, its long id, its name, or the entity.
VariableRef = Union[int, str, "Variable"]

#: Variables, or None for all variables of the memory base.
VariableRefs = Union[Iterable[VariableRef], None]

#: One filter, or several that are combined with AND.
Wheres = Union[Where, Iterable[Where], None]

E = TypeVar("E", bound="Entity")

#: How many entities a notebook shows.
_SHOWN = 20


class Response(NamedTuple):
    """The response to `Client.request`."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


class Info(NamedTuple):
    """What the service says of the data of a memory base."""

    name: str | None
    reference_date: str | None
    """The long id of the variable with the date of a row."""
    order: str
    """The long id of the variable that orders the rows."""
    timezone: str | None


class Client:
    """A Braincube site. Thread-safe; sends no request until a method is called.

    Without arguments, the configuration is searched in the environment (`BRAINCUBE_API_KEY`, …), `./config.json` and
    `~/.braincube/config.json`. Arguments take precedence over what is found.

    >>> import braincube
    >>> client = braincube.Client(domain="mybraincube.com", api_key="secret")
    >>> client
    Client('https://api.mybraincube.com')
    """

    def __init__(
        self,
        *,
        domain: str | None = None,
        api_key: str | None = None,
        oauth2_token: str | None = None,
        sso_base_url: str | None = None,
        braincube_base_url: str | None = None,
        profile: str | None = None,
        verify: bool | None = None,
        allow_http: bool | None = None,
        ca_bundle: str | os.PathLike[str] | None = None,
        proxy: str | None = None,
        no_proxy: str | None = None,
        retry_for: float | None = None,
        timeout: float | None = None,
        page_size: int | None = None,
        _file: str | os.PathLike[str] | None = None,
    ) -> None:
        has_address = bool(domain or (sso_base_url and braincube_base_url))
        has_credential = bool(api_key or oauth2_token)
        self._core = _core.Client(
            {
                "search": _file is not None or not (has_address and has_credential),
                "file": _file,
                "profile": profile,
                "domain": domain,
                "sso_base_url": sso_base_url,
                "braincube_base_url": braincube_base_url,
                "api_key": api_key,
                "oauth2_token": oauth2_token,
                "verify": verify,
                "allow_http": allow_http,
                "ca_bundle": ca_bundle,
                "proxy": proxy,
                "no_proxy": no_proxy,
                "retry_for": retry_for,
                "timeout": timeout,
                "page_size": page_size,
            }
        )

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, profile: str | None = None, **options: Any) -> Client:
        """A client with the configuration of a file. `options` are the arguments of `Client`."""
        return cls(profile=profile, _file=path, **options)

    def __getitem__(self, name: str) -> Braincube:
        """A braincube, by name. Sends no request."""
        return Braincube(self, name)

    def braincube(self, name: str) -> Braincube:
        """A braincube, by name. Sends no request."""
        return Braincube(self, name)

    def braincubes(self) -> list[Braincube]:
        """The braincubes that the credentials may open."""
        return [Braincube(self, name, json.loads(text)) for name, text in wait(self._core.braincubes())]

    async def braincubes_async(self) -> list[Braincube]:
        """As `braincubes`, in asyncio."""
        found = await wait_async(self._core.braincubes())
        return [Braincube(self, name, json.loads(text)) for name, text in found]

    def _request(self, method: str, path: str, body: Any, sso: bool, braincube: str) -> _core.Operation:
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        return self._core.request(
            {
                "method": method.upper(),
                "path": path,
                "sso": sso,
                "braincube": braincube,
                "body": body.encode() if isinstance(body, str) else body,
                "idempotent": False,
            }
        )

    def request(
        self, method: str, path: str, *, body: Any = None, sso: bool = False, braincube: str = ""
    ) -> Response:
        """Send any request. The path follows the base URL of the API server, or of the SSO server if `sso` is set.

        `body` is text, bytes, or an object that is sent as JSON.
        """
        return _response(wait(self._request(method, path, body, sso, braincube)))

    async def request_async(
        self, method: str, path: str, *, body: Any = None, sso: bool = False, braincube: str = ""
    ) -> Response:
        """As `request`, in asyncio."""
        return _response(await wait_async(self._request(method, path, body, sso, braincube)))

    def __repr__(self) -> str:
        return f"Client({self._core.base_urls[1]!r})"


def _response(parts: tuple[int, list[tuple[str, str]], bytes]) -> Response:
    status, headers, content = parts
    return Response(status, dict(headers), content)


class Listing(Generic[E]):
    """A list of entities. Iterate over it, blocking or with `async for`; pages are requested while it is read.

    Each iteration reads the list again.
    """

    def __init__(self, client: Client, place: dict[str, Any], make: Callable[[Any], E]) -> None:
        self._client = client
        self._place = place
        self._make = make

    def __iter__(self) -> Iterator[E]:
        return _EntityIterator(self._client._core.list(self._place), self._make)

    async def __aiter__(self) -> AsyncIterator[E]:
        items = self._client._core.list(self._place)
        while True:
            found: list[str] | None = await wait_async(items.next())
            if found is None:
                return
            for text in found:
                yield self._make(json.loads(text))

    def page(self, number: int) -> list[E]:
        """One page; the first one is page 0."""
        return [self._make(json.loads(text)) for text in wait(self._client._core.page(self._place, number))]

    def __repr__(self) -> str:
        where = [self._place["braincube"], self._place["memory_base"], self._place["job"]]
        return f"Listing({self._place['kind']!r} of {'/'.join(str(each) for each in where if each is not None)})"

    def _repr_html_(self) -> str:
        shown: list[E] = []
        for entity in self:
            if len(shown) == _SHOWN:
                break
            shown.append(entity)
        rows = "".join(
            f"<tr><td>{html.escape(entity.bcid)}</td><td>{html.escape(str(entity.name))}</td></tr>" for entity in shown
        )
        more = f"<p>the first {_SHOWN}</p>" if len(shown) == _SHOWN else ""
        return f"<table><thead><tr><th>bcid</th><th>name</th></tr></thead><tbody>{rows}</tbody></table>{more}"


class _EntityIterator(Generic[E]):
    """An error of one entity does not end the iteration: the next call continues after it."""

    def __init__(self, items: _core.Items, make: Callable[[Any], E]) -> None:
        self._items = items
        self._make = make
        self._found: list[str] = []

    def __iter__(self) -> _EntityIterator[E]:
        return self

    def __next__(self) -> E:
        if not self._found:
            found: list[str] | None = wait(self._items.next())
            if found is None:
                raise StopIteration
            self._found = found[::-1]
        return self._make(json.loads(self._found.pop()))


class Entity:
    """What all entities have in common."""

    _KIND = ""

    def __init__(self, client: Client, bcid: object, metadata: dict[str, Any] | None = None) -> None:
        self._client = client
        self._bcid = str(bcid)
        self._metadata = metadata

    def _place(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def bcid(self) -> str:
        """The id of the entity. That of a braincube is its name."""
        return self._bcid

    @property
    def metadata(self) -> dict[str, Any]:
        """The object of the service. Requested on the first use, unless the entity comes from a list."""
        if self._metadata is None:
            self._metadata = json.loads(wait(self._client._core.one(self._place(), self._bcid)))
        return self._metadata

    def refresh(self) -> None:
        """Request the whole object again."""
        self._metadata = None
        self.metadata  # noqa: B018

    @property
    def name(self) -> str | None:
        """The name."""
        return self.metadata.get("name")

    @property
    def uuid(self) -> str | None:
        """The uuid. A variable has none."""
        text = self.metadata.get("uuid")
        return text.partition("_")[2] or text if isinstance(text, str) else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entity) or type(self) is not type(other):
            return NotImplemented
        return self._client is other._client and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((type(self), self._identity()))

    def _identity(self) -> tuple[object, ...]:
        return (self._bcid,)

    def __repr__(self) -> str:
        # Never sends a request.
        name = None if self._metadata is None else self.name
        return f"{type(self).__name__}({self._bcid!r}{'' if name is None else f', {name!r}'})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(str(key))}</th><td>{html.escape(str(value)[:200])}</td></tr>"
            for key, value in list(self.metadata.items())[:_SHOWN]
        )
        return f"<table><caption>{type(self).__name__}</caption><tbody>{rows}</tbody></table>"


class Braincube(Entity):
    """A braincube. Index the client to get one: `client["demo"]`."""

    @property
    def name(self) -> str:
        """The name."""
        return self._bcid

    @property
    def metadata(self) -> dict[str, Any]:
        """The object of the service: the product in the access list of the account."""
        if self._metadata is None:
            for each in self._client.braincubes():
                if each.name == self.name:
                    self._metadata = each._metadata
        return self._metadata or {}

    @property
    def uuid(self) -> str | None:
        """The product id."""
        found = self.metadata.get("productId")
        return None if found is None else str(found)

    def memory_base(self, bcid: int | str) -> MemoryBase:
        """A memory base, by its bcId. Sends no request."""
        return MemoryBase(self, bcid)

    def memory_bases(self) -> Listing[MemoryBase]:
        """The memory bases."""
        place = {"kind": "memory_base", "braincube": self.name, "memory_base": None, "job": None}
        return Listing(self._client, place, lambda found: MemoryBase(self, found["bcId"], found))


class MemoryBase(Entity):
    """A memory base: the variables and the data of a process."""

    def __init__(self, braincube: Braincube, bcid: object, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(braincube._client, bcid, metadata)
        self._braincube = braincube

    @property
    def braincube(self) -> Braincube:
        """The braincube."""
        return self._braincube

    def _identity(self) -> tuple[object, ...]:
        return (self._braincube.name, self._bcid)

    def _place(self) -> dict[str, Any]:
        return {"kind": "memory_base", "braincube": self._braincube.name, "memory_base": None, "job": None}

    def _child(self, kind: str, job: str | None = None) -> dict[str, Any]:
        return {"kind": kind, "braincube": self._braincube.name, "memory_base": self._bcid, "job": job}

    def info(self) -> Info:
        """What the service says of the data: order variable, reference date and time zone."""
        return Info(*wait(self._client._core.info(self._braincube.name, self._bcid)))

    def variable(self, bcid: int | str) -> Variable:
        """A variable, by its bcId. Sends no request."""
        return Variable(self, bcid)

    def variables(self) -> Listing[Variable]:
        """The variables."""
        return Listing(self._client, self._child("variable"), lambda found: Variable(self, found["bcId"], found))

    def find_variables(self, names: Iterable[str]) -> list[Variable]:
        """The variables with these names (standard, local or tag) or ids, in this order."""
        operation = self._client._core.find_variables(self._braincube.name, self._bcid, [str(name) for name in names])
        found = map(json.loads, wait(operation))
        return [Variable(self, each["bcId"], each) for each in found]

    def data_group(self, bcid: int | str) -> DataGroup:
        """A data group, by its bcId. Sends no request."""
        return DataGroup(self, bcid)

    def data_groups(self) -> Listing[DataGroup]:
        """The data groups."""
        return Listing(self._client, self._child("data_group"), lambda found: DataGroup(self, found["bcId"], found))

    def event(self, bcid: int | str) -> Event:
        """An event, by its bcId. Sends no request."""
        return Event(self, bcid)

    def events(self) -> Listing[Event]:
        """The events."""
        return Listing(self._client, self._child("event"), lambda found: Event(self, found["bcId"], found))

    def job(self, bcid: int | str) -> Job:
        """A job, by its bcId. Sends no request."""
        return Job(self, bcid)

    def jobs(self) -> Listing[Job]:
        """The jobs."""
        return Listing(self._client, self._child("job"), lambda found: Job(self, found["bcId"], found))

    def rule(self, bcid: int | str) -> Rule:
        """A rule, by its bcId. Sends no request."""
        return Rule(self, bcid)

    def rules(self) -> Listing[Rule]:
        """The rules."""
        return Listing(self._client, self._child("rule"), lambda found: Rule(self, found["bcId"], found))

    def _query(
        self,
        variables: VariableRefs,
        *,
        where: Wheres = None,
        start: Date = None,
        end: Date = None,
        last: Duration = None,
        label: str = "bcid",
        job: str | None = None,
        data_group: str | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        defaults: dict[str, Any] = {
            "text_dates": False,
            "text_labels": False,
            "infer_integers": False,
            "keep_nan": False,
            "trim": False,
            "nulls": (),
            "bad_cells_are_null": False,
            "strict": False,
        }
        for option in options:
            if option not in defaults:
                raise TypeError(f"unexpected keyword argument {option!r}; known are {', '.join(defaults)}")
        defaults.update(options)
        return {
            **defaults,
            "nulls": list(defaults["nulls"]),
            "braincube": self._braincube.name,
            "memory_base": self._bcid,
            "variables": None if variables is None else _variables(variables),
            "job": job,
            "data_group": data_group,
            "filters": to_texts(where, self._bcid),
            "start": _date(start),
            "end": _date(end),
            "last": _duration(last),
            "label": label,
        }

    def data(
        self,
        variables: VariableRefs = None,
        *,
        where: Wheres = None,
        start: Date = None,
        end: Date = None,
        last: Duration = None,
        label: str = "bcid",
        progress: ProgressOption = None,
        **options: Any,
    ) -> Frame:
        """Extract data.

        variables: ids or names; all variables if None. The columns are in this order.
        where: filters, combined with AND: text (`"d2000034 between 20 and 40"`), dictionaries of the service, or
            `col(2000034) > 20`.
        start, end, last: the period, both ends included; `last` is a duration such as "30d".
        label: the column labels: "bcid", "standard", "local" or "tag".
        progress: a callable, or True for a progress bar (requires tqdm).
        options: text_dates, text_labels, infer_integers, keep_nan, trim, nulls, bad_cells_are_null, strict.
        """
        query = self._query(variables, where=where, start=start, end=end, last=last, label=label, **options)
        return Frame(wait(self._client._core.fetch(query), progress))

    async def data_async(
        self,
        variables: VariableRefs = None,
        *,
        where: Wheres = None,
        start: Date = None,
        end: Date = None,
        last: Duration = None,
        label: str = "bcid",
        progress: ProgressOption = None,
        **options: Any,
    ) -> Frame:
        """As `data`, in asyncio."""
        query = self._query(variables, where=where, start=start, end=end, last=last, label=label, **options)
        return Frame(await wait_async(self._client._core.fetch(query), progress))

    def stream(
        self,
        variables: VariableRefs = None,
        *,
        every: Duration = "7d",
        where: Wheres = None,
        start: Date = None,
        end: Date = None,
        last: Duration = None,
        label: str = "bcid",
        **options: Any,
    ) -> Stream:
        """Extract data in time windows of a duration. Requires `start` or `last`. The other arguments are those of `data`."""
        query = self._query(variables, where=where, start=start, end=end, last=last, label=label, **options)
        window = _duration(every)
        if window is None:
            raise InputError("every: expected a duration such as \"7d\"")
        return Stream(lambda: self._client._core.windows(query, window))


class _Child(Entity):
    """An entity of a memory base."""

    def __init__(self, memory_base: MemoryBase, bcid: object, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(memory_base._client, bcid, metadata)
        self._memory_base = memory_base

    @property
    def memory_base(self) -> MemoryBase:
        """The memory base."""
        return self._memory_base

    def _identity(self) -> tuple[object, ...]:
        return (*self._memory_base._identity(), self._bcid)

    def _place(self) -> dict[str, Any]:
        return self._memory_base._child(self._KIND)

    def _address(self) -> tuple[str, str, str, str]:
        base = self._memory_base
        return (self._KIND, base.braincube.name, base.bcid, self._bcid)


class Variable(_Child):
    """A variable."""

    _KIND = "variable"

    @property
    def name(self) -> str | None:
        """The standard name."""
        return self.standard

    @property
    def standard(self) -> str | None:
        """The standard name."""
        return self.metadata.get("standard")

    @property
    def local(self) -> str | None:
        """The local name."""
        return self.metadata.get("local")

    @property
    def tag(self) -> str | None:
        """The tag."""
        return self.metadata.get("tag")

    @property
    def type(self) -> str | None:
        """The type: NUMERIC, DATETIME, DISCRETE, …"""
        return self.metadata.get("type")

    @property
    def uuid(self) -> str | None:
        """None: a variable has no uuid. Use `long_id`."""
        return None

    @property
    def long_id(self) -> str:
        """The long id, such as `mb20/d2000034`."""
        return f"mb{self._memory_base.bcid}/d{self._bcid}"


class DataGroup(_Child):
    """A data group: a set of variables."""

    _KIND = "data_group"

    def variable_ids(self) -> list[str]:
        """The bcIds of its variables."""
        found: list[str] = wait(self._client._core.variable_ids(self._address()))
        return found

    def variables(self) -> list[Variable]:
        """Its variables."""
        base = self._memory_base
        found = wait(self._client._core.group_variables(base.braincube.name, base.bcid, self._bcid))
        return [Variable(base, each["bcId"], each) for each in map(json.loads, found)]

    def data(self, *, progress: ProgressOption = None, **options: Any) -> Frame:
        """Extract the data of its variables. The arguments are those of `MemoryBase.data`."""
        query = self._memory_base._query(None, data_group=self._bcid, **options)
        return Frame(wait(self._client._core.fetch(query), progress))

    async def data_async(self, *, progress: ProgressOption = None, **options: Any) -> Frame:
        """As `data`, in asyncio."""
        query = self._memory_base._query(None, data_group=self._bcid, **options)
        return Frame(await wait_async(self._client._core.fetch(query), progress))


class Event(_Child):
    """An event: a set of conditions."""

    _KIND = "event"

    def conditions(self) -> list[Filter]:
        """Its conditions, as filters for `where`."""
        return _filters(wait(self._client._core.conditions(self._address(), False)))


class Job(_Child):
    """A job: the settings of an analysis."""

    _KIND = "job"

    def conditions(self, *, include_events: bool = False) -> list[Filter]:
        """Its conditions, as filters for `where`; with those of its events if `include_events` is set."""
        return _filters(wait(self._client._core.conditions(self._address(), include_events)))

    def events(self) -> dict[str, list[Event]]:
        """Its events, `positive` and `negative`."""
        base = self._memory_base
        positive, negative = wait(self._client._core.job_events(base.braincube.name, base.bcid, self._bcid))
        make = [[Event(base, each["bcId"], each) for each in map(json.loads, found)] for found in (positive, negative)]
        return {"positive": make[0], "negative": make[1]}

    @property
    def categories(self) -> list[dict[str, Any]]:
        """Its categories, such as good and bad, as the service returns them."""
        if "modelEntries" not in self.metadata:
            self.refresh()
        return self.metadata.get("modelEntries") or []

    def variable_ids(self) -> list[str]:
        """The bcIds of its variables, each once."""
        found: list[str] = wait(self._client._core.variable_ids(self._address()))
        return found

    def rules(self) -> Listing[Rule]:
        """The rules that it found."""
        base = self._memory_base
        return Listing(self._client, base._child("rule", self._bcid), lambda found: Rule(base, found["bcId"], found))

    def data(self, *, progress: ProgressOption = None, **options: Any) -> Frame:
        """Extract the data of its variables, filtered by its conditions. The arguments are those of `MemoryBase.data`."""
        query = self._memory_base._query(None, job=self._bcid, **options)
        return Frame(wait(self._client._core.fetch(query), progress))

    async def data_async(self, *, progress: ProgressOption = None, **options: Any) -> Frame:
        """As `data`, in asyncio."""
        query = self._memory_base._query(None, job=self._bcid, **options)
        return Frame(await wait_async(self._client._core.fetch(query), progress))


class Rule(_Child):
    """A rule."""

    _KIND = "rule"


def _filters(texts: list[str]) -> list[Filter]:
    return [Filter(json.loads(text)) for text in texts]


def _variables(variables: Iterable[VariableRef]) -> list[str]:
    if isinstance(variables, (str, int, Variable)):
        raise InputError("variables: expected a list, such as [2000034]")
    return [variable.long_id if isinstance(variable, Variable) else str(variable) for variable in variables]


def _date(date: Date) -> str | None:
    if date is None or isinstance(date, str):
        return date
    if isinstance(date, datetime.datetime):
        return date.isoformat(timespec="seconds")
    return date.isoformat()


def _duration(duration: Duration) -> str | None:
    if duration is None or isinstance(duration, str):
        return duration
    return f"{int(duration.total_seconds())}s"
