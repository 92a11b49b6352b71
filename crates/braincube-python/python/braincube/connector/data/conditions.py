"""Filters from conditions."""

from __future__ import annotations

from typing import Any

from braincube.connector import tools

BCID = "bcId"
VAR_KEY = "variable"


def combine_filters(filters: list[Any] | None, operator: str = "AND") -> list[dict[str, Any]]:
    """Return a list with one filter that combines all, nested to the left; an empty list if there is none."""
    if not filters:
        return []
    combined = filters[0]
    for each in filters[1:]:
        combined = {operator: [combined, each]}
    return [combined]


def build_condition_filter(var_obj: Any, var_cond: dict[str, Any]) -> dict[str, Any] | None:
    """Return the filter of a condition, or None if it restricts nothing."""
    discrete = var_obj.get_type() in ("DISCRETE", "DISCRET")
    found = _discrete_filter(var_obj, var_cond) if discrete else _mini_maxi_filter(var_obj, var_cond)
    if found is not None and var_cond.get("positive") is False:
        return {"NOT": [found]}
    return found


def _discrete_filter(var_obj: Any, var_cond: dict[str, Any]) -> dict[str, Any] | None:
    long_id = var_obj.get_long_id()
    filters = [{"EQUALS": [long_id, [modality]]} for modality in var_cond.get("modalities") or []]
    return combine_filters(filters, operator="OR")[0] if filters else None


def _mini_maxi_filter(var_obj: Any, var_cond: dict[str, Any]) -> dict[str, Any] | None:
    low, high = var_cond.get("minimum"), var_cond.get("maximum")
    if var_obj.get_type() == "DATETIME":
        low, high = tools.to_datetime_str(low), tools.to_datetime_str(high)
    if low is not None and high is not None:
        return {"BETWEEN": [var_obj.get_long_id(), low, high]}
    if low is not None:
        return {"GREAT": [var_obj.get_long_id(), low]}
    if high is not None:
        return {"LESS": [var_obj.get_long_id(), high]}
    return None
