//! [`ConfigSearch`]: where a setting that nothing gives was searched for.

use std::fmt;
use std::path::PathBuf;

use super::key::Key;
use crate::{ConfigWarning, Origin};

/// Where a setting that nothing gives was searched for, and what was found instead.
///
/// Displayed, it is the end of an error message: which files were read or do not exist, and which keys in them are
/// probably misspelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigSearch {
    /// The file that was read, if any was.
    pub read_file: Option<PathBuf>,
    /// A default file that could have given the setting and was not read, because a token of one place is never sent to
    /// the address of another.
    pub unread_file: Option<PathBuf>,
    /// The default files that were searched for and do not exist.
    pub absent_files: Vec<PathBuf>,
    /// [Unknown keys](ConfigWarning::UnknownKey) in the file that was read, of which a known one was probably meant.
    pub misspelled: Vec<ConfigWarning>,
    pub(crate) given: Vec<(Key, Origin)>,
}

impl ConfigSearch {
    /// Every setting there is: its key, its environment variable, and where its value comes from if something gives one.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, &'static str, Option<&Origin>)> {
        Key::ALL.into_iter().map(|key| {
            let given = self.given.iter().find(|(given, _)| *given == key);
            let origin = given.map(|(_, origin)| origin);
            (key.name(), key.variable(), origin)
        })
    }
}

impl fmt::Display for ConfigSearch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for warning in &self.misspelled {
            write!(f, "; {warning}")?;
        }
        match &self.read_file {
            Some(path) => write!(f, "; {} has none", path.display())?,
            None => {
                for path in &self.absent_files {
                    write!(f, "; {} does not exist", path.display())?;
                }
            }
        }
        match &self.unread_file {
            Some(path) => write!(
                f,
                "; {} was not read, because the token of one place is not sent to the address of another: name the file \
                 (BRAINCUBE_CONFIG) to use both",
                path.display()
            ),
            None => Ok(()),
        }
    }
}
