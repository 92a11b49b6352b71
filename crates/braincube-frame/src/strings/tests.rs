//! Compares the scanner with the parser of simd-json.

use proptest::prelude::*;

use super::StringScanner;
use crate::cell::{Cell, TapeCells};
use crate::splitter::PADDING;
use crate::tape::TapeParser;

fn fast(cells: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let mut scanner = StringScanner::default();
    let scanned = scanner
        .scan(cells, cells.len())
        .filter(|scanned| !scanned.has_escapes())?;
    let _ = scanned.try_each(|cell| {
        texts.push(scanned.text(cell.span()).to_owned());
        Ok::<(), ()>(())
    });
    assert_eq!(scanned.len(), texts.len());
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
            Ok(TapeCells::new(nodes, positions, &[])
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
fn chunks_of_strings_are_scanned() {
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
fn other_chunks_are_rejected() {
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
fn escaped_quotes_do_not_end_a_string() {
    for (cells, texts) in [
        (&br#""\"","a""#[..], &[r#"\""#, "a"][..]),
        (br#""a\\","b""#, &[r"a\\", "b"]),
        (br#""\\\"""#, &[r#"\\\""#]),
        (br#""\x","""#, &[r"\x", ""]),
    ] {
        let mut scanner = StringScanner::default();
        let scanned = scanner.scan(cells, cells.len()).unwrap();
        let mut found = Vec::new();
        let _ = scanned.try_each(|cell| {
            found.push(scanned.text(cell.span()));
            Ok::<(), ()>(())
        });
        assert_eq!((found.as_slice(), scanned.has_escapes()), (texts, true));
    }
    // The backslash is the last byte of a block, the escaped byte the first of the next block.
    let cells = format!(r#""{}\"","a""#, "x".repeat(62));
    let mut scanner = StringScanner::default();
    let scanned = scanner.scan(cells.as_bytes(), cells.len()).unwrap();
    assert_eq!((scanned.len(), scanned.has_escapes()), (2, true));
    for wrong in [&br#""a\""#[..], br#""a"\,"b""#, b"\"\\n\n\"", br#"\"a""#] {
        assert!(StringScanner::default().scan(wrong, wrong.len()).is_none());
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
        // Valid, with one byte changed.
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
    fn scanned_cells_equal_the_parsed_ones(cells in cells()) {
        if let Some(texts) = fast(&cells) {
            prop_assert_eq!(Some(texts), slow(&cells));
        }
    }
}
