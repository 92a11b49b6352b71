//! Which braincubes there are, where one is asked for that does not exist.

use braincube_model::{Braincube, Entity as _};

use crate::client::Client;
use crate::error::Error;

/// How like a name must be to be suggested, from 0 to 1, whatever its capital letters.
const ALIKE: f64 = 0.8;

/// At most so many names are told.
const TOLD: usize = 10;

/// The error, or, where nothing was found because the braincube does not exist, one that says so and which there are.
/// Costs a request, where nothing was found.
pub(crate) async fn explained(client: &Client, name: &str, error: Error) -> Error {
    if !error.is_not_found() {
        return error;
    }
    match client.braincubes().await {
        Ok(there) => match hint(name, &there) {
            Some(hint) => Error::missing(format!("there is no braincube {name:?} (404); {hint}"))
                .with_detail(error.detail().map(Into::into)),
            None => error,
        },
        Err(_) => error,
    }
}

/// Which of these braincubes may be meant by a name; `None` where one has that name.
fn hint(name: &str, there: &[Braincube]) -> Option<String> {
    let names = there.iter().map(|braincube| braincube.bcid().as_str());
    if names.clone().any(|other| other == name) {
        return None;
    }
    let has_id = |one: &&Braincube| one.product_id().is_some_and(|id| id.as_str() == name);
    if let Some(braincube) = there.iter().find(has_id) {
        return Some(format!("that is the id of {:?}", braincube.bcid().as_str()));
    }
    let lower = name.to_lowercase();
    let likeness = |other: &str| strsim::jaro_winkler(&other.to_lowercase(), &lower);
    let mut alike: Vec<&str> = names
        .clone()
        .filter(|other| likeness(other) >= ALIKE)
        .collect();
    alike.sort_by(|left, right| likeness(right).total_cmp(&likeness(left)));
    if alike.is_empty() {
        alike = names.collect();
    }
    let told: Vec<_> = alike
        .iter()
        .take(TOLD)
        .map(|name| format!("{name:?}"))
        .collect();
    Some(match (told.len(), alike.len().saturating_sub(TOLD)) {
        (0, _) => "the credentials open none".into(),
        (_, 0) => format!("there is {}", told.join(", ")),
        (_, more) => format!("there is {} and {more} more", told.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use braincube_model::{Braincube, answer};

    use super::hint;

    fn there(names: &[&str]) -> Vec<Braincube> {
        let products = names.iter().zip(1..).map(|(name, id)| {
            serde_json::json!({"product": {"name": name, "productId": id, "type": "braincube"}})
        });
        let body = serde_json::json!({ "accessList": products.collect::<Vec<_>>() }).to_string();
        let listed = answer::user_me(body.as_bytes()).unwrap();
        listed.items.into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn h5_the_braincubes_that_may_be_meant_are_told() {
        let three = there(&["paris", "lyon", "Usine é"]);
        let told = |name: &str| hint(name, &three);
        assert_eq!(told("lyon"), None);
        assert_eq!(told("Paris").unwrap(), r#"there is "paris""#);
        assert_eq!(told("2").unwrap(), r#"that is the id of "lyon""#);
        assert_eq!(
            told("xyz").unwrap(),
            r#"there is "paris", "lyon", "Usine é""#
        );
        assert_eq!(hint("x", &[]).unwrap(), "the credentials open none");
        let names: Vec<_> = (0..12).map(|number| format!("site{number}")).collect();
        let many = there(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(
            hint("nothing", &many)
                .unwrap()
                .ends_with(r#""site9" and 2 more"#)
        );
    }
}
