//! [`NoRows`]: the reason why a query has no rows.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use braincube_frame::arrow_array::RecordBatch;
use braincube_frame::arrow_array::cast::AsArray as _;
use braincube_frame::arrow_array::types::Int32Type;
use braincube_frame::{Frame, FrameOptions, decode};
use braincube_model::filter::Literal;
use braincube_model::request::DataRequest;
use braincube_model::{Filter, LongId};
use braincube_transport::Body;
use http::Response;

use super::prepared::Prepared;
use super::query::DataQuery;
use crate::error::Result;
use crate::names;

/// Maximum number of filters that are tested alone.
const MAX_PROBES: usize = 3;

/// A response with one column and no rows is shorter.
const PROBE_BYTES: usize = 4 * 1024;

/// Maximum size of a column whose labels are suggested: about a million rows.
const LABEL_BYTES: usize = 8 * 1024 * 1024;

/// The reason why a query has no rows, returned by [`DataQuery::fetch_explained`]. `Display` prints it in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRows {
    filters: Vec<String>,
    cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// The query has no filter.
    NoData,
    /// No row matches this filter alone. `similar`: labels of the variable that are similar to that of the filter.
    Filter {
        filter: String,
        similar: Vec<String>,
    },
    /// Each filter matches rows, but no row matches all of them.
    Combination,
    /// There are too many filters to test, or a test failed.
    Unknown,
}

impl NoRows {
    /// The filters that rows must match, including those of the period and the job, in the syntax of
    /// [`Filter::parse`](crate::Filter::parse).
    pub fn filters(&self) -> &[String] {
        &self.filters
    }

    /// The filter that no row matches, if a single filter is the reason.
    pub fn excluding_filter(&self) -> Option<&str> {
        match &self.cause {
            Cause::Filter { filter, .. } => Some(filter),
            _ => None,
        }
    }

    /// The labels of the variable that are most similar to the label in the filter.
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
            Cause::NoData => f.write_str("0 rows: the memory base is empty"),
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

impl DataQuery {
    /// As [`fetch`](Self::fetch). For a frame without rows, also returns the reason.
    ///
    /// If the frame has no rows, up to three filters are tested alone, each with a request whose response is read up to its
    /// first rows. If a label is the reason, the labels of the variable are read, up to 8 MiB.
    ///
    /// ```
    /// use braincube::{Client, Config};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = braincube_sim::Simulator::start().await?;
    /// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
    /// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
    /// # let client = Client::from_config(config).await?;
    /// let dryer = client.braincube("demo").memory_base(20);
    /// let query = dryer.data(["2000001"]).filter("d2000002 = 'b01'");
    /// let (frame, reason) = query.fetch_explained().await?;
    /// assert_eq!(frame.batch().num_rows(), 0);
    /// assert_eq!(
    ///     reason.unwrap().to_string(),
    ///     "0 rows: no row matches mb20/d2000002 = \"b01\"; did you mean \"B01\"?"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch). If a test of a filter fails, the reason lists all filters.
    pub async fn fetch_explained(self) -> Result<(Frame, Option<NoRows>)> {
        let (prepared, period) = self.prepare().await?;
        let frame = prepared.rows(period.clone()).await?;
        let reason = match frame.batch().num_rows() {
            0 => Some(prepared.explain_no_rows(&period).await),
            _ => None,
        };
        Ok((frame, reason))
    }
}

/// A filter that all rows must match, and its display form.
struct Part {
    filter: Filter,
    text: String,
}

impl Prepared {
    /// Finds out why no row matches the filters of the query and of its period.
    async fn explain_no_rows(&self, period: &[Filter]) -> NoRows {
        let period = Filter::all(period.iter().cloned()).map(|filter| Part {
            text: format!("the period {filter}"),
            filter,
        });
        let conjuncts = self.filters.iter().flat_map(conjuncts);
        let conjuncts = conjuncts.map(|filter| Part {
            text: filter.to_string(),
            filter,
        });
        let parts: Vec<Part> = period.into_iter().chain(conjuncts).collect();
        let cause = self.find_cause(&parts).await.unwrap_or_else(|error| {
            tracing::debug!("cannot find out why there are no rows: {error}");
            Cause::Unknown
        });
        let filters = parts.into_iter().map(|part| part.text).collect();
        NoRows { filters, cause }
    }

