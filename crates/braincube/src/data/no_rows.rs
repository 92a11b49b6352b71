//! [`NoRows`]: why an extraction has no rows.

use std::fmt;

/// Why an extraction has no rows, as far as it could be found out; from
/// [`DataQuery::fetch_explained`](crate::DataQuery::fetch_explained).
///
/// `Display` says it in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRows {
    pub(super) filters: Vec<String>,
    pub(super) cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// There is no filter.
    NoData,
    /// No row matches this filter, whatever the others are. Labels of the variable that are similar to its own.
    Filter {
        filter: String,
        similar: Vec<String>,
    },
    /// Each filter matches rows, but no row matches all of them.
    Combination,
    /// There are too many filters to try each, or trying them failed.
    Unknown,
}

impl NoRows {
    /// The filters that rows had to match, those of a period and a job too, in the textual form of
    /// [`Filter::parse`](crate::Filter::parse).
    pub fn filters(&self) -> &[String] {
        &self.filters
    }

    /// The filter that no row matches, if one of them is the cause.
    pub fn excluding_filter(&self) -> Option<&str> {
        match &self.cause {
            Cause::Filter { filter, .. } => Some(filter),
            _ => None,
        }
    }

    /// The labels of the variable that are most like the one that no row has.
    pub fn similar_labels(&self) -> &[String] {
        match &self.cause {
            Cause::Filter { similar, .. } => similar,
            _ => &[],
        }
    }
}

impl fmt::Display for NoRows {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let all = || self.filters.join("; ");
        match &self.cause {
            Cause::NoData => f.write_str("0 rows: the memory base has none"),
            Cause::Filter { filter, similar } => {
                write!(f, "0 rows: no row matches {filter}")?;
                let similar: Vec<_> = similar.iter().map(|label| format!("{label:?}")).collect();
                match similar.is_empty() {
                    true => Ok(()),
                    false => write!(f, "; did you mean {}?", similar.join(" or ")),
                }
            }
            Cause::Combination => write!(
                f,
                "0 rows: each filter matches rows, but no row matches all of them: {}",
                all()
            ),
            Cause::Unknown => write!(f, "0 rows; the filters are: {}", all()),
        }
    }
}
