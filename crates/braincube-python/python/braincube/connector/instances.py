"""The instances that the package keeps: the client and the parameters."""

from __future__ import annotations

from typing import Any

instances: dict[str, Any] = {"parameter_set": {}}


def add_instance(key: str, instance: Any) -> None:
    """Store an instance."""
    instances[key] = instance


def get_instance(key: str) -> Any:
    """Return an instance, or None."""
    return instances.get(key)
