//! [`Extraction`]: downloads the columns of a query, in several requests if there are many.

use std::ops::Range;

use braincube_frame::{BadCells, Error as FrameError, ExpectedColumn, Frame, FrameDecoder};
use braincube_model::request::DataRequest;
use braincube_model::{Filter, LongId};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::Request;

use super::download::download;
use super::prepared::Prepared;
use crate::error::{Error, ErrorKind, Result};

/// The bytes of an id in a request besides its text: quotes and a comma.
const PUNCTUATION: usize = 3;

/// One run of a query: all of its rows, or those of one time window.
pub(super) struct Extraction<'a> {
    prepared: &'a Prepared,
    filter: Option<Filter>,
}

impl<'a> Extraction<'a> {
    /// The rows of the query that also match `further` filters.
    pub(super) fn new(prepared: &'a Prepared, further: Vec<Filter>) -> Self {
        let filters = prepared.filters.iter().cloned();
        Self {
            prepared,
            filter: Filter::all(filters.chain(further)),
        }
    }

    /// Downloads all columns, in one request or in several, depending on the [`Split`](crate::Split) and the server.
    pub(super) async fn download(&self) -> Result<Frame> {
        let columns = &self.prepared.columns;
        let limit = &self.prepared.column_limit;
        let request = self.request(columns)?;
        let body_len = request.body().len();
        let mut rejection = None;
        if self.parts(body_len).len() == 1 {
            match self.send(request, columns).await {
                Err(error) if limit.lower(columns.len(), &error) => rejection = Some(error),
                done => return done,
            }
        }
        match self.join_parts(body_len).await {
            Err(error) if error.is_unjoinable() => self.unsplit(&error, rejection).await,
            done => done,
        }
    }

    /// Requests all columns at once because their parts cannot be joined.
    async fn unsplit(&self, reason: &Error, rejection: Option<Error>) -> Result<Frame> {
        let columns = &self.prepared.columns;
        let count = columns.len();
        let rejection = match rejection {
            Some(rejection) => rejection,
            None => {
                tracing::warn!("{reason}; reading all {count} variables in one request");
                match self.send(self.request(columns)?, columns).await {
                    Err(error) if error.kind() == ErrorKind::TooLarge => error,
                    done => return done,
                }
            }
        };
        Err(Error::unjoinable(reason, &rejection, count))
    }

    /// Reads all parts and joins them. If the data changed in between, reads them once more.
    async fn join_parts(&self, body_len: usize) -> Result<Frame> {
        let order = self.prepared.order;
        let columns = self.prepared.columns.iter();
        let ids: Vec<LongId> = columns.map(ExpectedColumn::id).collect();
        match Frame::join(self.read_parts(body_len).await?, order, &ids) {
            Err(FrameError::OrderDiffers { part, .. }) => {
                tracing::warn!(
                    "part {part} shows that the data changed between the requests; reading all parts again"
                );
            }
            joined => return Ok(joined?),
        }
        Ok(Frame::join(self.read_parts(body_len).await?, order, &ids)?)
    }

    /// Divides the columns into parts. `body_len` is the length of the request for all of them.
    fn parts(&self, body_len: usize) -> Vec<Range<usize>> {
        let size = |id: LongId| id.to_string().len() + PUNCTUATION;
        let columns = self.prepared.columns.iter();
        let sizes: Vec<_> = columns.map(|column| size(column.id())).collect();
        let without_columns = body_len.saturating_sub(sizes.iter().sum());
        let split = self.prepared.query.split;
        let split = split.at_most(self.prepared.column_limit.get());
        // Each part also contains the order variable.
        split.parts(&sizes, without_columns + size(self.prepared.order))
    }

    /// Reads all parts, some of them concurrently.
    ///
    /// If the first part shows that parts cannot be joined, the others are not read. Columns with bad cells do not stop the
    /// others, so that the error lists all such columns.
    async fn read_parts(&self, body_len: usize) -> Result<Vec<Frame>> {
        let columns = &self.prepared.columns;
        let order_column = self.order_column();
        let parts = self.parts(body_len).into_iter();
        let parts: Vec<_> = parts
            .map(|part| self.read_part(columns.get(part).unwrap_or_default(), &order_column))
            .collect();
        let mut parts = stream::iter(parts).buffered(self.prepared.query.split.max_requests());
        let mut all = PartFrames::default();
        while let Some(part) = parts.try_next().await? {
            if let (true, Some(first)) = (all.frames.is_empty(), part.frames.first()) {
                first.check_order(self.prepared.order)?;
            }
            all.extend(part);
        }
        match all.bad_cells {
            columns if columns.is_empty() => Ok(all.frames),
            columns => Err(FrameError::BadCells { columns }.into()),
        }
    }

