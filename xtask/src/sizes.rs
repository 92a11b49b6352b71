//! Checks that files and the workspace are small, and that no file contains a path of a machine.

use std::collections::BTreeMap;

use crate::problems::{Outcome, Problems, print};
use crate::source::{code_lines, is_test};
use crate::workspace::Workspace;

/// Maximum number of lines of production code of a file.
const MAX_CODE_LINES: usize = 300;

/// Maximum number of lines of production code of all packages. It is only ever lowered.
const MAX_TOTAL: usize = 35_000;

/// The prefixes of absolute paths of a developer's machine.
const PREFIXES: &[&str] = &["/home/", "/root/", "/tmp/", "/Users/", "/work/"];

/// The file that contains these prefixes.
const THIS_FILE: &str = "xtask/src/sizes.rs";

/// The verb `sizes`. Prints the lines of production code per package.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let mut problems = Vec::new();
    let mut checked = 0;
    let mut packages = BTreeMap::new();
    for file in workspace.files()? {
        let Some(text) = workspace.text(&file)? else {
            continue;
        };
        checked += 1;
        let mut found = machine_paths(&file, &text);
        if file.ends_with(".rs") {
            found.extend(shape(&file, &text));
            if let Some(package) = package(&file) {
                *packages.entry(package.to_owned()).or_default() += code_lines(&text).count();
            }
        }
        let placed = found
            .into_iter()
            .map(|(line, what)| format!("{file}:{line}: {what}"));
        problems.extend(placed);
    }
    for (package, lines) in &packages {
        print(&format!("{lines:6} {package}"));
    }
    let total: usize = packages.values().sum();
    if total > MAX_TOTAL {
        problems.push(format!(
            "{total} lines of production code; at most {MAX_TOTAL} are allowed"
        ));
    }
    Problems::check(problems)?;
    Ok(format!(
        "{checked} files without a path of a machine, none over {MAX_CODE_LINES} code lines, {total} of at most {MAX_TOTAL} \
         lines of production code"
    ))
}

/// The package of a file with production code.
fn package(file: &str) -> Option<&str> {
    let (package, _) = file.split_once("/src/").filter(|_| !is_test(file))?;
    (package == "xtask" || package.starts_with("crates/")).then_some(package)
}

/// Returns the problems with the shape of a Rust file, by line.
fn shape(file: &str, text: &str) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    let name = file.rsplit('/').next().unwrap_or(file);
    if name == "mod.rs" {
        problems.push((1, "use `foo.rs` instead of `foo/mod.rs`".to_owned()));
    }
    if name == "lib.rs" {
        let functions = text.lines().zip(1..);
        let functions = functions.filter(|(line, _)| declares_function(line));
        problems.extend(functions.map(|(_, line)| {
            let message =
                "lib.rs declares modules and re-exports only; move the function to a module";
            (line, message.to_owned())
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

fn declares_function(line: &str) -> bool {
    if line.trim_start().starts_with("//") {
        return false;
    }
    // A function type, `fn(u8)`, has no name after the keyword.
    let mut words = line.split_whitespace().skip_while(|word| *word != "fn");
    words.nth(1).is_some()
}

/// Returns each line with a path of a machine.
fn machine_paths(file: &str, text: &str) -> Vec<(usize, String)> {
    if file == THIS_FILE {
        return Vec::new();
    }
    let paths = text.lines().zip(1..).filter_map(|(line, number)| {
        let prefix = PREFIXES.iter().find(|prefix| starts_a_path(line, prefix))?;
        Some((number, format!("path of a machine, `{prefix}…`")))
    });
    paths.collect()
}

/// Whether the prefix starts a path. After a name it is the middle of a longer one, such as `target/tmp/` or the path of
/// a URL.
fn starts_a_path(line: &str, prefix: &str) -> bool {
    line.match_indices(prefix).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-~})>".contains(before))
    })
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

    #[test]
    fn production_code_is_counted_by_package() {
        for (file, expected) in [
            ("crates/a/src/b/c.rs", Some("crates/a")),
            ("xtask/src/main.rs", Some("xtask")),
            ("crates/a/src/b/tests.rs", None),
            ("crates/a/tests/b.rs", None),
            ("crates/a/examples/b.rs", None),
        ] {
            assert_eq!(package(file), expected, "{file}");
        }
    }

    #[test]
    fn a_path_is_found_in_any_context() {
        for line in [
            "/tmp/a",
            "let a = \"/home/me/b\";",
            "see (/work/c)",
            "HOME=/root/d",
        ] {
            assert_eq!(machine_paths("README.md", line).len(), 1, "{line}");
        }
    }

    #[test]
    fn the_middle_of_a_longer_path_is_not_a_path() {
        for line in [
            "target/tmp/a",
            "https://example.com/home/b",
            "{root}/work/c",
            "$HOME/.config",
        ] {
            assert_eq!(machine_paths("README.md", line), [], "{line}");
        }
    }

    #[test]
    fn a_line_is_reported_once() {
        let found = machine_paths("a.rs", "one\n/tmp/a /tmp/b /home/c\n");
        assert_eq!(found, [(2, "path of a machine, `/home/…`".to_owned())]);
        assert_eq!(machine_paths(THIS_FILE, "/tmp/a"), []);
    }
}
