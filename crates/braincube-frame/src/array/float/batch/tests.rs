//! The batch against the reading of one text.

use proptest::prelude::*;

use super::{Batch, CELLS};
use crate::array::float::parse::{Number, parse};
use crate::array::float::swar::tests::{OTHERS, USUAL};
use crate::plain::PlainParser;

/// What a batch makes of each text, wherever it stands; `None` if a text is none for this path.
fn read(texts: &[String]) -> Option<Vec<Option<f64>>> {
    let cells = format!("\"{}\"", texts.join("\",\""));
    let mut parser = PlainParser::default();
    let plain = parser.parse(cells.as_bytes(), cells.len());
    let plain = plain.filter(|plain| plain.len() == texts.len() && !plain.has_escapes())?;
    let (mut batch, mut count) = (Batch::default(), 0);
    let mut values = Vec::new();
    let mut take = |batch: &Batch, count: usize| {
        let numbers = batch.read(count);
        let first = values.len();
        values.extend(numbers.values(count).iter().copied().map(Some));
        for at in numbers.unknown(count) {
            assert_eq!(plain.text(batch.span(at)), texts[first + at]);
            values[first + at] = None;
        }
    };
    let _ = plain.try_each(|cell| {
        batch.put(count, cell);
        count += 1;
        if count == CELLS {
            take(&batch, std::mem::take(&mut count));
        }
        Ok::<(), ()>(())
    });
    take(&batch, count);
    Some(values)
}

/// Each number that the batch reads is what the slow path reads; tells which texts it reads.
fn check(texts: &[String]) -> Result<Vec<bool>, TestCaseError> {
    let Some(values) = read(texts) else {
        return Ok(Vec::new());
    };
    prop_assert_eq!(values.len(), texts.len());
    for (value, text) in values.iter().zip(texts) {
        let Some(value) = value else { continue };
        match parse(text) {
            Number::Plain(slow) => prop_assert_eq!(value.to_bits(), slow.to_bits(), "{}", text),
            other => return Err(TestCaseError::fail(format!("{text:?} {other:?}"))),
        }
    }
    Ok(values.iter().map(Option::is_some).collect())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn v9_the_usual_numbers_are_read_here_and_others_elsewhere() {
    let more = ["-9999999.", "12345678", "-12345678", "1234567.", ".1234567"];
    let usual = texts(&[USUAL, &more].concat());
    assert_eq!(check(&usual).unwrap(), vec![true; usual.len()]);
    let more = [
        "--1",
        "1-",
        "1..",
        "..1",
        "-12345678.",
        "1.2345678",
        "null",
        "inf",
    ];
    let others = texts(&[OTHERS, &more].concat());
    assert_eq!(check(&others).unwrap(), vec![false; others.len()]);
    // A full batch and more, each in its place.
    let numbers = || 0..101_u32;
    assert!(numbers().count() > 3 * CELLS);
    let many: Vec<_> = numbers().map(|at| format!("{}.5", at * 37)).collect();
    let values = numbers().map(|at| Some(f64::from(at * 37) + 0.5)).collect();
    assert_eq!(read(&many), Some(values));
}

proptest! {
    #[test]
    fn decimals_are_read_as_the_slow_path_does(
        texts in prop::collection::vec("-?[0-9]{0,8}\\.?[0-9]{0,8}", 1..100),
    ) {
        check(&texts)?;
    }

    #[test]
    fn arbitrary_texts_are_read_as_the_slow_path_does(
        texts in prop::collection::vec("[-+0-9./:ea]{0,10}|[^\"\\\\]{0,6}|[0-9]{1,3}\\.[0-9]{2}", 1..100),
    ) {
        check(&texts)?;
    }
}
