//! [`Canaries`]: secrets to search for in all forms in which they might leak.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fmt::{Debug, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The length of a part of a secret that counts as a leak, in bytes.
const TELLING: usize = 12;

/// Secrets to search for in all forms in which they might leak.
pub(crate) struct Canaries {
    /// By length, so that a text is searched once for each length.
    pieces: BTreeMap<usize, HashMap<Vec<u8>, String>>,
    /// The first two bytes of the parts: most positions of a text can be skipped.
    beginnings: HashSet<[u8; 2]>,
}

impl Canaries {
    /// Searches for these secrets, each with its name in failures.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut canaries = Self {
            pieces: BTreeMap::new(),
            beginnings: HashSet::new(),
        };
        for (name, secret) in secrets {
            assert!(secret.len() >= TELLING, "{name} is too short to look for");
            for (form, piece) in pieces(secret.as_bytes()) {
                canaries.beginnings.extend(piece.as_bytes().first_chunk());
                let of_length = canaries.pieces.entry(piece.len()).or_default();
                of_length.insert(piece.into_bytes(), format!("{name}, {form}"));
            }
        }
        canaries
    }

    /// The name and the form of the first secret in a text.
    fn find(&self, text: &[u8]) -> Option<&str> {
        // Hosts are converted to lower case, and pretty `Debug` output has spaces between the bytes of a list.
        let small = text.to_ascii_lowercase();
        let dense: Vec<u8> = small
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        [small, dense].iter().find_map(|text| {
            let begins = |start: &usize| {
                let beginning = text[*start..].first_chunk();
                beginning.is_some_and(|two| self.beginnings.contains(two))
            };
            (0..text.len())
                .filter(begins)
                .find_map(|start| self.at(&text[start..]))
        })
    }

    /// The secret at the start of a text.
    fn at(&self, text: &[u8]) -> Option<&str> {
        self.pieces.iter().find_map(|(&length, pieces)| {
            let found = text.get(..length).and_then(|piece| pieces.get(piece));
            found.map(String::as_str)
        })
    }

    #[track_caller]
    pub(crate) fn assert_absent(&self, from: &str, text: impl AsRef<[u8]>) {
        let text = text.as_ref();
        if let Some(found) = self.find(text) {
            let text = String::from_utf8_lossy(text);
            let shown: String = text.chars().take(4000).collect();
            panic!("{from} holds {found}:\n{shown}");
        }
    }

    /// Searches both forms of `Debug`.
    #[track_caller]
    pub(crate) fn assert_absent_from_debug(&self, from: &str, value: &(impl Debug + ?Sized)) {
        self.assert_absent(from, format!("{value:?}"));
        self.assert_absent(from, format!("{value:#?}"));
    }

    /// Searches an error and all its sources in all forms.
    #[track_caller]
    pub(crate) fn assert_absent_from_error(&self, from: &str, error: &(dyn Error + 'static)) {
        self.assert_absent(from, everything_of(error));
    }

    /// Describes the secret in a text and its position, if there is one.
    pub(crate) fn leak(&self, from: &str, text: &str) -> Option<String> {
        let found = self.find(text.as_bytes())?;
        Some(format!("{from} holds {found}: {text}"))
    }
}

/// An error and all its sources in all forms.
pub(crate) fn everything_of(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        writeln!(text, "{error}\n{error:?}\n{error:#?}").unwrap();
        next = error.source();
    }
    text
}

/// The parts of a secret that count as a leak, in each form, in lower case.
fn pieces(secret: &[u8]) -> Vec<(&'static str, String)> {
    let mut pieces = Vec::new();
    for piece in secret.windows(TELLING) {
        let mut add = |form, text: String| pieces.push((form, text.to_ascii_lowercase()));
        add("as it is", String::from_utf8_lossy(piece).into_owned());
        add("escaped", piece.escape_ascii().to_string());
        add(
            "hexadecimal",
            each(piece, |text, byte| write!(text, "{byte:02x}")),
        );
        add(
            "in percent",
            each(piece, |text, byte| write!(text, "%{byte:02x}")),
        );
        add("percent-encoded", each(piece, percent_encoded));
        add(
            "a list of bytes",
            each(piece, |text, byte| write!(text, "{byte},")),
        );
    }
    // The position of a secret determines which of three encodings it has.
    for shift in 0..3 {
        let shifted = [&vec![0; shift], secret].concat();
        let encoded = STANDARD_NO_PAD.encode(shifted);
        // The first and the last characters depend on the bytes beside the secret.
        let (first, last) = (shift.div_ceil(3) * 4, encoded.len() - 2);
        let inner = &encoded.as_bytes()[first.min(last)..last];
        for piece in inner.windows(TELLING / 3 * 4) {
            let piece = String::from_utf8_lossy(piece).to_ascii_lowercase();
            pieces.push((
                "in base64 for URLs",
                piece.replace('+', "-").replace('/', "_"),
            ));
            pieces.push(("in base64", piece));
        }
    }
    pieces
}

fn each(piece: &[u8], write: impl Fn(&mut String, u8) -> std::fmt::Result) -> String {
    let mut text = String::new();
    for &byte in piece {
        write(&mut text, byte).unwrap();
    }
    text
}

fn percent_encoded(text: &mut String, byte: u8) -> std::fmt::Result {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        write!(text, "{}", char::from(byte))
    } else {
        write!(text, "%{byte:02x}")
    }
}

#[test]
fn every_form_of_a_secret_is_found() {
    const SECRET: &str = "kQ3v9/XzT\"1mWb+E7=rY%5uLp";
    let canaries = Canaries::new([("it", SECRET)]);
    let mut forms = vec![
        SECRET.to_owned(),
        format!("{SECRET:?}"),
        format!("{:?}", SECRET.as_bytes()),
        format!("{:#?}", SECRET.as_bytes()),
        format!("{:?}", bytes::Bytes::from(SECRET)),
        serde_json::to_string(SECRET).unwrap(),
        each(SECRET.as_bytes(), |text, byte| write!(text, "{byte:02X}")),
        each(SECRET.as_bytes(), percent_encoded),
        each(SECRET.as_bytes(), |text, byte| write!(text, "%{byte:02X}")),
        // A part of the secret suffices.
        SECRET[7..7 + TELLING].to_owned(),
    ];
    for before in ["", "u", "u:", "u:x", "u:xy"] {
        let text = format!("{before}{SECRET} and more");
        let encoded = STANDARD_NO_PAD.encode(text);
        forms.push(encoded.replace('+', "-").replace('/', "_"));
        forms.push(encoded);
    }
    for form in forms {
        assert!(canaries.find(form.as_bytes()).is_some(), "{form}");
        let amid = format!("GET /?token={form}&x=1");
        assert!(canaries.find(amid.as_bytes()).is_some(), "{amid}");
    }
    assert_eq!(canaries.find(&SECRET.as_bytes()[..TELLING - 1]), None);
    assert_eq!(canaries.find(b"nothing of it"), None);
}
