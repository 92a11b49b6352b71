//! [`Reading`]: numbers text by text, and what there is to tell of them.

use super::EXPECTED;
use super::parse::{self, Number};
use crate::array::Fault;
use crate::array::observer::Observer;
use crate::array::validity::Validity;
use crate::column::{Cell, boolean_text};
use crate::options::{FrameOptions, Nan, Spaces};

/// Reads numbers text by text, and keeps which of them are nulls and what there is to tell.
#[derive(Debug)]
pub(in crate::array) struct Reading {
    pub(in crate::array) valid: Validity,
    pub(in crate::array) observer: Observer,
    pub(in crate::array) keep_nan: bool,
    trims: bool,
}

impl Reading {
    pub(super) fn new(options: &FrameOptions) -> Self {
        Self {
            valid: Validity::default(),
            observer: Observer::new(options.strict),
            keep_nan: options.nan == Nan::Keep,
            trims: options.spaces == Spaces::Trim,
        }
    }

    /// The number of a cell; 0 for a null.
    pub(super) fn cell(&mut self, cell: Cell<'_>, row: usize) -> Result<f64, Fault> {
        match cell {
            Cell::Text(text) | Cell::Number(text) => Ok(self.text(text, row)),
            Cell::Null => Ok(self.null(row)),
            Cell::Boolean(truth) => {
                self.observer.coercion(EXPECTED, row, boolean_text(truth));
                Ok(if truth { 1.0 } else { 0.0 })
            }
            Cell::Nested(found) => Err(Fault::nested(row, EXPECTED, found)),
        }
    }

    /// The number that a text is; 0 for a null.
    pub(super) fn text(&mut self, text: &str, row: usize) -> f64 {
        let text = self.trim(text, row);
        match parse::parse(text) {
            Number::Plain(value) => value,
            Number::Inexact(value) => {
                self.observer.inexact(row, text);
                value
            }
            Number::Infinite(value) => {
                self.observer.infinite(row, text);
                value
            }
            Number::Nan if self.keep_nan => f64::NAN,
            Number::Nan | Number::Null => self.null(row),
            Number::None => self.bad(text, row),
        }
    }

    /// Counts a text that is not a number and makes it a null, if it is not one.
    pub(in crate::array) fn is_bad(&mut self, text: &str, row: usize) -> bool {
        let is_bad = parse::parse(text) == Number::None;
        if is_bad {
            self.bad(text, row);
        }
        is_bad
    }

    #[cold]
    fn bad(&mut self, text: &str, row: usize) -> f64 {
        self.observer.bad(EXPECTED, row, text, parse::hint);
        self.valid.null(row);
        0.0
    }

    /// The text without spaces, if they do not matter; where there were some, that is counted.
    #[inline]
    pub(in crate::array) fn trim<'t>(&mut self, text: &'t str, row: usize) -> &'t str {
        if !self.trims {
            return text;
        }
        let trimmed = text.trim_ascii();
        if trimmed.len() < text.len() {
            self.observer.trimmed(row, text);
        }
        trimmed
    }

    fn null(&mut self, row: usize) -> f64 {
        self.observer.null_token();
        self.valid.null(row);
        0.0
    }
}
