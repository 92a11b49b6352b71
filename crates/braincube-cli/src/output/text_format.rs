//! [`TextFormat`]: how rows stand on standard output.

use std::io::{self, IsTerminal as _};

use super::form::FileFormat;
use crate::arguments::Format;
use crate::failure::Failure;

/// How rows stand on standard output, for people or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Table,
    Csv,
    Json,
}

impl TextFormat {
    /// What was asked for, else a table for a person and CSV for a program.
    ///
    /// # Errors
    ///
    /// The form of a file, where that was asked for and is no text.
    pub(super) fn of(asked: Option<Format>) -> Result<Self, FileFormat> {
        match asked {
            Some(Format::Table) => Ok(Self::Table),
            Some(Format::Csv) => Ok(Self::Csv),
            Some(Format::Json) => Ok(Self::Json),
            Some(Format::Parquet) => Err(FileFormat::Parquet),
            Some(Format::Arrow) => Err(FileFormat::Arrow),
            None if io::stdout().is_terminal() => Ok(Self::Table),
            None => Ok(Self::Csv),
        }
    }

    /// The format of a list.
    ///
    /// # Errors
    ///
    /// Wrong usage where what was asked for is no text.
    pub(crate) fn of_list(asked: Option<Format>) -> Result<Self, Failure> {
        Self::of(asked).map_err(|_| {
            Failure::Usage("Parquet and Arrow are for data: a list is a table, csv or json".into())
        })
    }
}
