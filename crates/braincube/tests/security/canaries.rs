//! [`Canaries`]: secrets to look for, in every form in which they might come out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fmt::{Debug, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A piece of a secret as long as this gives too much of it away, in bytes.
const TELLING: usize = 12;

/// Secrets to look for, in every form in which they might come out.
pub(crate) struct Canaries {
    /// By length, so that a text is looked through once for each length that there is.
    pieces: BTreeMap<usize, HashMap<Vec<u8>, String>>,
    /// Which two bytes a piece begins with: most of a text need not be looked at more closely.
    beginnings: HashSet<[u8; 2]>,
}

impl Canaries {
    /// Looks for these, each with the name by which a failure calls it.
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

    /// The first secret in a text, as its name and its form.
    fn find(&self, text: &[u8]) -> Option<&str> {
        // Hosts are turned to small letters, and a pretty form of `Debug` has spaces between the bytes of a list.
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

    /// The secret that a text begins with.
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

    /// Looks through both forms of `Debug`.
    #[track_caller]
    pub(crate) fn assert_absent_from_debug(&self, from: &str, value: &(impl Debug + ?Sized)) {
        self.assert_absent(from, format!("{value:?}"));
        self.assert_absent(from, format!("{value:#?}"));
    }

    /// Looks through an error and all its causes, in every form.
    #[track_caller]
    pub(crate) fn assert_absent_from_error(&self, from: &str, error: &(dyn Error + 'static)) {
        self.assert_absent(from, everything_of(error));
    }

    /// What a text holds and where, if it holds any.
    pub(crate) fn leak(&self, from: &str, text: &str) -> Option<String> {
        let found = self.find(text.as_bytes())?;
        Some(format!("{from} holds {found}: {text}"))
    }
}

/// An error and all its causes, in every form.
pub(crate) fn everything_of(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        writeln!(text, "{error}\n{error:?}\n{error:#?}").unwrap();
        next = error.source();
    }
    text
}

/// The telling pieces of a secret in each form, in small letters.
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
    // What stands before a secret decides in which of three ways it is encoded.
    for shift in 0..3 {
        let shifted = [&vec![0; shift], secret].concat();
        let encoded = STANDARD_NO_PAD.encode(shifted);
        // The first and the last characters depend on what stands beside the secret.
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
        // A telling piece is enough.
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
