//! Comparison with the Python package `braincube_connector` 2.8.0. The fixtures contain the requests and the results that
//! were recorded while it ran. [`results`] compares the results of its functions.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "python_package/results.rs"]
mod results;

use std::collections::BTreeMap;

use braincube_model::http::{Method, Request};
use braincube_model::request::{DataRequest, Endpoints, Page, RequestError, Scope};
use braincube_model::{
    BcId, DataGroup, Event, Job, LongId, MemoryBase, NameKey, Rule, Variable, VariableFilter,
    bytes::Bytes, serde_json,
};

type Requests = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The requests of the recording, in the same order.
fn requests(base: &str, name: &str) -> Result<Vec<Request<Bytes>>, RequestError> {
    let endpoints = Endpoints::new("https://mybraincube.com", base).unwrap();
    let (mb, id) = (BcId::from(20), BcId::from(7));
    let braincube = Scope::new(name);
    let base = braincube.memory_base(&mb);
    let page = Page::from_offset(2 * 150);
    let [one, two, three] = [1, 2, 3].map(|id| LongId::variable(20, id));
    let data = DataRequest::new(20, one, [one, two])
        .filter(one.less_than(0).unwrap())
        .filter(two.equal_to(2.0).unwrap())
        .filter(three.equal_to("A").unwrap());
    Ok(vec![
        endpoints.user_me()?,
        endpoints.list::<MemoryBase>(braincube, page)?,
        endpoints.one::<MemoryBase>(braincube, &mb)?,
        endpoints.list::<Variable>(base, page)?,
        endpoints.one::<Variable>(base, &id)?,
        endpoints.list::<DataGroup>(base, page)?,
        endpoints.one::<DataGroup>(base, &id)?,
        endpoints.list::<Event>(base, page)?,
        endpoints.one::<Event>(base, &id)?,
        endpoints.list::<Job>(base, page)?,
        endpoints.one::<Job>(base, &id)?,
        endpoints.list::<Rule>(base, page)?,
        endpoints.one::<Rule>(base, &id)?,
        endpoints.list::<Rule>(base.job(&id), page)?,
        endpoints.memory_base_info(name, 20)?,
        endpoints.data(name, &data)?,
    ])
}

#[test]
fn d_requests_are_those_of_the_python_package() {
    let recorded = include_str!("fixtures/python_package_requests.json");
    let recorded: Requests = serde_json::from_str(recorded).unwrap();
    assert_eq!(recorded.len(), 4);
    for (base, names) in &recorded {
        for (name, theirs) in names {
            let ours = requests(base, name).unwrap();
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                let (address, body) = theirs.split_once(' ').unwrap_or((theirs, ""));
                assert_eq!(ours.uri(), address);
                if body.is_empty() {
                    assert_eq!((ours.method(), &**ours.body()), (&Method::GET, &b""[..]));
                    continue;
                }
                assert_eq!(ours.method(), Method::POST);
                let [theirs, ours]: [serde_json::Value; 2] =
                    [body.as_bytes(), ours.body()].map(|b| serde_json::from_slice(b).unwrap());
                assert_eq!(ours, theirs);
            }
        }
    }
}

#[test]
fn d_default_page_size_and_name_key_are_those_of_the_python_package() {
    assert_eq!(Page::default().size, 150);
    assert_eq!(NameKey::default(), NameKey::Standard);
}
