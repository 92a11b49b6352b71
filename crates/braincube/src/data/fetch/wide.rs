//! [`Extraction`]: columns that are too many for one request, and how they come together again.

use std::ops::Range;

use braincube_frame::{Error as FrameError, ExpectedColumn, Frame};
use braincube_model::request::DataRequest;
use braincube_model::{Filter, LongId};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::super::DataQuery;
use super::download::download;
use crate::error::Result;

/// What a request says of an id besides its own text: quotes and a comma.
const PUNCTUATION: usize = 3;

/// What is asked for, but for the columns.
pub(super) struct Extraction<'a> {
    pub(super) query: &'a DataQuery,
    pub(super) order: LongId,
    pub(super) filters: Vec<Filter>,
    pub(super) time_zone: Option<&'a str>,
}

impl Extraction<'_> {
    /// The frame of these columns: in one request, or in as many as the query's [`Split`](crate::Split) says.
    pub(super) async fn download(&self, columns: Vec<ExpectedColumn>) -> Result<Frame> {
        let parts = self.parts(&columns);
        if parts.len() == 1 {
            return self.one(columns).await;
        }
        let ids: Vec<LongId> = columns.iter().map(ExpectedColumn::id).collect();
        match Frame::join(self.all(&columns, &parts).await?, self.order, &ids) {
            Err(FrameError::OrderDiffers { part, .. }) => {
                tracing::warn!(
                    "the data changed while its {} parts were read, as part {part} shows; reading all of them once more",
                    parts.len()
                );
            }
            joined => return Ok(joined?),
        }
        let again = self.all(&columns, &parts).await?;
        Ok(Frame::join(again, self.order, &ids)?)
    }

    fn parts(&self, columns: &[ExpectedColumn]) -> Vec<Range<usize>> {
        let size = |id: LongId| id.to_string().len() + PUNCTUATION;
        let sizes: Vec<_> = columns.iter().map(|column| size(column.id())).collect();
        let filters: usize = self.filters.iter().map(|one| one.to_json().len()).sum();
        self.query
            .split
            .parts(&sizes, filters + 2 * size(self.order))
    }

    /// The frames of all parts, some asked for at the same time.
    async fn all(&self, columns: &[ExpectedColumn], parts: &[Range<usize>]) -> Result<Vec<Frame>> {
        let order = self.order_column(columns);
        let with_order = |part: &Range<usize>| {
            let mut columns = columns[part.clone()].to_vec();
            if !columns.iter().any(|column| column.id() == self.order) {
                columns.push(order.clone());
            }
            self.one(columns)
        };
        let asked: Vec<_> = parts.iter().map(with_order).collect();
        let asked = stream::iter(asked).buffered(self.query.split.width());
        asked.try_collect().await
    }

    /// The column that orders the rows, as it was asked for; else under its long id, which is no label of another.
    fn order_column(&self, columns: &[ExpectedColumn]) -> ExpectedColumn {
        let asked = columns.iter().find(|column| column.id() == self.order);
        let unasked = || ExpectedColumn::new(self.order, self.order.to_string());
        asked.cloned().unwrap_or_else(unasked)
    }

    /// The frame of one part.
    async fn one(&self, columns: Vec<ExpectedColumn>) -> Result<Frame> {
        let base = self.query.memory_base.bcid();
        let ids = columns.iter().map(ExpectedColumn::id);
        let mut request = DataRequest::new(base, self.order, ids);
        for filter in &self.filters {
            request = request.filter(filter.clone());
        }
        download(self.query, &request, columns, self.time_zone).await
    }
}
