//! How long failing requests are retried: by default, by the configuration, by the builder.

use std::convert::Infallible;
use std::time::Duration;

use braincube::auth::PersonalAccessToken;
use braincube::model::request::Endpoints;
use braincube::transport::{AllowedOrigins, Body, RetryOptions, Transport};
use braincube::{Client, Config, Period, TimePoint};
use braincube_sim::Simulator;
use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;

/// A client for a service that always fails.
fn failing(retry: RetryOptions) -> Client {
    let endpoints = Endpoints::new("https://example.com", "https://api.example.com").unwrap();
    let service = tower::service_fn(|_: Request<Bytes>| async {
        Ok::<_, Infallible>(
            Response::builder()
                .status(503)
                .body(Body::from(""))
                .unwrap(),
        )
    });
    let token = PersonalAccessToken::new("token").unwrap();
    let origins = AllowedOrigins::from(&endpoints);
    let transport = Transport::builder(std::sync::Arc::new(token), origins)
        .retry(retry.random(|| 1.0))
        .build_with(service)
        .unwrap();
    Client::new(endpoints, transport)
}

/// How long a query or a stream is retried.
async fn retried_for(client: &Client, is_stream: bool) -> Duration {
    let started = Instant::now();
    let query = client.braincube("demo").memory_base(20).data(["2000034"]);
    if is_stream {
        let period = Period::starting("2023-10-01".parse::<TimePoint>().unwrap());
        let day = Duration::from_secs(86_400);
        let mut windows = query.period(period).fetch_stream(day).unwrap();
        windows.next().await.unwrap().unwrap_err();
    } else {
        query.fetch().await.unwrap_err();
    }
    started.elapsed()
}

#[tokio::test(start_paused = true)]
async fn n22_a_query_is_retried_for_15_seconds_and_a_stream_for_five_minutes() {
    let client = failing(RetryOptions::default());
    assert_eq!(retried_for(&client, false).await.as_secs(), 15);
    assert_eq!(retried_for(&client, true).await.as_secs(), 300);
    let own = failing(RetryOptions::default().retry_for(Duration::from_secs(40)));
    for is_stream in [false, true] {
        assert_eq!(retried_for(&own, is_stream).await.as_secs(), 40);
    }
}

#[tokio::test]
async fn n24_the_configuration_and_the_builder_limit_the_time_of_retries() {
    let simulator = Simulator::start().await.unwrap();
    let config = || {
        Config::builder()
            .sso_base_url(simulator.sso_base_url())
            .api_base_url(simulator.api_base_url())
            .api_key(simulator.token())
    };
    simulator.add_fault(braincube_sim::Fault::status(503));
    let none = Duration::ZERO;
    let configured = Client::builder(config().retry_for(none).build().unwrap());
    let built = Client::builder(config().build().unwrap()).retry_for(none);
    for builder in [configured, built] {
        let before = simulator.request_count();
        let error = builder.build().unwrap().braincubes().await.unwrap_err();
        assert!(error.to_string().contains("status 503"), "{error}");
        assert_eq!(simulator.request_count() - before, 1);
    }

    simulator.clear_faults();
    simulator.add_fault(braincube_sim::Fault::delay(Duration::from_secs(60)));
    let limit = Duration::from_secs(1);
    let configured = Client::builder(config().timeout(limit).build().unwrap());
    let built = Client::builder(config().build().unwrap()).timeout(limit);
    for builder in [configured, built] {
        let started = Instant::now();
        let error = builder.build().unwrap().braincubes().await.unwrap_err();
        assert!(error.to_string().contains("not done within 1s"), "{error}");
        assert!(started.elapsed() < 10 * limit);
    }
}
