//! Reads Rust source line by line, as far as the checks need it.

/// Whether a file contains only tests or benchmarks.
pub(crate) fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs")
        || file
            .split('/')
            .rev()
            .skip(1)
            .any(|directory| directory == "tests" || directory == "benches")
}

/// Returns the code lines with their numbers (from 1): without blank lines, comments and the inline
/// test module.
///
/// A block comment is recognized at the start of a line; the rest of the line after its end is
/// ignored.
pub(crate) fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let next_lines = text.lines().skip(1).chain(std::iter::once(""));
    let mut in_comment = false;
    text.lines()
        .zip(next_lines)
        .zip(1..)
        .take_while(|((line, next), _)| !starts_test_module(line, next))
        .filter_map(move |((line, _), number)| {
            let code = line.trim();
            if in_comment || code.starts_with("/*") {
                in_comment = !code.contains("*/");
                return None;
            }
            let is_code = !code.is_empty() && !code.starts_with("//");
            is_code.then_some((number, code))
        })
}

/// Whether a line starts the inline test module: `#[cfg(test)]` before `mod name {`.
/// (Before `mod name;` or `use` the attribute applies to one line only.)
fn starts_test_module(line: &str, next: &str) -> bool {
    line.trim() == "#[cfg(test)]" && next.trim_start().starts_with("mod ") && next.contains('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<usize> {
        code_lines(text).map(|(number, _)| number).collect()
    }

    #[test]
    fn blank_lines_and_comments_are_not_code() {
        assert_eq!(
            numbers("//! doc\n\nuse a;\n   // why\n/// b\nfn b() {} // c\n"),
            [3, 6]
        );
    }

    #[test]
    fn block_comments_end_at_their_terminator() {
        assert_eq!(numbers("/* one line */\na\n/* two\nb\n*/\nc\n"), [2, 6]);
    }

    #[test]
    fn an_inline_test_module_ends_the_code() {
        assert_eq!(numbers("a\n#[cfg(test)]\nmod tests {\n    b\n}\n"), [1]);
    }

    #[test]
    fn a_test_module_in_its_own_file_does_not_end_the_code() {
        assert_eq!(
            numbers("#[cfg(test)]\nmod tests;\na\n#[cfg(test)]\nuse b;\nc\n"),
            [1, 2, 3, 4, 5, 6]
        );
    }

    #[test]
    fn test_files_are_recognized_by_their_path() {
        let cases = [
            ("crates/a/tests/wire.rs", true),
            ("crates/a/tests/wire/entities.rs", true),
            ("crates/a/benches/decode.rs", true),
            ("crates/a/src/filter/tests.rs", true),
            ("crates/a/src/tests/deep.rs", true),
            ("crates/a/src/filter.rs", false),
            ("crates/a/src/contests.rs", false),
            ("crates/a/examples/quickstart.rs", false),
        ];
        for (file, expected) in cases {
            assert_eq!(is_test(file), expected, "{file}");
        }
    }
}
