//! Parses the lists of `--variables`.

use super::TextSource;
use crate::exit::Failure;

/// Reads the variables of an argument. A file or standard input has one list per line; empty lines are skipped.
///
/// # Errors
///
/// If the text cannot be read; [`Failure::Usage`] if a list cannot be parsed or if there is none.
pub(crate) async fn read_variables(source: &TextSource) -> Result<Vec<String>, Failure> {
    let wrong = |error: String| Failure::Usage(format!("--variables: {error}"));
    let text = source.text().await?;
    if !source.is_read() {
        return parse(&text).map_err(wrong);
    }
    let mut variables = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if !line.trim().is_empty() {
            let list = parse(line).map_err(|error| wrong(format!("line {number}: {error}")))?;
            variables.extend(list);
        }
    }
    if variables.is_empty() {
        return Err(wrong("found no variables".into()));
    }
    Ok(variables)
}

/// Parses a record of comma-separated values, with optional spaces around the commas. A short id, such as `d2000034`, is
/// returned as bcId.
fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut variables = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let variable;
        (variable, rest) = first(text.trim_start())?;
        if variable.is_empty() {
            return Err(format!("name {} of the list is empty", variables.len() + 1));
        }
        variables.push(variable);
    }
    Ok(variables)
}

/// Splits a list into its first variable and the rest after the comma, if there is a comma.
fn first(text: &str) -> Result<(String, Option<&str>), String> {
    let Some(mut quoted) = text.strip_prefix('"') else {
        let (name, rest) = split_at_comma(text);
        let name = name.trim_end();
        let id = name.strip_prefix('d').filter(|id| is_number(id));
        return Ok((id.unwrap_or(name).to_owned(), rest));
    };
    let mut name = String::new();
    loop {
        let (piece, after) = quoted
            .split_once('"')
            .ok_or("the quote is not closed; write a name with a comma as '\"a,b\"'")?;
        name.push_str(piece);
        // Two quotes are an escaped quote.
        if let Some(after) = after.strip_prefix('"') {
            name.push('"');
            quoted = after;
            continue;
        }
        let (space, rest) = split_at_comma(after);
        if !space.trim().is_empty() {
            return Err(format!("expected a comma before {space:?}"));
        }
        return Ok((name, rest));
    }
}

fn split_at_comma(text: &str) -> (&str, Option<&str>) {
    match text.split_once(',') {
        Some((name, rest)) => (name, Some(rest)),
        None => (text, None),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_list_is_a_record_of_comma_separated_values() {
        for (text, expected) in [
            ("2000034,2000001", &["2000034", "2000001"][..]),
            (" 2000034 ,  2000001 ", &["2000034", "2000001"]),
            ("d102, mb1/d102", &["102", "mb1/d102"]),
            ("Agitator power, Lot", &["Agitator power", "Lot"]),
            ("d,day,dx1", &["d", "day", "dx1"]),
            (r#""a,b", c"#, &["a,b", "c"]),
            (r#"c , "a "" b" "#, &["c", "a \" b"]),
            (r#""d102""#, &["d102"]),
            (r#"5" pipe"#, &["5\" pipe"]),
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text}");
        }
        for text in [r#""a,b"#, r#""a" b,c"#, r#"c,""#] {
            parse(text).expect_err(text);
        }
    }

    #[test]
    fn i5_an_empty_name_in_a_list_is_rejected() {
        for (text, position) in [
            ("", 1),
            (" ", 1),
            (r#""""#, 1),
            (",1", 1),
            ("1,,2", 2),
            ("1, \"\" ,2", 2),
            ("1,2,", 3),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!(error, format!("name {position} of the list is empty"));
        }
    }
}
