//! The slow twin of an answer.

/// The same JSON with a space behind every opening bracket and every comma, so that no cells are
/// plain and all go through the slow path. What is no JSON stays none.
pub(crate) fn spaced(body: &[u8]) -> Vec<u8> {
    let mut spaced = Vec::with_capacity(body.len() * 2);
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in body {
        spaced.push(*byte);
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b',' if !in_string => spaced.push(b' '),
            _ => {}
        }
    }
    spaced
}

/// The same JSON behind a megabyte of white space: all of it is decoded where the threads would begin to decode. A byte
/// order mark stays in front.
#[cfg(feature = "parallel")]
pub(crate) fn behind_a_megabyte(body: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let (mark, rest) = match body.strip_prefix(MARK) {
        Some(rest) => (MARK, rest),
        None => (&[][..], body),
    };
    let space = [b' '; 1 << 20];
    [mark, &space, rest].concat()
}
