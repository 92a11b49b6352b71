"""Parameters of the package."""

from __future__ import annotations

from typing import Any

from braincube.connector import constants, instances

_default_parameters: dict[str, Any] = {
    "page_size": constants.DEFAULT_PAGE_SIZE,
    "parse_date": constants.DEFAULT_PARSE_DATE,
    "VariableDescription_name_key": constants.DEFAULT_VARIABLE_NAME_KEY,
    "VariableDescription_bcid_key": constants.DEFAULT_VARIABLE_BCID_KEY,
    "BaseEntity_name_key": constants.DEFAULT_BCID_KEY,
    "BaseEntity_bcid_key": constants.DEFAULT_NAME_KEY,
}


def set_parameter(param_dict: dict[str, Any]) -> None:
    """Set parameters."""
    instances.get_instance("parameter_set").update(param_dict)


def get_parameter(param_key: str) -> Any:
    """Return a parameter, or None."""
    return instances.get_instance("parameter_set").get(param_key, _default_parameters.get(param_key))


def reset_parameter() -> None:
    """Reset all parameters to their defaults."""
    instances.get_instance("parameter_set").clear()
