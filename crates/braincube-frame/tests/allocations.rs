//! Counts the allocations for a small response, once an earlier decoder has left its buffers. In a program of its own, because
//! all of its allocations are counted.

use std::fmt::Write as _;
use std::sync::Arc;

use allocation_counter::measure;
use arrow::buffer::NullBuffer;
use braincube_frame::arrow_array::{Array as _, ArrayRef, Float64Array, RecordBatch};
use braincube_frame::arrow_schema::{Field, Schema};
use braincube_frame::{Frame, FrameOptions, Report, decode};

/// 5 columns of 100 numbers.
fn small() -> String {
    let mut body = String::from("{\"datadefs\":[");
    for column in 1..=5 {
        let comma = if column == 1 { "" } else { "," };
        let cells: Vec<_> = (0..100)
            .map(|row| match row {
                7 => "\"nan\"".to_owned(),
                _ => format!("\"{}.25\"", row * column),
            })
            .collect();
        let cells = cells.join(",");
        let _ = write!(
            body,
            r#"{comma}{{"type":"NUMERIC","data":[{cells}],"id":"mb20/d{column}"}}"#
        );
    }
    body + "],\"resultLength\":100}"
}

/// Allocates the arrays, the schema and the report again, with known sizes.
fn remade(frame: &Frame) -> (RecordBatch, Report) {
    let batch = frame.batch();
    let arrays = batch.columns().iter().map(|array| {
        let numbers = array
            .as_any()
            .downcast_ref::<Float64Array>()
            .expect("the columns are numbers");
        let mut values = Vec::with_capacity(numbers.len());
        values.extend_from_slice(numbers.values());
        let valid = numbers.nulls().map(|nulls| nulls.iter().collect());
        Arc::new(Float64Array::new(values.into(), valid.map(NullBuffer::new))) as ArrayRef
    });
    let arrays = arrays.collect();
    let schema = batch.schema();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| (**field).clone())
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema, arrays).expect("as it was");
    (batch, frame.report().clone())
}

#[test]
fn a_small_response_allocates_only_its_frame() {
    let body = small();
    let frame = || decode(body.as_bytes(), vec![], FrameOptions::default()).expect("it decodes");
    let first = frame();
    let mut kept = None;
    let decoded = measure(|| kept = Some(frame()));
    assert_eq!(kept.as_ref(), Some(&first));
    let mut again = None;
    let needed = measure(|| again = Some(remade(&first)));
    assert_eq!(again, Some(first.into_parts()));
    println!(
        "{} {} {} {}",
        decoded.count_total, needed.count_total, decoded.bytes_total, needed.bytes_total
    );
    assert_eq!(
        decoded.count_total, needed.count_total,
        "nothing is for the bytes, the masks, the tape, the decoders or the lists of columns"
    );
}
