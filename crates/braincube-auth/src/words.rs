//! What a server says, made fit to be shown: cut, with what a terminal would act on escaped, and without the secrets
//! that it was sent.

mod message;
mod secret;

/// The longest text of a server's that an error hands on, in bytes.
pub const LONGEST: usize = 256;

/// The longest body in which a message is searched for, in bytes. A body that says no more than what failed is short.
pub const LONGEST_BODY: usize = 64 * 1024;

/// A text of a server's, fit to be shown; nothing if a telling piece of a secret would be left in it.
///
/// A secret that the server repeats as it is reads `[credential]`. One that it repeats in part, or in percent signs, in
/// hexadecimal digits or in base64, withholds the text.
///
/// ```
/// use braincube_auth::words::{LONGEST, presentable};
///
/// let said = presentable("code a-code-canary is \u{1b}[1mused", ["a-code-canary"], LONGEST);
/// assert_eq!(said.as_deref(), Some("code [credential] is \\u{1b}[1mused"));
/// let told = presentable("no code begins with a-code-canar", ["a-code-canary"], LONGEST);
/// assert_eq!(told, None);
/// ```
pub fn presentable<S: AsRef<[u8]>>(
    text: &str,
    secrets: impl IntoIterator<Item = S>,
    longest: usize,
) -> Option<Box<str>> {
    let mut text = text.to_owned();
    for secret in secrets {
        text = without(&text, secret.as_ref())?;
    }
    Some(visible(&text, longest))
}

/// What a JSON body says of a failure, fit to be shown: the text in its `error`, `message` or `errors`, or where else
/// services put one. Nothing if the body is longer than [`LONGEST_BODY`].
///
/// ```
/// use braincube_auth::words::said_in;
///
/// let body = br#"{"error": {"message": "a-token-canary has been revoked", "code": 4}}"#;
/// let said = said_in(body, ["a-token-canary"]);
/// assert_eq!(said.as_deref(), Some("[credential] has been revoked"));
/// ```
pub fn said_in<S: AsRef<[u8]>>(
    body: &[u8],
    secrets: impl IntoIterator<Item = S>,
) -> Option<Box<str>> {
    if body.len() > LONGEST_BODY {
        return None;
    }
    presentable(&message::find(body)?, secrets, LONGEST)
}

/// The text without the secret; nothing if a telling piece of it is still left.
fn without(text: &str, secret: &[u8]) -> Option<String> {
    if secret.is_empty() {
        return Some(text.to_owned());
    }
    let text = text.replace(std::str::from_utf8(secret).ok()?, "[credential]");
    (!secret::gives_away(&text, secret)).then_some(text)
}

/// The text with what a terminal would act on escaped, cut to `longest` bytes.
fn visible(text: &str, longest: usize) -> Box<str> {
    let mut shown = String::new();
    for character in text.chars() {
        let before = shown.len();
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
        if shown.len() > longest {
            shown.truncate(before);
            break;
        }
    }
    shown.into()
}

/// Characters that hide or reorder the text around them.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}
