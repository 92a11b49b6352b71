"""Memory bases."""

from __future__ import annotations

from typing import Any

from braincube.connector.bases import base_entity, resource_getter
from braincube.connector.data import data
from braincube.connector.memory_base.nested_resources import datagroup, event, job, rule, variable


class MemoryBase(base_entity.BaseEntity, resource_getter.ResourceGetter):
    """A memory base."""

    entity_path = "{webservice}/mb/{bcid}"
    request_one_path = "extended"
    request_many_path = "{webservice}/mb/all/summary"
    _kind = "memory_base"

    def _place(self, kind: str) -> dict[str, Any]:
        return {**super()._place(kind), "memory_base": str(self._bcid)}

    def get_variable(self, bcid: str | int) -> variable.VariableDescription:
        """Return a variable, by its bcId."""
        found: variable.VariableDescription = self._get_resource(variable.VariableDescription, bcid)
        return found

    def get_variable_list(self, **kwargs: Any) -> list[variable.VariableDescription]:
        """Return the variables. Optional: page, page_size."""
        return self._get_resource_list(variable.VariableDescription, **kwargs)

    def get_job(self, bcid: str | int) -> job.JobDescription:
        """Return a job, by its bcId."""
        found: job.JobDescription = self._get_resource(job.JobDescription, bcid)
        return found

    def get_job_list(self, **kwargs: Any) -> list[job.JobDescription]:
        """Return the jobs. Optional: page, page_size."""
        return self._get_resource_list(job.JobDescription, **kwargs)

    def get_datagroup(self, bcid: str | int) -> datagroup.DataGroup:
        """Return a data group, by its bcId."""
        found: datagroup.DataGroup = self._get_resource(datagroup.DataGroup, bcid)
        return found

    def get_datagroup_list(self, **kwargs: Any) -> list[datagroup.DataGroup]:
        """Return the data groups. Optional: page, page_size."""
        return self._get_resource_list(datagroup.DataGroup, **kwargs)

    def get_event(self, bcid: str | int) -> event.Event:
        """Return an event, by its bcId."""
        found: event.Event = self._get_resource(event.Event, bcid)
        return found

    def get_event_list(self, **kwargs: Any) -> list[event.Event]:
        """Return the events. Optional: page, page_size."""
        return self._get_resource_list(event.Event, **kwargs)

    def get_rule(self, bcid: str | int) -> rule.RuleDescription:
        """Return a rule, by its bcId."""
        found: rule.RuleDescription = self._get_resource(rule.RuleDescription, bcid)
        return found

    def get_rule_list(self, **kwargs: Any) -> list[rule.RuleDescription]:
        """Return the rules. Optional: page, page_size."""
        return self._get_resource_list(rule.RuleDescription, collection_path="rules/all/selector", **kwargs)

    def get_data(
        self, var_ids: list[Any], filters: Any = None, label_type: str = "bcid", dataframe: bool = False
    ) -> Any:
        """Return data: a dictionary of lists, or a data frame if `dataframe` is set.

        var_ids: the bcIds of the variables.
        filters: a list of filters of the service, combined with AND.
        label_type: "bcid" or "name".
        """
        frame, columns = data.extract([int(each) for each in var_ids], self, filters)
        labels: list[tuple[int, Any]] = list(columns)
        if label_type == "name":
            labels = self._named(columns)
        if dataframe:
            return data.to_dataframe(frame, labels)
        return {label: data.column_list(frame, place) for place, label in labels}

    def _named(self, columns: list[tuple[int, int]]) -> list[tuple[int, Any]]:
        """The columns with the names of their variables. Unlike the original, keeps two variables of one name."""
        names = {int(each.get_bcid()): each.get_name() for each in self.get_variable_list()}
        used = [names.get(number, str(number)) for _, number in columns]
        return [
            (place, f"{name} ({number})" if used.count(name) > 1 else name)
            for (place, number), name in zip(columns, used)
        ]

    def get_order_variable_long_id(self) -> str:
        """Return the long id of the variable that orders the rows."""
        found = data.get_braindata_memory_base_info(self.get_braincube_path(), self._bcid, self.get_braincube_name())
        for key in ("reference", "order"):
            if found.get(key):
                return str(found[key])
        raise KeyError("The memory base contains neither a reference nor a order key.")
