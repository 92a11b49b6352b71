use proptest::prelude::*;

use super::Endpoints;
use crate::request::{BaseUrl, DataRequest, Page, RequestError, Scope, resource};
use crate::{BcId, Filter, Job, LongId, MemoryBase, Operation, OperationClass, Rule, Variable};

const SSO: &str = "https://mybraincube.com";
const BASES: [&str; 4] = [
    "https://api.mybraincube.com",
    "http://host:8080/prefix/v1.0",
    "https://{braincube-name}.mybraincube.com/v1",
    "https://host/of/{braincube-name}/api",
];

fn endpoints(api: &str) -> Endpoints {
    Endpoints::new(SSO, api).unwrap()
}

#[test]
fn p11_each_operation_has_a_unique_name() {
    let mut names: Vec<_> = resource::ALL.iter().map(Operation::name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), resource::ALL.len());
    let all = resource::ALL.iter();
    assert!(all.clone().all(Operation::is_idempotent));
    let data: Vec<_> = all
        .filter(|row| row.class() == OperationClass::Data)
        .collect();
    assert_eq!(data, [&resource::DATA]);
}

#[test]
fn the_base_url_of_the_sso_server_has_no_placeholder() {
    let error = Endpoints::new("https://{braincube-name}.x.com", BASES[0]).unwrap_err();
    assert!(error.to_string().contains("SSO"), "{error}");
    let request = endpoints(BASES[2]).user_me().unwrap();
    assert_eq!(
        request.uri(),
        "https://mybraincube.com/sso-server/ws/user/me"
    );
}

#[test]
fn c16_a_name_in_a_host_is_one_label() {
    let endpoints = endpoints(BASES[2]);
    for name in [
        "evil.com/",
        "a.b",
        "a@b",
        "a:80",
        "-a",
        "a-",
        "é",
        "a b",
        "",
        "x\n",
    ] {
        let error = endpoints
            .list::<MemoryBase>(Scope::new(name), Page::first())
            .expect_err(name);
        assert!(matches!(error, RequestError::HostLabel { .. }), "{error}");
    }
    endpoints
        .list::<MemoryBase>(Scope::new(&"a".repeat(63)), Page::first())
        .unwrap();
    endpoints
        .list::<MemoryBase>(Scope::new(&"a".repeat(64)), Page::first())
        .unwrap_err();
}

#[test]
fn i1_i3_invalid_segments_are_errors() {
    let endpoints = endpoints(BASES[0]);
    for name in ["", ".", "..", "a\r\nb", "\r\n", "\0", "\u{85}", "\u{7f}"] {
        let error = endpoints
            .list::<MemoryBase>(Scope::new(name), Page::first())
            .expect_err(name);
        assert!(error.to_string().contains("braincube"), "{error}");
    }
    let dots: BcId = "..".parse().unwrap();
    let error = endpoints
        .one::<MemoryBase>(Scope::new("demo"), &dots)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "memory_base \"..\" cannot be part of a URL: in a path it means this or the parent directory"
    );
}

#[test]
fn i1_each_name_of_the_catalogue_is_one_segment() {
    let long = "x".repeat(300);
    for (name, segment) in [
        ("a/b", "a%2Fb"),
        ("../../sso-server", "..%2F..%2Fsso-server"),
        ("...", "..."),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2E", "%252e%252E"),
        ("a b", "a%20b"),
        ("é", "%C3%A9"),
        ("🦀", "%F0%9F%A6%80"),
        (&long, &long),
    ] {
        let request = endpoints(BASES[1]).list::<MemoryBase>(Scope::new(name), Page::first());
        let path = format!("/prefix/v1.0/braincube/{segment}/braincube/mb/all/summary");
        assert_eq!(request.unwrap().uri().path(), path);
    }
}

#[test]
fn i1_a_url_that_is_too_long_for_http_is_an_error() {
    let error =
        endpoints(BASES[0]).list::<MemoryBase>(Scope::new(&"é".repeat(20_000)), Page::first());
    assert!(matches!(
        error,
        Err(RequestError::TooLong {
            length: 120_000..,
            ..
        })
    ));
}

#[test]
fn i2_braces_in_a_name_are_not_placeholders() {
    let request = endpoints(BASES[0])
        .list::<MemoryBase>(Scope::new("{memory_base}"), Page::first())
        .unwrap();
    assert_eq!(
        request.uri().path(),
        "/braincube/%7Bmemory_base%7D/braincube/mb/all/summary"
    );
}

#[test]
fn i14_the_size_of_a_page_is_limited() {
    let endpoints = endpoints(BASES[0]);
    for (size, fine) in [
        (0, false),
        (1, true),
        (10_000, true),
        (10_001, false),
        (u32::MAX, false),
    ] {
        let request = endpoints.list::<MemoryBase>(
            Scope::new("demo"),
            Page {
                offset: u64::MAX,
                size,
            },
        );
        assert_eq!(request.is_ok(), fine, "{size}");
    }
}

#[test]
fn i5_an_empty_selection_is_an_error() {
    let request = DataRequest::new(20, LongId::variable(20, 1), []);
    let error = endpoints(BASES[0]).data("demo", &request);
    assert_eq!(error.unwrap_err(), RequestError::EmptySelection);
}

