//! [`TypeCache`]: the types of the columns of a query.

use std::sync::atomic::{AtomicBool, Ordering};

use braincube_frame::{ExpectedColumn, WholeAnswer};
use braincube_model::{BcId, LongId, VariableType};
use tokio::sync::{Mutex, MutexGuard};

use super::columns::summarize_ids;
use crate::descriptions::Descriptions;
use crate::error::Result;
use crate::lookup::OneByOne;
use crate::memory_base::MemoryBaseHandle;

/// The types of the columns of a query, and whether their variables exist.
///
/// A response may omit the types of its columns, and may contain an empty column for a variable that does not exist. Only
/// then, and if there are no rows, the variables are looked up, each at most once for all requests of the query.
#[derive(Debug)]
pub(super) struct TypeCache {
    known: Mutex<Descriptions>,
    /// Whether all columns of the query have been looked up.
    is_complete: AtomicBool,
}

impl TypeCache {
    /// Starts with the descriptions that have been read.
    pub(super) fn new(mut descriptions: Descriptions, is_complete: bool) -> Self {
        if !is_complete {
            // A description that the caller gave may lack the type.
            descriptions.retain_typed();
        }
        Self {
            known: Mutex::new(descriptions),
            is_complete: AtomicBool::new(is_complete),
        }
    }

    /// Whether all columns of the query have been looked up.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::Acquire)
    }

    /// Looks up the types of all columns of the query.
    pub(super) async fn complete(
        &self,
        base: &MemoryBaseHandle,
        columns: &[ExpectedColumn],
    ) -> Result<()> {
        let mut known = self.known.lock().await;
        if !self.is_complete() {
            tracing::warn!(
                "the response does not contain the types of its columns; requesting the types, and the data again"
            );
            let ids = bcids(columns.iter().map(ExpectedColumn::id));
            known.read(base, &ids, OneByOne::Few).await?;
            self.is_complete.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Adds the known types to these columns.
    pub(super) async fn declare(&self, columns: &[ExpectedColumn]) -> Vec<ExpectedColumn> {
        let known = self.known.lock().await;
        let declare = |column: &ExpectedColumn| match type_of(&known, column.id()) {
            Some(declared) if column.declared().is_none() => column.clone().with_declared(declared),
            _ => column.clone(),
        };
        columns.iter().map(declare).collect()
    }

    /// Checks that the variables of columns without data exist, and declares the types of these columns. Reads one
    /// description, or one list for several variables.
    ///
    /// # Errors
    ///
    /// If a variable does not exist, or the look-up fails.
    pub(super) async fn check_missing(
        &self,
        base: &MemoryBaseHandle,
        response: &mut WholeAnswer,
    ) -> Result<()> {
        let missing = response.missing();
        if missing.is_empty() {
            return Ok(());
        }
        let known = self.known_with(base, &missing).await?;
        for id in missing {
            if let Some(declared) = type_of(&known, id) {
                response.declare(id, declared);
            }
        }
        Ok(())
    }

    /// Checks that these variables exist, for which the server sent no data.
    ///
    /// # Errors
    ///
    /// As [`check_missing`](Self::check_missing).
    pub(super) async fn check_exist(&self, base: &MemoryBaseHandle, ids: &[LongId]) -> Result<()> {
        self.known_with(base, ids).await.map(drop)
    }

    async fn known_with(
        &self,
        base: &MemoryBaseHandle,
        ids: &[LongId],
    ) -> Result<MutexGuard<'_, Descriptions>> {
        let mut known = self.known.lock().await;
        let wanted = bcids(ids.iter().copied());
        let read = known.read(base, &wanted, OneByOne::One).await;
        read.map_err(|error| match error.names_what_is_missing() {
            true => error,
            false => error.within(format_args!(
                "looking up {}, for which the server sent no data",
                summarize_ids(ids.iter().copied()).unwrap_or_default()
            )),
        })?;
        Ok(known)
    }
}

fn bcids(ids: impl Iterator<Item = LongId>) -> Vec<BcId> {
    let numbers = ids.filter_map(LongId::variable_id);
    numbers.map(BcId::from).collect()
}

fn type_of(descriptions: &Descriptions, id: LongId) -> Option<VariableType> {
    descriptions.type_of(&id.variable_id()?.into())
}
