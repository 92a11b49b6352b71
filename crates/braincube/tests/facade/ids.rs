//! Ids, filters and pages in all forms that callers use.

use braincube::{BcId, Client, ErrorKind};
use braincube_sim::{Fault, Simulator};

use crate::site::{request_lines, site};

#[tokio::test]
async fn i3_every_method_accepts_all_forms_of_an_id() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let variables = dryer.variables();
    let by_number = variables.get(2_000_034).await.unwrap();
    for found in [
        variables.get(2_000_034_u32).await,
        variables.get(2_000_034_u64).await,
        variables.get("2000034").await,
        variables.get(String::from("2000034")).await,
        variables.get(BcId::from(2_000_034)).await,
    ] {
        assert_eq!(found.unwrap(), by_number);
    }
    assert!(variables.get_opt("9").await.unwrap().is_none());
    let name = dryer.job(573).describe().await.unwrap();
    assert_eq!(dryer.job("573").describe().await.unwrap(), name);
    dryer.data_group("10").describe().await.unwrap();
    for base in [
        client.braincube("demo").memory_base("20"),
        client.braincube("demo").memory_base(20_u32),
        client.braincube("demo").memory_base(BcId::from("20")),
    ] {
        assert_eq!(base.bcid().number(), Ok(20));
        let variable = base.variable("2000034").unwrap();
        assert_eq!(variable, dryer.variable(2_000_034).unwrap());
    }
    let columns =
        async |query: braincube::DataQuery| query.fetch().await.unwrap().batch().num_columns();
    assert_eq!(columns(dryer.data([2_000_001, 2_000_034])).await, 2);
    assert_eq!(columns(dryer.data([2_000_001_u64])).await, 1);
    assert_eq!(columns(dryer.data(["2000001"])).await, 1);
    assert_eq!(columns(dryer.data(vec![String::from("2000001")])).await, 1);
    assert_eq!(columns(dryer.data([BcId::from(2_000_001)])).await, 1);
}

#[tokio::test]
async fn i3_a_negative_number_is_rejected_before_a_request_is_sent() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let none = client.braincube("demo").memory_base(-20);
    let mut rejected = vec![
        dryer.variable(-1).unwrap_err(),
        dryer.variable("x").unwrap_err(),
        dryer.variables().get(-1).await.unwrap_err(),
        dryer.variables().get_opt(-1).await.unwrap_err(),
        dryer.job(-573).describe().await.unwrap_err(),
        dryer.job(-573).conditions().await.unwrap_err(),
        dryer.event(-1).describe().await.unwrap_err(),
        dryer.data_group(-10).variable_ids().await.unwrap_err(),
        dryer.variables().get("").await.unwrap_err(),
        none.describe().await.unwrap_err(),
        none.info().await.unwrap_err(),
        none.data([1]).fetch().await.unwrap_err(),
        none.jobs().page(0).await.unwrap_err(),
    ];
    assert_eq!(request_lines(&simulator), [""; 0]);
    rejected.push(dryer.data([2_000_001, -1]).fetch().await.unwrap_err());
    for error in rejected {
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    }
    assert!(
        !request_lines(&simulator)
            .iter()
            .any(|line| line.starts_with("POST"))
    );
}

#[tokio::test]
async fn i9_a_text_filter_accepts_short_ids_of_its_memory_base() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let rows = async |filter: &str| {
        let one = dryer
            .data([2_000_001])
            .filter(filter)
            .fetch()
            .await
            .unwrap();
        let owned = dryer.data([2_000_001]).filters([filter.to_owned()]);
        assert_eq!(owned.fetch().await.unwrap().batch(), one.batch());
        one.batch().num_rows()
    };
    let short = rows("d2000034 < 30").await;
    assert_eq!(short, rows("mb20/d2000034 < 30").await);
    assert_eq!(short, rows(r#"{"LESS":["mb20/d2000034",30]}"#).await);
    assert!(short > 0);
    let sent = simulator.requests();
    let post = sent.iter().find(|request| request.method() == "POST");
    let body = String::from_utf8(post.unwrap().body().to_vec()).unwrap();
    assert!(body.contains(r#"{"LESS":["mb20/d2000034",30]}"#), "{body}");
}

/// The bcIds on each page of ten, up to the first empty page.
async fn pages(client: &Client) -> Vec<Vec<String>> {
    let variables = client.braincube("demo").memory_base(20).variables();
    let mut pages = Vec::new();
    for number in 0.. {
        let page = variables.page(number).await.unwrap();
        if page.is_empty() {
            return pages;
        }
        let bcids = page
            .iter()
            .map(|one| braincube::Entity::bcid(one).to_string());
        pages.push(bcids.collect());
    }
    pages
}

#[tokio::test]
async fn p1_a_page_is_full_for_every_page_cap_of_the_server() {
    let tens = |builder: braincube_sim::SimulatorBuilder| async move {
        let simulator = builder.start().await.unwrap();
        let config = braincube::Config::builder()
            .sso_base_url(simulator.sso_base_url())
            .api_base_url(simulator.api_base_url())
            .api_key(simulator.token())
            .build()
            .unwrap();
        let client = Client::builder(config).page_size(10).build().unwrap();
        (client, simulator)
    };
    let (client, simulator) = tens(Simulator::builder()).await;
    let expected = pages(&client).await;
    assert_eq!(expected.iter().map(Vec::len).collect::<Vec<_>>(), [10, 4]);
    assert_eq!(
        request_lines(&simulator)[0],
        "GET /braincube/demo/braincube/mb/20/variables/summary?offset=0&size=10"
    );
    assert!(
        !request_lines(&simulator)[1].contains("offset=0"),
        "a full page takes one request"
    );
    for cap in 1..=11 {
        let capped = Fault::page_cap(cap).on("/summary");
        let (client, simulator) = tens(Simulator::builder().fault(capped)).await;
        assert_eq!(pages(&client).await, expected, "{cap} items a page");
        // Behind each page of one item, the item before it is requested again, and behind the last of a full page.
        let most = if cap == 1 { 2 * 14 + 1 } else { 24 };
        let sent = request_lines(&simulator).len();
        assert!(sent <= most, "{sent} requests with {cap} items a page");
    }
}
