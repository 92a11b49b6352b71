use http::Method;
use proptest::prelude::*;

use super::{RawRequest, Server};
use crate::request::{Endpoints, RequestError};
use crate::{Operation, OperationClass};

const PLAIN: &str = "https://api.mybraincube.com";
const PREFIX: &str = "http://host:8080/prefix/v1.0";
const HOST: &str = "https://{braincube-name}.mybraincube.com/v1";
const PATH: &str = "https://host/of/{braincube-name}/api";

fn endpoints(api: &str) -> Endpoints {
    Endpoints::new("https://mybraincube.com", api).unwrap()
}

#[test]
fn raw_requests_stay_below_the_base_url() {
    let endpoints = endpoints("https://host/prefix");
    for path in [
        "../sso-server",
        "a/../../b",
        "a/%2e%2E/b",
        "..",
        ".",
        "./a",
        "a\\..\\b",
        "https://evil.org/a",
        "//evil.org/a",
        "a#b",
        "a\r\nb",
    ] {
        let error = endpoints
            .raw(RawRequest::new(Method::GET, path))
            .expect_err(path);
        assert!(
            matches!(error, RequestError::RawPath { .. }),
            "{path}: {error}"
        );
    }
    for (path, address) in [
        ("", "https://host/prefix/"),
        ("/a/b/", "https://host/prefix/a/b"),
        (
            "a b?c=d e&f=[1]",
            "https://host/prefix/a%20b?c=d%20e&f=%5B1%5D",
        ),
        (
            "a%20b?u=https://x/../y",
            "https://host/prefix/a%20b?u=https://x/../y",
        ),
        ("é", "https://host/prefix/%C3%A9"),
        ("a/?b=c", "https://host/prefix/a/?b=c"),
        ("/a?in=/b/", "https://host/prefix/a?in=/b/"),
        ("@evil.org", "https://host/prefix/@evil.org"),
    ] {
        let request = endpoints.raw(RawRequest::new(Method::GET, path)).unwrap();
        assert_eq!(request.uri(), address);
    }
}

#[test]
fn raw_requests_with_unsafe_methods_are_not_idempotent_by_default() {
    let endpoints = endpoints(PLAIN);
    let operation = |raw| {
        let request = endpoints.raw(raw).unwrap();
        *request.extensions().get::<Operation>().unwrap()
    };
    for (method, idempotent) in [
        (Method::GET, true),
        (Method::POST, false),
        (Method::PUT, false),
    ] {
        let raw = RawRequest::new(method, "a");
        assert_eq!(operation(raw.clone()).is_idempotent(), idempotent);
        assert!(operation(raw.clone().idempotent()).is_idempotent());
        let data = operation(raw.class(OperationClass::Data));
        assert_eq!(
            (data.class(), data.is_idempotent()),
            (OperationClass::Data, idempotent)
        );
    }
}

#[test]
fn raw_requests_replace_the_placeholder_or_are_errors() {
    let raw = |path| RawRequest::new(Method::POST, path).body(&b"{}"[..]);
    let on = |base, raw| {
        endpoints(base)
            .raw(raw)
            .map(|request| request.uri().to_string())
    };
    for (base, path) in [(PLAIN, "of/{braincube-name}"), (HOST, "a"), (PATH, "a")] {
        assert_eq!(on(base, raw(path)), Err(RequestError::NoBraincube));
    }
    assert_eq!(
        on(PLAIN, raw("of/{braincube-name}").braincube("a/b")).unwrap(),
        "https://api.mybraincube.com/of/a%2Fb"
    );
    assert_eq!(
        on(HOST, raw("a").braincube("demo")).unwrap(),
        "https://demo.mybraincube.com/v1/a"
    );
    on(PLAIN, raw("{braincube-name}").braincube("..")).unwrap_err();
    on(PLAIN, raw("a/.%2{braincube-name}").braincube("e")).unwrap_err();
    assert_eq!(
        on(HOST, raw("a").server(Server::Sso)).unwrap(),
        "https://mybraincube.com/a"
    );
}

proptest! {
    #[test]
    fn no_raw_path_leaves_the_base_url(path in "(\\PC|[a-z.:@/#?%{}\\\\-]){0,20}") {
        let endpoints = endpoints(PREFIX);
        let raw = RawRequest::new(Method::GET, path).braincube("demo");
        if let Ok(request) = endpoints.raw(raw) {
            prop_assert!(endpoints.owns(request.uri()));
            prop_assert!(request.uri().path().starts_with("/prefix/v1.0/"));
        }
    }
}
