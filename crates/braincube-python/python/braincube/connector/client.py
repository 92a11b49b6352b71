"""The client: one for the process, as in the original."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import braincube
from braincube import _core
from braincube._wait import wait
from braincube.connector import _errors, constants, instances, tools
from braincube.connector.bases import base

INSTANCE_KEY = "client"

#: The keys of a configuration that are arguments of `braincube.Client`.
_KEYS = (
    "domain", "sso_base_url", "braincube_base_url", "api_key", "oauth2_token", "profile", "verify", "allow_http",
    "ca_bundle", "proxy", "no_proxy", "retry_for", "timeout",
)

#: The largest page of a list that the service takes.
_LARGEST_PAGE = 10_000

#: Headers that the client sends itself.
_OWN_HEADERS = {"x-api-key", "iplssotoken", "authorization", "content-type", "accept"}


class AlreadyExistsError(Exception):
    """A client exists already."""

    def __init__(self, message: str = "Object already exists.") -> None:
        self.message = message
        super().__init__(message)


class Client(base.Base):
    """Sends requests. There is one client in a process; `get_instance` returns it."""

    def __init__(
        self, config_file: str | None = None, config_dict: dict[str, Any] | None = None, timeout: int = 60
    ) -> None:
        """Make the client and request the braincubes of the account.

        timeout: not used, as in the original; a stalled connection is closed after a while.
        """
        if instances.get_instance(INSTANCE_KEY) is not None:
            raise AlreadyExistsError("A client has already been inialized.")
        config = tools.check_config(config_dict=config_dict, config_file=config_file)
        if not config.get(constants.API_KEY) and not config.get(constants.OAUTH2_KEY):
            raise KeyError(f"The configuration file needs a {constants.OAUTH2_KEY}  or a {constants.PAT_KEY} token.")
        self._sso_url = tools.get_sso_base_url(config)
        self._braincube_base_url = tools.get_braincube_base_url(config)
        self._timeout = timeout
        self._client = braincube.Client(**{key: config[key] for key in _KEYS if config.get(key) is not None})
        self._by_page_size: dict[int, _core.Client] = {}
        self._braincube_infos = self._request_braincubes()

    def __str__(self) -> str:
        return self._get_str({"domain": self._sso_url})

    def _native(self) -> _core.Client:
        return self._client._core

    def _with_page_size(self, page_size: int) -> _core.Client:
        size = max(1, min(page_size, _LARGEST_PAGE))
        if size not in self._by_page_size:
            self._by_page_size[size] = self._native().with_page_size(size)
        return self._by_page_size[size]

    def request_ws(
        self,
        path: str,
        headers: dict[str, Any] | None = None,
        body_data: Any = None,
        rtype: str = "GET",
        api: bool = True,
        response_as_json: bool = True,
        braincube_name: str = "",
    ) -> Any:
        """Send a request.

        path: the path behind the base URL.
        headers: only those that the client sends itself; others are an error.
        body_data: text, bytes, or a dictionary that is sent as a form.
        rtype: the method.
        api: whether to use the API server, or else the SSO server.
        response_as_json: whether to parse the body, or else to return the response.
        braincube_name: replaces the placeholder `{braincube-name}`.
        """
        for name in headers or {}:
            if name.lower() not in _OWN_HEADERS:
                raise braincube.InputError(f"request_ws: the header {name!r} cannot be sent")
        body = urlencode(body_data, doseq=True) if isinstance(body_data, (dict, list, tuple)) else body_data
        url = tools.build_url(self._braincube_base_url if api else self._sso_url, path, braincube_name)
        with _errors.translated(url):
            operation = self._native().request(
                {
                    "method": rtype.upper(),
                    "path": tools.strip_path(path),
                    "sso": not api,
                    "braincube": braincube_name,
                    "body": body.encode() if isinstance(body, str) else body,
                    "idempotent": False,
                }
            )
            status, found, content = wait(operation)
        response = _errors.make_response(status, found, content, url)
        if not response_as_json:
            return response
        try:
            return json.loads(content)
        except ValueError as error:
            if _errors.requests is None:
                raise
            text = f"Invalid JSON response: {error}. Response content: {response.text}"
            raise _errors.requests.exceptions.JSONDecodeError(text, response.text, 0) from error

    def get_braincube_infos(self) -> dict[str, Any]:
        """Return the braincubes of the account: product id, name and metadata, by name."""
        return self._braincube_infos

    def has_placeholder_in_braincube_url(self) -> bool:
        """Whether the base URL contains the placeholder `{braincube-name}`."""
        return constants.BRAINCUBE_NAME_PLACEHOLDER in self._braincube_base_url

    def _request_braincubes(self) -> dict[str, Any]:
        access = self.request_ws("sso-server/ws/user/me", api=False)
        products = [(each["product"], each) for each in access["accessList"]]
        return {product["name"]: (product["productId"], product["name"], each) for product, each in products}


def get_instance(config_file: str | None = None, config_dict: dict[str, Any] | None = None) -> Client:
    """Return the client. Make it on the first call; later arguments are ignored."""
    if instances.get_instance(INSTANCE_KEY) is None:
        instances.add_instance(INSTANCE_KEY, Client(config_file=config_file, config_dict=config_dict))
    found: Client = instances.get_instance(INSTANCE_KEY)
    return found


def request_ws(
    path: str,
    headers: dict[str, Any] | None = None,
    body_data: Any = None,
    rtype: str = "GET",
    api: bool = True,
    response_as_json: bool = True,
    braincube_name: str = "",
) -> Any:
    """Send a request with the client. The arguments are those of `Client.request_ws`."""
    return get_instance().request_ws(path, headers, body_data, rtype, api, response_as_json, braincube_name)
