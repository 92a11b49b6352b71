//! The fast path against the slow one.

use proptest::prelude::*;

use super::PlainParser;
use crate::column::{Cell, Cells};
use crate::splitter::PADDING;
use crate::tape::TapeParser;

fn fast(cells: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let mut parser = PlainParser::default();
    let plain = parser
        .parse(cells, cells.len())
        .filter(|plain| !plain.has_escapes())?;
    let _ = plain.try_each(|cell| {
        texts.push(plain.text(cell.span()).to_owned());
        Ok::<(), ()>(())
    });
    assert_eq!(plain.len(), texts.len());
    Some(texts)
}

fn slow(cells: &[u8]) -> Option<Vec<String>> {
    let mut bytes = [b"[", cells, b"]"].concat();
    let len = bytes.len();
    bytes.resize(len + PADDING, b' ');
    let parsed = TapeParser::default().parse(
        &mut bytes,
        len,
        |at| at as u64,
        |nodes, positions| {
            Ok(Cells::new(nodes, positions, &[])
                .map(|cell| match cell {
                    Cell::Text(text) => Some(text.to_owned()),
                    _ => None,
                })
                .collect())
        },
    );
    parsed.ok().flatten()
}

#[test]
fn what_the_service_writes_is_plain() {
    for cells in [
        r#""""#.to_owned(),
        r#""1","2.5","nan","","é","?""#.to_owned(),
        vec!["\"x\""; 100].join(","),
        vec!["\"20201127_124000\""; 100].join(","),
        format!("\"{}\"", "x".repeat(200)),
    ] {
        assert!(fast(cells.as_bytes()).is_some(), "{cells}");
        assert_eq!(fast(cells.as_bytes()), slow(cells.as_bytes()), "{cells}");
    }
    for len in 1..200 {
        let cells = format!("\"{}\",\"y\"", "x".repeat(len));
        assert_eq!(fast(cells.as_bytes()), slow(cells.as_bytes()), "{len}");
        assert!(fast(cells.as_bytes()).is_some());
    }
}

#[test]
fn anything_else_is_not() {
    for cells in [
        "",
        "\"",
        "\"a",
        "a\"",
        "\"a\",",
        ",\"a\"",
        "\"a\"\"b\"",
        "\"a\",,\"b\"",
        "\"a\" ,\"b\"",
        "\"a\";\"b\"",
        "1",
        "null",
        "\"a\",null",
        "\"a\\n\"",
        "\"a\n\"",
        " \"a\"",
        "\"a\" ",
        "[]",
    ] {
        assert_eq!(fast(cells.as_bytes()), None, "{cells}");
    }
    assert_eq!(fast(b"\"\xff\""), None);
}

#[test]
fn escapes_do_not_end_a_string() {
    for (cells, texts) in [
        (&br#""\"","a""#[..], &[r#"\""#, "a"][..]),
        (br#""a\\","b""#, &[r"a\\", "b"]),
        (br#""\\\"""#, &[r#"\\\""#]),
        (br#""\x","""#, &[r"\x", ""]),
    ] {
        let mut parser = PlainParser::default();
        let plain = parser.parse(cells, cells.len()).unwrap();
        let mut found = Vec::new();
        let _ = plain.try_each(|cell| {
            found.push(plain.text(cell.span()));
            Ok::<(), ()>(())
        });
        assert_eq!((found.as_slice(), plain.has_escapes()), (texts, true));
    }
    // The backslash is the last of a block, and what it escapes the first of the next.
    let cells = format!(r#""{}\"","a""#, "x".repeat(62));
    let mut parser = PlainParser::default();
    let plain = parser.parse(cells.as_bytes(), cells.len()).unwrap();
    assert_eq!((plain.len(), plain.has_escapes()), (2, true));
    for wrong in [&br#""a\""#[..], br#""a"\,"b""#, b"\"\\n\n\"", br#"\"a""#] {
        assert!(PlainParser::default().parse(wrong, wrong.len()).is_none());
    }
}

fn cells() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        8 => prop::sample::select(vec![&b"\"a\""[..], b"\"\"", b"\"1.25\"", b"\"20201127_124000\"", b"\"\xc3\xa9\""]),
        8 => Just(&b","[..]),
        1 => prop::sample::select(vec![&b"\""[..], b" ", b"\\", b"\"\\\"\"", b"null", b"[", b"]", b"\n", b"\x7f", b"\xff", b"x"]),
    ];
    prop_oneof![
        prop::collection::vec(word, 0..60).prop_map(|words| words.concat()),
        // Mostly right, with one byte changed.
        (1usize..60, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(count, at, byte)| {
            let mut bytes = vec!["\"1.5\""; count].join(",").into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
        prop::collection::vec(any::<u8>(), 0..100),
    ]
}

proptest! {
    #[test]
    fn what_is_plain_is_what_the_slow_path_reads(cells in cells()) {
        if let Some(texts) = fast(&cells) {
            prop_assert_eq!(Some(texts), slow(&cells));
        }
    }
}
