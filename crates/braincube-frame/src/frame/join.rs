//! Frames side by side: the columns of one extraction that came in several answers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use braincube_model::LongId;

use super::Frame;
use crate::error::Error;
use crate::report::{Report, Spent};

impl Frame {
    /// Joins frames side by side to one with these columns, in this order.
    ///
    /// Every part must hold the column `order`, which orders the rows, and all of them the same cells in it: only then
    /// are the rows of one part known to be those of the others. It is in the joined frame if it is among `columns`.
    ///
    /// ```
    /// use braincube_frame::{Frame, FrameOptions, LongId, decode};
    ///
    /// let part = |variable: u64| {
    ///     let body = format!(
    ///         r#"{{"datadefs": [{{"id": "mb20/d1", "type": "DATETIME", "data": ["20201127_124000"]}},
    ///             {{"id": "mb20/d{variable}", "type": "NUMERIC", "data": ["1"]}}]}}"#
    ///     );
    ///     decode(body.as_bytes(), Vec::new(), FrameOptions::default())
    /// };
    /// let [date, two, three] = [1, 2, 3].map(|variable| LongId::variable(20, variable));
    /// let frame = Frame::join(vec![part(2)?, part(3)?], date, &[three, two])?;
    /// assert_eq!(frame.batch().num_columns(), 2);
    /// # Ok::<(), braincube_frame::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoOrder`] and [`Error::OrderDiffers`] where the rows cannot be shown to be the same,
    /// [`Error::MissingColumn`] where no part holds a column.
    pub fn join(parts: Vec<Self>, order: LongId, columns: &[LongId]) -> Result<Self, Error> {
        same_rows(&parts, order)?;
        let rows = parts.first().map_or(0, |part| part.report.rows);
        let schema_metadata = parts
            .first()
            .map(|part| part.batch.schema().metadata().clone());
        let mut report = Report {
            rows,
            wire_bytes: parts.iter().map(|part| part.report.wire_bytes).sum(),
            columns: Vec::with_capacity(columns.len()),
            unasked: unasked(&parts),
            spent: Spent(parts.iter().map(|part| part.report.spent.0).sum()),
        };
        let mut known = HashMap::new();
        for part in parts {
            let (batch, part) = part.into_parts();
            let fields = batch.schema().fields().clone();
            let described = part.columns.into_iter().zip(fields.iter().cloned());
            for ((column, field), array) in described.zip(batch.columns()) {
                known
                    .entry(column.id)
                    .or_insert_with(|| (column, field, Arc::clone(array)));
            }
        }
        let mut fields = Vec::with_capacity(columns.len());
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        for id in columns {
            let found = known.remove(id);
            let (column, field, array) = found.ok_or(Error::MissingColumn { column: *id })?;
            report.columns.push(column);
            fields.push(field);
            arrays.push(array);
        }
        let schema = Schema::new(fields).with_metadata(schema_metadata.unwrap_or_default());
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
            .expect("the columns of each part are of the length of its order column, which is the same in all");
        Ok(Self::new(batch, report))
    }

    /// The cells of a column, if it came with data.
    fn cells(&self, id: LongId) -> Option<&ArrayRef> {
        let mut columns = self.report.columns.iter();
        let place = columns.position(|column| column.id == id && !column.is_missing)?;
        Some(self.batch.column(place))
    }
}

/// Shows that all parts have the same rows, in the same order.
fn same_rows(parts: &[Frame], order: LongId) -> Result<(), Error> {
    let mut orders = parts.iter().map(|part| part.cells(order));
    let Some(Some(first)) = orders.next() else {
        return Err(Error::NoOrder { order });
    };
    for (index, cells) in orders.enumerate() {
        let cells = cells.ok_or(Error::NoOrder { order })?;
        if cells.to_data() != first.to_data() {
            let part = index + 2;
            return Err(Error::OrderDiffers { order, part });
        }
    }
    Ok(())
}

fn unasked(parts: &[Frame]) -> Vec<LongId> {
    let mut seen = HashSet::new();
    let all = parts.iter().flat_map(|part| part.report.unasked.iter());
    all.copied().filter(|id| seen.insert(*id)).collect()
}

#[cfg(test)]
mod tests {
    use braincube_model::LongId;

    use super::Frame;
    use crate::decoder::decode;
    use crate::error::{Error, ErrorKind};
    use crate::options::FrameOptions;

    fn id(variable: u64) -> LongId {
        LongId::variable(20, variable)
    }

    fn part(dates: &str, variable: u64, cells: &str) -> Frame {
        let body = format!(
            r#"{{"datadefs": [
                {{"id": "mb20/d1", "type": "DATETIME", "data": [{dates}]}},
                {{"id": "mb20/d{variable}", "type": "NUMERIC", "data": [{cells}]}}]}}"#
        );
        decode(body.as_bytes(), Vec::new(), FrameOptions::default()).unwrap()
    }

    const TWO: &str = r#""20231002_060000", null"#;
    const OTHER: &str = r#""20231002_060001", null"#;

    #[test]
    fn i6_columns_of_parts_with_the_same_rows_stand_in_the_order_asked() {
        let parts = vec![part(TWO, 2, "1, 2"), part(TWO, 3, "3, 4")];
        let bytes: u64 = parts.iter().map(|part| part.report().wire_bytes()).sum();
        let joined = Frame::join(parts, id(1), &[id(3), id(2)]).unwrap();
        let schema = joined.batch().schema();
        let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
        assert_eq!(names, ["3", "2"]);
        let ids: Vec<_> = joined
            .report()
            .columns()
            .iter()
            .map(|one| one.id())
            .collect();
        assert_eq!((ids, joined.report().rows()), (vec![id(3), id(2)], 2));
        assert_eq!(joined.report().wire_bytes(), bytes);
    }

    #[test]
    fn i6_parts_with_other_rows_are_never_joined() {
        for (dates, cells) in [(OTHER, "3, 4"), (r#""20231002_060000""#, "3")] {
            let parts = vec![part(TWO, 2, "1, 2"), part(dates, 3, cells)];
            let error = Frame::join(parts, id(1), &[id(2), id(3)]).unwrap_err();
            assert!(
                matches!(error, Error::OrderDiffers { part: 2, .. }),
                "{error}"
            );
            assert_eq!(error.kind(), ErrorKind::Integrity);
        }
    }

    #[test]
    fn i6_without_the_order_nothing_is_joined() {
        let parts = vec![part(TWO, 2, "1, 2"), part(TWO, 3, "3, 4")];
        let error = Frame::join(parts, id(9), &[id(2), id(3)]).unwrap_err();
        assert!(matches!(error, Error::NoOrder { .. }), "{error}");
        assert!(Frame::join(Vec::new(), id(1), &[]).is_err());
    }
}
