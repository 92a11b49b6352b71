//! Memory bases and variables as the web services describe them.
//!
//! The services answer with many more fields than a client reads, and with bcIds as numbers or as text. So does this:
//! numbers in summaries, text in extended answers.

use serde::Serialize;
use serde_json::{Value, json};

use crate::memory_base::MemoryBase;
use crate::variable::Variable;

/// 2023-10-02T06:00:00Z in milliseconds since the epoch, when everything here was made.
pub(crate) const CREATED: u64 = 1_696_226_400_000;

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

/// A memory base alone.
pub(crate) fn memory_base_extended(base: &MemoryBase) -> Value {
    let mut entity = memory_base_summary(base);
    entity["bcId"] = base.bc_id().to_string().into();
    entity["description"] = Value::Null;
    entity["timezone"] = base.time_zone().into();
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
/// A type and no [`Value`]: a memory base has thousands, and whoever measures a client should not measure how long the
/// simulator takes to describe them.
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
    pub(crate) fn of(variable: &'a Variable) -> Self {
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

/// A variable alone.
pub(crate) fn variable_extended(base: &MemoryBase, variable: &Variable) -> Value {
    let mut entity = json!(VariableSummary::of(variable));
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

/// The answer of the data service about a memory base: which variables order and date its rows.
pub(crate) fn simple(base: &MemoryBase) -> Value {
    let order = base.long_id(base.order_variable());
    let mut simple = json!({
        "name": format!("mb{}", base.bc_id()),
        "reference": order,
        "order": order,
        "length": base.rows(),
    });
    if let Some(time_zone) = base.time_zone() {
        simple["timezone"] = time_zone.into();
    }
    if let Some(date) = base.reference_date() {
        simple["referenceDate"] = base.long_id(date).into();
    }
    simple
}

/// The same uuid for the same entity at every start.
pub(crate) fn uuid(kind: &str, bc_id: u64) -> String {
    format!(
        "{kind}_b7a1c0de-0000-4000-8000-{:012x}",
        bc_id & 0xffff_ffff_ffff
    )
}
