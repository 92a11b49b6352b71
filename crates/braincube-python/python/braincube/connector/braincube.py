"""Braincubes."""

from __future__ import annotations

from typing import Any

from braincube.connector import client
from braincube.connector.bases import base_entity, resource_getter
from braincube.connector.memory_base import memory_base


class Braincube(base_entity.BaseEntity, resource_getter.ResourceGetter):
    """A braincube."""

    def __init__(self, product_id: str, name: str, metadata: dict[str, Any]) -> None:
        self._product_id = product_id
        path = "" if client.get_instance().has_placeholder_in_braincube_url() else f"braincube/{name}"
        super().__init__(name, name, metadata, path)
        self._braincube_name = name

    def get_memory_base(self, mb_bcid: str | int) -> memory_base.MemoryBase:
        """Return a memory base, by its bcId."""
        found: memory_base.MemoryBase = self._get_resource(memory_base.MemoryBase, mb_bcid)
        return found

    def get_memory_base_list(self, **kwargs: Any) -> list[memory_base.MemoryBase]:
        """Return the memory bases. Optional: page, page_size."""
        return self._get_resource_list(memory_base.MemoryBase, **kwargs)

    def get_name(self) -> str:
        """Return the name."""
        return self._name

    def get_uuid(self) -> str:
        """Return the product id."""
        return self._product_id


def get_braincube(name: str) -> Braincube:
    """Return a braincube, by name."""
    return Braincube(*client.get_instance().get_braincube_infos()[name])


def get_braincube_list(names: list[str] | None = None) -> list[Braincube]:
    """Return the braincubes with these names, or all of the account."""
    found = client.get_instance().get_braincube_infos()
    return [Braincube(*found[name]) for name in names or list(found)]