    /// Reads one part, in several requests if the server rejects one for all of its columns.
    async fn read_part(
        &self,
        columns: &[ExpectedColumn],
        order: &ExpectedColumn,
    ) -> Result<PartFrames> {
        let limit = &self.prepared.column_limit;
        let mut part = PartFrames::default();
        let mut remaining = columns;
        while !remaining.is_empty() {
            let (requested, rest) = remaining.split_at(remaining.len().min(limit.get()));
            let mut with_order = requested.to_vec();
            if !requested.iter().any(|column| column.id() == order.id()) {
                with_order.push(order.clone());
            }
            match self.send(self.request(&with_order)?, &with_order).await {
                Err(error) if limit.lower(requested.len(), &error) => {}
                frame => {
                    part.add(frame)?;
                    remaining = rest;
                }
            }
        }
        Ok(part)
    }

    /// The order column as the query names it, or an internal one that is not part of the result.
    fn order_column(&self) -> ExpectedColumn {
        let order = self.prepared.order;
        let mut columns = self.prepared.columns.iter();
        let column = columns.find(|column| column.id() == order);
        column
            .cloned()
            .unwrap_or_else(|| ExpectedColumn::internal(order))
    }

    fn request(&self, columns: &[ExpectedColumn]) -> Result<Request<Bytes>> {
        let base = &self.prepared.query.memory_base;
        let ids = columns.iter().map(ExpectedColumn::id);
        let mut request = DataRequest::new(base.number()?, self.prepared.order, ids);
        if let Some(filter) = &self.filter {
            request = request.filter(filter.clone());
        }
        let endpoints = base.connection().endpoints();
        Ok(endpoints.data(base.braincube(), &request)?)
    }

    /// Sends a request and decodes its response. If the response contains no types, reads them and sends the request again.
    async fn send(&self, request: Request<Bytes>, columns: &[ExpectedColumn]) -> Result<Frame> {
        let prepared = self.prepared;
        match self.send_once(request.clone(), columns).await {
            Err(error) if error.is_untyped_column() => {
                let base = &prepared.query.memory_base;
                let all = [&prepared.columns[..], &[self.order_column()]].concat();
                prepared.types.complete(base, &all).await?;
                self.send_once(request, columns).await
            }
            done => done,
        }
    }

    async fn send_once(
        &self,
        request: Request<Bytes>,
        columns: &[ExpectedColumn],
    ) -> Result<Frame> {
        let (query, types) = (&self.prepared.query, &self.prepared.types);
        let base = &query.memory_base;
        let (columns, are_described) = types.declare(columns).await;
        // Responses above about a megabyte are decoded on several threads.
        let options = query.options.clone().with_parallel(true);
        let decoder = || {
            FrameDecoder::new(columns.clone(), options.clone())
                .with_time_zone(self.prepared.time_zone.clone())
                .reject_untyped(!are_described)
        };
        let mut response = download(base.connection(), request, decoder, &query.progress).await?;
        types.check_missing(base, &mut response).await?;
        let frame = response.into_frame()?;
        let columns = frame.batch().num_columns() as u64;
        query
            .progress
            .update(|progress| progress.columns += columns);
        Ok(frame)
    }
}

/// The frames of some columns.
#[derive(Default)]
struct PartFrames {
    frames: Vec<Frame>,
    /// The columns with bad cells, without duplicates.
    bad_cells: Vec<(LongId, BadCells)>,
}

impl PartFrames {
    /// Adds a frame, or the columns with bad cells. Returns any other error.
    fn add(&mut self, frame: Result<Frame>) -> Result<()> {
        let mut part = Self::default();
        match frame.map_err(Error::into_bad_cells) {
            Ok(frame) => part.frames.push(frame),
            Err(Ok(columns)) => part.bad_cells = columns,
            Err(Err(error)) => return Err(error),
        }
        self.extend(part);
        Ok(())
    }

    /// Adds other columns. After an error, frames are not kept in memory.
    fn extend(&mut self, other: Self) {
        for (id, cells) in other.bad_cells {
            // The order column is in every part.
            if self.bad_cells.iter().all(|(known, _)| *known != id) {
                self.bad_cells.push((id, cells));
            }
        }
        self.frames.extend(other.frames);
        if !self.bad_cells.is_empty() {
            self.frames.clear();
        }
    }
}
