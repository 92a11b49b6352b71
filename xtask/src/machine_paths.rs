//! Finds absolute paths of somebody's machine in files that everybody gets.

/// Where such paths begin.
const BEGINNINGS: &[&str] = &["/home/", "/root/", "/tmp/", "/Users/", "/work/"];

/// The one file that has to spell them.
const THIS_FILE: &str = "xtask/src/machine_paths.rs";

/// Every line with such a path.
pub(crate) fn check(file: &str, text: &str) -> Vec<(usize, String)> {
    if file == THIS_FILE {
        return Vec::new();
    }
    let paths = text.lines().zip(1..).filter_map(|(line, number)| {
        let beginning = BEGINNINGS
            .iter()
            .find(|beginning| begins_a_path(line, beginning))?;
        Some((number, format!("the path of a machine, `{beginning}…`")))
    });
    paths.collect()
}

/// Whether the text stands at the beginning of a path: behind a name it is the middle of a longer
/// one, such as `target/tmp/` or the path of a URL.
fn begins_a_path(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-~})>".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_wherever_it_begins() {
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
    fn the_middle_of_a_longer_path_is_none() {
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
    fn the_line_is_named_once() {
        let found = check("a.rs", "one\n/tmp/a /tmp/b /home/c\n");
        assert_eq!(found, [(2, "the path of a machine, `/home/…`".to_owned())]);
        assert_eq!(check(THIS_FILE, "/tmp/a"), []);
    }
}
