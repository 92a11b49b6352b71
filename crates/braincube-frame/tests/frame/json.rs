//! The JSON syntax of a response.

use braincube_frame::{Error, ErrorKind, FrameDecoder, FrameOptions, decode};

use super::{decode_all, reject, response, texts};

#[test]
fn j1_a_truncated_response_is_an_error_of_its_own_kind() {
    let error = reject(r#"{"datadefs":[{"id":"mb20/d1","data":["1"#);
    assert!(matches!(error, Error::Truncated { offset: 39 }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[test]
fn j1_empty_responses_and_other_formats_are_recognized() {
    for (body, starts_with) in [
        ("<!DOCTYPE html><html>login</html>", "markup"),
        ("  <html>", "markup"),
        ("upstream connect error", "text"),
        ("[1]", "a JSON array"),
        ("\"x\"", "a JSON string"),
        ("null", "text"),
        ("\u{1f}\u{8b}", "compressed"),
        ("\u{feff}<a>", "markup"),
        ("\u{e000}", "binary"),
    ] {
        let error = reject(body);
        assert!(matches!(error, Error::NotJson { .. }), "{body}: {error}");
        assert!(error.to_string().contains(starts_with), "{body}: {error}");
        assert_eq!(error.kind(), ErrorKind::NotJson);
    }
    for body in ["", " \r\n\t", "\u{feff}", "\u{feff} "] {
        assert!(matches!(reject(body), Error::Empty), "{body:?}");
    }
    let error = decode(b"\xef\xbbx{}", vec![], FrameOptions::default()).unwrap_err();
    assert!(matches!(error, Error::NotJson { .. }), "{error}");
}

#[test]
fn j2_invalid_utf8_is_located() {
    for body in [
        &b"{\"datadefs\":[{\"id\":\"mb20/d1\",\"data\":[\"\xc3\xa9\",\"1\xff\"]}]}"[..],
        b"{\"datadefs\":[{\"id\":\"mb20/d1\",\"data\":[\"1\"],\"x\":\"\xff\"}]}",
        b" {\"datadefs\":[{\"id\":\"mb20/d1\",\"data\":[]}],\"x\":\"\xff\"}",
    ] {
        let error = decode(body, vec![], FrameOptions::default()).unwrap_err();
        let Error::Utf8 { offset } = error else {
            panic!("{error}")
        };
        let at = body.iter().position(|byte| *byte == 0xff).unwrap();
        assert_eq!(offset, at as u64);
    }
}

#[test]
fn j2_a_byte_order_mark_is_skipped_only_at_the_start() {
    let body = format!("\u{feff}{}", response("TEXT", "[\"\u{feff}a\"]"));
    assert_eq!(texts(&decode_all(&body).unwrap(), 0), ["\u{feff}a"]);
    let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
    for byte in body.as_bytes() {
        decoder.push(&[*byte]).unwrap();
    }
    assert_eq!(texts(&decoder.finish().unwrap(), 0), ["\u{feff}a"]);
    for wrong in [
        format!("\u{feff}{body}"),
        body.replacen('[', "[\u{feff}", 1),
        format!("{body}\u{feff}"),
    ] {
        assert!(decode_all(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn j3_an_unpaired_surrogate_is_rejected_and_nul_is_not() {
    for escape in [
        r"\ud800",
        r"\ud800x",
        r"\udc00",
        r"\ud800\ud800",
        r"\ud800\n",
        r"\u00g0",
    ] {
        let body = response("DISCRETE", &format!(r#"["\u00e9\n","b","ab{escape}"]"#));
        let error = reject(&body);
        let Error::Syntax { offset, .. } = error else {
            panic!("{error}")
        };
        let at = usize::try_from(offset).unwrap();
        assert_eq!(&body[at..at + 6], &escape[..6], "{error}");
    }
    let error = reject(&response("DISCRETE", r#"["\x"]"#));
    assert!(error.to_string().contains("escape"), "{error}");
    let frame = decode_all(&response("DISCRETE", r#"["a\u0000b","\ud83d\ude00"]"#)).unwrap();
    assert_eq!(texts(&frame, 0), ["a\0b", "😀"]);
    let body = response("DISCRETE", "[\"a\",\"b\u{0}\"]");
    let at = body.find('\0').unwrap();
    let message = format!("byte {at}: unescaped control character");
    assert!(reject(&body).to_string().ends_with(&message));
}

#[test]
fn j4_duplicate_keys_are_rejected() {
    for (body, twice) in [
        (
            r#"{"datadefs":[{"id":"mb1/d1","data":["1"],"data":["2"]}]}"#,
            "data",
        ),
        (
            r#"{"datadefs":[{"id":"mb1/d1","data":null,"data":["2"]}]}"#,
            "data",
        ),
        (
            r#"{"datadefs":[{"id":"mb1/d1","data":["2"],"d\u0061ta":null}]}"#,
            "data",
        ),
        (
            r#"{"datadefs":[{"id":"mb1/d1","id":"mb1/d1","data":["2"]}]}"#,
            "id",
        ),
        (
            r#"{"datadefs":[{"type":"TEXT","id":"mb1/d1","type":"TEXT"}]}"#,
            "type",
        ),
        (r#"{"datadefs":[],"datadefs":[]}"#, "datadefs"),
        (r#"{"datadefs":null,"\u0064atadefs":[]}"#, "datadefs"),
        (
            r#"{"datadefs":[],"resultLength":0,"resultLength":0}"#,
            "resultLength",
        ),
    ] {
        match reject(body) {
            Error::DuplicateKey { key, .. } => assert_eq!(key, twice),
            error => panic!("{body}: {error}"),
        }
    }
    let harmless = r#"{"x":1,"x":{"data":[],"data":[]},"datadefs":[{"id":"mb1/d1","u":1,"u":2}]}"#;
    assert!(decode_all(harmless).is_ok());
}

#[test]
fn j5_the_maximum_depth_is_sixty_four() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"datadefs":[],"x":{open}{close}}}"#)
    };
    assert!(decode_all(&nested(63)).is_ok());
    let error = reject(&nested(64));
    assert!(
        matches!(
            error,
            Error::Depth {
                offset: 82,
                limit: 64
            }
        ),
        "{error}"
    );
    let error = reject(&"{\"a\":[".repeat(1_000_000));
    assert!(matches!(error, Error::Depth { .. }), "{error}");

    let in_column = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"datadefs":[{{"id":"mb1/d1","x":{open}{close}}}]}}"#)
    };
    assert!(decode_all(&in_column(61)).is_ok());
    assert!(matches!(reject(&in_column(62)), Error::Depth { .. }));
}

#[test]
fn j19_unknown_keys_are_ignored_but_must_be_valid_json() {
    let with = |extra: &str| {
        format!(r#"{{"x":{extra},"datadefs":[{{"id":"mb1/d1","y":{extra},"data":["1"]}}]}}"#)
    };
    for extra in [
        "1",
        "[]",
        r#"{"datadefs":[{"id":"x"}],"data":[[]]}"#,
        "null",
        "-1.5e-3",
        "[NaN,-Infinity]",
    ] {
        assert!(decode_all(&with(extra)).is_ok(), "{extra}");
    }
    for extra in [
        "01", "[1,]", "{,}", "nul", "'a'", "nan", "", "1 2", "[}", "\\u0031",
    ] {
        let error = reject(&with(extra));
        assert!(matches!(error, Error::Syntax { .. }), "{extra}: {error}");
    }
}

#[test]
fn j22_bytes_after_the_document_are_rejected() {
    for behind in ["x", "{}", ",", "]", "}", "\"", "\u{0}", "1", ":", "[", "\\"] {
        let body = format!("{{\"datadefs\":[]}} \n{behind}");
        let error = reject(&body);
        assert!(
            matches!(error, Error::Trailing { offset: 17 }),
            "{behind}: {error}"
        );
    }
    assert!(decode_all("{\"datadefs\":[]} \r\n\t").is_ok());
}

#[test]
fn a_decoder_cannot_be_used_after_an_error() {
    let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
    assert!(matches!(
        decoder.push(b"{}x"),
        Err(Error::Trailing { offset: 2 })
    ));
    assert!(matches!(decoder.push(b""), Err(Error::Failed)));
    assert!(matches!(decoder.finish(), Err(Error::Failed)));
}

#[test]
fn long_columns_are_cut_between_cells() {
    let long = "x".repeat(40_000);
    let cells = format!(r#"["{long}","a\",b","{long}",  "{long}","[","]"]"#);
    let frame = decode_all(&response("TEXT", &cells)).unwrap();
    assert_eq!(texts(&frame, 0), [&long, "a\",b", &long, &long, "[", "]"]);

    let cells = format!(r#"[{}1,{}2,3]"#, "1,".repeat(30_000), " ".repeat(40_000));
    let frame = decode_all(&response("NUMERIC", &cells)).unwrap();
    assert_eq!(frame.batch().num_rows(), 30_003);
    assert_eq!(texts(&frame, 0)[30_000..], ["1.0", "2.0", "3.0"]);
}

#[test]
fn a_comma_at_a_cut_is_checked() {
    let long = format!("\"{}\"", "x".repeat(40_000));
    let space = " ".repeat(40_000);
    for cells in [
        format!("[{long},]"),
        format!("[{long},,{long}]"),
        format!("[{space},{long}]"),
        format!("[{long},{space},{long}]"),
        format!("[{long} {long},{long}]"),
        format!("[{long},{long}}}"),
    ] {
        let error = reject(&response("TEXT", &cells));
        assert!(matches!(error, Error::Syntax { .. }), "{error}");
    }
}
