//! A plain HTTP client.

use braincube_sim::Simulator;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// A client with the token and base URL of one simulator.
pub(crate) struct Client {
    pub(crate) base: String,
    pub(crate) token: Option<String>,
    hyper: HyperClient<HttpConnector, Full<Bytes>>,
}

/// A response with its complete body.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) fn new(simulator: &Simulator) -> Self {
        Self {
            base: simulator.api_base_url(),
            token: Some(simulator.token().to_owned()),
            hyper: HyperClient::builder(TokioExecutor::new()).build_http(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("X-api-key", token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(Bytes::from(body.to_owned())))
            .unwrap();
        let (parts, body) = self.hyper.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Response {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], "").await
    }

    /// Returns the JSON of a response with status 200.
    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status, 200, "{path}: {:?}", response.body);
        response.json()
    }

    /// Extracts columns of memory base `base` of `demo`, sorted by the first one; `filter` may be null.
    pub(crate) async fn extract(&self, base: u64, variables: &[u64], filter: &Value) -> Response {
        let long_id = |variable: &u64| format!("mb{base}/d{variable}");
        let mut context = json!({"dataSource": format!("mb{base}")});
        if !filter.is_null() {
            context["filter"] = filter.clone();
        }
        let body = json!({
            "order": long_id(&variables[0]),
            "definitions": variables.iter().map(long_id).collect::<Vec<_>>(),
            "context": context,
        });
        let path = format!("/braincube/demo/braindata/mb{base}/LF");
        self.send("POST", &path, &[], &body.to_string()).await
    }
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Asserts an error with this status and a message that contains this text.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, text: &str) {
        assert_eq!(self.status.as_u16(), status, "{:?}", self.body);
        let error = &self.json()["error"];
        assert_eq!(error["code"], status);
        assert!(error["type"].is_string(), "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(text),
            "{message:?} does not contain {text:?}"
        );
    }

    /// The cells of one column of an extraction.
    #[track_caller]
    pub(crate) fn cells(&self, long_id: &str) -> Vec<String> {
        assert_eq!(self.status, 200, "{:?}", self.body);
        let json = self.json();
        let columns = json["datadefs"].as_array().unwrap();
        let column = columns
            .iter()
            .find(|column| column["id"] == long_id)
            .unwrap();
        let cells = column["data"].as_array().unwrap().iter();
        let cells: Vec<String> = cells
            .map(|cell| cell.as_str().unwrap().to_owned())
            .collect();
        assert_eq!(json["resultLength"], cells.len());
        cells
    }
}
