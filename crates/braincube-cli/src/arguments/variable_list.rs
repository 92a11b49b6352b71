//! [`VariableList`]: variables as `--variables` names them.

use std::str::FromStr;

use super::TextSource;
use crate::failure::Failure;

/// The variables of one argument: a record of comma-separated values, with spaces around the commas where one likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableList(Vec<String>);

impl VariableList {
    /// The variables. A short id, `d2000034`, has become the bcId in it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl VariableList {
    /// Reads the variables that an argument names. A file has one list a line; empty lines are skipped.
    ///
    /// # Errors
    ///
    /// If the file cannot be read; wrong usage if a list cannot be parsed or there is none.
    pub(crate) async fn read(source: &TextSource) -> Result<Self, Failure> {
        let wrong = |error: String| Failure::Usage(format!("--variables: {error}"));
        let text = source.text().await?;
        if !source.is_read() {
            return text.parse().map_err(wrong);
        }
        let mut variables = Vec::new();
        for (line, number) in text
            .lines()
            .zip(1..)
            .filter(|(line, _)| !line.trim().is_empty())
        {
            let list: Self = line
                .parse()
                .map_err(|error| wrong(format!("line {number}: {error}")))?;
            variables.extend(list.0);
        }
        match variables.is_empty() {
            true => Err(wrong("there is no variable".into())),
            false => Ok(Self(variables)),
        }
    }
}

impl FromStr for VariableList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
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
        Ok(Self(variables))
    }
}

/// The first variable of a list, and what stands behind its comma.
fn first(text: &str) -> Result<(String, Option<&str>), String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (name, rest) = at_comma(text);
        let name = name.trim_end();
        let id = name.strip_prefix('d').filter(|id| is_number(id));
        return Ok((id.unwrap_or(name).to_owned(), rest));
    };
    let mut name = String::new();
    let mut quoted = quoted;
    loop {
        let (piece, behind) = quoted
            .split_once('"')
            .ok_or("the quote is not closed; a name with a comma is written '\"a,b\"'")?;
        name.push_str(piece);
        match behind.strip_prefix('"') {
            // Two quotes stand for one.
            Some(behind) => {
                name.push('"');
                quoted = behind;
            }
            None => match at_comma(behind) {
                (space, rest) if space.trim().is_empty() => return Ok((name, rest)),
                (more, _) => return Err(format!("a comma is missing in front of {more:?}")),
            },
        }
    }
}

/// What stands up to the next comma, and behind it if there is one.
fn at_comma(text: &str) -> (&str, Option<&str>) {
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
    use super::VariableList;

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
            let list: VariableList = text.parse().unwrap();
            assert_eq!(list.iter().collect::<Vec<_>>(), expected, "{text}");
        }
        for text in [r#""a,b"#, r#""a" b,c"#, r#"c,""#] {
            text.parse::<VariableList>().expect_err(text);
        }
    }

    #[test]
    fn i5_no_name_of_a_list_is_empty() {
        for (text, place) in [
            ("", 1),
            (" ", 1),
            (r#""""#, 1),
            (",1", 1),
            ("1,,2", 2),
            ("1, \"\" ,2", 2),
            ("1,2,", 3),
        ] {
            let error = text.parse::<VariableList>().expect_err(text);
            assert_eq!(error, format!("name {place} of the list is empty"));
        }
    }
}
