//! Checks that files are small and contain no path of a machine.

use crate::machine_paths;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::source::{code_lines, is_test};
use crate::workspace::Workspace;

/// Maximum number of code lines of a file, without blank lines, comments and inline tests.
const MAX_CODE_LINES: usize = 300;

/// The verb `sizes`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in workspace.files()? {
        let Some(text) = workspace.text(&file)? else {
            continue;
        };
        checked += 1;
        let mut found = machine_paths::check(&file, &text);
        if file.ends_with(".rs") {
            found.extend(shape(&file, &text));
        }
        let placed = found
            .into_iter()
            .map(|(line, what)| format!("{file}:{line}: {what}"));
        problems.extend(placed);
    }
    Problems::check(problems)?;
    Ok(format!(
        "{checked} files, none over {MAX_CODE_LINES} code lines, no path of a machine"
    ))
}

/// Returns the problems with the shape of a Rust file, by line.
fn shape(file: &str, text: &str) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    let name = file.rsplit('/').next().unwrap_or(file);
    if name == "mod.rs" {
        problems.push((1, "use `foo.rs` instead of `foo/mod.rs`".to_owned()));
    }
    if name == "lib.rs" {
        problems.extend(functions(text).map(|line| {
            (
                line,
                "lib.rs declares modules and re-exports only; move the function to a module"
                    .to_owned(),
            )
        }));
    }
    let lines = code_lines(text).count();
    if lines > MAX_CODE_LINES && !is_test(file) {
        let (first_over, _) = code_lines(text).nth(MAX_CODE_LINES).unwrap_or_default();
        problems.push((
            first_over,
            format!("{lines} code lines; at most {MAX_CODE_LINES} are allowed"),
        ));
    }
    problems
}

/// Returns the lines that declare a function, including tests.
fn functions(text: &str) -> impl Iterator<Item = usize> {
    text.lines()
        .zip(1..)
        .filter(|(line, _)| declares_function(line))
        .map(|(_, number)| number)
}

fn declares_function(line: &str) -> bool {
    if line.trim_start().starts_with("//") {
        return false;
    }
    // A function type, `fn(u8)`, has no name after the keyword.
    let mut words = line.split_whitespace().skip_while(|word| *word != "fn");
    words.nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(count: usize) -> String {
        "use a;\n".repeat(count)
    }

    #[test]
    fn the_maximum_is_allowed() {
        assert_eq!(shape("src/a.rs", &lines_of(MAX_CODE_LINES)), []);
    }

    #[test]
    fn one_line_more_is_a_problem_at_that_line() {
        let text = format!("//! Doc.\n\n{}", lines_of(MAX_CODE_LINES + 1));
        let expected = (
            MAX_CODE_LINES + 3,
            "301 code lines; at most 300 are allowed".to_owned(),
        );
        assert_eq!(shape("src/a.rs", &text), [expected]);
    }

    #[test]
    fn tests_and_benchmarks_may_be_long() {
        for file in ["tests/a.rs", "crates/a/benches/b.rs", "src/a/tests.rs"] {
            assert_eq!(shape(file, &lines_of(MAX_CODE_LINES + 1)), [], "{file}");
        }
    }

    #[test]
    fn lib_rs_declares_no_function() {
        let text = "//! fn doc() {}\nmod a;\npub(crate) fn b() {\n}\npub type F = fn(u8) -> u8;\n";
        let found = shape("crates/a/src/lib.rs", text);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3]);
        assert_eq!(shape("crates/a/src/other.rs", text), []);
    }

    #[test]
    fn mod_rs_is_rejected_even_in_tests() {
        assert_eq!(shape("crates/a/tests/common/mod.rs", "use a;\n").len(), 1);
        assert_eq!(shape("crates/a/src/common.rs", "use a;\n"), []);
    }
}
