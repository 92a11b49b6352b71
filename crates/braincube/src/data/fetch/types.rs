//! [`TypeCache`]: which variables of an extraction exist, and of which type they are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use braincube_frame::{ExpectedColumn, WholeAnswer};
use braincube_model::{BcId, LongId, VariableType};
use tokio::sync::{Mutex, MutexGuard};

use crate::error::Result;
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBase;

/// The variables that are known to exist, each with its type if its description has one.
type Types = HashMap<LongId, Option<VariableType>>;

/// Which variables of an extraction exist, and of which type they are, as far as it has been looked up.
///
/// A response may leave out the types of its columns, and may answer a variable that does not exist with an empty column.
/// Only then, and if there are no rows, are variables looked up, each at most once for all requests of the extraction.
#[derive(Debug)]
pub(super) struct TypeCache {
    known: Mutex<Types>,
    /// Whether all columns of the extraction have been looked up.
    is_complete: AtomicBool,
}

impl TypeCache {
    /// Starts with these columns, as far as they have been described; all of them, if `are_described`.
    pub(super) fn new(columns: &[ExpectedColumn], are_described: bool) -> Self {
        let declared = columns
            .iter()
            .filter(|column| are_described || column.declared().is_some());
        let known = declared.map(|column| (column.id(), column.declared().cloned()));
        Self {
            known: Mutex::new(known.collect()),
            is_complete: AtomicBool::new(are_described),
        }
    }

    /// Whether all columns of the extraction have been looked up.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::Acquire)
    }

    /// Looks up the types of all columns of the extraction.
    pub(super) async fn complete(
        &self,
        base: &MemoryBase,
        columns: &[ExpectedColumn],
    ) -> Result<()> {
        let ids: Vec<_> = columns.iter().map(ExpectedColumn::id).collect();
        let mut known = self.known.lock().await;
        if !self.is_complete() {
            tracing::warn!(
                "the server does not say of which type its columns are; asking for their types, and for the data once more"
            );
            look_up(&mut known, base, &ids, OneByOne::Few).await?;
            self.is_complete.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Declares the types of these columns that are known.
    pub(super) async fn declare(&self, columns: Vec<ExpectedColumn>) -> Vec<ExpectedColumn> {
        let known: MutexGuard<'_, Types> = self.known.lock().await;
        let declare = |column: ExpectedColumn| match known.get(&column.id()) {
            Some(Some(declared)) if column.declared().is_none() => {
                column.with_declared(declared.clone())
            }
            _ => column,
        };
        columns.into_iter().map(declare).collect()
    }

    /// Checks that the variables of columns without data exist, and declares the types of those columns.
    ///
    /// One look-up for all of them: one description, or a listing.
    ///
    /// # Errors
    ///
    /// Where there is no such variable, with similar names, or the look-up fails.
    pub(super) async fn check_missing(
        &self,
        base: &MemoryBase,
        response: &mut WholeAnswer,
    ) -> Result<()> {
        let missing = response.missing();
        if missing.is_empty() {
            return Ok(());
        }
        let known = self.known_with(base, &missing).await?;
        for id in missing {
            if let Some(Some(declared)) = known.get(&id) {
                response.declare(id, declared.clone());
            }
        }
        Ok(())
    }

    /// Checks that these variables exist, for which the server sent no data.
    ///
    /// # Errors
    ///
    /// As [`check_missing`](Self::check_missing).
    pub(super) async fn check_exist(&self, base: &MemoryBase, ids: &[LongId]) -> Result<()> {
        self.known_with(base, ids).await.map(drop)
    }

    /// The variables that are known to exist, with these ones, which are looked up if they are not known yet.
    async fn known_with(&self, base: &MemoryBase, ids: &[LongId]) -> Result<MutexGuard<'_, Types>> {
        let mut known = self.known.lock().await;
        let found = look_up(&mut known, base, ids, OneByOne::One).await;
        found.map_err(|error| match error.names_what_is_missing() {
            true => error,
            false => error.within(format_args!(
                "looking up {}, for which the server sent no data",
                super::summarize_ids(ids.iter().copied()).unwrap_or_default()
            )),
        })?;
        Ok(known)
    }
}

/// Looks up those of these variables that are not known yet.
async fn look_up(
    known: &mut Types,
    base: &MemoryBase,
    ids: &[LongId],
    one_by_one: OneByOne,
) -> Result<()> {
    let unknown: Vec<LongId> = ids
        .iter()
        .copied()
        .filter(|id| !known.contains_key(id))
        .collect();
    let numbers = unknown.iter().filter_map(|id| id.variable_id());
    let wanted: Vec<BcId> = numbers.map(BcId::from).collect();
    let variables = lookup::variables(base, &wanted, one_by_one).await?;
    let types = unknown.into_iter().filter_map(|id| {
        let variable = variables.get(&id.variable_id()?.into())?;
        Some((id, variable.variable_type().cloned()))
    });
    known.extend(types);
    Ok(())
}
