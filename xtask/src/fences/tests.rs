use super::*;

fn markdown(lines: &[&str]) -> Vec<(usize, String)> {
    check(&lines.join("\n"), true)
}

fn rust(lines: &[&str]) -> Vec<(usize, String)> {
    check(&lines.join("\n"), false)
}

fn lines(problems: &[(usize, String)]) -> Vec<usize> {
    problems.iter().map(|(line, _)| *line).collect()
}

#[test]
fn every_allowed_tag_passes_alone_and_joined() {
    for tag in TAGS
        .iter()
        .copied()
        .chain(["", "rust,no_run", "rust, compile_fail"])
    {
        assert_eq!(markdown(&[&format!("```{tag}"), "x", "```"]), [], "{tag}");
    }
}

#[test]
fn other_tags_are_named_with_their_line() {
    for tag in [
        "ignore",
        "Rust",
        "no_compile",
        "bash",
        "rust,ignore",
        "{.rust}",
    ] {
        let problems = markdown(&["prose", &format!("```{tag}"), "x", "```"]);
        assert_eq!(lines(&problems), [2], "{tag}");
        let unknown = tag.rsplit(',').next().unwrap();
        assert!(
            problems[0].1.contains(&format!("`{unknown}`")),
            "{problems:?}"
        );
    }
}

#[test]
fn the_content_of_a_fence_is_not_checked() {
    assert_eq!(
        markdown(&["````text", "```ignore", "```", "~~~bash", "````"]),
        []
    );
    assert_eq!(markdown(&["~~~text", "```bash", "~~~"]), []);
}

#[test]
fn a_fence_may_be_indented_in_a_list() {
    assert_eq!(lines(&markdown(&["- a", "  ```bash", "  x", "  ```"])), [2]);
}

#[test]
fn inline_code_is_not_a_fence() {
    assert_eq!(markdown(&["```not a fence``` and more", "``neither``"]), []);
}

#[test]
fn a_fence_that_is_not_closed_is_a_problem() {
    let problems = markdown(&["```text", "x"]);
    assert_eq!(problems, [(1, "code fence is not closed".to_owned())]);
}

#[test]
fn only_doc_comments_count_in_rust() {
    assert_eq!(
        rust(&[
            "// ```bash",
            "//// ```bash",
            "let x = \"```bash\";",
            "```bash"
        ]),
        []
    );
    assert_eq!(
        lines(&rust(&[
            "//! ```bash",
            "//! ```",
            "    /// ```ignore",
            "    /// ```"
        ])),
        [1, 3]
    );
}

#[test]
fn a_doc_comment_ends_with_its_last_line() {
    assert_eq!(
        lines(&rust(&["/// ```", "fn a() {}", "/// ```bash", "/// ```"])),
        [1, 3]
    );
}
