//! Compares the batch with the parser of single numbers.

use proptest::prelude::*;

use super::{CELLS, NumberBatch};
use crate::array::number::{Number, parse};
use crate::strings::StringScanner;

/// Numbers that the batch parses.
const SHORT: &[&str] = &[
    "0",
    "-0",
    "1.",
    ".5",
    "-.5",
    "007",
    "99999999",
    "-1234.567",
    "0.000001",
    "1.25",
    "-9999999.",
    "12345678",
    "-12345678",
    "1234567.",
    ".1234567",
];

/// Texts that it does not parse.
const OTHERS: &[&str] = &[
    "",
    "-",
    ".",
    "-.",
    "+1",
    "1e3",
    "nan",
    "?",
    "1.2.3",
    "..",
    "123456789",
    " 1",
    "1/2",
    "1:2",
    "٣",
    "--1",
    "1-",
    "1..",
    "..1",
    "-12345678.",
    "1.2345678",
    "null",
    "inf",
];

/// The results for these texts, `None` where the batch does not parse a text. Returns `None` if a text cannot be a cell.
fn batch(texts: &[String]) -> Option<Vec<Option<f64>>> {
    let cells = format!("\"{}\"", texts.join("\",\""));
    let mut scanner = StringScanner::default();
    let cells = scanner.scan(cells.as_bytes(), cells.len());
    let cells = cells.filter(|cells| cells.len() == texts.len() && !cells.has_escapes())?;
    let mut values = Vec::new();
    NumberBatch::for_each(&cells, |batch| {
        let parsed = batch.parse();
        let first = values.len();
        values.extend(parsed.values().iter().copied().map(Some));
        for at in parsed.others() {
            assert_eq!(cells.text(batch.span(at)), texts[first + at]);
            values[first + at] = None;
        }
        let mut short = values[first..].iter().zip(&texts[first..]);
        let has_point = short.any(|(value, text)| value.is_some() && text.contains('.'));
        assert!(parsed.has_point || !has_point);
    });
    Some(values)
}

/// Compares each result with the one of the parser of single numbers. Returns which texts the batch parses.
fn check(texts: &[String]) -> Result<Vec<bool>, TestCaseError> {
    let Some(values) = batch(texts) else {
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
fn v9_short_numbers_are_parsed_and_other_texts_are_not() {
    assert_eq!(check(&texts(SHORT)).unwrap(), vec![true; SHORT.len()]);
    assert_eq!(check(&texts(OTHERS)).unwrap(), vec![false; OTHERS.len()]);
    // Several batches.
    let numbers = || 0..101_u32;
    assert!(numbers().count() > 3 * CELLS);
    let many: Vec<_> = numbers().map(|at| format!("{}.5", at * 37)).collect();
    let values = numbers().map(|at| Some(f64::from(at * 37) + 0.5)).collect();
    assert_eq!(batch(&many), Some(values));
}

proptest! {
    #[test]
    fn decimals_equal_those_parsed_one_by_one(
        texts in prop::collection::vec("-?[0-9]{0,8}\\.?[0-9]{0,8}", 1..100),
    ) {
        check(&texts)?;
    }

    #[test]
    fn arbitrary_texts_equal_those_parsed_one_by_one(
        texts in prop::collection::vec("[-+0-9./:ea]{0,10}|[^\"\\\\]{0,6}|[0-9]{1,3}\\.[0-9]{2}", 1..100),
    ) {
        check(&texts)?;
    }
}
