"""Data groups."""

from __future__ import annotations

from typing import Any

from braincube.connector.memory_base.nested_resources import mb_child


class DataGroup(mb_child.MbChild):
    """A data group: a set of variables."""

    entity_path = "dataGroups/{bcid}"
    request_one_path = "extended"
    request_many_path = "dataGroups/summary"
    _kind = "data_group"

    def get_variable_ids(self) -> list[Any]:
        """Return the bcIds of the variables."""
        if "variables" not in self._metadata:
            # A summary may have none.
            self._metadata = self._memory_base.get_datagroup(self._bcid).get_metadata()
        return [each["bcId"] for each in self._metadata.get("variables") or []]

    def get_variable_list(self) -> list[Any]:
        """Return the variables."""
        return [self._memory_base.get_variable(bcid) for bcid in self.get_variable_ids()]

    def get_data(self, filters: Any = None) -> dict[int, Any]:
        """Return the data of the variables."""
        found: dict[int, Any] = self._memory_base.get_data(self.get_variable_ids(), filters)
        return found
