//! [`QueryOptions`]: an extraction, as Python describes it.

use braincube::frame::{Dates, Discrete, FrameOptions, Nan, Numbers, Spaces};
use braincube::{
    Client, DataQuery, Label, MemoryBaseHandle, NameKey, OnBadCell, Period, TimePoint, VariableId,
    parse_duration,
};
use pyo3::prelude::*;
use serde_json::Value;

use crate::error::Failure;
use crate::runtime::is_fork_of_importer;

/// The key of an object that names a variable in a filter, such as `{"column": "Speed"}`.
const COLUMN: &str = "column";

/// An extraction. Each field is a key of the dictionary.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct QueryOptions {
    braincube: String,
    memory_base: String,
    /// Ids and names; all variables if there are none, and neither a job nor a data group.
    variables: Option<Vec<String>>,
    job: Option<String>,
    data_group: Option<String>,
    /// In text or JSON.
    filters: Vec<String>,
    start: Option<String>,
    end: Option<String>,
    last: Option<String>,
    label: String,
    text_dates: bool,
    text_labels: bool,
    infer_integers: bool,
    keep_nan: bool,
    trim: bool,
    nulls: Vec<String>,
    bad_cells_are_null: bool,
    strict: bool,
}

impl QueryOptions {
    /// Makes the query. Looks up the variables that are given by name.
    ///
    /// # Errors
    ///
    /// If an option is invalid or a name does not exist.
    pub(crate) async fn query(&self, client: &Client) -> Result<DataQuery, Failure> {
        let base = client
            .braincube(self.braincube.as_str())
            .memory_base(self.memory_base.as_str());
        let query = match (&self.variables, &self.job, &self.data_group) {
            (_, Some(job), _) => base.job(job.as_str()).data(),
            (_, _, Some(group)) => base.data_group(group.as_str()).data(),
            (Some(variables), None, None) => base.data(find_all(&base, variables).await?),
            (None, None, None) => base.all_data(),
        };
        let mut filters = Vec::with_capacity(self.filters.len());
        for filter in &self.filters {
            filters.push(resolve_filter(&base, filter).await?);
        }
        Ok(query
            .filters(filters)
            .period(self.period()?)
            .label(self.label()?)
            .options(self.frame_options()))
    }

    fn label(&self) -> Result<Label, Failure> {
        Ok(match self.label.as_str() {
            "bcid" => Label::BcId,
            "standard" | "name" => Label::Name(NameKey::Standard),
            "local" => Label::Name(NameKey::Local),
            "tag" => Label::Name(NameKey::Tag),
            other => {
                return Err(Failure::Input(format!(
                    "no label {other:?}; expected \"bcid\", \"standard\", \"local\" or \"tag\""
                )));
            }
        })
    }

    fn period(&self) -> Result<Period, Failure> {
        let point = |text: &String| -> Result<TimePoint, Failure> {
            text.parse()
                .map_err(|error| Failure::Input(format!("{error}")))
        };
        let start = self.start.as_ref().map(point).transpose()?;
        let end = self.end.as_ref().map(point).transpose()?;
        let period = match (start, &self.last) {
            (Some(_), Some(_)) => {
                return Err(Failure::Input(
                    "`start` and `last` exclude each other".into(),
                ));
            }
            (Some(start), None) => Period::starting(start),
            (None, Some(last)) => Period::last(
                parse_duration(last).map_err(|error| Failure::Input(error.to_string()))?,
            ),
            (None, None) => Period::all(),
        };
        Ok(match end {
            Some(end) => period.and_ending(end),
            None => period,
        })
    }

    fn frame_options(&self) -> FrameOptions {
        let mut options = FrameOptions::default()
            .with_strict(self.strict)
            // A fork has no thread pool.
            .with_parallel(!is_fork_of_importer());
        if !self.nulls.is_empty() {
            options = options.with_nulls(self.nulls.iter().map(String::as_str));
        }
        if self.text_dates {
            options = options.with_dates(Dates::Text);
        }
        if self.text_labels {
            options = options.with_discrete(Discrete::Utf8);
        }
        if self.infer_integers {
            options = options.with_numbers(Numbers::Infer);
        }
        if self.keep_nan {
            options = options.with_nan(Nan::Keep);
        }
        if self.trim {
            options = options.with_spaces(Spaces::Trim);
        }
        if self.bad_cells_are_null {
            options = options.with_on_bad_cell(OnBadCell::Null);
        }
        options
    }
}

/// Whether a text is an id of a variable: `2000034`, `d2000034` or `mb20/d2000034`.
fn is_id(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let short = match text
        .strip_prefix("mb")
        .and_then(|long| long.split_once('/'))
    {
        Some((base, variable)) if is_number(base) => variable,
        _ => text,
    };
    is_number(short.strip_prefix('d').unwrap_or(short))
}

/// The id of a text that is one: `d7` is `7`.
fn id(text: &str) -> VariableId {
    VariableId::from(text.strip_prefix('d').unwrap_or(text))
}

/// The variables of a list of ids and names. Sends requests only if there is a name.
async fn find_all(base: &MemoryBaseHandle, texts: &[String]) -> Result<Vec<VariableId>, Failure> {
    let is_name = |text: &&String| !is_id(text);
    let names: Vec<&str> = texts.iter().filter(is_name).map(String::as_str).collect();
    if names.is_empty() {
        return Ok(texts.iter().map(|text| id(text)).collect());
    }
    let mut named = base.find_variables(names).await?.into_iter();
    let found = texts.iter().filter_map(|text| match is_id(text) {
        true => Some(id(text)),
        false => named.next().map(VariableId::from),
    });
    Ok(found.collect())
}

/// Replaces the names of variables in a filter by their ids.
async fn resolve_filter(base: &MemoryBaseHandle, filter: &str) -> Result<String, Failure> {
    if !filter.contains(&format!("\"{COLUMN}\"")) {
        return Ok(filter.to_owned());
    }
    // What cannot be parsed here is reported by the query, with its place.
    let Ok(mut filter) = serde_json::from_str::<Value>(filter) else {
        return Ok(filter.to_owned());
    };
    let mut names = Vec::new();
    each_name(&mut filter, &mut |name| {
        names.push(name.to_owned());
        None
    });
    let found = base.find_variables(names).await?;
    let mut ids = found.iter().map(|variable| {
        let id = braincube::Entity::bcid(variable);
        Value::String(format!("mb{}/d{id}", base.bcid()))
    });
    each_name(&mut filter, &mut |_| ids.next());
    Ok(filter.to_string())
}

/// Calls a function with each name of a filter, in order, and puts its value in the place of the name.
fn each_name(value: &mut Value, call: &mut impl FnMut(&str) -> Option<Value>) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| each_name(value, call)),
        Value::Object(object) => match object.get(COLUMN).and_then(Value::as_str) {
            Some(name) if object.len() == 1 => {
                if let Some(replacement) = call(name) {
                    *value = replacement;
                }
            }
            _ => object.values_mut().for_each(|value| each_name(value, call)),
        },
        _ => {}
    }
}
