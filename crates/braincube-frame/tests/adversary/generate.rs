//! Generates valid and invalid responses.

use std::fmt::Write as _;

use crate::query::VARIABLES;
use crate::random::Random;
use crate::text::escape;

/// The approximate size of a chunk. Unusual cells are dense around its multiples.
const CHUNK: usize = 32 * 1024;

pub(crate) fn body(random: &mut Random) -> Vec<u8> {
    let mut writer = Writer {
        space: random.below(6),
        escapes: *random.pick(&[0, 0, 0, 0, 20, 200]),
        random,
    };
    let text = writer.document();
    let mut body = text.into_bytes();
    if writer.random.per_mille(250) {
        damage(&mut body, writer.random);
    }
    body
}

struct Writer<'r> {
    /// 0 to 3: no white space; 4: some everywhere; 5: a lot in some places.
    space: usize,
    /// How many of a thousand characters are escaped unnecessarily.
    escapes: usize,
    random: &'r mut Random,
}

impl Writer<'_> {
    fn document(&mut self) -> String {
        // Some have columns of several chunks, and a few have enough of them for several threads.
        let (rows, most) = match self.random.below(1000) {
            0..500 => (self.random.below(6), VARIABLES),
            500..980 => (self.random.below(70), VARIABLES),
            980..997 => (2_000 + self.random.below(6_000), 2),
            _ => (6_000 + self.random.below(9_000), VARIABLES),
        };
        let mut variables: Vec<_> = (1..=VARIABLES).collect();
        self.random.shuffle(&mut variables);
        let least = if rows < 70 { 0 } else { most.div_ceil(2) };
        variables.truncate(least + self.random.below(most - least + 1));
        if self.rarely() && !variables.is_empty() {
            variables.push(variables[0]);
        }
        let columns: Vec<_> = variables
            .into_iter()
            .map(|variable| self.column(variable, rows))
            .collect();
        let columns = self.join('[', &columns, ']');
        let mut entries = vec![self.entry("datadefs", &columns)];
        if self.random.per_mille(600) {
            let rows = match self.random.below(40) {
                0 => (rows + 1).to_string(),
                1 => format!("{rows}.0"),
                2 => format!("\"{rows}\""),
                3 => "null".to_owned(),
                4 => self.scrap(2),
                _ => rows.to_string(),
            };
            entries.push(self.entry("resultLength", &rows));
        }
        if self.random.per_mille(100) {
            let error = self.scrap(2);
            entries.push(self.entry("error", &error));
        }
        for _ in 0..self.random.below(3) {
            let scrap = self.scrap(4);
            let key = *self
                .random
                .pick(&["took", "data", "id", "message", "x", ""]);
            entries.push(self.entry(key, &scrap));
        }
        if self.rarely() {
            let key = *self.random.pick(&["datadefs", "resultLength"]);
            let scrap = self.scrap(2);
            entries.push(self.entry(key, &scrap));
        }
        self.random.shuffle(&mut entries);
        let mark = if self.random.per_mille(50) {
            "\u{feff}"
        } else {
            ""
        };
        format!(
            "{mark}{}{}{}",
            self.space(),
            self.join('{', &entries, '}'),
            self.space()
        )
    }

    fn column(&mut self, variable: usize, rows: usize) -> String {
        if self.random.per_mille(5) {
            return self.scrap(2);
        }
        let id = match self.random.below(200) {
            0 => self.scrap(1),
            1 => "\"mb20\"".to_owned(),
            2 => format!("\"mb20/d0{variable}\""),
            3 => format!("\"mb21/d{variable}\""),
            _ => format!(
                "\"{}\"",
                escape(&format!("mb20/d{variable}"), self.escapes, self.random)
            ),
        };
        let kind = *self.random.pick(&[
            "NUMERIC", "NUMERIC", "NUMERIC", "DATETIME", "DISCRETE", "DISCRET", "TEXT", "numeric",
        ]);
        let rows = if self.random.per_mille(8) {
            rows + 1
        } else {
            rows
        };
        let data = match self.random.below(100) {
            0 => "null".to_owned(),
            1 if self.rarely() => self.scrap(2),
            _ => self.cells(kind, rows),
        };
        let declared = match self.random.below(60) {
            0 => self.scrap(1),
            _ => format!("\"{}\"", escape(kind, self.escapes, self.random)),
        };
        let mut entries = Vec::new();
        for (key, value) in [("id", id), ("type", declared), ("data", data)] {
            let is_left_out = match key {
                "id" => self.random.per_mille(3),
                _ => self.random.per_mille(40),
            };
            if !is_left_out {
                entries.push(self.entry(key, &value));
            }
        }
        for _ in 0..self.random.below(2) {
            let scrap = self.scrap(4);
            let key = *self
                .random
                .pick(&["unit", "datadefs", "resultLength", "", "dat", "datab"]);
            entries.push(self.entry(key, &scrap));
        }
        if self.random.per_mille(5) {
            let key = *self.random.pick(&["id", "type", "data"]);
            let scrap = self.scrap(2);
            entries.push(self.entry(key, &scrap));
        }
        self.random.shuffle(&mut entries);
        self.join('{', &entries, '}')
    }

    fn cells(&mut self, kind: &str, rows: usize) -> String {
        let oddities = *self.random.pick(&[0, 0, 0, 5, 50, 400]);
        // The rows of a long column are similar, so that some columns are valid to their end.
        let wrong = if rows > 100 {
            0
        } else {
            *self.random.pick(&[0, 0, 0, 10, 100])
        };
        let slip = self
            .random
            .per_mille(15)
            .then(|| self.random.below(rows.max(1)));
        let slips = [
            ",", ",,", "\"", "]", "}", ":", "\\", "[", "{", "1", " 1", "\"1\"",
        ];
        let mut text = String::from("[");
        for row in 0..rows {
            if row > 0 {
                text.push(',');
            }
            text.push_str(&self.space());
            let from_cut = (text.len() + 150) % CHUNK;
            let is_near_cut = text.len() > CHUNK / 2 && from_cut < 300;
            let odd = if is_near_cut {
                oddities.max(100)
            } else {
                oddities
            };
            let cell = if self.random.per_mille(wrong) {
                self.scrap(2)
            } else if self.random.per_mille(odd) {
                self.odd_cell(kind)
            } else {
                let cell = self.plain_cell(kind);
                format!("\"{}\"", escape(&cell, self.escapes, self.random))
            };
            text.push_str(&cell);
            if slip == Some(row) {
                let slip: &&str = self.random.pick(&slips);
                text.push_str(slip);
            }
            text.push_str(&self.space());
        }
        text.push(']');
        text
    }

    /// A cell as the service sends it.
    fn plain_cell(&mut self, kind: &str) -> String {
        let number = self.random.below(1_000_000);
        match kind {
            "NUMERIC" | "numeric" => match self.random.below(8) {
                0 => format!("-{}.{}", number / 100, number % 100),
                1 => format!("{}.{number:06}", number % 17),
                2 => "nan".to_owned(),
                _ => format!("{}", number % 5_000),
            },
            "DATETIME" => format!(
                "{:04}{:02}{:02}_{:02}{:02}{:02}",
                1 + number % 9999,
                1 + number % 12,
                1 + number % 28,
                number % 24,
                number % 60,
                number / 60 % 60
            ),
            _ => match self.random.below(6) {
                0 => format!("Équipe {}", number % 7),
                1 => format!("a rather long label, number {}, of many", number % 11),
                2 => "日本 😀".to_owned(),
                _ => format!("B{:02}", number % 40),
            },
        }
    }

    /// A cell that is valid in such a column, and rare.
    fn odd_cell(&mut self, kind: &str) -> String {
        let any = [
            "\"?\"",
            "null",
            "\"null\"",
            "\"\"",
            "\"\\u003f\"",
            "\" ? \"",
            "\"\\t\"",
            "NaN",
            "-Infinity",
            "\"nu\\u006cl\"",
        ];
        let numbers = [
            "\"nan\"",
            "\"NaN\"",
            "\"-NAN\"",
            "\"inf\"",
            "\"-Infinity\"",
            "\"NULL\"",
            "\"1e3\"",
            "\"+1\"",
            "\" 7 \"",
            "\"\\t1.5\"",
            "\" nan\"",
            "\"Bad Input\"",
            "\" Bad Input\"",
            "\"1,5\"",
            "Infinity",
            "\"-0\\n\"",
            "\"1.\"",
            "\".5\"",
            "\"-0\"",
            "\"-0.0\"",
            "\"007\"",
            "\"1e-400\"",
            "\"-1E400\"",
            "\"9007199254740993\"",
            "\"9007199254740993.0\"",
            "\"-9223372036854775808\"",
            "\"9223372036854775808\"",
            "\"99999999999999999999999\"",
            "\"0.1000000000000000055511\"",
            "\"\\u0031\"",
            "\"1\\u002e5\"",
            "1",
            "-0",
            "-1.5",
            "1e2",
            "0.0000001",
            "18446744073709551615",
            "123456789012345678901234567890",
            "1e-400",
            "true",
            "false",
            "\"4.9e-324\"",
            "\"123456789\"",
            "\"12345678\"",
            "\"-12345678\"",
            "\"1234567.8\"",
            "\"1.2345678\"",
            "\"000000000000000000001\"",
        ];
        let dates = [
            "\"20200229_000000\"",
            "\"20190229_000000\"",
            "\"20161231_235960\"",
            "\"00010101_000000\"",
            "\"99991231_235959\"",
            "\"00000101_000000\"",
            "\"20201301_000000\"",
            "\"20200101_240000\"",
            "\"20201127T124000\"",
            "\"20201127_12400\"",
            "20201127",
            "true",
            "\"NULL\"",
            "\"2020112\\u0037_124000\"",
            "\"yesterday\"",
            "\"20201127\\u005f124000\"",
        ];
        let labels = [
            "\"NaN\"",
            "\"A,B\"",
            "\"[x]\"",
            "\"{\\\"a\\\":[1]}\"",
            "\"\\\"\"",
            "\"\\\\\"",
            "\"\\\\\\\"\"",
            "\"\\u0000\"",
            "\"\\ud83d\\ude00\"",
            "\"\\uD834\\uDD1E,\"",
            "\"é\\n\"",
            "\"\u{7f}\"",
            "\"\u{feff}\"",
            "1",
            "-0",
            "1.50",
            "1E5",
            "true",
            "false",
            "123456789012345678901234567890",
            "\"?\\u0000\"",
            "\"??\"",
            "\"],\"",
            "\"}\"",
            "\"\\/\"",
            "\"\u{10ffff}\"",
            "\"12345678\"",
            "\"1234567812345678\"",
            "\"12345678x12345678\"",
            "\"x\\u0041\"",
        ];
        let own: &[&str] = match kind {
            "NUMERIC" => &numbers,
            "DATETIME" => &dates,
            _ => &labels,
        };
        let cell = match self.random.below(6) {
            0 => *self.random.pick(&any),
            _ => *self.random.pick(own),
        };
        if self.random.per_mille(3) {
            let long = "x".repeat(self.random.below(2 * CHUNK));
            return match kind {
                "NUMERIC" => format!("\"0.{}\"", long.replace('x', "3")),
                _ => format!("\"{long}é\""),
            };
        }
        cell.to_owned()
    }

    /// Any JSON value up to this depth.
    fn scrap(&mut self, depth: usize) -> String {
        let scalars = [
            "null",
            "true",
            "false",
            "0",
            "-1.5e-3",
            "7",
            "\"\"",
            "\"x\"",
            "\"1,5\"",
            "\"1_000\"",
            "\" 7 \"",
            "\"٣\"",
            "\"0x10\"",
            "\"]}\"",
            "\"data\"",
            "\"datadefs\"",
            "\"\\u0064ata\"",
            "1e400",
            "-0",
            "\"?\"",
            "\"\\\\\"",
            "99999999999999999999",
            "\"1e\"",
            "\"mb20/d1\"",
            "\"NUMERIC\"",
        ];
        let choice = self.random.below(12);
        if depth == 0 || choice > 3 {
            return (*self.random.pick(&scalars)).to_owned();
        }
        if choice == 3 && self.rarely() {
            let levels = 55 + self.random.below(12);
            return format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        }
        let count = self.random.below(4);
        let mut items = Vec::new();
        for _ in 0..count {
            let value = self.scrap(depth - 1);
            items.push(match choice {
                0 | 1 => {
                    let keys = [
                        "data",
                        "datadefs",
                        "id",
                        "type",
                        "message",
                        "x",
                        "\u{1F600}",
                    ];
                    let key = *self.random.pick(&keys);
                    self.entry(key, &value)
                }
                _ => value,
            });
        }
        match choice {
            0 | 1 => self.join('{', &items, '}'),
            _ => self.join('[', &items, ']'),
        }
    }

    fn entry(&mut self, key: &str, value: &str) -> String {
        let escapes = if self.random.per_mille(50) {
            300
        } else {
            self.escapes / 4
        };
        let key = escape(key, escapes, self.random);
        format!("\"{key}\"{}:{}{value}", self.space(), self.space())
    }

    fn join(&mut self, open: char, items: &[String], close: char) -> String {
        let mut text = format!("{open}{}", self.space());
        for (at, item) in items.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(text, "{comma}{}{item}{}", self.space(), self.space());
        }
        text.push(close);
        text
    }

    fn space(&mut self) -> String {
        let spaces = match self.space {
            4 if self.random.per_mille(300) => 1,
            5 if self.random.per_mille(20) => self.random.below(80),
            _ => 0,
        };
        let kinds = [' ', '\n', '\t', '\r'];
        (0..spaces).map(|_| *self.random.pick(&kinds)).collect()
    }

    fn rarely(&mut self) -> bool {
        self.random.per_mille(20)
    }
}

/// Changes a few bytes.
fn damage(body: &mut Vec<u8>, random: &mut Random) {
    let bytes = b"\"\"\\\\{}[],,:: 0-eE.+ux\0\x1f\x7f\x80\xbf\xc3\xed\xff\n";
    for _ in 0..1 + random.below(2) {
        if body.is_empty() {
            return;
        }
        // Most columns are so long that most changes affect the cells.
        let at = random.below(body.len());
        let byte = *random.pick(bytes);
        match random.below(12) {
            0 => body.truncate(at),
            1 | 2 => {
                body.remove(at);
            }
            3 | 4 => body.insert(at, byte),
            5 => {
                let end = (at + 1 + random.below(20)).min(body.len());
                let part = body[at..end].to_vec();
                body.splice(at..at, part);
            }
            6 => {
                let end = (at + 1 + random.below(20)).min(body.len());
                body.drain(at..end);
            }
            7 => {
                let other = random.below(body.len());
                body.swap(at, other);
            }
            8 => body.push(byte),
            9 => body[at] ^= 1 << random.below(8),
            _ => body[at] = byte,
        }
    }
}
