//! Removes secrets from messages of the server, escapes control characters and limits the length.

mod message;
mod secret;

/// Maximum length of a server message in an error, in bytes.
pub const MAX_LEN: usize = 256;

/// Maximum length of a body that is searched for a message, in bytes. Error responses are short.
pub const MAX_BODY_LEN: usize = 64 * 1024;

/// Returns the text without `secrets`, with control characters escaped, truncated to `max_len` bytes; `None` if a part of
/// a secret would remain.
///
/// A secret that occurs verbatim is replaced by `[credential]`. If at least 12 bytes of it occur in another form
/// (partial, percent-encoded, hexadecimal or base64), the whole text is withheld.
///
/// ```
/// use braincube_auth::redact::{MAX_LEN, sanitize};
///
/// let shown = sanitize("code a-code-canary is \u{1b}[1mused", ["a-code-canary"], MAX_LEN);
/// assert_eq!(shown.as_deref(), Some("code [credential] is \\u{1b}[1mused"));
/// let withheld = sanitize("no code begins with a-code-canar", ["a-code-canary"], MAX_LEN);
/// assert_eq!(withheld, None);
/// ```
pub fn sanitize<S: AsRef<[u8]>>(
    text: &str,
    secrets: impl IntoIterator<Item = S>,
    max_len: usize,
) -> Option<Box<str>> {
    let mut text = text.to_owned();
    for secret in secrets {
        text = without_secret(&text, secret.as_ref())?;
    }
    Some(escape_and_truncate(&text, max_len))
}

/// Returns the error message in a JSON body, as [`sanitize`] shows it: the text in `error`, `message`, `errors` or
/// another member that services use. `None` if the body is longer than [`MAX_BODY_LEN`].
///
/// ```
/// use braincube_auth::redact::error_message;
///
/// let body = br#"{"error": {"message": "a-token-canary has been revoked", "code": 4}}"#;
/// let shown = error_message(body, ["a-token-canary"]);
/// assert_eq!(shown.as_deref(), Some("[credential] has been revoked"));
/// ```
pub fn error_message<S: AsRef<[u8]>>(
    body: &[u8],
    secrets: impl IntoIterator<Item = S>,
) -> Option<Box<str>> {
    if body.len() > MAX_BODY_LEN {
        return None;
    }
    sanitize(&message::find(body)?, secrets, MAX_LEN)
}

/// Replaces the secret; `None` if a part of it remains.
fn without_secret(text: &str, secret: &[u8]) -> Option<String> {
    if secret.is_empty() {
        return Some(text.to_owned());
    }
    let text = text.replace(std::str::from_utf8(secret).ok()?, "[credential]");
    (!secret::leaks_secret(&text, secret)).then_some(text)
}

/// Escapes control characters and truncates to `max_len` bytes.
fn escape_and_truncate(text: &str, max_len: usize) -> Box<str> {
    let mut shown = String::new();
    for character in text.chars() {
        let before = shown.len();
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
        if shown.len() > max_len {
            shown.truncate(before);
            break;
        }
    }
    shown.into()
}

/// Whether a character hides or reorders the text around it.
///
/// The joiners U+200C and U+200D do neither, and scripts and emoji need them.
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}
