"""Errors that are exceptions of requests too, and the responses that they carry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import braincube

try:
    import requests as requests
except ImportError:  # an optional dependency: without it, no script can catch its exceptions
    requests = None  # type: ignore[assignment]


class Response:
    """The response to a request, where requests is not installed: the commonest attributes of its class."""

    def __init__(self, status_code: int, headers: dict[str, str], content: bytes, url: str) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.url = url
        self.ok = status_code < 400

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        """Do nothing: a request that fails has raised."""


def make_response(status: int, headers: list[tuple[str, str]], content: bytes, url: str) -> Any:
    """Return a `requests.Response`, or a `Response` without requests."""
    if requests is None:
        return Response(status, dict(headers), content, url)
    response = requests.Response()
    response.status_code = status
    response._content = content
    response._content_consumed = True
    response.headers.update(dict(headers))
    response.encoding = requests.utils.get_encoding_from_headers(response.headers) or "utf-8"
    response.url = url
    return response


_CLASSES: dict[tuple[type, type], type[braincube.BraincubeError]] = {}


def _class(of: type[braincube.BraincubeError], exception: type) -> type[braincube.BraincubeError]:
    """The class that is both."""
    found = _CLASSES.get((of, exception))
    if found is None:
        found = type(exception.__name__, (of, exception), {"__module__": __name__, "__doc__": of.__doc__})
        _CLASSES[(of, exception)] = found
    return found


def as_requests(error: braincube.BraincubeError, url: str = "") -> braincube.BraincubeError:
    """Return the error as an exception of requests too."""
    if requests is None:
        return error
    exceptions = requests.exceptions
    response = None
    if error.status is not None:
        kind: type = exceptions.HTTPError
        response = make_response(error.status, [], (error.detail or "").encode(), url)
    elif isinstance(error, braincube.Timeout):
        kind = exceptions.ReadTimeout
    elif isinstance(error, (braincube.ConnectError, braincube.Interrupted)):
        kind = exceptions.ConnectionError
    elif isinstance(error, braincube.RedirectBlocked):
        kind = exceptions.TooManyRedirects
    elif isinstance(error, braincube.NotJson):
        kind = exceptions.InvalidJSONError
    else:
        return error
    found = _class(type(error), kind)(str(error))
    found.__dict__.update(error.__dict__)
    found.__dict__.update(response=response, request=None)
    return found


@contextmanager
def translated(url: str = "") -> Iterator[None]:
    """Raise the errors of the block as exceptions of requests too."""
    try:
        yield
    except braincube.BraincubeError as error:
        raise as_requests(error, url) from error.__cause__
