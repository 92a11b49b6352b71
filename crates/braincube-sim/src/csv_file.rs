//! Mounts a CSV file as a memory base. The first line contains the names of the variables; their types are inferred from the
//! cells.
//!
//! The separator is that of a first line such as `sep=;`, otherwise the comma, or the semicolon or tab if it is more frequent
//! in the first line. Cells are trimmed. Empty cells (also `""`) and `NA`, `NaN`, `nan`, `null` and `?` are missing.

mod description;
mod infer;

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::column::{Column, Texts};
pub use crate::csv_file::description::{CsvCell, CsvColumn, CsvFile};
use crate::csv_file::infer::{Inferred, infer};
use crate::error::Error;
use crate::memory_base::{MemoryBase, Variable, VariableType};

/// The variables of memory base *b* have the bcIds from *b* times this number, plus one.
const VARIABLES_PER_MEMORY_BASE: u64 = 100_000;

/// Reads a file as memory base `bc_id` and returns a description of it.
///
/// Column *k* becomes the variable `bc_id * 100000 + k`. The first DATETIME column is the order variable; a file without one
/// gets an additional variable "Row" with the row numbers, from 1.
pub(crate) fn memory_base(bc_id: u64, path: &Path) -> Result<(MemoryBase, CsvFile), Error> {
    let bytes = fs::read(path).map_err(|source| Error::ReadCsv {
        path: path.into(),
        source,
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mounted = decode(&bytes).and_then(|(text, encoding)| {
        let (base, mut description) = parse(bc_id, &name, &text)?;
        description.path = path.into();
        description.encoding = encoding;
        Ok((base, description))
    });
    mounted.map_err(|reason| Error::Csv {
        path: path.into(),
        reason,
    })
}

fn parse(bc_id: u64, name: &str, text: &str) -> Result<(MemoryBase, CsvFile), String> {
    let Table {
        separator,
        headers,
        columns,
    } = read_cells(text)?;
    let first_id = bc_id * VARIABLES_PER_MEMORY_BASE;
    let (mut content, mut described) = (Vec::new(), Vec::new());
    for ((header, texts), number) in headers.into_iter().zip(&columns).zip(1..) {
        let standard = if header.is_empty() {
            format!("Column {number}")
        } else {
            header
        };
        let Inferred {
            variable_type,
            column,
            notation,
            decided_by,
        } = infer(texts, separator != b',');
        described.push(CsvColumn {
            bc_id: first_id + number,
            name: standard.clone(),
            variable_type: variable_type.as_str(),
            notation,
            decided_by,
        });
        let variable = describe(first_id + number, variable_type, name, standard);
        content.push((variable, column));
    }

    let dates =
        |(variable, _): &(Variable, Column)| variable.variable_type == VariableType::Datetime;
    let order = match content.iter().position(dates) {
        Some(order) => order,
        None => {
            content.push(row_numbers(first_id, name, &content));
            content.len() - 1
        }
    };
    let base = MemoryBase::new(bc_id, name, content, order);
    let description = CsvFile {
        memory_base: bc_id,
        separator: char::from(separator),
        rows: base.rows(),
        order: base.order_variable().bc_id,
        columns: described,
        ..CsvFile::default()
    };
    Ok((base, description))
}

fn row_numbers(first_id: u64, name: &str, content: &[(Variable, Column)]) -> (Variable, Column) {
    let last_id = content
        .last()
        .map_or(first_id, |(variable, _)| variable.bc_id);
    let rows = content.first().map_or(0, |(_, column)| column.len());
    let numbers: Vec<String> = (1..=rows).map(|row| row.to_string()).collect();
    let variable = describe(last_id + 1, VariableType::Numeric, name, "Row".into());
    (
        variable,
        Column::numeric(numbers.iter().map(String::as_str)),
    )
}

fn describe(bc_id: u64, variable_type: VariableType, base: &str, standard: String) -> Variable {
    Variable {
        bc_id,
        variable_type,
        tag: format!("{base}.{standard}"),
        local: standard.clone(),
        standard,
        unit: None,
        is_broken: false,
    }
}

/// The names in the first line, and the cells of each column.
struct Table {
    separator: u8,
    headers: Vec<String>,
    columns: Vec<Texts>,
}

fn read_cells(text: &str) -> Result<Table, String> {
    let (separator, text, lines_before) = match separator_line(text) {
        Some((separator, rest)) => (separator, rest, 1),
        None => (likely_separator(text), text, 0),
    };
    check_quotes(text, separator, lines_before)?;
    let explain = |error: &csv::Error| explain(error, lines_before);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .map_err(|error| explain(&error))?
        .iter()
        .map(str::to_owned)
        .collect();
    if headers.is_empty() {
        return Err("it is empty; the first line must contain the names of the columns".into());
    }
    let mut columns: Vec<Texts> = headers.iter().map(|_| Texts::default()).collect();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| explain(&error))?
    {
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(cell);
        }
    }
    Ok(Table {
        separator,
        headers,
        columns,
    })
}

