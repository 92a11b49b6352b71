//! Variants of a response for other paths of the decoder.

/// The same JSON with a space after each opening bracket and each comma, so that all cells are decoded on the
/// slow path. Invalid JSON stays invalid.
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

/// The same JSON after a megabyte of white space, so that other threads would decode all of it. A byte order mark stays
/// at the start.
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
