//! [`Study`]: what people have made of a memory base: data groups, events, jobs and rules.

use serde_json::{Map, Value, json};

use crate::entity;
use crate::site::parse_bc_id;

/// What people have made of a memory base.
#[derive(Debug, Default)]
pub(crate) struct Study {
    entities: Vec<Studied>,
}

/// The kinds of entities in a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    DataGroup,
    Event,
    Job,
    Rule,
}

/// One of them, as the services give it alone.
#[derive(Debug)]
struct Studied {
    kind: Kind,
    bc_id: u64,
    extended: Map<String, Value>,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::DataGroup, Self::Event, Self::Job, Self::Rule];

    /// The kind in words, and in front of a uuid.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::DataGroup => "dataGroup",
            Self::Event => "event",
            Self::Job => "job",
            Self::Rule => "rule",
        }
    }

    /// The keys that a list gives; an event is given whole.
    fn listed(self) -> Option<&'static [&'static str]> {
        match self {
            Self::DataGroup => Some(&["uuid", "name", "variables"]),
            Self::Event => None,
            Self::Job => Some(&["uuid", "name", "creationDate"]),
            Self::Rule => Some(&["name", "job"]),
        }
    }
}

impl Study {
    /// Adds an entity, and what all have: a bcId, a uuid and a date. One of the same kind and bcId is replaced.
    pub(crate) fn add(&mut self, kind: Kind, bc_id: u64, mut extended: Map<String, Value>) {
        extended.insert("bcId".into(), bc_id.to_string().into());
        let uuid = entity::uuid(kind.as_str(), bc_id);
        extended.entry("uuid").or_insert(uuid.into());
        extended
            .entry("creationDate")
            .or_insert(entity::CREATED.into());
        self.entities
            .retain(|known| (known.kind, known.bc_id) != (kind, bc_id));
        self.entities.push(Studied {
            kind,
            bc_id,
            extended,
        });
    }

    /// The entity of a bcId, which is text because it was cut out of a path.
    pub(crate) fn extended(&self, kind: Kind, bc_id: &str) -> Option<Value> {
        let bc_id = parse_bc_id(bc_id)?;
        let found = self.of(kind).find(|entity| entity.bc_id == bc_id)?;
        Some(found.extended.clone().into())
    }

    /// The list of a kind.
    pub(crate) fn list(&self, kind: Kind) -> impl Iterator<Item = Value> {
        self.of(kind)
            .map(move |entity| entity.summary(kind.listed()))
    }

    /// The rules of one job, each as it is given alone.
    pub(crate) fn rules_of_job(&self, job: &str) -> impl Iterator<Item = Value> {
        self.of(Kind::Rule)
            .filter(move |rule| rule.job().as_deref() == Some(job))
            .map(|rule| rule.summary(None))
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Studied> {
        self.entities
            .iter()
            .filter(move |entity| entity.kind == kind)
    }
}

impl Studied {
    /// The entity in a list: these keys of it, or all. Its bcId is a number there, and text where it stands alone.
    fn summary(&self, keys: Option<&[&str]>) -> Value {
        let is_listed = |key: &str| keys.is_none_or(|keys| keys.contains(&key));
        let mut summary: Map<String, Value> = self
            .extended
            .iter()
            .filter(|(key, _)| is_listed(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        summary.insert("bcId".into(), json!(self.bc_id));
        summary.into()
    }

    /// The bcId of the job that found a rule.
    fn job(&self) -> Option<String> {
        match self.extended.get("job")?.get("bcId")? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, Study};

    #[test]
    fn ids_are_numbers_in_a_list_and_text_alone() {
        let mut study = Study::default();
        let job = json!({"name": "Study", "conditions": []});
        study.add(Kind::Job, 7, job.as_object().unwrap().clone());
        assert_eq!(study.extended(Kind::Job, "7").unwrap()["bcId"], "7");
        let listed: Vec<_> = study.list(Kind::Job).collect();
        assert_eq!(listed[0]["bcId"], 7);
        assert!(listed[0].get("conditions").is_none(), "a list tells less");
        assert!(study.extended(Kind::Event, "7").is_none());
    }
}
