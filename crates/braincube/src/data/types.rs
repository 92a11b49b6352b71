//! [`TypeCache`]: the types of the columns of a query.

use braincube_frame::{DecodedResponse, ExpectedColumn};
use braincube_model::{BcId, LongId, VariableType};
use tokio::sync::{Mutex, MutexGuard};

use super::columns::summarize_ids;
use crate::descriptions::Descriptions;
use crate::error::Result;
use crate::lookup::IndividualLimit;
use crate::memory_base::MemoryBaseHandle;

/// The types of the columns of a query, and whether their variables exist.
///
/// A response may omit the types of its columns, and may contain an empty column for a variable that does not exist. Only
/// then, and if there are no rows, the variables are looked up, each at most once for all requests of the query.
#[derive(Debug)]
pub(super) struct TypeCache {
    known: Mutex<Descriptions>,
}

impl TypeCache {
    /// Starts with the descriptions that have been read.
    pub(super) fn new(mut descriptions: Descriptions, columns: &[ExpectedColumn]) -> Self {
        if !are_described(&descriptions, columns) {
            // A description that the caller gave may lack the type.
            descriptions.retain_typed();
        }
        Self {
            known: Mutex::new(descriptions),
        }
    }

    /// Looks up these columns, if their types have not been requested before.
    pub(super) async fn complete(
        &self,
        base: &MemoryBaseHandle,
        columns: &[ExpectedColumn],
    ) -> Result<()> {
        let mut known = self.known.lock().await;
        if !are_described(&known, columns) {
            tracing::warn!(
                "the response does not contain the types of its columns; requesting the types, and the data again"
            );
            let ids = bcids(columns.iter().map(ExpectedColumn::id));
            known.read(base, &ids, IndividualLimit::Few).await?;
        }
        Ok(())
    }

    /// Adds the known types to these columns. Also returns whether all of them have been looked up.
    pub(super) async fn declare(&self, columns: &[ExpectedColumn]) -> (Vec<ExpectedColumn>, bool) {
        let known = self.known.lock().await;
        let declare = |column: &ExpectedColumn| match type_of(&known, column.id()) {
            Some(declared) if column.declared().is_none() => column.clone().with_declared(declared),
            _ => column.clone(),
        };
        let declared = columns.iter().map(declare).collect();
        (declared, are_described(&known, columns))
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
        response: &mut DecodedResponse,
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
        let read = known.read(base, &wanted, IndividualLimit::One).await;
        read.map_err(|error| match error.names_missing_entity() {
            true => error,
            false => error.within(format_args!(
                "looking up {}, for which the server sent no data",
                summarize_ids(ids.iter().copied()).unwrap_or_default()
            )),
        })?;
        Ok(known)
    }
}

/// Whether the descriptions of all columns have been read.
fn are_described(descriptions: &Descriptions, columns: &[ExpectedColumn]) -> bool {
    let ids = bcids(columns.iter().map(ExpectedColumn::id));
    ids.iter().all(|id| descriptions.get(id).is_some())
}

fn bcids(ids: impl Iterator<Item = LongId>) -> Vec<BcId> {
    let numbers = ids.filter_map(LongId::variable_id);
    numbers.map(BcId::from).collect()
}

fn type_of(descriptions: &Descriptions, id: LongId) -> Option<VariableType> {
    descriptions.type_of(&id.variable_id()?.into())
}
