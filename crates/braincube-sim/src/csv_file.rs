//! Any CSV file as a memory base: the first line names the variables, the cells decide their types.
//!
//! The separator is the one that a first line `sep=;` names, else the comma, or the semicolon or tab if the first line has
//! more of that. Cells are trimmed. Empty cells and `NA`, `NaN`, `nan`, `null` and `?` are missing.

mod day_first;
mod decode;
mod description;
mod infer;

use std::fs;
use std::path::Path;

use crate::column::{Column, Texts};
use crate::csv_file::decode::decode;
pub use crate::csv_file::description::{CsvCell, CsvColumn, CsvFile};
use crate::csv_file::infer::{Inferred, infer};
use crate::error::Error;
use crate::memory_base::MemoryBase;
use crate::variable::{Variable, VariableType};

/// Variables of memory base N count from this many times N, plus one.
const VARIABLES_PER_MEMORY_BASE: u64 = 100_000;

/// Reads a file as memory base `bc_id`, and says what it has become.
///
/// Column *k* becomes the variable `bc_id * 100000 + k`. The first DATETIME column orders the rows; a file without one
/// gets a variable "Row" behind the last column, which counts from 1.
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
        broken: false,
    }
}

/// The names in the first line, and the cells below it by column.
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
        return Err("it is empty; the first line must name the columns".into());
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

/// The separator that a first line such as `sep=;` names, for Excel, and the text behind that line.
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

/// The separator that the first line has most of, outside quotes.
fn likely_separator(text: &str) -> u8 {
    let first_line = text.lines().next().unwrap_or_default();
    // What is quoted stands at the odd places.
    let unquoted = || first_line.split('"').step_by(2).flat_map(str::bytes);
    let count = |separator: &u8| unquoted().filter(|byte| byte == separator).count();
    // `max_by_key` takes the last of equals, so the comma stands last.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

fn explain(error: &csv::Error, lines_before: u64) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(0, csv::Position::line) + lines_before;
            format!("line {line} has {len} cells where the first line has {expected_len}")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
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
    fn columns_become_variables_in_their_order() {
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
    fn a_file_without_dates_is_ordered_by_row_numbers() {
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
    fn what_is_no_table_is_refused_with_the_line() {
        let reason = |text| parse(21, "plant", text).map(drop).unwrap_err();
        assert_eq!(
            reason(""),
            "it is empty; the first line must name the columns"
        );
        assert_eq!(
            reason("a,b\n1,2\n3\n"),
            "line 3 has 1 cells where the first line has 2"
        );
    }

    #[test]
    fn d1_a_first_line_may_name_the_separator() {
        for (text, separator) in [
            ("sep=;\na,b;c\n1;2\n", ';'),
            ("\"sep=|\"\r\na|c\r\n1|2\r\n", '|'),
            ("SEP=\t\na\tc\n1\t2", '\t'),
        ] {
            let (base, file) = parse(21, "plant", text).unwrap();
            assert_eq!((base.rows(), file.separator), (1, separator), "{text}");
            assert_eq!(file.columns[1].name, "c");
        }
        // A header that only looks like it is a header.
        let (_, file) = parse(21, "plant", "sep=a\n1\n").unwrap();
        assert_eq!(file.columns[0].name, "sep=a");
        let error = parse(21, "plant", "sep=;\na;b\n1\n").map(drop).unwrap_err();
        assert!(error.starts_with("line 3 "), "{error}");
    }

    #[test]
    fn d1_decimal_commas_are_read_where_the_comma_separates_nothing() {
        let (base, file) = parse(21, "plant", "a;b\n1,5;1,5\n-0,25;2.5\n").unwrap();
        assert_eq!(described(&base)[0].1, "NUMERIC");
        assert_eq!(file.columns[0].notation, Some("decimal comma"));
        assert_eq!(file.columns[1].variable_type, "DISCRETE");
        let (base, _) = parse(21, "plant", "a,b\n\"1,5\",2\n").unwrap();
        assert_eq!(described(&base)[0].1, "DISCRETE");
    }
}
