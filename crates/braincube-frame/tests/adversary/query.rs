//! The requested columns and the options.

use braincube_frame::{
    Dates, Discrete, ExpectedColumn, FrameOptions, Nan, Numbers, OnBadCell, Spaces,
};
use braincube_model::{LongId, VariableType};

use crate::random::Random;

/// The variables of the responses, all of one memory base.
pub(crate) const VARIABLES: usize = 6;

#[derive(Clone, Debug)]
pub(crate) struct Requested {
    pub(crate) id: LongId,
    pub(crate) label: String,
    pub(crate) declared: Option<VariableType>,
}

#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// Empty if all columns are requested.
    pub(crate) requested: Vec<Requested>,
    pub(crate) options: FrameOptions,
    pub(crate) numbers: Numbers,
    pub(crate) dates: Dates,
    pub(crate) discrete: Discrete,
    pub(crate) nan: Nan,
    pub(crate) trims: bool,
    /// Further texts that are null.
    pub(crate) nulls: &'static [&'static str],
    pub(crate) strict: bool,
    pub(crate) on_bad_cell: OnBadCell,
}

impl Query {
    pub(crate) fn random(random: &mut Random) -> Self {
        let numbers = *random.pick(&[Numbers::Float64, Numbers::Infer]);
        let dates = *random.pick(&[Dates::Timestamp, Dates::Timestamp, Dates::Text]);
        let discrete = *random.pick(&[Discrete::Dictionary, Discrete::Dictionary, Discrete::Utf8]);
        let nan = *random.pick(&[Nan::Null, Nan::Keep]);
        let trims = random.per_mille(200);
        let nulls: &[&str] = if random.per_mille(100) {
            &[
                "NaN",
                " 7",
                "B01",
                "-0",
                "true",
                "20200229_000000",
                "Bad Input ",
            ]
        } else {
            &[]
        };
        let spaces = if trims { Spaces::Trim } else { Spaces::Reject };
        let strict = random.per_mille(200);
        let on_bad_cell = *random.pick(&[OnBadCell::Error, OnBadCell::Null]);
        let options = FrameOptions::default()
            .with_numbers(numbers)
            .with_dates(dates)
            .with_discrete(discrete)
            .with_nan(nan)
            .with_spaces(spaces)
            .with_nulls(nulls.iter().copied())
            .with_strict(strict)
            .with_on_bad_cell(on_bad_cell);
        Self {
            requested: requested(random),
            options,
            numbers,
            dates,
            discrete,
            nan,
            trims,
            nulls,
            strict,
            on_bad_cell,
        }
    }

    #[cfg(feature = "parallel")]
    pub(crate) fn parallel(&self) -> Self {
        let options = self.options.clone().with_parallel(true);
        Self {
            options,
            ..self.clone()
        }
    }

    pub(crate) fn expected(&self) -> Vec<ExpectedColumn> {
        let column = |requested: &Requested| {
            let column = ExpectedColumn::new(requested.id, requested.label.clone());
            match requested.declared.clone() {
                Some(declared) => column.with_declared(declared),
                None => column,
            }
        };
        self.requested.iter().map(column).collect()
    }
}

/// No variables, or some of them in any order.
fn requested(random: &mut Random) -> Vec<Requested> {
    if random.per_mille(500) {
        return Vec::new();
    }
    let mut variables: Vec<_> = (1..=VARIABLES as u64).collect();
    random.shuffle(&mut variables);
    variables.truncate(1 + random.below(VARIABLES));
    let kinds = ["NUMERIC", "DATETIME", "DISCRETE", "TEXT"];
    let mut column = |variable| Requested {
        id: LongId::variable(20, variable),
        label: format!("label {variable}"),
        declared: random
            .per_mille(500)
            .then(|| VariableType::from(*random.pick(&kinds))),
    };
    variables.into_iter().map(&mut column).collect()
}
