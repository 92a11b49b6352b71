"""Variables."""

from __future__ import annotations

import warnings

from braincube.connector.memory_base.nested_resources import mb_child


class VariableDescription(mb_child.MbChild):
    """A variable."""

    entity_path = "variables/{bcid}"
    request_one_path = "extended"
    request_many_path = "variables/summary"
    _kind = "variable"

    def get_type(self) -> str:
        """Return the type: NUMERIC, DATETIME, DISCRETE, …"""
        found: str = self._metadata["type"]
        return found

    def get_long_id(self) -> str:
        """Return the long id, such as `mb20/d2000034`."""
        return f"mb{self._memory_base.get_bcid()}/d{self._bcid}"

    def get_uuid(self) -> str:
        """Return the long id, with a warning: a variable has no uuid."""
        warnings.warn("VariableDescription do not have uuid, returning long_id instead.", stacklevel=2)
        return self.get_long_id()
