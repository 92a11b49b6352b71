"""Entities that contain others."""

from __future__ import annotations

from typing import Any

from braincube.connector import tools


class ResourceGetter:
    """An entity that contains others."""

    _path: str
    _braincube_name: str
    _parent_entity: Any

    def __init__(self) -> None:
        self._path = ""
        self._braincube_name = ""
        self._parent_entity = None

    def get_braincube_name(self) -> str:
        """Return the name of the braincube."""
        if self._braincube_name:
            return self._braincube_name
        found: str = self._parent_entity.get_braincube_name() if self._parent_entity else ""
        return found

    def get_braincube_path(self) -> str:
        """Return the path of the braincube."""
        return self._path.split("{webservice}")[0]

    def _get_resource(self, resource_class: Any, bcid: str | int, singleton_path: str = "", **kwargs: Any) -> Any:
        paths = generate_path(
            self._path,
            resource_class.entity_path.replace("{bcid}", str(bcid)),
            singleton_path or resource_class.request_one_path,
        )
        return resource_class.create_singleton_from_path(
            *paths, self, braincube_name=self.get_braincube_name(), **kwargs
        )

    def _get_resource_list(self, resource_class: Any, collection_path: str = "", **kwargs: Any) -> list[Any]:
        paths = generate_path(
            self._path, resource_class.entity_path, collection_path or resource_class.request_many_path, request_list=True
        )
        if resource_class._kind and kwargs.get("page", -1) == -1 and not set(kwargs) - {"page", "page_size"}:
            place = self._place(resource_class._kind)
            found: list[Any] = resource_class._create_list(place, paths[1], self, kwargs.get("page_size", -1))
            return found
        found = resource_class.create_collection_from_path(
            *paths, self, braincube_name=self.get_braincube_name(), **kwargs
        )
        return found

    def _place(self, kind: str) -> dict[str, Any]:
        """The address of a list for the native module."""
        return {"kind": kind, "braincube": self.get_braincube_name(), "memory_base": None, "job": None}


def generate_path(parent_path: str, entity_path: str, request_path: str, request_list: bool = False) -> tuple[str, str]:
    """Return the path to request and the path of the entity."""
    entity_path = tools.join_path([parent_path, entity_path])
    request_path = tools.join_path([parent_path if request_list else entity_path, request_path])
    return (request_path, entity_path)
