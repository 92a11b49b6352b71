"""Entities with conditions."""

from __future__ import annotations

import json
from typing import Any

from braincube._wait import wait
from braincube.connector import _errors, client


class ConditionContainer:
    """An entity with conditions."""

    _kind: str
    _bcid: Any
    _memory_base: Any

    def get_conditions(self) -> list[dict[str, Any]]:
        """Return the conditions, as filters."""
        return self._conditions(with_events=False)

    def _conditions(self, with_events: bool) -> list[dict[str, Any]]:
        base = self._memory_base
        place = (self._kind, base.get_braincube_name(), str(base.get_bcid()), str(self._bcid))
        with _errors.translated():
            return [json.loads(text) for text in wait(client.get_instance()._native().conditions(place, with_events))]
