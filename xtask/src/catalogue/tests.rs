use super::{Id, Page, TestName, compare, run};
use crate::workspace::Workspace;

/// A page with one section and these rows.
fn page(rows: &[&str]) -> Page {
    let head = "# Title\n\n| kind | what |\n|---|---|\n| N1 | not a row |\n\n## N Network\n\n\
                | id | situation | what the client does |\n|---|---|---|\n";
    Page::parse(&format!("{head}{}\n", rows.join("\n")))
}

fn tests(text: &str) -> Vec<(String, TestName)> {
    let found = super::tests(text);
    found.map(|test| ("a.rs".to_owned(), test)).collect()
}

fn names(text: &str) -> Vec<String> {
    let found = super::tests(text);
    let shown = found.map(|test| {
        let ids: Vec<String> = test.ids.iter().map(ToString::to_string).collect();
        format!("{}:{} {}", test.line, test.name, ids.join(","))
    });
    shown.collect()
}

#[test]
fn an_id_is_a_letter_and_a_number() {
    for (text, expected) in [
        ("N8", Some(('N', 8))),
        ("L10", Some(('L', 10))),
        ("n8", None),
        ("N", None),
        ("N08", None),
        ("N0", None),
        ("N+8", None),
        ("N8a", None),
        ("NN8", None),
        ("", None),
        ("Ñ8", None),
        ("N99999999999", None),
    ] {
        let id = Id::parse(text).map(|id| (id.letter, id.number));
        assert_eq!(id, expected, "{text:?}");
    }
}

#[test]
fn rows_are_read_below_headings_with_a_letter() {
    let page = page(&[
        "| N1 | a | b |",
        "| N3 | a \\| c | b |",
        "",
        "## Notes",
        "| X | y |",
    ]);
    let ids: Vec<String> = page.rows.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids, ["N1", "N3"]);
    assert_eq!(page.rows[0].1, 11);
    assert_eq!(
        (page.tables, page.problems.len()),
        (1, 0),
        "{:?}",
        page.problems
    );
}

#[test]
fn repeated_unordered_and_malformed_rows_are_named() {
    for (rows, expected) in [
        (
            &["| N1 | a | b |", "| N1 | a | b |"][..],
            "the id N1 is repeated",
        ),
        (
            &["| N2 | a | b |", "| N1 | a | b |"],
            "the id N1 is out of order",
        ),
        (&["| T1 | a | b |"], "\"T1\" is not an id of section N"),
        (&["| | a | b |"], "\"\" is not an id"),
        (&["| N1 | a |"], "found 2"),
        (&["| N1 | a | b | c |"], "found 4"),
        (&["| N1 | | b |"], "the row N1 has an empty cell"),
    ] {
        let page = page(rows);
        let [(_, what)] = &page.problems[..] else {
            panic!("{rows:?}: {:?}", page.problems)
        };
        assert!(what.contains(expected), "{what}");
    }
}

#[test]
fn rows_of_another_section_may_start_again() {
    let page = page(&["| N9 | a | b |", "", "## T TLS", "| T1 | a | b |"]);
    assert!(page.problems.is_empty(), "{:?}", page.problems);
    assert_eq!((page.rows.len(), page.tables), (2, 2));
}

#[test]
fn only_tests_that_run_carry_ids() {
    let text = "#[test]\nfn n1_a() {}\nfn n2_helper() {}\n#[tokio::test(flavor = \"x\")]\n\
                #[cfg(unix)]\n    async fn n3_n4_b<T>() {}\n#[test]\n#[ignore]\nfn n5_c() {}\n\
                // #[test]\nfn n6_d() {}\n#[test]\nfn plain() {}\n";
    assert_eq!(names(text), ["2:n1_a N1", "6:n3_n4_b N3,N4"]);
}

#[test]
fn ids_end_at_the_first_word_that_is_not_one() {
    let text =
        "#[test]\nfn v8_i64_n1_x() {}\n#[test]\nfn u64_max() {}\n#[test]\nfn n1_p2p_x() {}\n";
    assert_eq!(names(text), ["2:v8_i64_n1_x V8", "6:n1_p2p_x N1"]);
}

#[test]
fn both_directions_are_compared() {
    let page = page(&["| N1 | a | b |", "| N2 | a | b |"]);
    let tests = tests("#[test]\nfn n1_n3_a() {}\n");
    let problems = compare(&page, &tests);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].contains(":12: row N2 has no test; name one `n2_"),
        "{problems:?}"
    );
    assert!(
        problems[1].starts_with("a.rs:2: the test n1_n3_a carries the id N3"),
        "{problems:?}"
    );
}

#[test]
fn the_page_of_the_repository_agrees_with_its_tests() {
    let outcome = Workspace::find().and_then(|workspace| run(&workspace, &[]));
    if let Err(problems) = outcome {
        panic!("{problems}");
    }
}
