"""The client for Braincube, the industrial-data platform.

>>> import braincube
>>> with braincube.Simulator() as simulator:  # a simulated Braincube; no account is needed
...     base = simulator.client()["demo"].memory_base(20)
...     frame = base.data([2000001, 2000040], where="d2000040 > 80", label="standard")
>>> frame.columns
['Date', 'Dryer temperature']
"""

from ._client import (
    Braincube,
    Client,
    DataGroup,
    Entity,
    Event,
    Info,
    Job,
    Listing,
    MemoryBase,
    Response,
    Rule,
    Variable,
)
from ._errors import (
    BraincubeError,
    Cancelled,
    ConfigError,
    ConnectError,
    DecodeError,
    Forbidden,
    ForkError,
    InputError,
    IntegrityError,
    Interrupted,
    NotFound,
    NotJson,
    PaginationError,
    Partial,
    RedirectBlocked,
    Rejected,
    ServerError,
    Throttled,
    Timeout,
    TooLarge,
    Unauthenticated,
)
from ._filters import Column, Filter, col
from ._frame import Frame, Stream
from ._simulator import Simulator
from ._wait import Progress

__all__ = [
    "Braincube",
    "BraincubeError",
    "Cancelled",
    "Client",
    "Column",
    "ConfigError",
    "ConnectError",
    "DataGroup",
    "DecodeError",
    "Entity",
    "Event",
    "Filter",
    "Forbidden",
    "ForkError",
    "Frame",
    "Info",
    "InputError",
    "IntegrityError",
    "Interrupted",
    "Job",
    "Listing",
    "MemoryBase",
    "NotFound",
    "NotJson",
    "PaginationError",
    "Partial",
    "Progress",
    "RedirectBlocked",
    "Rejected",
    "Response",
    "Rule",
    "ServerError",
    "Simulator",
    "Stream",
    "Throttled",
    "Timeout",
    "TooLarge",
    "Unauthenticated",
    "Variable",
    "col",
]
