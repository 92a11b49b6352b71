//! Tokens outside quotes that servers send and simd-json rejects: numbers beyond the range of a 64-bit float such as
//! `1e400`, which JSON allows, and `NaN`, `Infinity` and `-Infinity`, which Python's `json` writes.

/// The words. None is a prefix of another.
const WORDS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];

/// Overwrites each such token of a JSON text with a number of the same length, so that offsets do not change. Returns
/// whether there was one.
///
/// The caller reads the cells from the original text. This is only called for texts that simd-json has rejected.
#[cold]
pub(crate) fn replace_rejected(json: &mut [u8]) -> bool {
    let mut any = false;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let rest = json.get(at..).unwrap_or_default();
        let length = match byte {
            b'"' => string(rest),
            _ => word(json, at).unwrap_or_else(|| number(rest).max(1)),
        };
        let token = rest.get(..length).unwrap_or_default();
        if WORDS.contains(&token) {
            any = true;
            overwrite(json, at, length, b'5');
        } else if *byte != b'"' && is_beyond(token) {
            any = true;
            overwrite(json, at, length, b'0');
        }
        at += length;
    }
    any
}

/// Writes a decimal number of this length. It is not an integer, so that it is not read as a number of rows.
fn overwrite(json: &mut [u8], at: usize, length: usize, last: u8) {
    let number = json.get_mut(at..at + length).unwrap_or_default();
    number.fill(b'0');
    if let Some(point) = number.get_mut(1) {
        *point = b'.';
    }
    if let Some(digit) = number.last_mut() {
        *digit = last;
    }
}

/// The length of the word at this position, if it is a complete value.
fn word(json: &[u8], at: usize) -> Option<usize> {
    let rest = json.get(at..)?;
    let length = WORDS.iter().find(|word| rest.starts_with(word))?.len();
    let before = at.checked_sub(1).and_then(|before| json.get(before));
    let begins = before.is_none_or(|byte| matches!(byte, b'[' | b',' | b':') || is_space(byte));
    let after = rest.get(length);
    let ends = after.is_none_or(|byte| matches!(byte, b']' | b',' | b'}') || is_space(byte));
    (begins && ends).then_some(length)
}

const fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The length of the string at the start, with its quotes.
fn string(text: &[u8]) -> usize {
    let mut escaped = false;
    let inside = text.iter().skip(1);
    let end = inside.take_while(|byte| {
        let goes_on = escaped || **byte != b'"';
        escaped = !escaped && **byte == b'\\';
        goes_on
    });
    end.count() + 2
}

/// The number of bytes at the start that can be part of a number.
fn number(text: &[u8]) -> usize {
    let is_of_number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    text.iter().take_while(is_of_number).count()
}

/// Whether this is a JSON number beyond the range of a 64-bit float.
fn is_beyond(number: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(number) else {
        return false;
    };
    is_number(text) && text.parse::<f64>().is_ok_and(f64::is_infinite)
}

/// Whether this is a JSON number (RFC 8259, section 6).
fn is_number(text: &str) -> bool {
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    are_digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(are_digits)
}

#[cfg(test)]
mod tests {
    use super::replace_rejected;

    #[test]
    fn v24_bare_words_are_overwritten_with_numbers_of_the_same_length() {
        for (json, expected) in [
            ("[NaN,-Infinity, Infinity\n]", "[0.5,0.0000005, 0.000005\n]"),
            (r#"{"a":NaN,"NaN":"NaN,"}"#, r#"{"a":0.5,"NaN":"NaN,"}"#),
        ] {
            let mut bytes = json.as_bytes().to_vec();
            assert!(replace_rejected(&mut bytes), "{json}");
            assert_eq!(std::str::from_utf8(&bytes).unwrap(), expected);
        }
        for json in [
            r#"["NaN","\",NaN,\""]"#,
            "[nan,NAN,-NaN,inf,+Infinity]",
            "[NaNNaN,1NaN,NaN1,Infinit,Infinityy]",
            "{NaN:1}",
            "[Na",
        ] {
            let mut bytes = json.as_bytes().to_vec();
            assert!(!replace_rejected(&mut bytes), "{json}");
            assert_eq!(std::str::from_utf8(&bytes).unwrap(), json);
        }
    }

    #[test]
    fn v6_only_numbers_beyond_the_range_are_overwritten() {
        let mut digits = format!("[{}]", "9".repeat(400));
        for (json, expected) in [
            ("[1e400,-1.5E+999 , 2]", "[0.000,0.0000000 , 2]"),
            (
                r#"["1e400","\"1e400",1e400]"#,
                r#"["1e400","\"1e400",0.000]"#,
            ),
            (r#"{"\\":1e400}"#, r#"{"\\":0.000}"#),
        ] {
            let mut bytes = json.as_bytes().to_vec();
            assert!(replace_rejected(&mut bytes), "{json}");
            assert_eq!(std::str::from_utf8(&bytes).unwrap(), expected);
        }
        for json in [
            "[1e308,-0,12]",
            "[01e400]",
            "[1e400.5]",
            "[.1e400]",
            "[1.e400]",
            "[+1e400]",
            "[1e]",
            "[1e400-1]",
            r#"["1e400"#,
            r#"["1e400\"#,
            "",
            "-",
            "\"",
        ] {
            let mut bytes = json.as_bytes().to_vec();
            assert!(!replace_rejected(&mut bytes), "{json}");
            assert_eq!(std::str::from_utf8(&bytes).unwrap(), json);
        }
        let mut bytes = std::mem::take(&mut digits).into_bytes();
        assert!(replace_rejected(&mut bytes) && bytes.starts_with(b"[0.00") && bytes.len() == 402);
    }
}
