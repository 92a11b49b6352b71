//! The settings that environment variables give.

use std::path::PathBuf;

use secrecy::SecretString;

use super::key::{CONFIG_VARIABLE, Key, PROFILE, PROFILE_VARIABLE};
use super::layer::{Layer, is_path};
use super::origin::Given;
use super::raw::RawValue;
use super::surroundings::{Surroundings, Variable};
use crate::{ConfigError, Origin, ValueProblem};

/// All settings of the environment.
pub(crate) fn layer(surroundings: &Surroundings) -> Result<Layer, ConfigError> {
    let mut layer = Layer::default();
    for key in Key::ALL {
        let Some(value) = surroundings.variable(key.variable()) else {
            continue;
        };
        let origin = Origin::Environment(key.variable());
        text(value)
            .and_then(|text| layer.put(key, raw(key, text), &origin))
            .map_err(|problem| invalid(key.name(), origin, problem))?;
    }
    Ok(layer)
}

/// The file that the environment names.
pub(crate) fn config_file(surroundings: &Surroundings) -> Result<Option<PathBuf>, ConfigError> {
    let file = selection(surroundings, CONFIG_VARIABLE, "configuration file")?;
    Ok(file.map(|given| PathBuf::from(given.value)))
}

/// The profile that the environment selects.
pub(crate) fn profile(surroundings: &Surroundings) -> Result<Option<Given<String>>, ConfigError> {
    selection(surroundings, PROFILE_VARIABLE, PROFILE)
}

fn selection(
    surroundings: &Surroundings,
    variable: &'static str,
    key: &'static str,
) -> Result<Option<Given<String>>, ConfigError> {
    let Some(value) = surroundings.variable(variable) else {
        return Ok(None);
    };
    let origin = Origin::Environment(variable);
    match text(value) {
        Ok(text) => Ok(Some(Given::new(text.to_owned(), origin))),
        Err(problem) => Err(invalid(key, origin, problem)),
    }
}

fn text(value: &Variable) -> Result<&str, ValueProblem> {
    match value {
        Variable::Text(text) => Ok(text),
        Variable::NotUnicode => Err(ValueProblem::NotUnicode),
    }
}

fn raw(key: Key, text: &str) -> RawValue {
    if key.is_secret() {
        return RawValue::Secret(SecretString::from(text));
    }
    if !key.is_flag() {
        return RawValue::Text(text.to_owned());
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => RawValue::Flag(true),
        "false" | "0" => RawValue::Flag(false),
        _ if key == Key::Verify && is_path(text) => RawValue::Text(text.to_owned()),
        _ => RawValue::Other("neither of them (nor 1 or 0)"),
    }
}

const fn invalid(key: &'static str, origin: Origin, problem: ValueProblem) -> ConfigError {
    ConfigError::InvalidValue {
        key,
        origin,
        line: None,
        problem,
    }
}
