"""The base of the entities of a memory base."""

from __future__ import annotations

from typing import Any

from braincube.connector.bases import base_entity


class MbChild(base_entity.BaseEntity):
    """An entity of a memory base."""

    def __init__(self, bcid: Any, name: Any, metadata: dict[str, Any], path: str, **kwargs: Any) -> None:
        self.initialize(bcid, name, metadata, path, **kwargs)

    def initialize(self, bcid: Any, name: Any, metadata: dict[str, Any], path: str = "", *args: Any, **kwargs: Any) -> None:
        """Set the attributes."""
        memory_base = kwargs.pop("memory_base", None)
        super().initialize(bcid, name, metadata, path, *args, **kwargs)
        # The parent of a rule may be a job.
        parent = self._parent_entity
        self._memory_base = memory_base or getattr(parent, "_memory_base", parent)

    def get_memory_base(self) -> Any:
        """Return the memory base."""
        return self._memory_base
