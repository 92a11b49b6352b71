//! The JSON of memory bases and variables.
//!
//! As in the service, there are more fields than a client reads, and bcIds are numbers in lists and texts in responses with
//! one entity.

use serde::Serialize;
use serde_json::{Value, json};

use crate::memory_base::{MemoryBase, Variable};
use crate::study::{CREATED, uuid};

/// A memory base in a list.
pub(crate) fn memory_base_summary(base: &MemoryBase) -> Value {
    json!({
        "bcId": base.bc_id(),
        "uuid": uuid("memoryBase", base.bc_id()),
        "name": base.name(),
        "numberOfVariables": base.variables().len(),
        "numberOfRows": base.rows(),
        "quickStudy": false,
        "creationDate": CREATED,
        "modificationDate": CREATED,
    })
}

/// A memory base on its own.
pub(crate) fn memory_base_extended(base: &MemoryBase) -> Value {
    let mut entity = memory_base_summary(base);
    entity["bcId"] = base.bc_id().to_string().into();
    entity["description"] = Value::Null;
    entity["timezone"] = base.time_zone.clone().into();
    entity["orderVariable"] = json!({"bcId": base.order_variable().bc_id});
    let date = base.reference_date();
    entity["referenceDateVariable"] = date.map_or(Value::Null, |date| json!({"bcId": date.bc_id}));
    entity
}

/// A memory base in the older, unpaged list.
pub(crate) fn memory_base_selector(base: &MemoryBase) -> Value {
    json!({
        "bcId": base.bc_id(),
        "name": base.name(),
        "numberOfVariables": base.variables().len(),
        "quickStudy": false,
    })
}

/// A variable in a list. It has no uuid.
///
/// Not a [`Value`], which is slower: a memory base has thousands of variables, and measurements of a client include the time
/// of the simulator.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariableSummary<'a> {
    bc_id: u64,
    creation_date: u64,
    local: &'a str,
    standard: &'a str,
    tag: &'a str,
    r#type: &'static str,
    unit: Option<&'static str>,
}

impl<'a> VariableSummary<'a> {
    pub(crate) fn new(variable: &'a Variable) -> Self {
        Self {
            bc_id: variable.bc_id,
            creation_date: CREATED,
            local: &variable.local,
            standard: &variable.standard,
            tag: &variable.tag,
            r#type: variable.variable_type.as_str(),
            unit: variable.unit,
        }
    }
}

/// A variable on its own.
pub(crate) fn variable_extended(base: &MemoryBase, variable: &Variable) -> Value {
    let mut entity = json!(VariableSummary::new(variable));
    entity["bcId"] = variable.bc_id.to_string().into();
    entity["description"] = Value::Null;
    entity["modificationDate"] = CREATED.into();
    entity["memoryBase"] = json!({"bcId": base.bc_id(), "name": base.name()});
    let date = base.reference_date();
    entity["isReferenceDate"] = date.is_some_and(|date| date.bc_id == variable.bc_id).into();
    entity
}

/// A variable in the older, unpaged list.
pub(crate) fn variable_selector(variable: &Variable) -> Value {
    json!({"id": variable.bc_id, "local": variable.local})
}

/// The response of the data service to `simple`: the order variable and the reference date of a memory base.
pub(crate) fn simple(base: &MemoryBase) -> Value {
    let order = base.long_id(base.order_variable());
    let mut simple = json!({
        "name": format!("mb{}", base.bc_id()),
        "reference": order,
        "order": order,
        "length": base.rows(),
    });
    if let Some(time_zone) = &base.time_zone {
        simple["timezone"] = time_zone.as_str().into();
    }
    if let Some(date) = base.reference_date() {
        simple["referenceDate"] = base.long_id(date).into();
    }
    simple
}
