//! Lists that change while they are read are complete or an error.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use braincube::{Client, Entity, Error, ErrorKind, MemoryBaseHandle};
use braincube_sim::{Fault, Simulator};

use crate::site::site;

const BASE: u64 = 30;
const VARIABLES: u64 = 373;
const CAPS: [Option<u64>; 8] = [
    Some(1),
    Some(2),
    Some(7),
    Some(100),
    Some(149),
    Some(150),
    Some(151),
    None,
];

/// A site whose list of variables changes, in pages of at most `cap` variables.
async fn moving(fault: &Fault, cap: Option<u64>) -> (Client, Simulator) {
    let summary = "/variables/summary";
    let mut builder = Simulator::builder().generated(BASE, VARIABLES.try_into().unwrap(), 2);
    builder = builder.fault(fault.clone().on(summary));
    if let Some(cap) = cap {
        builder = builder.fault(Fault::page_cap(cap).on(summary));
    }
    site(builder).await
}

/// Runs the operation and returns the number of variables.
#[derive(Clone, Copy, Debug)]
enum Use {
    List,
    Names,
    AllData,
}

impl Use {
    async fn run(self, base: &MemoryBaseHandle) -> Result<usize, Error> {
        match self {
            Self::List => {
                let mut list = base.variables().list();
                let mut ids = HashSet::new();
                while let Some(variable) = list.next().await {
                    assert!(ids.insert(variable?.bcid().clone()), "a duplicate variable");
                }
                Ok(ids.len())
            }
            Self::Names => {
                let names = (2..=VARIABLES).map(|number| format!("Sensor {number}"));
                // The first variable has another name.
                Ok(base.find_variables(names).await?.len() + 1)
            }
            Self::AllData => Ok(base.all_data().fetch().await?.batch().num_columns()),
        }
    }
}

/// Runs each operation with each page cap on a list that changes by `fault`. Returns the number of errors.
async fn check(fault: &Fault) -> usize {
    let mut errors = 0;
    for cap in CAPS {
        for how in [Use::List, Use::Names, Use::AllData] {
            let (client, _simulator) = moving(fault, cap).await;
            let base = client.braincube("demo").memory_base(BASE);
            match how.run(&base).await {
                Ok(count) => assert_eq!(count as u64, VARIABLES, "{how:?}, cap {cap:?}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Integrity, "{how:?}: {error}");
                    let text = error.to_string();
                    assert!(text.contains("the list is incomplete: "), "{text}");
                    errors += 1;
                }
            }
        }
    }
    errors
}

#[tokio::test]
async fn p12_swapped_variables_are_read_again() {
    assert_eq!(check(&Fault::swapped_items(50, 160).after(1)).await, 0);
}

#[tokio::test]
async fn p13_a_variable_moved_to_the_front_is_read_again() {
    assert_eq!(check(&Fault::item_to_front(300).after(1)).await, 0);
}

#[tokio::test]
async fn p14_a_list_that_is_always_shuffled_is_complete_or_an_error() {
    let errors = check(&Fault::shuffled_ties(40)).await;
    // If one page contains all variables, their order does not matter.
    assert!((1..=7 * 3).contains(&errors), "{errors}");
}

#[tokio::test]
async fn p15_a_list_that_changes_during_a_few_requests_is_complete() {
    assert_eq!(check(&Fault::shuffled_ties(40).times(2)).await, 0);
}

#[tokio::test]
async fn p18_further_readings_use_larger_pages_unless_the_server_rejects_them() {
    for rejects in [false, true] {
        let summary = "/variables/summary";
        let builder = Simulator::builder().generated(BASE, VARIABLES.try_into().unwrap(), 2);
        let builder = builder.fault(Fault::item_to_front(300).on(summary).after(1));
        let (client, simulator) = site(builder).await;
        if rejects {
            // The first request of the second reading.
            simulator.add_fault(Fault::status(400).on(summary).after(2).times(1));
        }
        let variables = client.braincube("demo").memory_base(BASE).variables();
        let list = variables.list().expecting(0).window(NonZeroUsize::MIN);
        assert_eq!(list.into_vec().await.unwrap().len() as u64, VARIABLES);
        let lines = crate::site::request_lines(&simulator);
        let sizes = |size: &str| lines.iter().filter(|line| line.ends_with(size)).count();
        assert_eq!(
            sizes("&size=1200"),
            if rejects { 1 } else { 2 },
            "{lines:?}"
        );
        assert_eq!(
            sizes("offset=0&size=150"),
            if rejects { 2 } else { 1 },
            "{lines:?}"
        );
    }
}
