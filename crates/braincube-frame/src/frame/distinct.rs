//! Whether the cells of a column tell each row from all others.

use std::collections::HashMap;
use std::hash::Hash;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef};

/// What keeps a column from telling two rows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Indistinct {
    /// The first cell without a value; `NaN` is none, for it stands in no order.
    Null(usize),
    /// The first cell that is equal to an earlier one, behind that.
    Equal(usize, usize),
}

/// The first rows that these cells do not tell apart; `None` if they are all different.
pub(super) fn indistinct(cells: &ArrayRef) -> Option<Indistinct> {
    let null = |row: &usize| cells.is_null(*row);
    if let Some(row) = (0..cells.len()).find(null) {
        return Some(Indistinct::Null(row));
    }
    let repeated = if let Some(dates) = cells.as_primitive_opt::<TimestampMillisecondType>() {
        repeated(dates.values(), |date| *date)
    } else if let Some(integers) = cells.as_primitive_opt::<Int64Type>() {
        repeated(integers.values(), |integer| *integer)
    } else if let Some(floats) = cells.as_primitive_opt::<Float64Type>() {
        if let Some(row) = floats.values().iter().position(|float| float.is_nan()) {
            return Some(Indistinct::Null(row));
        }
        // -0 and 0 are equal.
        repeated(floats.values(), |float| (float + 0.0).to_bits())
    } else if let Some(labels) = cells.as_dictionary_opt::<Int32Type>() {
        repeated(labels.keys().values(), |key| *key)
    } else if let Some(texts) = cells.as_string_opt::<i32>() {
        let texts: Vec<&str> = texts.iter().flatten().collect();
        repeated(&texts, |text| *text)
    } else {
        // No column is of another type; what is not known shows nothing.
        return Some(Indistinct::Null(0));
    };
    repeated.map(|(first, row)| Indistinct::Equal(first, row))
}

/// The first cell that is equal to an earlier one, behind that.
fn repeated<T: PartialOrd, K: Eq + Hash>(
    cells: &[T],
    key: impl Fn(&T) -> K,
) -> Option<(usize, usize)> {
    // An order column is sorted, as a rule.
    if cells.is_sorted_by(|left, right| left < right) {
        return None;
    }
    let mut rows = HashMap::with_capacity(cells.len());
    let mut numbered = cells.iter().map(key).zip(0..);
    numbered.find_map(|(key, row)| rows.insert(key, row).map(|first| (first, row)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::{
        ArrayRef, DictionaryArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray,
    };

    use super::{Indistinct, indistinct};

    fn labels(labels: Vec<Option<&str>>) -> ArrayRef {
        Arc::new(labels.into_iter().collect::<DictionaryArray<Int32Type>>())
    }

    #[test]
    fn i6_cells_of_every_type_that_are_all_different_tell_rows_apart() {
        let columns: [ArrayRef; 8] = [
            Arc::new(TimestampMillisecondArray::from(vec![1, 2, 3])),
            Arc::new(TimestampMillisecondArray::from(vec![3, 1, 2])),
            Arc::new(Int64Array::from(vec![3, 2, 1])),
            Arc::new(Float64Array::from(vec![-1.0, -2.0, 0.0, 7.5])),
            Arc::new(StringArray::from(vec!["b", "a", ""])),
            labels(vec![Some("b"), Some("a")]),
            Arc::new(Int64Array::from(Vec::<i64>::new())),
            labels(vec![Some("only")]),
        ];
        for column in columns {
            assert_eq!(indistinct(&column), None, "{column:?}");
        }
    }

    #[test]
    fn i6_equal_cells_and_cells_without_a_value_do_not() {
        let columns: [(ArrayRef, Indistinct); 8] = [
            (
                Arc::new(TimestampMillisecondArray::from(vec![1, 2, 2, 2])),
                Indistinct::Equal(1, 2),
            ),
            (
                Arc::new(TimestampMillisecondArray::from(vec![Some(1), None])),
                Indistinct::Null(1),
            ),
            (
                Arc::new(Int64Array::from(vec![3, 1, 3])),
                Indistinct::Equal(0, 2),
            ),
            (
                Arc::new(Float64Array::from(vec![0.0, 1.0, -0.0])),
                Indistinct::Equal(0, 2),
            ),
            (
                Arc::new(Float64Array::from(vec![0.0, f64::NAN])),
                Indistinct::Null(1),
            ),
            (
                Arc::new(StringArray::from(vec!["b", "a", "b"])),
                Indistinct::Equal(0, 2),
            ),
            (
                labels(vec![Some("b"), Some("a"), Some("a")]),
                Indistinct::Equal(1, 2),
            ),
            (labels(vec![Some("b"), None]), Indistinct::Null(1)),
        ];
        for (column, expected) in columns {
            assert_eq!(indistinct(&column), Some(expected), "{column:?}");
        }
    }
}
