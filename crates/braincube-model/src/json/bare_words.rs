//! The words `NaN`, `Infinity` and `-Infinity` outside quotes. Python's `json` writes them for floats; they are not JSON.

/// None is a prefix of another.
const WORDS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The text with quotes around each bare word that is a whole value; `None` without such words.
///
/// Only called after the parser rejected the text. Does not check that the rest is JSON.
#[cold]
pub(crate) fn quote_bare_words(json: &str) -> Option<String> {
    let mut quoted = String::new();
    let mut copied = 0;
    let (mut in_string, mut escaped) = (false, false);
    for (at, byte) in json.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'N' | b'I' | b'-' if !in_string => {
                let Some(word) = word(json, at) else {
                    continue;
                };
                quoted.extend([json.get(copied..at)?, "\"", word, "\""]);
                copied = at + word.len();
            }
            _ => {}
        }
    }
    quoted.push_str(json.get(copied..)?);
    (copied > 0).then_some(quoted)
}

/// The word at this position, if it is a whole value.
fn word(json: &str, at: usize) -> Option<&'static str> {
    let (before, rest) = (json.get(..at)?, json.get(at..)?);
    let word = WORDS.into_iter().find(|word| rest.starts_with(word))?;
    let begins = before.is_empty() || before.ends_with(['[', ',', ':', ' ', '\t', '\n', '\r']);
    let after = rest.get(word.len()..)?;
    let ends = after.is_empty() || after.starts_with([']', ',', '}', ' ', '\t', '\n', '\r']);
    let is_key = after.trim_ascii_start().starts_with(':');
    (begins && ends && !is_key).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::quote_bare_words;

    #[test]
    fn j25_bare_words_outside_strings_are_quoted() {
        for (json, expected) in [
            ("NaN", r#""NaN""#),
            (
                r#"{"a":NaN,"b":[ -Infinity,Infinity ],"c":"é, NaN,"}"#,
                r#"{"a":"NaN","b":[ "-Infinity","Infinity" ],"c":"é, NaN,"}"#,
            ),
            (r#"["\\",NaN,"\","]"#, r#"["\\","NaN","\","]"#),
        ] {
            assert_eq!(quote_bare_words(json).as_deref(), Some(expected));
        }
        for json in [
            "",
            "[1]",
            "[nan,NANA,-NaN,+Infinity,NaNs,1NaN,Infinit]",
            r#"["NaN","\",NaN"]"#,
            "{NaN:1}",
            "{ NaN : 1}",
        ] {
            assert_eq!(quote_bare_words(json), None, "{json}");
        }
    }
}
