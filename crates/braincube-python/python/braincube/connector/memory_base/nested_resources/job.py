"""Jobs."""

from __future__ import annotations

from typing import Any

from braincube.connector.bases import resource_getter
from braincube.connector.data import conditions
from braincube.connector.memory_base.nested_resources import condition_container, mb_child, rule

BCID = "bcId"
VARIABLE_KEY = "variable"
POSITIVE_EVENTS = "positiveEvents"
NEGATIVE_EVENTS = "negativeEvents"


class JobDescription(mb_child.MbChild, condition_container.ConditionContainer, resource_getter.ResourceGetter):
    """A job: the settings of an analysis."""

    entity_path = "jobs/{bcid}"
    request_one_path = "extended"
    request_many_path = "jobs/all/summary"
    _kind = "job"

    def _place(self, kind: str) -> dict[str, Any]:
        base = self._memory_base
        return {**super()._place(kind), "memory_base": str(base.get_bcid()), "job": str(self._bcid)}

    def _whole(self, key: str) -> Any:
        """A part of the whole object, which a summary may lack."""
        if key not in self._metadata:
            self._metadata = {**self._memory_base.get_job(self._bcid).get_metadata(), **self._metadata}
        return self._metadata.get(key)

    def get_data(self, filters: Any = None) -> dict[int, Any]:
        """Return the data of the job's variables, filtered by its conditions and these filters."""
        combined = list(filters or []) + self.get_conditions(combine=True, include_events=True)
        found: dict[int, Any] = self._memory_base.get_data(self.get_variable_ids(), combined)
        return found

    def get_conditions(self, combine: bool = False, include_events: bool = False) -> list[dict[str, Any]]:
        """Return the conditions, as filters; one filter if `combine` is set; with those of its events if `include_events` is."""
        found = self._conditions(with_events=include_events)
        return conditions.combine_filters(found) if combine else found

    def get_variable_ids(self) -> list[Any]:
        """Return the bcIds of the variables, each once, in the order of their first appearance."""
        found: dict[str, Any] = {}
        for entry in self._whole("modelEntries") or []:
            for condition in entry.get("conditions") or []:
                if condition.get(VARIABLE_KEY):
                    bcid = condition[VARIABLE_KEY][BCID]
                    found.setdefault(str(bcid), bcid)
        for group in self._whole("dataGroups") or []:
            for bcid in self._memory_base.get_datagroup(group[BCID]).get_variable_ids():
                found.setdefault(str(bcid), bcid)
        return list(found.values())

    def get_events(self) -> dict[str, list[Any]]:
        """Return the events, positive and negative."""
        events = self._whole("events") or {}
        return {
            key: [self._memory_base.get_event(each[BCID]) for each in events.get(key) or []]
            for key in (POSITIVE_EVENTS, NEGATIVE_EVENTS)
        }

    def get_categories(self) -> list[dict[str, Any]]:
        """Return the categories, such as good and bad."""
        found: list[dict[str, Any]] = self._whole("modelEntries")
        return found

    def get_rule(self, bcid: str | int) -> rule.RuleDescription:
        """Return a rule, by its bcId."""
        found: rule.RuleDescription = self._memory_base.get_rule(bcid)
        return found

    def get_rule_list(self, **kwargs: Any) -> list[rule.RuleDescription]:
        """Return the rules that the job found. Optional: page, page_size."""
        return self._get_resource_list(rule.RuleDescription, **kwargs)
