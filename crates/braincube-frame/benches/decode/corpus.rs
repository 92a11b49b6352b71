//! The generated responses. The bytes only depend on the name and the size.

use std::fmt::Write as _;

use bytes::Bytes;

/// The names of the corpora.
pub(crate) const NAMES: [&str; 5] = ["num", "int", "mixed", "disc", "small"];

/// A generated response.
pub(crate) struct Corpus {
    pub(crate) name: &'static str,
    pub(crate) body: Bytes,
    pub(crate) values: usize,
}

/// The cells of a column.
#[derive(Clone, Copy)]
enum Kind {
    Date,
    Number,
    Integer,
    /// One of 20 labels.
    Label(Spelling),
    /// A label that rarely repeats.
    Serial,
}

#[derive(Clone, Copy)]
enum Spelling {
    Plain,
    Escaped,
    NonAscii,
}

/// Generates a corpus with about `percent` of the full number of rows.
pub(crate) fn make(name: &str, percent: usize) -> Option<Corpus> {
    use Kind::{Date, Integer, Label, Number, Serial};
    let name = NAMES.into_iter().find(|known| *known == name)?;
    let (rows, kind): (usize, fn(usize) -> Kind) = match name {
        "num" => (100_000, |_| Number),
        "int" => (100_000, |_| Integer),
        "mixed" => (100_000, |column| match column {
            0 => Date,
            1..=40 => Number,
            _ => Label(Spelling::Plain),
        }),
        "disc" => (100_000, |column| match column % 10 {
            0 => Label(Spelling::Escaped),
            1 | 2 => Label(Spelling::NonAscii),
            3 => Serial,
            _ => Label(Spelling::Plain),
        }),
        _ => (100, |_| Number),
    };
    let columns = match name {
        "int" => 40,
        "small" => 5,
        _ => 50,
    };
    let rows = if name == "small" {
        rows
    } else {
        (rows * percent / 100).max(1)
    };
    let body = body(rows, columns, kind);
    let values = rows * columns;
    let body = Bytes::from(body);
    Some(Corpus { name, body, values })
}

fn body(rows: usize, columns: usize, kind: fn(usize) -> Kind) -> Vec<u8> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut text = String::from("{\"datadefs\":[");
    for column in 0..columns {
        let kind = kind(column);
        let declared = match kind {
            Kind::Date => "DATETIME",
            Kind::Number | Kind::Integer => "NUMERIC",
            Kind::Label(_) | Kind::Serial => "DISCRETE",
        };
        let comma = if column == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{{\"type\":\"{declared}\",\"data\":[");
        for row in 0..rows {
            text.push_str(if row == 0 { "\"" } else { ",\"" });
            cell(&mut text, kind, row, &mut random);
            text.push('"');
        }
        let _ = write!(text, "],\"id\":\"mb20/d{}\"}}", 2_000_001 + column);
    }
    let _ = write!(text, "],\"resultLength\":{rows}}}");
    text.into_bytes()
}

fn cell(text: &mut String, kind: Kind, row: usize, random: &mut Random) {
    let number = random.next();
    let _ = match kind {
        Kind::Date => {
            let (day, second) = (row / 86_400 % 28 + 1, row % 86_400);
            let (hour, minute) = (second / 3600, second / 60 % 60);
            write!(
                text,
                "202011{day:02}_{hour:02}{minute:02}{:02}",
                second % 60
            )
        }
        Kind::Number if number.is_multiple_of(100) => write!(text, "nan"),
        Kind::Number => {
            let sign = if (number >> 8).is_multiple_of(16) {
                "-"
            } else {
                ""
            };
            let (whole, decimals) = ((number >> 16) % 1000, (number >> 40) % 100);
            write!(text, "{sign}{whole}.{decimals:02}")
        }
        Kind::Integer => write!(text, "{}", (number >> 16) % 60_000),
        Kind::Label(Spelling::Plain) => write!(text, "Programme {:02}", (number >> 16) % 20),
        Kind::Label(Spelling::Escaped) => {
            write!(
                text,
                "Papier \\\"{}\\\" \\u00e9t\\u00e9",
                (number >> 16) % 20
            )
        }
        Kind::Label(Spelling::NonAscii) => write!(text, "Équipe {} été", (number >> 16) % 20),
        Kind::Serial => write!(text, "S{:09}", (number >> 16) % 1_000_000_000),
    };
}

/// The generator xorshift64.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
