//! Braincubes, memory bases and variables.

use braincube::{Client, Entity as _, ErrorKind, NameKey, VariableType};
use braincube_sim::{Fault, Simulator};
use futures_util::TryStreamExt as _;

use crate::site::{config, request_lines, site};

#[tokio::test]
async fn braincubes_are_those_of_the_access_list() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let braincubes = client.braincubes().await.unwrap();
    let names: Vec<_> = braincubes
        .iter()
        .map(|braincube| braincube.name())
        .collect();
    assert_eq!(names, [Some("demo")], "other products are not returned");
}

#[tokio::test]
async fn a_list_contains_each_entity_once_for_every_page_size() {
    let simulator = Simulator::builder().start().await.unwrap();
    let config = braincube::Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token())
        .build()
        .unwrap();
    let mut counts = Vec::new();
    for page_size in [1, 2, 3, 5, 13, 150] {
        let client = braincube::Client::builder(config.clone())
            .page_size(page_size)
            .build()
            .unwrap();
        let variables = client.braincube("demo").memory_base(20).variables();
        let listed: Vec<_> = variables.list().try_collect().await.unwrap();
        let ids: std::collections::HashSet<_> = listed
            .iter()
            .map(|variable| variable.bcid().clone())
            .collect();
        assert_eq!(ids.len(), listed.len());
        counts.push(listed.len());
    }
    assert!(
        counts
            .iter()
            .all(|count| *count == counts[0] && *count >= 12),
        "{counts:?}"
    );
}

#[tokio::test]
async fn p2_a_server_without_pagination_is_read_once() {
    let unpaged = || Fault::whole_list().on("/events/");
    for fault in [None, Some(unpaged())] {
        let is_unpaged = fault.is_some();
        let builder = Simulator::builder();
        let builder = fault.into_iter().fold(builder, |it, fault| it.fault(fault));
        let simulator = builder.start().await.unwrap();
        let builder = Client::builder(config(&simulator)).page_size(1);
        let client = builder.build().unwrap();
        let events = client.braincube("demo").memory_base(20).events();
        let mut listed = events.list();
        let mut ids = Vec::new();
        while let Some(event) = listed.next().await {
            ids.push(event.unwrap().bcid().clone());
        }
        assert!(ids.len() > 1, "{ids:?}");
        let unique: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        assert_eq!(listed.readings(), 1);
        if is_unpaged {
            let pages = request_lines(&simulator);
            let pages = pages.iter().filter(|line| line.contains("/events/"));
            assert_eq!(pages.count(), 2);
        }
    }
}

#[tokio::test]
async fn one_entity_by_its_id() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    assert_eq!(dryer.describe().await.unwrap().name(), Some("Batch dryer"));
    let power = dryer.variables().get(2_000_034).await.unwrap();
    assert_eq!(power.variable_type(), Some(&VariableType::Numeric));
    assert!(power.name_by(NameKey::Tag).is_some());
}

#[tokio::test]
async fn h5_a_missing_entity_is_none_or_an_error_that_names_it() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let variables = client.braincube("demo").memory_base(20).variables();
    assert!(variables.get_opt(7).await.unwrap().is_none());
    let error = variables.get(7).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error
            .to_string()
            .starts_with("variable 7 of memory base 20"),
        "{error}"
    );
}

#[tokio::test]
async fn a_base_url_with_a_placeholder_reaches_the_same_entities() {
    let simulator = Simulator::builder().start().await.unwrap();
    let config = braincube::Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.placeholder_base_url())
        .api_key(simulator.token())
        .build()
        .unwrap();
    let client = braincube::Client::from_config(config).await.unwrap();
    let dryer = client.braincube("demo").memory_base(20);
    assert_eq!(dryer.describe().await.unwrap().name(), Some("Batch dryer"));
    let frame = dryer.data([2_000_034_u64]).fetch().await.unwrap();
    assert!(frame.batch().num_rows() > 9_000);
}
