"""Helpers for configurations, paths and dates."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from braincube.connector import constants


def read_config(path: str) -> dict[str, Any]:
    """Read a configuration file. Unlike the original, read all of its lines."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            found: dict[str, Any] = json.load(file)
            return found
    except FileNotFoundError:
        raise FileNotFoundError(f"Token file {path} not found") from None


def generate_header(
    authentication: dict[str, str], content_type: str = "application/json", accept: str = "application/json"
) -> dict[str, str]:
    """Return the headers of a request."""
    if len(authentication) > 1:
        raise KeyError("Authentication should use only one method.")
    return {**authentication, "Content-Type": content_type, "Accept": accept}


def strip_path(path: str) -> str:
    """Remove slashes at both ends."""
    return path.strip("/")


def strip_domain(domain: str) -> str:
    """Remove the scheme and slashes at both ends."""
    return strip_path(domain.split("//")[1] if "//" in domain else domain)


def join_path(path_elmts: list[str]) -> str:
    """Join parts of a path, with one slash between two of them."""
    return "/".join(strip_path(part) for part in path_elmts)


def build_url(base_url: str = "", path: str = "", braincube_name: str = "") -> str:
    """Append a path to a base URL and replace the placeholder for the braincube."""
    parts = urlsplit(base_url)
    whole = strip_path(join_path([parts.path, path]))
    url = urlunsplit((parts.scheme, parts.netloc, whole, "", ""))
    return url.replace(constants.BRAINCUBE_NAME_PLACEHOLDER, braincube_name)


def check_config(config_dict: dict[str, Any] | None = None, config_file: str | None = None) -> dict[str, Any]:
    """Return the configuration: the dictionary, the file, ./config.json or ~/.braincube/config.json."""
    if config_dict:
        return config_dict
    for path in (config_file, constants.DEFAULT_CONFIG, constants.DEFAULT_HOME_CONFIG):
        if path is not None and os.path.exists(path):
            return read_config(path)
    raise FileNotFoundError(constants.NO_CONFIG_MSG)


def to_datetime_str(timestamp: float | None) -> str | None:
    """Convert milliseconds since the epoch to a date of the service."""
    if timestamp is None:
        return None
    return datetime.fromtimestamp(timestamp / 1000, tz=timezone.utc).strftime("%Y%m%d_%H%M%S")


def get_sso_base_url(config: dict[str, Any]) -> str:
    """Return the base URL of the SSO server."""
    default = f"{constants.DEFAULT_PROTOCOL}://{config.get(constants.DOMAIN_KEY)}"
    return strip_path(config.get(constants.SSO_BASE_URL_KEY, default))


def get_braincube_base_url(config: dict[str, Any]) -> str:
    """Return the base URL of the API server."""
    domain = config.get(constants.DOMAIN_KEY)
    default = f"{constants.DEFAULT_PROTOCOL}://{constants.DEFAULT_API_SUBDOMAIN}.{domain}"
    return strip_path(config.get(constants.BRAINCUBE_BASE_URL_KEY, default))
