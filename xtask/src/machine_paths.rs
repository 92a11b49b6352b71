//! Finds absolute paths of a developer's machine in the files of the repository.

/// The prefixes of such paths.
const PREFIXES: &[&str] = &["/home/", "/root/", "/tmp/", "/Users/", "/work/"];

/// The file that has to contain them.
const THIS_FILE: &str = "xtask/src/machine_paths.rs";

/// Returns each line with such a path.
pub(crate) fn check(file: &str, text: &str) -> Vec<(usize, String)> {
    if file == THIS_FILE {
        return Vec::new();
    }
    let paths = text.lines().zip(1..).filter_map(|(line, number)| {
        let prefix = PREFIXES.iter().find(|prefix| starts_a_path(line, prefix))?;
        Some((number, format!("path of a machine, `{prefix}…`")))
    });
    paths.collect()
}

/// Whether the prefix starts a path. After a name it is the middle of a longer one, such as
/// `target/tmp/` or the path of a URL.
fn starts_a_path(line: &str, prefix: &str) -> bool {
    line.match_indices(prefix).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-~})>".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_in_any_context() {
        for line in [
            "/tmp/a",
            "let a = \"/home/me/b\";",
            "see (/work/c)",
            "HOME=/root/d",
        ] {
            assert_eq!(check("README.md", line).len(), 1, "{line}");
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
            assert_eq!(check("README.md", line), [], "{line}");
        }
    }

    #[test]
    fn a_line_is_reported_once() {
        let found = check("a.rs", "one\n/tmp/a /tmp/b /home/c\n");
        assert_eq!(found, [(2, "path of a machine, `/home/…`".to_owned())]);
        assert_eq!(check(THIS_FILE, "/tmp/a"), []);
    }
}
