//! [`LearntTypes`]: the types of columns where the answers with their data do not say them.

use std::collections::HashMap;

use braincube_frame::ExpectedColumn;
use braincube_model::{BcId, LongId, VariableType};
use tokio::sync::OnceCell;

use crate::error::Result;
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBase;

/// The types of an extraction's columns, asked for once if an answer shows that they have to be.
///
/// Without them such a column would be text, or not, by whether its variable has been described for another reason,
/// such as the names of columns.
#[derive(Debug)]
pub(super) struct LearntTypes(OnceCell<HashMap<LongId, VariableType>>);

impl LearntTypes {
    /// Nothing yet; or nothing more than is known, if all columns have been described.
    pub(super) fn new(all_described: bool) -> Self {
        let known = all_described.then(HashMap::new);
        Self(OnceCell::new_with(known))
    }

    /// Whether all is known that can be.
    pub(super) fn are_known(&self) -> bool {
        self.0.initialized()
    }

    /// Asks for the types of these columns, as far as nobody has said them.
    pub(super) async fn learn(&self, base: &MemoryBase, columns: &[ExpectedColumn]) -> Result<()> {
        let asked = self.0.get_or_try_init(|| async {
            let untyped = columns.iter().filter(|column| column.declared().is_none());
            let ids: Vec<LongId> = untyped.map(ExpectedColumn::id).collect();
            tracing::warn!(
                "the server does not say of which type its columns are; asking for their types, and for the data once more"
            );
            ask(base, &ids).await
        });
        asked.await.map(drop)
    }

    /// Says the types of these columns, as far as they are known here alone.
    pub(super) fn declare(&self, columns: Vec<ExpectedColumn>) -> Vec<ExpectedColumn> {
        let Some(types) = self.0.get() else {
            return columns;
        };
        let declare = |column: ExpectedColumn| match types.get(&column.id()) {
            Some(declared) if column.declared().is_none() => column.with_declared(declared.clone()),
            _ => column,
        };
        columns.into_iter().map(declare).collect()
    }
}

/// The types that these variables are described with; one that is described without a type is left out.
///
/// # Errors
///
/// Where there is no such variable: a name was mistyped, and no column stands for it.
pub(super) async fn ask(
    base: &MemoryBase,
    ids: &[LongId],
) -> Result<HashMap<LongId, VariableType>> {
    let numbers = ids.iter().filter_map(|id| id.variable_id());
    let wanted: Vec<BcId> = numbers.map(BcId::from).collect();
    let variables = lookup::variables(base, &wanted, OneByOne::Few).await?;
    let typed = ids.iter().filter_map(|id| {
        let variable = variables.get(&id.variable_id()?.into())?;
        Some((*id, variable.variable_type()?.clone()))
    });
    Ok(typed.collect())
}
