//! The page with the results.

use super::measure::Memory;

const HEAD: &str = "\
# How fast the decoder is

Written by `cargo xtask bench`; what it measures is described where it is measured, in
`benches/decode.rs`. All ways decode the same bytes in one run, in turn, round after round; the
numbers are medians. Absolute times are of the machine and of what else it did; ratios and
instruction counts hold.

`simd-json to_tape alone` finds the values and converts none: the ratio to it says how the whole way
to Arrow arrays compares with parsing alone. The corpora are numbers of up to two decimals (num),
integers (int), one column of dates, 40 of numbers and 9 of labels (mixed), labels of which one
column in ten is escaped, two are not ASCII and one hardly repeats itself (disc), and 5 columns of
100 numbers (small).
";

/// Puts the results together.
pub(super) fn write(
    times: &str,
    instructions: Option<&[(&str, f64)]>,
    memory: &[Memory],
    connector: Option<&[(&str, f64, f64)]>,
) -> String {
    let tables = times.find("###").map_or("", |start| &times[start..]);
    let mut page = format!("{HEAD}\n## Times\n\n{}\n", tables.trim_end());
    if let Some(instructions) = instructions {
        page.push_str("\n## Instructions for each value, by callgrind\n\n| corpus | instructions |\n|---|---:|\n");
        for (corpus, count) in instructions {
            page.push_str(&format!("| {corpus} | {count:.0} |\n"));
        }
    }
    page.push_str(
        "\n## Memory for one column that says its type first\n\n\
         | JSON, MB | rows | array, MiB | peak beyond the array, MiB |\n|---:|---:|---:|---:|\n",
    );
    for memory in memory {
        let beyond = u32::try_from(memory.beyond_kilobytes).map_or(f64::NAN, f64::from) / 1024.0;
        page.push_str(&format!(
            "| {} | {} | {} | {:.1} |\n",
            memory.bytes / 1_000_000,
            memory.rows,
            memory.arrays_kilobytes / 1024,
            beyond
        ));
    }
    if let Some(connector) = connector {
        page.push_str(
            "\n## Beside the Python package `braincube_connector` 2.8.0, dates parsed\n\n\
             | corpus | Python, ms | braincube-frame, ms | times as fast |\n|---|---:|---:|---:|\n",
        );
        for (corpus, theirs, ours) in connector {
            let ratio = theirs / ours;
            page.push_str(&format!(
                "| {corpus} | {theirs:.0} | {ours:.1} | {ratio:.1} |\n"
            ));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_not_on_the_page() {
        let times = "every way gives the same\n\n### num\n\n| a |\n";
        let page = write(times, None, &[], None);
        assert!(page.contains("## Times\n\n### num\n\n| a |\n"));
        assert!(!page.contains("every way") && !page.contains("callgrind"));
        let page = write(
            times,
            Some(&[("num", 142.6)]),
            &[],
            Some(&[("num", 100.0, 4.0)]),
        );
        assert!(page.contains("| num | 143 |") && page.contains("| num | 100 | 4.0 | 25.0 |"));
    }
}