/// The separator of a first line such as `sep=;`, which Excel uses, and the text after that line.
fn separator_line(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    let (key, named) = line.split_at_checked(4)?;
    match named.as_bytes() {
        [separator @ (b',' | b';' | b'\t' | b'|')] if key.eq_ignore_ascii_case("sep=") => {
            Some((*separator, rest))
        }
        _ => None,
    }
}

/// The most frequent separator in the first line, outside of quotes.
fn likely_separator(text: &str) -> u8 {
    let first_line = text.lines().next().unwrap_or_default();
    // The parts with odd indices are quoted.
    let unquoted = || first_line.split('"').step_by(2).flat_map(str::bytes);
    let count = |separator: &u8| unquoted().filter(|byte| byte == separator).count();
    // `max_by_key` returns the last maximum, so the comma takes precedence.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

/// Rejects a quoted cell without a closing quote, or with text after it. The CSV reader would read the following rows as
/// part of the cell.
fn check_quotes(text: &str, separator: u8, lines_before: usize) -> Result<(), String> {
    let ends_cell = |c: char| c == char::from(separator) || matches!(c, '\r' | '\n');
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let before = &text[..text.len() - rest.len()];
            let line = 1 + lines_before + before.matches('\n').count();
            let Some(after) = after_closing_quote(quoted) else {
                return Err(format!(
                    "line {line} has a quoted cell without a closing quote"
                ));
            };
            let mut trimmed = after.chars().skip_while(|c| *c == ' ');
            if !trimmed.next().is_none_or(ends_cell) {
                let reason = "has a quoted cell with text after its closing quote";
                return Err(format!("line {line} {reason}"));
            }
            rest = after;
        }
        rest = rest.split_once(ends_cell).map_or("", |(_, next)| next);
    }
    Ok(())
}

/// Returns the text after the closing quote; two quotes are an escaped one.
fn after_closing_quote(quoted: &str) -> Option<&str> {
    let mut rest = quoted;
    loop {
        let (_, after) = rest.split_once('"')?;
        match after.strip_prefix('"') {
            Some(escaped) => rest = escaped,
            None => return Some(after),
        }
    }
}

fn explain(error: &csv::Error, lines_before: usize) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(0, csv::Position::line) + lines_before as u64;
            format!("line {line} has {len} cells, but the first line has {expected_len}")
        }
        _ => error.to_string(),
    }
}

