//! [`Floats`]: an array of `Float64`.

mod parse;
mod swar;

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};

use self::parse::Number;
pub(super) use self::parse::{is_inexact, is_nan, is_null};
pub(super) use self::swar::Short;
use super::observer::{Observed, Observer};
use super::validity::Validity;
use super::{ColumnDecoder, Fault};
use crate::column::{Cell, Cells, boolean_text};
use crate::options::{FrameOptions, Nan, Spaces};
use crate::plain::Plain;

pub(super) const EXPECTED: &str = "a number";

/// Decodes a column of numbers.
#[derive(Debug)]
pub(crate) struct Floats {
    pub(super) values: Vec<f64>,
    pub(super) valid: Validity,
    pub(super) keep_nan: bool,
    pub(super) trims: bool,
    pub(super) observer: Observer,
}

impl Floats {
    pub(super) fn new(options: &FrameOptions, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            valid: Validity::default(),
            keep_nan: options.nan == Nan::Keep,
            trims: options.spaces == Spaces::Trim,
            observer: Observer::new(options.strict),
        }
    }

    pub(super) fn cell(&mut self, cell: Cell<'_>) -> Result<(), Fault> {
        match cell {
            Cell::Text(text) | Cell::Number(text) => self.text(text),
            Cell::Null => {
                self.null();
                Ok(())
            }
            Cell::Boolean(truth) => {
                let row = self.values.len();
                self.observer.coercion(EXPECTED, row, boolean_text(truth))?;
                self.value(if truth { 1.0 } else { 0.0 });
                Ok(())
            }
            Cell::Nested(found) => Err(Fault::cell(self.values.len(), EXPECTED, found)),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        let text = self.trim(text, self.values.len());
        match parse::parse(text) {
            Number::Plain(value) => self.value(value),
            Number::Inexact(value) => {
                self.observer.inexact(self.values.len(), text)?;
                self.value(value);
            }
            Number::Infinite(value) => {
                self.observer.infinite(self.values.len(), text)?;
                self.value(value);
            }
            Number::Nan if self.keep_nan => self.value(f64::NAN),
            Number::Nan | Number::Null => self.null(),
            Number::None => return Err(self.fault(text)),
        }
        Ok(())
    }

    /// The text without spaces, if they do not matter; where there were some, that is counted.
    #[inline]
    pub(super) fn trim<'t>(&mut self, text: &'t str, row: usize) -> &'t str {
        if !self.trims {
            return text;
        }
        let trimmed = text.trim_ascii();
        if trimmed.len() < text.len() {
            self.observer.trimmed(row, text);
        }
        trimmed
    }

    /// Appends a string without escapes.
    #[inline]
    pub(super) fn plain(
        &mut self,
        cells: &Plain<'_>,
        start: usize,
        end: usize,
    ) -> Result<(), Fault> {
        if let Some(number) = Short::parse(cells.padded(), start, end) {
            self.value(number.to_float());
            return Ok(());
        }
        self.text(cells.text(start, end))
    }

    #[inline]
    fn value(&mut self, value: f64) {
        self.values.push(value);
    }

    fn null(&mut self) {
        self.observer.null_token();
        self.valid.null(self.values.len());
        self.values.push(0.0);
    }

    #[cold]
    fn fault(&self, text: &str) -> Fault {
        Fault::Cell {
            row: self.values.len(),
            expected: EXPECTED,
            found: crate::error::excerpt(text),
            hint: parse::hint(text),
        }
    }
}

impl ColumnDecoder for Floats {
    fn decode(&mut self, cells: Cells<'_>) -> Result<(), Fault> {
        for cell in cells {
            self.cell(cell)?;
        }
        Ok(())
    }

    fn decode_plain(&mut self, cells: &Plain<'_>) -> Result<(), Fault> {
        self.values.reserve(cells.len());
        cells.try_each(|start, end| self.plain(cells, start, end))
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.values.shrink_to_fit();
        let valid = self.valid.finish(self.values.len());
        let array = Float64Array::new(self.values.into(), valid);
        (Arc::new(array), self.observer.into_observed())
    }
}