    async fn find_cause(&self, parts: &[Part]) -> Result<Cause> {
        match parts {
            [] => return Ok(Cause::NoData),
            [part] => return Ok(self.excluded_by(part).await),
            _ if parts.len() > MAX_PROBES => return Ok(Cause::Unknown),
            _ => {}
        }
        for part in parts {
            let filter = Some(&part.filter);
            let body = self.read_at_most(PROBE_BYTES, self.order, filter).await?;
            let has_rows = match body {
                Some(body) => decode_rows(&body)?.batch().num_rows() > 0,
                None => true,
            };
            if !has_rows {
                return Ok(self.excluded_by(part).await);
            }
        }
        Ok(Cause::Combination)
    }

    /// The cause if no row matches this filter.
    async fn excluded_by(&self, part: &Part) -> Cause {
        let similar = self.similar_labels(&part.filter).await;
        Cause::Filter {
            filter: part.text.clone(),
            similar: similar.unwrap_or_else(|error| {
                tracing::debug!("cannot read the labels of the variable: {error}");
                Vec::new()
            }),
        }
    }

    /// The labels that are most similar to those of a filter, if it selects labels of one variable.
    async fn similar_labels(&self, filter: &Filter) -> Result<Vec<String>> {
        let Some((variable, wanted)) = wanted_labels(filter) else {
            return Ok(Vec::new());
        };
        let Some(body) = self.read_at_most(LABEL_BYTES, variable, None).await? else {
            return Ok(Vec::new());
        };
        let frame = decode_rows(&body)?;
        let known = labels(frame.batch());
        let similar = wanted.iter();
        let similar = similar.flat_map(|label| names::similar_labels(&known, label));
        let similar: BTreeSet<_> = similar.collect();
        Ok(similar.into_iter().collect())
    }

    /// Reads one column of the rows that match a filter. `None` if the response is longer than `limit`; the rest of it is
    /// not read.
    async fn read_at_most(
        &self,
        limit: usize,
        column: LongId,
        filter: Option<&Filter>,
    ) -> Result<Option<Vec<u8>>> {
        let base = &self.query.memory_base;
        let connection = base.connection();
        let mut request = DataRequest::new(base.number()?, self.order, [column]);
        if let Some(filter) = filter {
            request = request.filter(filter.clone());
        }
        let request = connection.endpoints().data(base.braincube(), &request)?;
        let read = |response: Response<Body>| async move {
            let mut body = response.into_body();
            let mut bytes = Vec::new();
            while let Some(chunk) = body.chunk().await? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > limit {
                    return Ok(None);
                }
            }
            Ok(Some(bytes))
        };
        connection.read(request, read).await
    }
}

fn decode_rows(body: &[u8]) -> Result<Frame> {
    Ok(decode(body, Vec::new(), FrameOptions::default())?)
}

/// The labels of discrete columns.
fn labels(batch: &RecordBatch) -> Vec<&str> {
    let dictionaries = batch.columns().iter();
    let dictionaries = dictionaries.filter_map(|column| column.as_dictionary_opt::<Int32Type>());
    let values = dictionaries.filter_map(|one| one.values().as_string_opt::<i32>());
    values.flatten().flatten().collect()
}

/// The operands of the outermost `AND`s of a filter.
fn conjuncts(filter: &Filter) -> Vec<Filter> {
    operands(filter, |filter| match filter {
        Filter::And(left, right) => Some([left, right]),
        _ => None,
    })
    .cloned()
    .collect()
}

/// The variable and the labels of a filter that selects rows with one of some labels.
fn wanted_labels(filter: &Filter) -> Option<(LongId, Vec<String>)> {
    let mut wanted = Vec::new();
    let mut variables = BTreeSet::new();
    let any = operands(filter, |filter| match filter {
        Filter::Or(left, right) => Some([left, right]),
        _ => None,
    });
    for filter in any {
        let Filter::Equals { variable, value } = filter else {
            return None;
        };
        variables.insert(*variable);
        match value {
            Literal::Modalities(list) => wanted.extend(list.iter().map(String::from)),
            Literal::Text(text) => wanted.push(text.as_str().into()),
            _ => return None,
        }
    }
    let variable = variables.first().filter(|_| variables.len() == 1)?;
    Some((*variable, wanted))
}

/// The operands of nested gates of one kind, from left to right.
fn operands<'a>(
    filter: &'a Filter,
    split: impl Fn(&'a Filter) -> Option<[&'a Arc<Filter>; 2]>,
) -> impl Iterator<Item = &'a Filter> {
    let mut stack = vec![filter];
    std::iter::from_fn(move || {
        loop {
            let filter = stack.pop()?;
            match split(filter) {
                Some([left, right]) => stack.extend([&**right, &**left]),
                None => return Some(filter),
            }
        }
    })
}
