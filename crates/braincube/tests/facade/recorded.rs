//! Recorded responses, parsed by each layer.

use arrow::util::pretty::pretty_format_batches;
use braincube::frame::{FrameOptions, decode};
use braincube::model::{Braincube, Variable, response};
use braincube::{Entity, NameKey};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn lines<T: Entity>(page: &response::ListPage<T>, line: impl Fn(&T) -> String) -> String {
    let lines: Vec<_> = page
        .items
        .iter()
        .map(|item| line(item.as_ref().unwrap()))
        .collect();
    lines.join("\n")
}

#[test]
fn user_me() {
    let page = response::user_me(&fixture("user_me.json")).unwrap();
    let line = |braincube: &Braincube| {
        let name = braincube.name().unwrap_or("-");
        format!("{} {name} {:?}", braincube.bcid(), braincube.product_type())
    };
    insta::assert_snapshot!(lines(&page, line));
}

#[test]
fn variables() {
    let page = response::list::<Variable>(&fixture("variables.json")).unwrap();
    let line = |variable: &Variable| {
        let names = NameKey::ALL.map(|key| variable.name_by(key).unwrap_or("-"));
        let kind = variable.variable_type().map_or("-", |kind| kind.as_str());
        format!("{} {kind} {}", variable.bcid(), names.join(" | "))
    };
    insta::assert_snapshot!(lines(&page, line));
}

#[test]
fn simple() {
    let info = response::memory_base_info(&fixture("simple.json")).unwrap();
    assert_eq!(info.order_variable().unwrap().to_string(), "mb20/d2000001");
}

#[test]
fn data() {
    let frame = decode(&fixture("data.json"), Vec::new(), FrameOptions::default()).unwrap();
    let head = frame.batch().slice(0, 5);
    insta::assert_snapshot!(format!(
        "{}\n{}",
        pretty_format_batches(&[head]).unwrap(),
        frame.report()
    ));
}
