//! The arguments of `data`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use braincube::{BcId, Label, NameKey};
use clap::{Args, ValueEnum};

use super::{MemoryBaseArguments, TextSource};

/// The usage, because the one of clap would be a line of more than 100 columns.
pub(super) const USAGE: &str = "braincube data <CUBE> <BASE> --variables <LIST> [OPTIONS]
       braincube data <CUBE> <BASE> --group <ID> [OPTIONS]
       braincube data <CUBE> <BASE> --job <ID> [OPTIONS]
       braincube data <CUBE> <BASE> --all [OPTIONS]";

pub(super) const EXAMPLE: &str = "Example: braincube --demo data demo 20 --variables 2000001,2000034 \
                                   --filter 'd2000034 >= 20' -o dryer.parquet";

/// Examples of filters. [`braincube::Filter::parse`] documents the whole grammar.
const FILTER_HELP: &str = include_str!("filter_help.txt");

/// The forms of a date, which [`braincube::TimePoint`] documents too.
const FROM_HELP: &str = include_str!("from_help.txt");

#[derive(Args, Debug)]
pub(crate) struct DataArguments {
    #[command(flatten)]
    pub(crate) base: MemoryBaseArguments,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Keep only the rows that match, for example 'd2000034 >= 20'. Text or JSON; @FILE reads it from a file, - from
    /// standard input. Several filters are joined with AND
    #[arg(long, value_name = "TEXT|JSON|@FILE", long_help = FILTER_HELP)]
    pub(crate) filter: Vec<TextSource>,

    /// Keep only the rows from this date on, for example 2023-10-08, 2023-10-08T22:00:00 or 2023-10-08T22:00:00+02:00
    #[arg(long, value_name = "DATE", conflicts_with = "last", long_help = FROM_HELP)]
    pub(crate) from: Option<String>,

    /// Keep only the rows up to this date. The same forms as --from; a date without a time includes the whole day
    #[arg(long, value_name = "DATE", conflicts_with = "last")]
    pub(crate) to: Option<String>,

    /// Keep only the last days, hours or minutes, for example 30d, 12h or 45m, before the current time of the memory
    /// base
    #[arg(long, value_name = "30d")]
    pub(crate) last: Option<String>,

    /// The names of the columns
    #[arg(long, value_enum, default_value_t)]
    pub(crate) label: LabelArgument,

    /// Keep dates as text in the format of the service, for example 20231008_220000
    #[arg(long)]
    pub(crate) text_dates: bool,

    /// Use integers for a numeric column that contains only whole numbers
    #[arg(long)]
    pub(crate) infer_integers: bool,

    /// Accept spaces around numbers, for example ' 7 '. Without it, they are an error
    #[arg(long)]
    pub(crate) trim: bool,

    /// Read this text as a missing value, for example 'Bad Input' or -9999. Applies to all columns; can be repeated
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) null: Vec<String>,

    /// What to do with a cell that is not a number in a numeric column
    #[arg(long, value_enum, value_name = "ACTION", default_value_t)]
    pub(crate) on_bad_cell: BadCellArgument,

    /// What to do with 'nan' in a numeric column
    #[arg(long, value_enum, value_name = "ACTION", default_value_t)]
    pub(crate) nan: NanArgument,

    /// The type of discrete columns in Arrow and Parquet files
    #[arg(long, value_enum, value_name = "TYPE", default_value_t)]
    pub(crate) labels: LabelsArgument,

    /// Request at most N variables at a time [default: 500, and fewer if the server refuses that]
    #[arg(long, value_name = "N")]
    pub(crate) split: Option<NonZeroUsize>,

    /// Fail instead of printing a warning if a column is missing, if a value is infinite or is converted, or if a
    /// condition of the job cannot be expressed as a filter
    #[arg(long)]
    pub(crate) strict: bool,

    /// Exit with code 1 and write nothing if no row matches
    #[arg(long)]
    pub(crate) fail_if_empty: bool,

    /// Write to this file, for example dryer.parquet. The extension, .csv, .parquet, .arrow or .json, selects the format,
    /// or --format does. -.parquet and the like write to standard output. An existing file is replaced when the new one
    /// is complete; if that is not possible, it is overwritten in place, with a warning. Named pipes and devices are
    /// written to directly
    #[arg(short, long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Selection {
    /// Extract these variables, for example 2000034,'Agitator power'. Each is a bcId, long id, standard name, tag or local
    /// name. Put a name that contains a comma or begins with @ in double quotes: '"a,b", c'. @FILE reads the list from a
    /// file, - from standard input; it may have several lines
    #[arg(long, value_name = "ID[,ID…]|@FILE")]
    pub(crate) variables: Vec<TextSource>,

    /// Extract the variables of this data group, given by its bcId
    #[arg(long, value_name = "ID")]
    pub(crate) group: Option<BcId>,

    /// Extract the variables and the rows of this job, given by its bcId
    #[arg(long, value_name = "ID")]
    pub(crate) job: Option<BcId>,

    /// Extract all variables of the memory base
    #[arg(long)]
    pub(crate) all: bool,
}

/// The names of the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelArgument {
    /// The number of the variable, for example 2000034
    #[default]
    Bcid,
    /// The name that is common to all plants
    Standard,
    /// The name in the control system
    Tag,
    /// The name in the language of the plant
    Local,
}

impl From<LabelArgument> for Label {
    fn from(argument: LabelArgument) -> Self {
        match argument {
            LabelArgument::Bcid => Self::BcId,
            LabelArgument::Standard => Self::Name(NameKey::Standard),
            LabelArgument::Tag => Self::Name(NameKey::Tag),
            LabelArgument::Local => Self::Name(NameKey::Local),
        }
    }
}

/// What to do with a cell that is not a number in a numeric column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadCellArgument {
    /// Fail, and list all columns that contain such cells
    #[default]
    Error,
    /// Write a null, and print the number of such cells
    Null,
}

/// What to do with `nan` in a numeric column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum NanArgument {
    /// Write the float NaN
    Keep,
    /// Write a null
    #[default]
    Null,
}

/// The type of discrete columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelsArgument {
    /// Plain text
    Text,
    /// A dictionary, which stores each label once
    #[default]
    Dictionary,
}

#[cfg(test)]
mod tests {
    use braincube::{Filter, TimePoint};

    use super::{FILTER_HELP, FROM_HELP};

    /// The indented lines of a help text up to the explanation beside them.
    fn examples(help: &str) -> Vec<&str> {
        let lines = help.lines().filter_map(|line| line.strip_prefix("    "));
        let examples = lines.filter_map(|line| line.split("   ").next());
        examples.filter(|example| !example.is_empty()).collect()
    }

    #[test]
    fn i16_every_example_of_a_date_is_valid() {
        let examples = examples(FROM_HELP);
        assert_eq!(examples.len(), 8, "{examples:?}");
        for example in examples {
            let point: Result<TimePoint, _> = example.parse();
            point.unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn every_example_of_a_filter_is_valid() {
        let examples = examples(FILTER_HELP);
        assert_eq!(examples.len(), 9, "{examples:?}");
        for example in examples {
            Filter::parse_in(example, 20).unwrap_or_else(|error| panic!("{example}: {error}"));
        }
        let json = FILTER_HELP.split("for example ").last().unwrap();
        let json = &json[..=json.find('}').unwrap()];
        assert_eq!(Filter::from_json(json).unwrap().to_json(), json);
    }
}
