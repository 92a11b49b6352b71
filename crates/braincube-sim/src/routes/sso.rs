//! `/sso-server/ws`: who a token belongs to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::site::Site;

/// The one user of the simulator.
pub(super) const USER_EMAIL: &str = "operator@plant.example";

/// The user, and the products that they may open: the Braincube, and one that is none.
pub(super) async fn user_me(State(site): State<Arc<Site>>) -> Json<Value> {
    Json(json!({
        "userEmail": USER_EMAIL,
        "firstName": "Camille",
        "lastName": "Opérateur",
        "accessList": [
            {
                "product": {
                    "name": site.braincube.name,
                    "productId": "123",
                    "type": "braincube",
                    "group": "plant",
                },
                "role": "USER",
            },
            {
                "product": {
                    "name": "Studio",
                    "productId": "456",
                    "type": "application",
                    "group": "plant",
                },
                "role": "USER",
            },
        ],
    }))
}
