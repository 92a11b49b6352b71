//! Any CSV file as a memory base: the first line names the variables, the cells decide their types.
//!
//! The separator is the comma, or the semicolon or tab if the first line has more of that. Cells are trimmed. Empty
//! cells and `NA`, `NaN`, `nan`, `null` and `?` are missing.

mod infer;

use std::path::Path;
use std::{fs, io};

use crate::column::{Column, Texts};
use crate::csv_file::infer::infer;
use crate::error::Error;
use crate::memory_base::MemoryBase;
use crate::variable::{Variable, VariableType};

/// Variables of memory base N count from this many times N, plus one.
const VARIABLES_PER_MEMORY_BASE: u64 = 100_000;

/// Reads a file as memory base `bc_id`.
///
/// Column *k* becomes the variable `bc_id * 100000 + k`. The first DATETIME column orders the rows; a file without one
/// gets a variable "Row" behind the last column, which counts from 1.
pub(crate) fn memory_base(bc_id: u64, path: &Path) -> Result<MemoryBase, Error> {
    let text = fs::read(path).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    });
    let text = text.map_err(|source| Error::ReadCsv {
        path: path.into(),
        source,
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    parse(bc_id, &name, text).map_err(|reason| Error::Csv {
        path: path.into(),
        reason,
    })
}

fn parse(bc_id: u64, name: &str, text: &str) -> Result<MemoryBase, String> {
    let (headers, columns) = read_cells(text)?;
    let first_id = bc_id * VARIABLES_PER_MEMORY_BASE;
    let mut content: Vec<(Variable, Column)> = headers
        .into_iter()
        .zip(&columns)
        .zip(1..)
        .map(|((header, texts), number)| {
            let standard = if header.is_empty() {
                format!("Column {number}")
            } else {
                header
            };
            let (variable_type, column) = infer(texts);
            (
                describe(first_id + number, variable_type, name, standard),
                column,
            )
        })
        .collect();

    let dates =
        |(variable, _): &(Variable, Column)| variable.variable_type == VariableType::Datetime;
    let order = match content.iter().position(dates) {
        Some(order) => order,
        None => {
            content.push(row_numbers(first_id, name, &content));
            content.len() - 1
        }
    };
    Ok(MemoryBase::new(bc_id, name, content, order))
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

/// The first line, and the cells below it by column.
fn read_cells(text: &str) -> Result<(Vec<String>, Vec<Texts>), String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
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
    Ok((headers, columns))
}

/// The separator that the first line has most of, outside quotes.
fn separator(text: &str) -> u8 {
    let first_line = text.lines().next().unwrap_or_default();
    // What is quoted stands at the odd places.
    let unquoted = || first_line.split('"').step_by(2).flat_map(str::bytes);
    let count = |separator: &u8| unquoted().filter(|byte| byte == separator).count();
    // `max_by_key` takes the last of equals, so the comma stands last.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

fn explain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
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
        let base = parse(21, "plant", text).unwrap();
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
        let base = parse(22, "plant", "a;\"b,c,d\"\nx;\"y;z\"\nx;w\n").unwrap();
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
        assert_eq!(parse(21, "plant", "a,b\n").unwrap().rows(), 0);
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_line() {
        let reason = |text| parse(21, "plant", text).unwrap_err();
        assert_eq!(
            reason(""),
            "it is empty; the first line must name the columns"
        );
        assert_eq!(
            reason("a,b\n1,2\n3\n"),
            "line 3 has 1 cells where the first line has 2"
        );
    }
}
