//! A response of some megabytes is decoded by several threads into the same frame as by one thread.

use std::collections::BTreeMap;

use braincube::arrow_array::ArrayRef;
use braincube::frame::{FrameOptions, Nulls, decode};
use braincube::{Frame, Method};
use braincube_sim::Simulator;

use crate::site::site;

const BASE: u64 = 30;
const COLUMNS: usize = 60;
const ROWS: usize = 6_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_threads_decode_the_same_frame_as_one() {
    let (client, simulator) = site(Simulator::builder().generated(BASE, COLUMNS, ROWS)).await;
    let base = client.braincube("demo").memory_base(BASE);
    let several = base.all_data().fetch().await.unwrap();

    // Sends the same request again to get the bytes of the response.
    let requests = simulator.requests();
    let mut posts = requests.iter().filter(|request| request.method() == "POST");
    let (sent, more) = (posts.next().unwrap(), posts.next());
    assert!(more.is_none(), "one request brings all columns");
    let path = sent.path_and_query().to_owned();
    let query = client
        .request(Method::POST, path)
        .body(sent.body().to_vec());
    let answer = query.send().await.unwrap();
    let body = &answer.body;
    assert!(body.len() > 2_000_000, "{} bytes", body.len());

    let one = decode(body, Vec::new(), FrameOptions::default()).unwrap();
    assert_eq!(several.report().json_bytes(), body.len() as u64);
    let (several, one) = (columns(&several), columns(&one));
    assert_eq!(several.len(), COLUMNS);
    assert!(several == one, "the columns differ");
}

/// The array and the nulls of each column by id.
fn columns(frame: &Frame) -> BTreeMap<String, (ArrayRef, Nulls)> {
    let columns = frame.report().columns().iter();
    columns
        .zip(frame.batch().columns())
        .map(|(columns, array)| {
            (
                columns.id().to_string(),
                (ArrayRef::clone(array), columns.nulls()),
            )
        })
        .collect()
}
