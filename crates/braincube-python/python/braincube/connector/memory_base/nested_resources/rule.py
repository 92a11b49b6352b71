"""Rules."""

from __future__ import annotations

from braincube.connector.memory_base.nested_resources import mb_child


class RuleDescription(mb_child.MbChild):
    """A rule."""

    entity_path = "rules/{bcid}"
    request_one_path = "summary"
    request_many_path = "rules/all/summary"
    _kind = "rule"
