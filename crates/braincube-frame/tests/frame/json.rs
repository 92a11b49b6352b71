//! What an answer must look like as JSON.

use braincube_frame::{Error, ErrorKind, FrameDecoder, FrameOptions, decode};

use super::{answer, decode_all, refuse, texts};

#[test]
fn j1_an_answer_that_is_cut_says_so() {
    let error = refuse(r#"{"datadefs":[{"id":"mb20/d1","data":["1"#);
    assert!(matches!(error, Error::Truncated { offset: 39 }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Truncated);
}

#[test]
fn j1_no_bytes_no_json_no_object() {
    for (body, begins_as) in [
        ("<!DOCTYPE html><html>login</html>", "markup"),
        ("  <html>", "markup"),
        ("upstream connect error", "text"),
        ("[1]", "a JSON array"),
        ("\"x\"", "a JSON string"),
        ("null", "text"),
        ("\u{1f}\u{8b}", "compressed"),
        ("\u{feff}<a>", "markup"),
        ("\u{e000}", "no text"),
    ] {
        let error = refuse(body);
        assert!(matches!(error, Error::NotJson { .. }), "{body}: {error}");
        assert!(error.to_string().contains(begins_as), "{body}: {error}");
        assert_eq!(error.kind(), ErrorKind::NotJson);
    }
    for body in ["", " \r\n\t", "\u{feff}", "\u{feff} "] {
        assert!(matches!(refuse(body), Error::Empty), "{body:?}");
    }
    let error = decode(b"\xef\xbbx{}", vec![], FrameOptions::default()).unwrap_err();
    assert!(matches!(error, Error::NotJson { .. }), "{error}");
}

#[test]
fn j2_bytes_that_are_no_utf8_are_located() {
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
fn j2_a_byte_order_mark_is_skipped_at_the_start_alone() {
    let body = format!("\u{feff}{}", answer("TEXT", "[\"\u{feff}a\"]"));
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
fn j3_half_a_surrogate_is_refused_and_a_nul_is_not() {
    for escape in [
        r"\ud800",
        r"\ud800x",
        r"\udc00",
        r"\ud800\ud800",
        r"\ud800\n",
        r"\u00g0",
    ] {
        let body = answer("DISCRETE", &format!(r#"["\u00e9\n","b","ab{escape}"]"#));
        let error = refuse(&body);
        let Error::Syntax { offset, .. } = error else {
            panic!("{error}")
        };
        let at = usize::try_from(offset).unwrap();
        assert_eq!(&body[at..at + 6], &escape[..6], "{error}");
    }
    let error = refuse(&answer("DISCRETE", r#"["\x"]"#));
    assert!(error.to_string().contains("escape"), "{error}");
    let frame = decode_all(&answer("DISCRETE", r#"["a\u0000b","\ud83d\ude00"]"#)).unwrap();
    assert_eq!(texts(&frame, 0), ["a\0b", "😀"]);
    let body = answer("DISCRETE", "[\"a\",\"b\u{0}\"]");
    let at = body.find('\0').unwrap();
    let message = format!("byte {at}: a control character that is not escaped");
    assert!(refuse(&body).to_string().ends_with(&message));
}

#[test]
fn j4_a_key_that_stands_twice_is_refused() {
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
        match refuse(body) {
            Error::DuplicateKey { key, .. } => assert_eq!(key, twice),
            error => panic!("{body}: {error}"),
        }
    }
    let harmless = r#"{"x":1,"x":{"data":[],"data":[]},"datadefs":[{"id":"mb1/d1","u":1,"u":2}]}"#;
    assert!(decode_all(harmless).is_ok());
}

#[test]
fn j5_sixty_four_levels_and_no_more() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"datadefs":[],"x":{open}{close}}}"#)
    };
    assert!(decode_all(&nested(63)).is_ok());
    let error = refuse(&nested(64));
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
    let error = refuse(&"{\"a\":[".repeat(1_000_000));
    assert!(matches!(error, Error::Depth { .. }), "{error}");

    let in_column = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"datadefs":[{{"id":"mb1/d1","x":{open}{close}}}]}}"#)
    };
    assert!(decode_all(&in_column(61)).is_ok());
    assert!(matches!(refuse(&in_column(62)), Error::Depth { .. }));
}

#[test]
fn j19_what_is_not_known_is_left_alone_and_still_must_be_json() {
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
        let error = refuse(&with(extra));
        assert!(matches!(error, Error::Syntax { .. }), "{extra}: {error}");
    }
}

#[test]
fn j22_nothing_may_follow_the_answer() {
    for behind in ["x", "{}", ",", "]", "}", "\"", "\u{0}", "1", ":", "[", "\\"] {
        let body = format!("{{\"datadefs\":[]}} \n{behind}");
        let error = refuse(&body);
        assert!(
            matches!(error, Error::Trailing { offset: 17 }),
            "{behind}: {error}"
        );
    }
    assert!(decode_all("{\"datadefs\":[]} \r\n\t").is_ok());
}

#[test]
fn a_decoder_that_failed_stays_failed() {
    let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
    assert!(matches!(
        decoder.push(b"{}x"),
        Err(Error::Trailing { offset: 2 })
    ));
    assert!(matches!(decoder.push(b""), Err(Error::Failed)));
    assert!(matches!(decoder.finish(), Err(Error::Failed)));
}

#[test]
fn long_columns_are_cut_where_no_cell_suffers() {
    let long = "x".repeat(40_000);
    let cells = format!(r#"["{long}","a\",b","{long}",  "{long}","[","]"]"#);
    let frame = decode_all(&answer("TEXT", &cells)).unwrap();
    assert_eq!(texts(&frame, 0), [&long, "a\",b", &long, &long, "[", "]"]);

    let cells = format!(r#"[{}1,{}2,3]"#, "1,".repeat(30_000), " ".repeat(40_000));
    let frame = decode_all(&answer("NUMERIC", &cells)).unwrap();
    assert_eq!(frame.batch().num_rows(), 30_003);
    assert_eq!(texts(&frame, 0)[30_000..], ["1.0", "2.0", "3.0"]);
}

#[test]
fn a_cut_hides_no_comma() {
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
        let error = refuse(&answer("TEXT", &cells));
        assert!(matches!(error, Error::Syntax { .. }), "{error}");
    }
}
