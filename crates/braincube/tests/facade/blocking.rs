//! The blocking client, without a runtime and within one.

use std::time::Duration;

use braincube::{Config, Entity as _, ErrorKind, Method, Period, TimePoint, blocking};
use braincube_sim::Simulator;
use serde_json::Value;

/// A simulator on its own threads, and the configuration for it.
fn simulator() -> (tokio::runtime::Runtime, Simulator, Config) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let simulator = runtime.block_on(Simulator::start()).unwrap();
    let config = config(&simulator);
    (runtime, simulator, config)
}

fn config(simulator: &Simulator) -> Config {
    let config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token());
    config.build().unwrap()
}

/// Calls all methods once.
fn call_all(config: Config) {
    let client = blocking::Client::from_config(config).unwrap();
    assert_eq!(client.braincubes().unwrap()[0].name(), Some("demo"));
    let demo = client.braincube("demo");
    assert_eq!(demo.memory_bases().list().count(), 1);
    let dryer = demo.memory_base(20);
    assert_eq!(dryer.describe().unwrap().name(), Some("Batch dryer"));
    assert!(dryer.info().unwrap().order_variable().is_ok());
    let variables: Vec<_> = dryer.variables().list().map(Result::unwrap).collect();
    assert_eq!(variables.len(), 14);
    assert_eq!(dryer.variables().page(0).unwrap().len(), 14);
    assert_eq!(dryer.find_variables(["Lot"]).unwrap().len(), 1);
    assert!(dryer.events().get_opt(7_u64).unwrap().is_none());
    assert_eq!(
        dryer.events().get(7_u64).unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let group = dryer.data_group(11);
    assert_eq!(group.describe().unwrap().name(), Some("Agitator"));
    assert_eq!(
        group.variable_ids().unwrap().len(),
        group.variables().unwrap().len()
    );
    assert_eq!(dryer.event(103).conditions().unwrap().len(), 2);
    let job = dryer.job(573);
    assert_eq!(job.conditions().unwrap().len(), 2);
    assert_eq!(job.conditions_with_events().unwrap().len(), 5);
    assert_eq!(job.events().unwrap().negative.len(), 2);
    assert_eq!(job.categories().unwrap().len(), 2);
    assert_eq!(job.variable_ids().unwrap().len(), 7);
    assert_eq!(job.rules().list().count(), 2);

    let frame = job
        .data()
        .filter("mb20/d2000040 > 45")
        .strict(true)
        .fetch()
        .unwrap();
    assert_eq!(frame.batch().num_columns(), 7);
    assert_eq!(group.data().fetch().unwrap().batch().num_rows(), 9_220);
    let week = Period::starting("20231002_000000".parse::<TimePoint>().unwrap());
    let week = week.and_ending("20231008_235959".parse::<TimePoint>().unwrap());
    let days = group
        .data()
        .period(week.clone())
        .fetch_stream(Duration::from_secs(86_400));
    let days: Vec<_> = days.unwrap().map(Result::unwrap).collect();
    let rows: usize = days.iter().map(|day| day.frame().batch().num_rows()).sum();
    let whole = group.data().period(week).fetch().unwrap();
    assert_eq!((days.len(), rows), (7, whole.batch().num_rows()));
    let path = "braincube/demo/braindata/mb20/simple";
    let info: Value = client.request(Method::GET, path).json().unwrap();
    assert_eq!(info["name"], "mb20");
    assert_eq!(
        client.request(Method::GET, path).send().unwrap().status,
        200
    );
}

#[test]
fn all_methods_work_without_a_runtime() {
    let (_runtime, _simulator, config) = simulator();
    call_all(config);
}

#[tokio::test]
async fn x6_all_methods_work_within_a_single_threaded_runtime() {
    let (runtime, simulator, config) = std::thread::spawn(simulator).join().unwrap();
    call_all(config);
    drop(simulator);
    runtime.shutdown_background();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x6_calls_on_all_threads_of_a_runtime_do_not_block_each_other() {
    let (runtime, simulator, config) = std::thread::spawn(simulator).join().unwrap();
    let client = blocking::Client::from_config(config).unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        calls.spawn(async move { client.braincubes().unwrap().len() });
    }
    let counted = tokio::time::timeout(Duration::from_secs(60), calls.join_all()).await;
    assert_eq!(counted.unwrap(), [1; 8]);
    drop(client); // within a runtime, which must not block on another one
    drop(simulator);
    runtime.shutdown_background();
}

#[test]
fn x3_handles_outlive_their_client_and_can_be_sent_to_threads() {
    let (_runtime, _simulator, config) = simulator();
    let dryer = blocking::Client::from_config(config).unwrap();
    let dryer = dryer.braincube("demo").memory_base(20);
    let threads = (0..4).map(|_| {
        let dryer = dryer.clone();
        std::thread::spawn(move || {
            dryer
                .data([2_000_034_u64])
                .fetch()
                .unwrap()
                .batch()
                .num_rows()
        })
    });
    let threads: Vec<_> = threads.collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 9_220);
    }
}
