//! The arguments of a verb: at most one flag.

use crate::problems::Problems;

/// Accepts no argument.
pub(crate) fn none(arguments: &[String]) -> Result<(), Problems> {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => Err(unknown(argument, "this verb takes none")),
    }
}

/// Whether the only flag that a verb knows was given.
pub(crate) fn flag(arguments: &[String], flag: &str) -> Result<bool, Problems> {
    match arguments.iter().find(|argument| *argument != flag) {
        None => Ok(!arguments.is_empty()),
        Some(argument) => Err(unknown(argument, &format!("this verb knows `{flag}`"))),
    }
}

fn unknown(argument: &str, hint: &str) -> Problems {
    Problems::one(format!("unknown argument `{argument}`: {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_off_on_or_refused() {
        let given = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            flag(&words, "--check").map_err(|problems| problems.to_string())
        };
        assert_eq!(given(&[]), Ok(false));
        assert_eq!(given(&["--check"]), Ok(true));
        assert_eq!(
            given(&["--check", "--chek"]),
            Err("unknown argument `--chek`: this verb knows `--check`".to_owned())
        );
    }

    #[test]
    fn a_verb_without_arguments_refuses_one() {
        assert!(none(&[]).is_ok());
        assert!(none(&["now".to_owned()]).is_err());
    }
}
