//! [`Study`]: the data groups, events, jobs and rules of a memory base.

use serde_json::{Map, Value, json};

/// 2023-10-02T06:00:00Z in milliseconds since the epoch, the creation date of all entities.
pub(crate) const CREATED: u64 = 1_696_226_400_000;

/// Returns the uuid of an entity, the same at each start.
pub(crate) fn uuid(kind: &str, bc_id: u64) -> String {
    format!(
        "{kind}_b7a1c0de-0000-4000-8000-{:012x}",
        bc_id & 0xffff_ffff_ffff
    )
}

/// Parses a bcId in a path: digits only, without the sign that `parse` accepts.
pub(crate) fn parse_bc_id(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The data groups, events, jobs and rules of a memory base.
#[derive(Debug, Default)]
pub(crate) struct Study {
    entities: Vec<Entity>,
}

/// The kinds of entities in a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    DataGroup,
    Event,
    Job,
    Rule,
}

/// An entity.
#[derive(Debug)]
struct Entity {
    kind: Kind,
    bc_id: u64,
    /// The entity as it is sent on its own.
    extended: Map<String, Value>,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::DataGroup, Self::Event, Self::Job, Self::Rule];

    /// The name of the kind, also used in uuids.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::DataGroup => "dataGroup",
            Self::Event => "event",
            Self::Job => "job",
            Self::Rule => "rule",
        }
    }

    /// The keys of an entity in a list; `None` for all keys.
    fn listed_keys(self) -> Option<&'static [&'static str]> {
        match self {
            Self::DataGroup => Some(&["uuid", "name", "variables"]),
            Self::Event => None,
            Self::Job => Some(&["uuid", "name", "creationDate"]),
            Self::Rule => Some(&["name", "job"]),
        }
    }
}

impl Study {
    /// Adds an entity with its bcId, a uuid and a date. An entity of the same kind and bcId is replaced.
    pub(crate) fn add(&mut self, kind: Kind, bc_id: u64, mut extended: Map<String, Value>) {
        extended.insert("bcId".into(), bc_id.to_string().into());
        let uuid = uuid(kind.as_str(), bc_id);
        extended.entry("uuid").or_insert(uuid.into());
        extended.entry("creationDate").or_insert(CREATED.into());
        self.entities
            .retain(|known| (known.kind, known.bc_id) != (kind, bc_id));
        self.entities.push(Entity {
            kind,
            bc_id,
            extended,
        });
    }

    /// Finds an entity by the bcId in a path.
    pub(crate) fn extended(&self, kind: Kind, bc_id: &str) -> Option<Value> {
        let bc_id = parse_bc_id(bc_id)?;
        let found = self.of(kind).find(|entity| entity.bc_id == bc_id)?;
        Some(found.extended.clone().into())
    }

    /// The entities of a kind as they are sent in a list.
    pub(crate) fn list(&self, kind: Kind) -> impl Iterator<Item = Value> {
        self.of(kind)
            .map(move |entity| entity.summary(kind.listed_keys()))
    }

    /// The rules of a job, with all keys.
    pub(crate) fn rules_of_job(&self, job: &str) -> impl Iterator<Item = Value> {
        self.of(Kind::Rule)
            .filter(move |rule| rule.job().as_deref() == Some(job))
            .map(|rule| rule.summary(None))
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Entity> {
        self.entities
            .iter()
            .filter(move |entity| entity.kind == kind)
    }
}

impl Entity {
    /// The entity in a list, with these keys or all. Its bcId is a number in a list and a text on its own.
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

    /// The bcId of the job of a rule.
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
    fn ids_are_numbers_in_a_list_and_texts_on_their_own() {
        let mut study = Study::default();
        let job = json!({"name": "Study", "conditions": []});
        study.add(Kind::Job, 7, job.as_object().unwrap().clone());
        assert_eq!(study.extended(Kind::Job, "7").unwrap()["bcId"], "7");
        let listed: Vec<_> = study.list(Kind::Job).collect();
        assert_eq!(listed[0]["bcId"], 7);
        assert!(
            listed[0].get("conditions").is_none(),
            "a list has fewer keys"
        );
        assert!(study.extended(Kind::Event, "7").is_none());
    }
}
