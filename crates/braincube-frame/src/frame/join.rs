//! Frames side by side: the columns of one extraction that came in several answers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use braincube_model::LongId;

use super::Frame;
use super::distinct::{Indistinct, indistinct};
use crate::error::Error;
use crate::report::{Report, Spent};

impl Frame {
    /// Joins frames side by side to one with these columns, in this order.
    ///
    /// Every part must hold the column `order`, which orders the rows, and all of them the same cells in it, of
    /// which no two are equal and none is null: only then are the rows of one part known to be those of the others, since
    /// rows that the column does not tell apart may come in another order with each answer. It is in the joined frame if it is among `columns`.
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
    /// [`Error::NoOrder`] and [`Error::OrderAmbiguous`] where the column cannot show that the rows are the same,
    /// [`Error::OrderDiffers`] where it shows that they are not, [`Error::MissingColumn`] where no part holds a column.
    pub fn join(parts: Vec<Self>, order: LongId, columns: &[LongId]) -> Result<Self, Error> {
        same_rows(&parts, order)?;
        let rows = parts.first().map_or(0, |part| part.report.rows);
        let schema_metadata = parts
            .first()
            .map(|part| part.batch.schema().metadata().clone());
        let mut report = Report {
            rows,
            json_bytes: parts.iter().map(|part| part.report.json_bytes).sum(),
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

    /// Whether the column `order` tells each row from all others, as [`join`](Self::join) needs it: known from the first
    /// part alone.
    ///
    /// # Errors
    ///
    /// [`Error::NoOrder`] where the column has no data, [`Error::OrderAmbiguous`] where it does not.
    pub fn check_order(&self, order: LongId) -> Result<(), Error> {
        let cells = self.cells(order).ok_or(Error::NoOrder { order })?;
        let (row, equal_to) = match indistinct(cells) {
            None => return Ok(()),
            Some(Indistinct::Null(row)) => (row, None),
            Some(Indistinct::Equal(first, row)) => (row, Some(first)),
        };
        Err(Error::OrderAmbiguous {
            order,
            row,
            equal_to,
        })
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
    let cells = |part: &Frame| part.cells(order).cloned().ok_or(Error::NoOrder { order });
    let cells = parts.iter().map(cells).collect::<Result<Vec<_>, _>>()?;
    let (Some(part), Some(first)) = (parts.first(), cells.first()) else {
        return Err(Error::NoOrder { order });
    };
    part.check_order(order)?;
    let others = cells.iter().skip(1);
    match others.zip(2..).find(|(cells, _)| *cells != first) {
        None => Ok(()),
        Some((_, part)) => Err(Error::OrderDiffers { order, part }),
    }
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

    const TWO: &str = r#""20231002_060000", "20231002_060100""#;
    const OTHER: &str = r#""20231002_060001", "20231002_060100""#;

    #[test]
    fn i6_columns_of_parts_with_the_same_rows_stand_in_the_order_asked() {
        let parts = vec![part(TWO, 2, "1, 2"), part(TWO, 3, "3, 4")];
        let bytes: u64 = parts.iter().map(|part| part.report().json_bytes()).sum();
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
        assert_eq!(joined.report().json_bytes(), bytes);
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
    fn i6_parts_whose_order_does_not_tell_rows_apart_are_never_joined() {
        let equal = r#""20231002_060000", "20231002_060000""#;
        let null = r#""20231002_060000", null"#;
        for (dates, expected) in [(equal, Some(0)), (null, None)] {
            for second in [dates, TWO] {
                let parts = vec![part(dates, 2, "1, 2"), part(second, 3, "3, 4")];
                let error = Frame::join(parts, id(1), &[id(2), id(3)]).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Integrity);
                let Error::OrderAmbiguous { row, equal_to, .. } = error else {
                    panic!("{error}");
                };
                assert_eq!((row, equal_to), (1, expected));
            }
        }
    }

    #[test]
    fn i6_what_keeps_the_order_from_telling_rows_apart_is_told() {
        let frame = part(r#""20231002_060000", null"#, 2, "1, 2");
        let told = frame.check_order(id(1)).unwrap_err().to_string();
        assert!(
            told.contains("mb20/d1") && told.contains("no value in row 1"),
            "{told}"
        );
        let frame = part(TWO, 2, "1, 1");
        assert!(frame.check_order(id(1)).is_ok());
        let told = frame.check_order(id(2)).unwrap_err().to_string();
        assert!(told.contains("the same in rows 0 and 1"), "{told}");
    }

    #[test]
    fn i6_without_the_order_nothing_is_joined() {
        let parts = vec![part(TWO, 2, "1, 2"), part(TWO, 3, "3, 4")];
        let error = Frame::join(parts, id(9), &[id(2), id(3)]).unwrap_err();
        assert!(matches!(error, Error::NoOrder { .. }), "{error}");
        assert!(Frame::join(Vec::new(), id(1), &[]).is_err());
    }
}
