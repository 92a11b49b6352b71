//! Counts the checks of a script from its last line, `N passed, N failed`.

use std::ops::Add;

use crate::problems::{Outcome, Problems};

/// The number of checks that passed and failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    passed: u32,
    failed: u32,
}

impl Tally {
    /// Parses the output of a script and compares it with its exit status.
    pub(super) fn of_script(script: &str, text: &str, success: bool) -> Result<Self, Problems> {
        let last = text.trim_end().lines().next_back().unwrap_or_default();
        let Some(tally) = Self::parse(last) else {
            return Err(Problems::one(format!(
                "{script}: the last line is not `N passed, N failed`"
            )));
        };
        if success != (tally.failed == 0) || tally.passed + tally.failed == 0 {
            return Err(Problems::one(format!(
                "{script}: the last line `{last}` contradicts the exit status"
            )));
        }
        Ok(tally)
    }

    fn parse(line: &str) -> Option<Self> {
        let (passed, failed) = line.trim().split_once(", ")?;
        Some(Self {
            passed: passed.strip_suffix(" passed")?.parse().ok()?,
            failed: failed.strip_suffix(" failed")?.parse().ok()?,
        })
    }

    /// The closing line.
    pub(super) fn outcome(self) -> Outcome {
        let line = format!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 {
            Ok(line)
        } else {
            Err(Problems::one(line))
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str, success: bool) -> Option<Tally> {
        Tally::of_script("a.py", text, success).ok()
    }

    #[test]
    fn the_last_line_counts() {
        let text = "ok a\n9 passed, 9 failed\nok b\n12 passed, 0 failed\n\n";
        assert_eq!(
            tally(text, true),
            Some(Tally {
                passed: 12,
                failed: 0
            })
        );
        assert_eq!(
            tally("1 passed, 2 failed", false),
            Some(Tally {
                passed: 1,
                failed: 2
            })
        );
    }

    #[test]
    fn a_script_that_stops_early_or_contradicts_itself_has_no_tally() {
        let cases = [
            ("", true),
            ("ok a", true),
            ("1 passed, x failed", true),
            ("1 passed, 0 failed", false),
            ("1 passed, 1 failed", true),
            ("0 passed, 0 failed", true),
        ];
        for (text, success) in cases {
            assert_eq!(tally(text, success), None, "{text:?} {success}");
        }
    }

    #[test]
    fn one_failure_of_either_script_fails_the_sum() {
        let good = Tally {
            passed: 3,
            failed: 0,
        };
        let bad = Tally {
            passed: 1,
            failed: 1,
        };
        assert_eq!((good + good).outcome().unwrap(), "6 passed, 0 failed");
        assert_eq!(
            (good + bad).outcome().unwrap_err().to_string(),
            "4 passed, 1 failed"
        );
    }
}
