//! Reads Rust source line by line, as far as the checks need it.

/// Whether a file contains only tests or benchmarks.
pub(crate) fn is_test(file: &str) -> bool {
    let (directories, name) = file.rsplit_once('/').unwrap_or_default();
    matches!(name, "tests.rs" | "test_support.rs" | "testing.rs")
        || directories
            .split('/')
            .any(|directory| directory == "tests" || directory == "benches")
}

/// Returns the production code: the lines and their numbers (from 1) without blank lines, comments and items that have
/// the attribute `#[cfg(test)]`.
///
/// A block comment is recognized at the start of a line; the rest of the line after its end is ignored. Expects the
/// format of rustfmt: the last line of an item is indented like its first line.
pub(crate) fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_comment = false;
    // The indentation of the item that is skipped, and whether its first line follows.
    let mut skipped = None;
    text.lines().zip(1..).filter_map(move |(line, number)| {
        let code = line.trim();
        if in_comment || code.starts_with("/*") {
            in_comment = !code.contains("*/");
            return None;
        }
        if code.is_empty() || code.starts_with("//") {
            return None;
        }
        let indentation = line.len() - line.trim_start().len();
        if code == "#[cfg(test)]" || code.starts_with("#[cfg(all(test,") {
            skipped = Some((indentation, true));
            return None;
        }
        let Some((of_item, is_first)) = skipped else {
            return Some((number, code));
        };
        // Lines of a string may have the indentation of the item too.
        let is_last = indentation == of_item
            && (is_first || code.starts_with(['}', ')']))
            && code.ends_with(['}', ';', ',']);
        skipped = (!is_last).then_some((of_item, is_first && code.starts_with("#[")));
        None
    })
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
    fn an_inline_test_module_is_not_code() {
        assert_eq!(
            numbers("a\n#[cfg(test)]\nmod tests {\n    b(\"\nx;\n\");\n}\nc\n"),
            [1, 8]
        );
    }

    #[test]
    fn each_item_for_tests_is_left_out() {
        let text = "#[cfg(test)]\nmod tests;\na\n#[cfg(test)]\n#[b]\nuse {\n    b,\n};\nc\n\
                    #[cfg(test)]\nfn d() -> u8 {\n    1\n}\ne\n";
        assert_eq!(numbers(text), [3, 9, 14]);
    }

    #[test]
    fn test_files_are_recognized_by_their_path() {
        let cases = [
            ("crates/a/tests/wire.rs", true),
            ("crates/a/tests/wire/entities.rs", true),
            ("crates/a/benches/decode.rs", true),
            ("crates/a/src/filter/tests.rs", true),
            ("crates/a/src/tests/deep.rs", true),
            ("crates/a/src/test_support.rs", true),
            ("crates/a/src/filter.rs", false),
            ("crates/a/src/contests.rs", false),
            ("crates/a/examples/quickstart.rs", false),
        ];
        for (file, expected) in cases {
            assert_eq!(is_test(file), expected, "{file}");
        }
    }
}