#[test]
fn a_memory_base_is_not_a_column() {
    let (base, variable) = (LongId::memory_base(20), LongId::variable(20, 1));
    let filter = !(Filter::Less {
        variable: base,
        value: 1.into(),
    });
    for request in [
        DataRequest::new(20, base, [variable]),
        DataRequest::new(20, variable, [base]),
        DataRequest::new(20, variable, [variable]).filter(filter),
    ] {
        let error = endpoints(BASES[0]).data("demo", &request).unwrap_err();
        assert!(matches!(error, RequestError::NotAVariable { id, .. } if id == base));
    }
}

#[test]
fn i8_i9_many_filters_are_sent_and_deep_ones_are_errors() {
    let date = LongId::variable(20, 1);
    let less = |value: i32| Filter::Less {
        variable: date,
        value: value.into(),
    };
    let wide = (0..10_000).fold(DataRequest::new(20, date, [date]), |request, value| {
        request.filter(less(value))
    });
    let request = endpoints(BASES[0]).data("demo", &wide).unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.contains(r#"{"LESS":["mb20/d1",9999]}"#));

    let deep = (0..=Filter::MAX_DEPTH).fold(less(0), |filter, _| !filter);
    let deep = DataRequest::new(20, date, [date]).filter(deep);
    let error = endpoints(BASES[0]).data("demo", &deep).unwrap_err();
    assert!(matches!(error, RequestError::Filter(_)), "{error}");
}

#[test]
fn i1_a_scope_that_does_not_fit_the_entity_is_an_error() {
    let endpoints = endpoints(BASES[0]);
    let id = BcId::from(7);
    let braincube = Scope::new("demo");
    let memory_base = braincube.memory_base(&id);
    let job = memory_base.job(&id);
    let page = Page::first();
    for request in [
        endpoints.list::<Variable>(braincube, page),
        endpoints.list::<Variable>(job, page),
        endpoints.list::<MemoryBase>(memory_base, page),
        endpoints.one::<Variable>(braincube, &id),
        endpoints.one::<MemoryBase>(memory_base, &id),
        endpoints.list::<Rule>(braincube.job(&id), page),
    ] {
        let error = request.unwrap_err();
        assert!(matches!(error, RequestError::Scope { .. }), "{error}");
    }
    assert_eq!(
        endpoints.one::<Rule>(job, &id).unwrap().uri(),
        endpoints.one::<Rule>(memory_base, &id).unwrap().uri()
    );
    endpoints.one::<Job>(memory_base, &id).unwrap();
}

fn decode(segment: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(segment);
    bytes.decode_utf8().unwrap().into_owned()
}

proptest! {
    #[test]
    fn i1_a_path_decodes_to_its_names(
        base in prop::sample::select(&BASES[..2]),
        name in "(\\PC|[/.%?#:@{}2eE\\\\ -]){1,40}",
        id in "(\\PC|[/.%?#:@{}2eE\\\\ -]){1,40}",
    ) {
        prop_assume!(![".", ".."].contains(&&*name) && ![".", ".."].contains(&&*id));
        let id: BcId = id.parse().unwrap();
        let endpoints = endpoints(base);
        let request = endpoints.one::<Variable>(Scope::new(&name).memory_base(&BcId::from(20)), &id).unwrap();
        let base: BaseUrl = base.parse().unwrap();
        prop_assert!(base.owns(request.uri()));
        let address = request.uri().to_string();
        let path = address.strip_prefix(&base.to_string()).unwrap();
        let segments: Vec<_> = path.split('/').map(decode).collect();
        prop_assert_eq!(
            segments,
            ["", "braincube", &name, "braincube", "mb", "20", "variables", id.as_str(), "extended"]
        );
        prop_assert_eq!(request.uri().query(), None);
    }

    #[test]
    fn i1_a_name_in_the_prefix_stays_one_segment(name in "(\\PC|[/.%?#:@{}-]){1,40}") {
        prop_assume!(![".", ".."].contains(&&*name));
        let request = endpoints(BASES[3]).memory_base_info(&name, 20).unwrap();
        prop_assert_eq!(request.uri().host(), Some("host"));
        let segments: Vec<_> = request.uri().path().split('/').map(decode).collect();
        prop_assert_eq!(segments, ["", "of", &name, "api", "braindata", "mb20", "simple"]);
    }

    #[test]
    fn c16_no_name_leaves_the_origin(name in "(\\PC|[a-z.:@/#?%-]){0,12}") {
        let endpoints = endpoints(BASES[2]);
        if let Ok(request) = endpoints.list::<MemoryBase>(Scope::new(&name), Page::first()) {
            prop_assert!(endpoints.api().owns(request.uri()));
            prop_assert!(request.uri().path().starts_with("/v1/braincube/mb/"));
        }
    }
}

#[test]
fn i7_a_repeated_variable_is_requested_once() {
    let [a, b, c] = [1, 2, 3].map(|id| LongId::variable(20, id));
    let request = DataRequest::new(20, a, [c, a, c, b, a]);
    assert_eq!(request.definitions(), [c, a, b]);
}
