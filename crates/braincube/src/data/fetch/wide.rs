//! [`Extraction`]: columns that are too many for one request, and how they come together again.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use braincube_frame::{BadCells, Error as FrameError, ExpectedColumn, Frame};
use braincube_model::request::DataRequest;
use braincube_model::{Filter, LongId};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::super::DataQuery;
use super::download::download;
use super::types::TypeCache;
use crate::error::{Error, ErrorKind, Result};

/// What a request says of an id besides its own text: quotes and a comma.
const PUNCTUATION: usize = 3;

/// What is asked for.
pub(super) struct Extraction<'a> {
    pub(super) query: &'a DataQuery,
    pub(super) order: LongId,
    pub(super) filters: Vec<Filter>,
    pub(super) time_zone: Option<&'a str>,
    pub(super) room: &'a Room,
    pub(super) types: &'a TypeCache,
    /// All that are asked for.
    pub(super) columns: &'a [ExpectedColumn],
}

/// How many variables a request may ask for, the order variable aside: less each time that the server refuses.
#[derive(Debug)]
pub(super) struct Room(AtomicUsize);

impl Default for Room {
    fn default() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }
}

impl Room {
    fn columns(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether a request for so many variables, which ended so, is to be halved; then the others are as well.
    fn halves(&self, asked: usize, error: &Error) -> bool {
        let can_halve = asked > 1 && error.asks_too_much();
        if can_halve {
            let half = asked.div_ceil(2);
            self.0.fetch_min(half, Ordering::Relaxed);
            tracing::debug!(
                "the server refuses {asked} variables in one request; asking for {half}"
            );
        }
        can_halve
    }
}

impl Extraction<'_> {
    /// The frame of these columns: in one request, or in as many as the query's [`Split`](crate::Split) and the server
    /// say.
    pub(super) async fn download(&self) -> Result<Frame> {
        let mut refusal = None;
        if self.parts().len() == 1 {
            match self.one(self.columns.to_vec()).await {
                Err(error) if self.room.halves(self.columns.len(), &error) => refusal = Some(error),
                done => return done,
            }
        }
        match self.joined().await {
            Err(error) if error.is_without_order() => self.whole(&error, refusal).await,
            done => done,
        }
    }

    /// The frame of these columns in one request, because parts of it cannot be joined; an error where this was refused.
    async fn whole(&self, reason: &Error, refusal: Option<Error>) -> Result<Frame> {
        let count = self.columns.len();
        let refusal = match refusal {
            Some(refusal) => refusal,
            None => {
                tracing::warn!("{reason}; reading all {count} variables in one request");
                match self.one(self.columns.to_vec()).await {
                    Err(error) if error.kind() == ErrorKind::TooLarge => error,
                    done => return done,
                }
            }
        };
        Err(Error::unjoinable(reason, &refusal, count))
    }

    /// The frame of these columns, joined from parts; they are read a second time if the data changed in between.
    async fn joined(&self) -> Result<Frame> {
        let ids: Vec<LongId> = self.columns.iter().map(ExpectedColumn::id).collect();
        match Frame::join(self.all().await?, self.order, &ids) {
            Err(FrameError::OrderDiffers { part, .. }) => {
                tracing::warn!(
                    "the data changed while its parts were read, as part {part} shows; reading all of them once more"
                );
            }
            joined => return Ok(joined?),
        }
        Ok(Frame::join(self.all().await?, self.order, &ids)?)
    }

    fn parts(&self) -> Vec<Range<usize>> {
        let size = |id: LongId| id.to_string().len() + PUNCTUATION;
        let ids = self.columns.iter().map(ExpectedColumn::id);
        let sizes: Vec<_> = ids.map(size).collect();
        let filters: usize = self.filters.iter().map(Filter::json_len).sum();
        let split = self.query.split.at_most(self.room.columns());
        split.parts(&sizes, filters + 2 * size(self.order))
    }

    /// The frames of all parts, some asked for at the same time.
    ///
    /// The first one to come shows whether they can be joined at all; where not, the others are not read to their end.
    /// Where columns have bad cells, the others are read all the same, so that the error lists all such columns.
    async fn all(&self) -> Result<Vec<Frame>> {
        let order = self.order_column();
        let parts = self.parts().into_iter();
        let asked: Vec<_> = parts
            .map(|part| self.part(self.columns.get(part).unwrap_or_default(), &order))
            .collect();
        let mut asked = stream::iter(asked).buffered(self.query.split.width());
        let mut all = Part::default();
        while let Some(part) = asked.try_next().await? {
            if let (true, Some(first)) = (all.frames.is_empty(), part.frames.first()) {
                first.check_order(self.order)?;
            }
            all.extend(part);
        }
        match all.bad {
            columns if columns.is_empty() => Ok(all.frames),
            columns => Err(FrameError::BadCells { columns }.into()),
        }
    }

    /// The frames of one part: several, where the server takes no request for all of its columns.
    async fn part(&self, columns: &[ExpectedColumn], order: &ExpectedColumn) -> Result<Part> {
        let mut part = Part::default();
        let mut left = columns;
        while !left.is_empty() {
            let (asked, behind) = left.split_at(left.len().min(self.room.columns()));
            let mut with_order = asked.to_vec();
            if !asked.iter().any(|column| column.id() == self.order) {
                with_order.push(order.clone());
            }
            match self.one(with_order).await {
                Err(error) if self.room.halves(asked.len(), &error) => {}
                frame => {
                    part.add(frame)?;
                    left = behind;
                }
            }
        }
        Ok(part)
    }

    /// The column that orders the rows, as it was asked for; else as one that is known by its id alone.
    fn order_column(&self) -> ExpectedColumn {
        let asked = self.columns.iter().find(|column| column.id() == self.order);
        let unasked = || ExpectedColumn::internal(self.order);
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
        let send = async |types_known: bool| {
            let columns = self.types.declare(columns.clone()).await;
            let zone = self.time_zone;
            download(self.query, &request, columns, zone, self.types, types_known).await
        };
        match send(self.types.is_complete()).await {
            Err(error) if error.is_of_untyped_column() => {
                let order = self.order_column();
                let all = [self.columns, &[order]].concat();
                self.types.complete(&self.query.memory_base, &all).await?;
                send(true).await
            }
            done => done,
        }
    }
}

/// What came of some columns.
#[derive(Default)]
struct Part {
    frames: Vec<Frame>,
    /// The columns whose cells are an error, each once.
    bad: Vec<(LongId, BadCells)>,
}

impl Part {
    /// Takes a frame, or the columns whose cells have kept it from being one. Any other error is given back.
    fn add(&mut self, frame: Result<Frame>) -> Result<()> {
        match frame.map_err(Error::into_bad_cells) {
            Ok(frame) => self.extend(Self {
                frames: vec![frame],
                bad: Vec::new(),
            }),
            Err(Ok(bad)) => self.extend(Self {
                frames: Vec::new(),
                bad,
            }),
            Err(Err(error)) => return Err(error),
        }
        Ok(())
    }

    /// Takes more columns. Once there is an error, no frame is kept in memory.
    fn extend(&mut self, other: Self) {
        for (id, cells) in other.bad {
            // The order column is in every part.
            if self.bad.iter().all(|(known, _)| *known != id) {
                self.bad.push((id, cells));
            }
        }
        self.frames.extend(other.frames);
        if !self.bad.is_empty() {
            self.frames.clear();
        }
    }
}
