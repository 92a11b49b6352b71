"""Events."""

from __future__ import annotations

from braincube.connector.memory_base.nested_resources import condition_container, mb_child


class Event(mb_child.MbChild, condition_container.ConditionContainer):
    """An event: a set of conditions."""

    entity_path = "events/{bcid}"
    request_one_path = "extended"
    request_many_path = "events/all/extended"
    _kind = "event"
