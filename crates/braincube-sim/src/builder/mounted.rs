//! [`Mounted`]: an entity that a test adds to a memory base.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::memory_base::MemoryBase;
use crate::study::Kind;

/// An entity that is added to a memory base when the simulator starts.
#[derive(Clone, Debug)]
pub(super) struct Mounted {
    memory_base: u64,
    kind: Kind,
    json: String,
}

impl Mounted {
    pub(super) fn new(memory_base: u64, kind: Kind, json: impl Into<String>) -> Self {
        Self {
            memory_base,
            kind,
            json: json.into(),
        }
    }

    /// Adds it to its memory base.
    pub(super) fn mount(&self, bases: &mut [MemoryBase]) -> Result<(), Error> {
        let refuse = |reason: String| Error::setting(self.kind.as_str(), reason);
        let object: Map<String, Value> = serde_json::from_str(&self.json)
            .map_err(|error| refuse(format!("it is no JSON object: {error}")))?;
        let bc_id = object.get("bcId").and_then(Value::as_u64);
        let bc_id = bc_id.ok_or_else(|| refuse("its bcId is no number".into()))?;
        let base = bases
            .iter_mut()
            .find(|base| base.bc_id() == self.memory_base)
            .ok_or_else(|| refuse(format!("there is no memory base {}", self.memory_base)))?;
        base.study_mut().add(self.kind, bc_id, object);
        Ok(())
    }
}
