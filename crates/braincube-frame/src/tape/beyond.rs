//! Numbers outside quotes beyond the range of a 64-bit float, such as `1e400`: JSON allows them, simd-json does not.

/// Writes a 0 over each such number of a JSON text, as long as the number is: what stands behind it keeps its place. Says
/// whether there was one.
///
/// A number's cell is read from the text as it came, so nothing is lost. For the rare text that simd-json has refused.
#[cold]
pub(crate) fn tame(json: &mut [u8]) -> bool {
    let mut any = false;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let rest = json.get(at..).unwrap_or_default();
        let length = match byte {
            b'"' => string(rest),
            _ => number(rest).max(1),
        };
        if *byte != b'"' && is_beyond(rest.get(..length).unwrap_or_default()) {
            any = true;
            let zero = json.get_mut(at..at + length).unwrap_or_default();
            zero.fill(b'0');
            if let Some(point) = zero.get_mut(1) {
                *point = b'.';
            }
        }
        at += length;
    }
    any
}

/// How long the string at the start is, with its quotes.
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

/// How many bytes at the start may belong to one number.
fn number(text: &[u8]) -> usize {
    let is_of_number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    text.iter().take_while(is_of_number).count()
}

/// Whether this is a number as JSON writes it, and one that a float can only call infinite.
fn is_beyond(number: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(number) else {
        return false;
    };
    is_number(text) && text.parse::<f64>().is_ok_and(f64::is_infinite)
}

/// RFC 8259, section 6.
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
    use super::tame;

    #[test]
    fn v6_only_numbers_beyond_the_range_are_written_over() {
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
            assert!(tame(&mut bytes), "{json}");
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
            assert!(!tame(&mut bytes), "{json}");
            assert_eq!(std::str::from_utf8(&bytes).unwrap(), json);
        }
        let mut bytes = std::mem::take(&mut digits).into_bytes();
        assert!(tame(&mut bytes) && bytes.starts_with(b"[0.00") && bytes.len() == 402);
    }
}
