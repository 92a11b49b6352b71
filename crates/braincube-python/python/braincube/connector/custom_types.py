"""Types of the package."""

from typing import Any, Dict

FILTER_TYPE = Dict[str, Any]
