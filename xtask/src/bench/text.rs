//! Parses the output of the benchmark programs.

/// The number of instructions in the output of callgrind.
pub(super) fn collected(log: &str) -> Option<f64> {
    let line = log.lines().find_map(|line| line.split_once("Collected :"));
    line?.1.trim().parse().ok()
}

/// Parses exactly `N` numbers separated by whitespace.
pub(super) fn numbers<const N: usize>(line: &str) -> Option<[f64; N]> {
    let numbers: Vec<f64> = line
        .split_whitespace()
        .map_while(|word| word.parse().ok())
        .collect();
    numbers.try_into().ok()
}

/// The rows of a Markdown table that have a name and at least one number.
pub(super) fn rows(table: &str) -> impl Iterator<Item = (&str, Vec<f64>)> {
    table.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let name = cells.next()?;
        let numbers: Vec<f64> = cells.map_while(|cell| cell.parse().ok()).collect();
        (!numbers.is_empty()).then_some((name, numbers))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_the_programs_is_parsed() {
        let log = "==1== Events    : Ir\n==1== Collected : 123456\n==1==\n";
        assert_eq!(collected(log), Some(123_456.0));
        assert_eq!(collected(""), None);
        assert_eq!(numbers("1 2.5 3\n"), Some([1.0, 2.5, 3.0]));
        assert_eq!(numbers::<4>("1 2 3"), None);
        let table = "### num\n\n| way | ms |\n|---|---:|\n| a, b | 3.5 | 2 |\n| a | 4.25 | |\n";
        let rows: Vec<_> = rows(table).collect();
        assert_eq!(rows, [("a, b", vec![3.5, 2.0]), ("a", vec![4.25])]);
    }
}
