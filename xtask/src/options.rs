//! The arguments of a verb: at most one flag.

use crate::problems::Problems;

/// Returns an error if there is an argument.
pub(crate) fn none(arguments: &[String]) -> Result<(), Problems> {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => Err(unknown(argument, "expected no arguments")),
    }
}

/// Whether the only flag of a verb was given.
pub(crate) fn flag(arguments: &[String], flag: &str) -> Result<bool, Problems> {
    match arguments.iter().find(|argument| *argument != flag) {
        None => Ok(!arguments.is_empty()),
        Some(argument) => Err(unknown(argument, &format!("expected `{flag}` or nothing"))),
    }
}

fn unknown(argument: &str, hint: &str) -> Problems {
    Problems::one(format!("unknown argument `{argument}`: {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_off_on_or_rejected() {
        let given = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            flag(&words, "--check").map_err(|problems| problems.to_string())
        };
        assert_eq!(given(&[]), Ok(false));
        assert_eq!(given(&["--check"]), Ok(true));
        assert_eq!(
            given(&["--check", "--chek"]),
            Err("unknown argument `--chek`: expected `--check` or nothing".to_owned())
        );
    }

    #[test]
    fn a_verb_without_arguments_rejects_one() {
        assert!(none(&[]).is_ok());
        assert!(none(&["now".to_owned()]).is_err());
    }
}
