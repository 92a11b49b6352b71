//! Snapshots of all requests and of the parsed responses.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fmt::Write as _;

use braincube_model::http::{Method, Request};
use braincube_model::request::{DataRequest, Endpoints, Page, RawRequest, RequestError, Scope};
use braincube_model::response::{self, ListPage};
use braincube_model::{
    BcId, Braincube, DataGroup, Entity, Event, Job, LongId, MemoryBase, NameKey, Operation, Rule,
    Variable, VariableFilter, bytes::Bytes,
};

fn snapshot(name: &str, text: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(true);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Method, address, operation, headers, body.
fn show(request: Result<Request<Bytes>, RequestError>) -> String {
    let request = request.unwrap();
    let operation = request.extensions().get::<Operation>().unwrap();
    let mut text = format!("{} {}\n", request.method(), request.uri());
    writeln!(
        text,
        "  {} {} ({:?}, {})",
        operation.name(),
        operation.path_template(),
        operation.class(),
        if operation.is_idempotent() {
            "idempotent"
        } else {
            "once"
        },
    )
    .unwrap();
    for (name, value) in request.headers() {
        writeln!(text, "  {name}: {}", value.to_str().unwrap()).unwrap();
    }
    if !request.body().is_empty() {
        writeln!(text, "  {}", std::str::from_utf8(request.body()).unwrap()).unwrap();
    }
    text
}

fn every_request(api: &str) -> String {
    let endpoints = Endpoints::new("https://mybraincube.com", api).unwrap();
    let (mb, id) = (BcId::from(20), BcId::from(7));
    let braincube = Scope::new("demo");
    let base = braincube.memory_base(&mb);
    let page = Page {
        offset: 300,
        size: 150,
    };
    let (date, speed) = (
        LongId::variable(20, 2_000_001),
        LongId::variable(20, 2_000_034),
    );
    let data = DataRequest::new(20, date, [date, speed]);
    let filtered = data
        .clone()
        .filter(speed.between(0, 10).unwrap())
        .filter(speed.equal_to(2.0).unwrap());
    [
        endpoints.user_me(),
        endpoints.list::<MemoryBase>(braincube, page),
        endpoints.one::<MemoryBase>(braincube, &mb),
        endpoints.memory_base_selector("demo"),
        endpoints.list::<Variable>(base, page),
        endpoints.one::<Variable>(base, &id),
        endpoints.variable_selector("demo", &mb),
        endpoints.list::<DataGroup>(base, page),
        endpoints.one::<DataGroup>(base, &id),
        endpoints.list::<Event>(base, page),
        endpoints.one::<Event>(base, &id),
        endpoints.list::<Job>(base, page),
        endpoints.one::<Job>(base, &id),
        endpoints.list::<Rule>(base, page),
        endpoints.one::<Rule>(base, &id),
        endpoints.list::<Rule>(base.job(&id), page),
        endpoints.memory_base_info("demo", 20),
        endpoints.data("demo", &data),
        endpoints.data("demo", &filtered),
        endpoints.raw(
            RawRequest::new(Method::PUT, "/some/{braincube-name}/path/")
                .braincube("demo")
                .body("{}"),
        ),
    ]
    .map(show)
    .concat()
}

#[test]
fn p11_requests_under_a_plain_base_url() {
    snapshot("requests", every_request("https://api.mybraincube.com"));
}

#[test]
fn p11_requests_under_a_placeholder_and_a_prefix() {
    let text = every_request("https://{braincube-name}.mybraincube.com:8443/prefix/v1.0/");
    snapshot("requests_with_placeholder", text);
}

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

/// The common parts of an entity, then its own.
fn show_entity<T: Entity>(entity: &T, own: impl Fn(&T) -> String) -> String {
    let names = NameKey::ALL.map(|key| entity.name_by(key));
    format!(
        "{:?} {:?} uuid {:?}\n  names {names:?}\n  {}\n  {}\n",
        entity.bcid(),
        entity.name(),
        entity.uuid(),
        own(entity),
        entity.metadata().as_str(),
    )
}

fn show_page<T: Entity>(page: &ListPage<T>, own: impl Fn(&T) -> String) -> String {
    let show = |item: &Result<T, _>| match item {
        Ok(entity) => show_entity(entity, &own),
        Err(error) => format!("error: {error}\n"),
    };
    page.items.iter().map(show).collect()
}

fn memory_base(base: &MemoryBase) -> String {
    let date = base.reference_date_variable();
    let count = base.number_of_variables();
    let quick = base.is_quick_study();
    format!(
        "{:?} date {date:?} variables {count:?} quick study {quick}",
        base.long_id()
    )
}

fn variable(variable: &Variable) -> String {
    format!("{:?} {:?}", variable.long_id(20), variable.variable_type())
}

fn job(job: &Job) -> String {
    format!(
        "{} conditions, {} categories, groups {:?}, events +{:?} -{:?}",
        job.conditions().len(),
        job.categories().len(),
        job.data_groups(),
        job.positive_events(),
        job.negative_events(),
    )
}

#[test]
fn user_me() {
    let page = response::user_me(&fixture("user_me")).unwrap();
    let own = |product: &Braincube| {
        let (id, kind) = (product.product_id(), product.product_type());
        format!("{id:?} {kind:?} braincube {}", product.is_braincube())
    };
    snapshot("user_me", show_page(&page, own));
}

#[test]
fn j17_j18_j20_memory_bases_summary() {
    let page = response::list(&fixture("memory_bases_summary")).unwrap();
    assert_eq!(page.received(), 4);
    snapshot("memory_bases_summary", show_page(&page, memory_base));
}

#[test]
fn j19_memory_base_extended() {
    let base: MemoryBase = response::one(&fixture("memory_base_extended")).unwrap();
    snapshot("memory_base_extended", show_entity(&base, memory_base));
}

#[test]
fn j20_variables_summary() {
    let page = response::list(&fixture("variables_summary")).unwrap();
    snapshot("variables_summary", show_page(&page, variable));
}

#[test]
fn variables_selector() {
    let page = response::list(&fixture("variables_selector")).unwrap();
    snapshot("variables_selector", show_page(&page, variable));
}

#[test]
fn data_group_extended() {
    let group: DataGroup = response::one(&fixture("data_group_extended")).unwrap();
    let own = |group: &DataGroup| format!("{:?}", group.variables());
    snapshot("data_group_extended", show_entity(&group, own));
}

#[test]
fn event_extended() {
    let event: Event = response::one(&fixture("event_extended")).unwrap();
    let own = |event: &Event| {
        let conditions = event.conditions().iter().map(|condition| {
            format!(
                "{:?} from {:?} to {:?} in {:?} positive {}",
                condition.variable(),
                condition.minimum(),
                condition.maximum(),
                condition.modalities().collect::<Vec<_>>(),
                condition.is_positive(),
            )
        });
        conditions.collect::<Vec<_>>().join("\n  ")
    };
    snapshot("event_extended", show_entity(&event, own));
}

#[test]
fn job_extended() {
    let extended: Job = response::one(&fixture("job_extended")).unwrap();
    snapshot("job_extended", show_entity(&extended, job));
}

#[test]
fn jobs_summary() {
    let page = response::list(&fixture("jobs_summary")).unwrap();
    snapshot("jobs_summary", show_page(&page, job));
}

#[test]
fn rules_selector() {
    let page = response::list(&fixture("rules_selector")).unwrap();
    snapshot("rules_selector", show_page(&page, |_: &Rule| String::new()));
}

#[test]
fn simple() {
    let info = response::memory_base_info(&fixture("simple")).unwrap();
    snapshot(
        "simple",
        format!(
            "{:?} order {:?} date {:?} zone {:?}\n{}\n",
            info.name(),
            info.order_variable(),
            info.reference_date(),
            info.timezone(),
            info.metadata().as_str(),
        ),
    );
}
