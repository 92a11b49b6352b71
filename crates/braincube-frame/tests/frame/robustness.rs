//! Properties for arbitrary bytes and arbitrary parts.

use braincube_frame::{Discrete, Error, Frame, FrameDecoder, FrameOptions, Numbers, decode};
use proptest::prelude::*;

use super::{fixtures, texts};

fn decode_in_parts(body: &[u8], ends: &[usize]) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
    let mut start = 0;
    for end in ends.iter().copied().chain([body.len()]) {
        decoder.push(&body[start..end])?;
        start = end;
    }
    decoder.finish()
}

fn assert_same(left: &Frame, right: &Frame) {
    // No cell of these frames is NaN, so equality is reflexive.
    assert_eq!(left, right);
}

#[test]
fn j1_no_prefix_of_a_response_is_valid() {
    for (name, body) in fixtures() {
        let end = body.trim_ascii_end().len();
        for len in 0..end {
            let error = decode(&body[..len], vec![], FrameOptions::default()).expect_err(&name);
            let is_cut = matches!(error, Error::Truncated { offset } if offset == len as u64);
            assert!(
                is_cut || matches!(error, Error::Empty),
                "{name}, {len} bytes: {error}"
            );
        }
    }
}

#[test]
fn parts_of_one_byte_decode_to_the_same_frame() {
    for (name, body) in fixtures() {
        let whole = decode(&body, vec![], FrameOptions::default()).expect(&name);
        let ends: Vec<_> = (1..body.len()).collect();
        assert_same(&whole, &decode_in_parts(&body, &ends).expect(&name));
        for end in 0..body.len() {
            assert_same(&whole, &decode_in_parts(&body, &[end]).expect(&name));
        }
    }
}

/// Whether an error is about the JSON syntax.
fn is_about_json(error: &Error) -> bool {
    matches!(
        error,
        Error::Empty
            | Error::NotJson { .. }
            | Error::Truncated { .. }
            | Error::Syntax { .. }
            | Error::Utf8 { .. }
            | Error::Trailing { .. }
    )
}

/// Decodes, and compares the result with that of another JSON parser.
fn judge(body: &[u8]) {
    let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let is_json = serde_json::from_slice::<serde_json::Value>(text);
    let options = FrameOptions::default().with_numbers(Numbers::Infer);
    for options in [
        FrameOptions::default(),
        options.with_discrete(Discrete::Utf8),
    ] {
        let frame = decode(body, vec![], options);
        let shown = String::from_utf8_lossy(body);
        match (&is_json, &frame) {
            (Ok(serde_json::Value::Object(_)), Err(error)) => {
                assert!(!is_about_json(error), "{error}: {shown}");
            }
            // JSON does not limit the range of numbers, but the other parser does.
            (Err(other), Ok(_)) if other.to_string().starts_with("number out of range") => {}
            (Err(other), Ok(_)) => panic!("taken, and {other}: {shown}"),
            _ => {}
        }
        if let Err(Error::Syntax { offset, .. } | Error::Utf8 { offset }) = frame {
            assert!(offset <= body.len() as u64, "{offset}: {shown}");
        }
    }
}

#[test]
fn one_wrong_byte_never_panics_and_is_never_accepted_as_json() {
    let bytes = b"\"\\{}[],: 0-ex\0\x1f\x80\xc3\xff";
    for (_, body) in fixtures() {
        for at in 0..body.len() {
            let mut mutated = body.clone();
            mutated.remove(at);
            judge(&mutated);
            for byte in bytes {
                mutated.clone_from(&body);
                mutated[at] = *byte;
                judge(&mutated);
                mutated[at] = body[at];
                mutated.insert(at, *byte);
                judge(&mutated);
            }
        }
    }
}

/// Fragments of JSON, valid and invalid, in any order.
fn json_like() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\"datadefs\":[",
        "\"data\":[",
        "\"id\":\"mb1/d1\"",
        "\"type\":\"NUMERIC\"",
        "\"1\"",
        "1",
        "null",
        "true",
        " ",
        "\\\"",
        "\\u0064",
        "é",
        "{\"",
        "]}",
        "},{",
        "\",\"",
        "resultLength",
        "-",
    ]);
    prop::collection::vec(word, 0..30).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_parts_decode_to_the_same_frame(
        which in 0usize..9,
        mut ends in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let (name, body) = fixtures().swap_remove(which);
        ends.sort_by_key(|end| end.index(body.len()));
        let ends: Vec<_> = ends.iter().map(|end| end.index(body.len())).collect();
        let whole = decode(&body, vec![], FrameOptions::default()).expect(&name);
        assert_same(&whole, &decode_in_parts(&body, &ends).expect(&name));
    }

    #[test]
    fn any_fragments_have_the_same_result_in_one_part_and_in_two(
        words in json_like(),
        at in any::<prop::sample::Index>(),
    ) {
        let body = [br#"{"datadefs":[{"#.as_slice(), &words].concat();
        judge(&body);
        let whole = decode(&body, vec![], FrameOptions::default());
        let cut = decode_in_parts(&body, &[at.index(body.len())]);
        prop_assert_eq!(format!("{whole:?}"), format!("{cut:?}"));
    }

    #[test]
    fn j6_keys_in_any_order_decode_to_the_same_frame(
        column in Just(vec![
            r#""id":"mb20/d1""#, r#""type":"DATETIME""#, r#""data":["20201127_124000","?"]"#,
            r#""unit":{"data":["x"],"id":1}"#,
        ]).prop_shuffle(),
        document in Just(vec!["\"datadefs\":[#]", r#""resultLength":2"#, r#""took":[{}]"#]).prop_shuffle(),
        space in prop::sample::select(vec!["", " ", "\r\n\t"]),
    ) {
        let join = |parts: &[&str]| format!("{{{space}{}{space}}}", parts.join(&format!("{space},{space}")));
        let body = join(&document.iter().map(|part| &**part).collect::<Vec<_>>());
        let body = body.replace('#', &join(&column));
        let frame = decode(body.as_bytes(), vec![], FrameOptions::default()).unwrap();
        prop_assert_eq!(texts(&frame, 0), ["2020-11-27T12:40:00", "~"]);
        prop_assert_eq!(frame.report().columns().len(), 1);
    }

    #[test]
    fn written_cells_are_decoded(
        labels in prop::collection::vec(prop::option::of("\\PC{0,6}|[\"\\\\\n]{0,3}"), 0..40),
        numbers in prop::collection::vec(any::<f64>().prop_filter("finite", |n| n.is_finite()), 40),
    ) {
        let rows = labels.len();
        let numbers: Vec<_> = numbers[..rows].iter().map(|n| format!("{n:?}")).collect();
        let body = serde_json::json!({"datadefs": [
            {"id": "mb1/d1", "type": "DISCRETE", "data": labels},
            {"data": numbers, "id": "mb1/d2", "type": "NUMERIC"},
        ]});
        let frame = decode(body.to_string().as_bytes(), vec![], FrameOptions::default()).unwrap();
        let expected = labels.into_iter().map(|label| label.filter(|label| label.trim_ascii() != "?"));
        let expected: Vec<_> = expected.map(|label| label.unwrap_or("~".into())).collect();
        prop_assert_eq!(texts(&frame, 0), expected);
        let read = frame.batch().column(1);
        let read = arrow::array::AsArray::as_primitive::<arrow::datatypes::Float64Type>(read);
        let read: Vec<_> = read.values().iter().map(|n| format!("{n:?}")).collect();
        prop_assert_eq!(read, numbers);
    }
}