/// Decodes a file and returns the name of its encoding.
///
/// A byte order mark selects UTF-8, UTF-16LE or UTF-16BE. Without one, the encoding is UTF-8 if the bytes are valid UTF-8,
/// otherwise Windows-1252, which is equal to Latin-1 for all printable characters.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (WINDOWS_1252, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let name = encoding.name();
    match text {
        None => Err(format!(
            "its text is not valid {name}, which its byte order mark announces"
        )),
        Some(text) if text.contains('\0') => Err(format!(
            "its text contains NUL characters, decoded as {name}; save it as UTF-8, or as UTF-16 with a byte order mark"
        )),
        Some(text) => Ok((text, name)),
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, parse};
    use crate::memory_base::MemoryBase;

    fn described(base: &MemoryBase) -> Vec<(u64, &str, &str)> {
        let variables = base.variables().iter();
        variables
            .map(|variable| {
                (
                    variable.bc_id,
                    variable.variable_type.as_str(),
                    variable.standard.as_str(),
                )
            })
            .collect()
    }

    #[test]
    fn columns_become_variables_in_the_same_order() {
        let text = "speed,when,grade,\n1.5,2023-10-28,A,\n,2023-10-29T01:00,?,\n";
        let base = parse(21, "plant", text).unwrap().0;
        assert_eq!(
            described(&base),
            [
                (2_100_001, "NUMERIC", "speed"),
                (2_100_002, "DATETIME", "when"),
                (2_100_003, "DISCRETE", "grade"),
                (2_100_004, "NUMERIC", "Column 4"),
            ]
        );
        assert_eq!(base.order_variable().bc_id, 2_100_002);
        assert_eq!(base.rows(), 2);
    }

    #[test]
    fn a_file_without_dates_is_ordered_by_row_number() {
        let base = parse(22, "plant", "a;\"b,c,d\"\nx;\"y;z\"\nx;w\n")
            .unwrap()
            .0;
        assert_eq!(
            described(&base),
            [
                (2_200_001, "DISCRETE", "a"),
                (2_200_002, "DISCRETE", "b,c,d"),
                (2_200_003, "NUMERIC", "Row"),
            ]
        );
        assert_eq!(base.order_variable().bc_id, 2_200_003);
    }

    #[test]
    fn a_file_without_rows_is_an_empty_memory_base() {
        assert_eq!(parse(21, "plant", "a,b\n").unwrap().0.rows(), 0);
    }

    #[test]
    fn a_file_that_is_not_a_table_is_rejected_with_the_line() {
        let reason = |text| parse(21, "plant", text).map(drop).unwrap_err();
        assert_eq!(
            reason(""),
            "it is empty; the first line must contain the names of the columns"
        );
        assert_eq!(
            reason("a,b\n1,2\n3\n"),
            "line 3 has 1 cells, but the first line has 2"
        );
    }

    #[test]
    fn d1_a_first_line_may_set_the_separator() {
        for (text, separator) in [
            ("sep=;\na,b;c\n1;2\n", ';'),
            ("\"sep=|\"\r\na|c\r\n1|2\r\n", '|'),
            ("SEP=\t\na\tc\n1\t2", '\t'),
        ] {
            let (base, file) = parse(21, "plant", text).unwrap();
            assert_eq!((base.rows(), file.separator), (1, separator), "{text}");
            assert_eq!(file.columns[1].name, "c");
        }
        // Any other text after `sep=` is the name of a column.
        let (_, file) = parse(21, "plant", "sep=a\n1\n").unwrap();
        assert_eq!(file.columns[0].name, "sep=a");
        let error = parse(21, "plant", "sep=;\na;b\n1\n").map(drop).unwrap_err();
        assert!(error.starts_with("line 3 "), "{error}");
    }

    #[test]
    fn d1_decimal_commas_are_read_if_the_comma_is_not_the_separator() {
        let (base, file) = parse(21, "plant", "a;b\n1,5;1,5\n-0,25;2.5\n").unwrap();
        assert_eq!(described(&base)[0].1, "NUMERIC");
        assert_eq!(file.columns[0].notation, Some("decimal comma"));
        assert_eq!(file.columns[1].variable_type, "DISCRETE");
        let (base, _) = parse(21, "plant", "a,b\n\"1,5\",2\n").unwrap();
        assert_eq!(described(&base)[0].1, "DISCRETE");
    }

    #[test]
    fn d1_a_quote_that_is_not_closed_is_an_error_with_its_line() {
        let reason = |text| parse(21, "plant", text).map(drop).unwrap_err();
        let unclosed = "line 3 has a quoted cell without a closing quote";
        assert_eq!(reason("a,b\n1,x\n2,\"y\n3,z\n"), unclosed);
        assert_eq!(reason("sep=,\na,b\n1,\"\"\"\n2,y\n"), unclosed);
        let followed = "line 2 has a quoted cell with text after its closing quote";
        assert_eq!(reason("a,b\n1,\"x\n2,\"y\n3,z\n"), followed);
        for (text, rows) in [
            ("a,b\n1,\"x\ny\"\n", 1),
            ("a,b\n1,\"x\" \r\n2,\"\"\r\n", 2),
            ("a,b\n1,5\" pipe\n2,\"a \"\"b\"\"\"\n", 2),
            ("a\tb\n\"x\"\t1", 1),
        ] {
            assert_eq!(parse(21, "plant", text).unwrap().0.rows(), rows, "{text:?}");
        }
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn d2_each_encoding_results_in_the_same_text() {
        let text = "Température;°C\n";
        let marked = "\u{feff}Température;°C\n";
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.as_bytes().to_vec(), "UTF-8"),
            (utf_16(marked, u16::to_le_bytes), "UTF-16LE"),
            (utf_16(marked, u16::to_be_bytes), "UTF-16BE"),
            (b"Temp\xe9rature;\xb0C\n".to_vec(), "windows-1252"),
        ] {
            let (decoded, encoding) = decode(&bytes).unwrap();
            assert_eq!((&*decoded, encoding), (text, name));
        }
    }

    #[test]
    fn d2_text_in_an_unknown_encoding_is_rejected() {
        let unmarked = utf_16("a;b\n", u16::to_le_bytes);
        assert!(decode(&unmarked).unwrap_err().contains("byte order mark"));
        assert!(
            decode(b"\xff\xfe\x00\xd8a")
                .unwrap_err()
                .contains("not valid UTF-16LE")
        );
        assert!(
            decode(b"\xef\xbb\xbf\xe9")
                .unwrap_err()
                .contains("not valid UTF-8")
        );
    }
}
