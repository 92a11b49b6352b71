"""The base of all entities."""

from __future__ import annotations

from typing import Any

from braincube._wait import wait
from braincube.connector import _errors, client, parameters
from braincube.connector.bases import base

NAME = "name"
BCID = "bcid"


class BaseEntity(base.Base):
    """An entity of the service."""

    #: The kind of the entity for the native module, which reads its lists. Empty for classes of a script.
    _kind = ""

    def __init__(
        self,
        bcid: Any,
        name: Any,
        metadata: dict[str, Any],
        path: str = "",
        braincube_name: str = "",
        parent_entity: Any = None,
    ) -> None:
        self.initialize(bcid, name, metadata, path, braincube_name, parent_entity)

    def initialize(
        self,
        bcid: Any,
        name: Any,
        metadata: dict[str, Any],
        path: str = "",
        braincube_name: str = "",
        parent_entity: Any = None,
    ) -> None:
        """Set the attributes."""
        self._bcid = bcid
        self._name = name
        self._metadata = metadata
        self._path = path.replace("{bcid}", str(bcid))
        self._braincube_name = braincube_name
        self._parent_entity = parent_entity

    def __repr__(self) -> str:
        return f"<{self._get_str({NAME: self._name, 'id': self._bcid})} at {hex(id(self))}>"

    @classmethod
    def create_from_json(cls, json_data: dict[str, Any], entity_path: str, caller: Any, **kwargs: Any) -> Any:
        """Make an entity from its object."""
        entity = cls.__new__(cls)
        bcid, name = json_data[cls.get_parameter_key(BCID)], json_data.get(cls.get_parameter_key(NAME))
        entity.initialize(bcid, name, json_data, entity_path, parent_entity=caller, **kwargs)
        return entity

    @classmethod
    def create_singleton_from_path(
        cls, request_path: str, entity_path: str, caller: Any, braincube_name: str = "", **kwargs: Any
    ) -> Any:
        """Request an entity."""
        path = request_path.format(webservice="braincube")
        found = client.request_ws(path, braincube_name=braincube_name)
        return cls.create_from_json(found, entity_path, caller, **kwargs)

    @classmethod
    def create_collection_from_path(
        cls,
        request_path: str,
        entity_path: str,
        caller: Any,
        page: int = -1,
        page_size: int = -1,
        braincube_name: str = "",
        **kwargs: Any,
    ) -> list[Any]:
        """Request a page of a list, or the whole list if `page` is -1."""
        size = parameters.get_parameter("page_size") if page_size == -1 else page_size
        path = request_path.format(webservice="braincube")
        offset = 0 if page < 0 else page * size
        found: list[Any] = []
        while True:
            answer = client.request_ws(f"{path}?offset={offset}&size={size}", braincube_name=braincube_name)
            items = answer["items"]
            found += [cls.create_from_json(item, entity_path, caller, **kwargs) for item in items]
            if not items or page > -1:
                return found
            # A server may return fewer than it was asked for.
            offset += len(items)

    @classmethod
    def _create_list(cls, place: dict[str, Any], entity_path: str, caller: Any, page_size: int = -1) -> list[Any]:
        """Read a whole list through the native module: pages in parallel, checked for changes while they are read."""
        import json

        size = parameters.get_parameter("page_size") if page_size == -1 else page_size
        found: list[Any] = []
        with _errors.translated():
            items = client.get_instance()._with_page_size(size).list(place)
            while (texts := wait(items.next())) is not None:
                found += [cls.create_from_json(json.loads(text), entity_path, caller) for text in texts]
        return found

    def get_metadata(self) -> dict[str, Any]:
        """Return the object of the service."""
        return self._metadata

    def get_bcid(self) -> Any:
        """Return the bcId."""
        return self._bcid

    @classmethod
    def get_parameter_key(cls, key: str) -> str:
        """Return the key of the object that holds the name or the bcId."""
        found = parameters.get_parameter(f"{cls.__name__}_{key}_key")
        return str(found) if found else cls.__base__.get_parameter_key(key)  # type: ignore[union-attr]

    def get_name(self) -> Any:
        """Return the name."""
        return self._metadata[self.get_parameter_key("name")]

    def get_uuid(self) -> str:
        """Return the uuid."""
        text: str = self._metadata["uuid"]
        return text.partition("_")[2] or text
