//! Reading Rust text line by line, as far as the checks need it.

/// Whether a file holds tests or benchmarks only.
pub(crate) fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs")
        || file
            .split('/')
            .rev()
            .skip(1)
            .any(|folder| folder == "tests" || folder == "benches")
}

/// The lines of code with their numbers (from 1): neither blank, nor a comment, nor in the inline
/// test module.
///
/// A block comment is known where it starts a line; what follows its end on that line is ignored.
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

/// `#[cfg(test)]` before `mod name {`: everything from here on is tests.
/// (Before `mod name;` or `use` it concerns that line alone, and code may follow.)
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
    fn blank_lines_and_comments_are_no_code() {
        assert_eq!(
            numbers("//! doc\n\nuse a;\n   // why\n/// b\nfn b() {} // c\n"),
            [3, 6]
        );
    }

    #[test]
    fn block_comments_end_where_they_end() {
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
    fn files_of_tests_are_known_by_their_place() {
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
