"""The exceptions of the package. All are subclasses of `BraincubeError`."""

from __future__ import annotations

from typing import ClassVar


class BraincubeError(Exception):
    """An error of the client.

    The text says what failed, and contains no secret. The attributes are None where they do not apply.
    """

    #: The name of the kind of error, as in the Rust crate.
    kind: ClassVar[str] = "Other"

    #: The message of the server, at most 256 bytes.
    detail: str | None
    #: The HTTP status.
    status: int | None
    #: How often the request was sent.
    attempts: int | None
    #: How many seconds the server asked to wait.
    retry_after: float | None

    def __init__(
        self,
        message: str = "",
        *,
        detail: str | None = None,
        status: int | None = None,
        attempts: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.detail = detail
        self.status = status
        self.attempts = attempts
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.args, self.__dict__)


class ConfigError(BraincubeError, ValueError):
    """The configuration is incomplete or invalid. No request was sent."""

    kind = "Config"


class InputError(BraincubeError, ValueError):
    """An argument is invalid. No request was sent."""

    kind = "Input"


class ConnectError(BraincubeError, ConnectionError):
    """No connection could be opened."""

    kind = "Connect"


class Timeout(BraincubeError, TimeoutError):
    """A time limit was exceeded."""

    kind = "Timeout"


class Interrupted(BraincubeError, ConnectionError):
    """The connection was closed, or the response is truncated."""

    kind = "Interrupted"


class RedirectBlocked(BraincubeError):
    """The server returned a redirect that is not followed."""

    kind = "RedirectBlocked"


class Unauthenticated(BraincubeError):
    """The server does not accept the credentials."""

    kind = "Unauthenticated"


class Forbidden(BraincubeError):
    """The credentials do not allow the request."""

    kind = "Forbidden"


class NotFound(BraincubeError, LookupError):
    """The entity does not exist. The text suggests similar names."""

    kind = "NotFound"


class Throttled(BraincubeError):
    """Too many requests were sent."""

    kind = "Throttled"


class ServerError(BraincubeError):
    """The server failed."""

    kind = "Server"


class Rejected(BraincubeError):
    """The server rejected the request."""

    kind = "Rejected"


class NotJson(BraincubeError, ValueError):
    """The response is not JSON."""

    kind = "NotJson"


class TooLarge(BraincubeError):
    """The request or the response exceeds a limit."""

    kind = "TooLarge"


class DecodeError(BraincubeError, ValueError):
    """The response is not what the service documents."""

    kind = "Decode"


class IntegrityError(BraincubeError):
    """The response contradicts itself, or a list changed while it was read."""

    kind = "Integrity"


class PaginationError(BraincubeError):
    """A list does not end."""

    kind = "Pagination"


class Partial(BraincubeError):
    """Only with `strict=True`: a part of the data is missing."""

    kind = "Partial"


class ForkError(BraincubeError, RuntimeError):
    """The object was created before a `fork` and is used after it."""

    kind = "Forked"


class Cancelled(BraincubeError):
    """The operation was cancelled."""

    kind = "Cancelled"


_CLASSES: dict[str, type[BraincubeError]] = {
    each.kind: each for each in BraincubeError.__subclasses__()
}


for _class in (BraincubeError, *_CLASSES.values()):
    _class.__module__ = "braincube"


def make(
    kind: str,
    message: str,
    *,
    detail: str | None = None,
    status: int | None = None,
    attempts: int | None = None,
    retry_after: float | None = None,
) -> BraincubeError:
    """Make the exception of a kind. Called by the native module."""
    return _CLASSES.get(kind, BraincubeError)(
        message, detail=detail, status=status, attempts=attempts, retry_after=retry_after
    )
