"""The base of all objects."""

from __future__ import annotations

from typing import Any


class Base:
    """An object with a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._get_str({"name": self._name})

    def __repr__(self) -> str:
        return f"<{self} at {hex(id(self))}>"

    def _get_str(self, attributes: dict[str, Any]) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in attributes.items())
        return f"{type(self).__name__}({listed})"
