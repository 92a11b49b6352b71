//! Formats the page with the results.

use super::goals::{Goal, goals};
use super::measure::{Measured, Order};

const HEAD: &str = "\
# How fast the decoder is

Written by `cargo xtask bench`; `benches/decode.rs` describes what it measures. All decoders decode the same bytes in
one run, alternately and in another order in each round; the numbers are medians. The time is measured from the bytes
to the finished arrays. Absolute times depend on the machine and its load; ratios and instruction counts do not.

`simd-json to_tape alone` finds the values and converts none: the ratio to it compares decoding to Arrow arrays with
parsing alone. This crate is measured as the facade uses it: the response is pushed in parts of 64 KiB, and with several
threads (`parallel`) where the goal does not name one thread. The corpora are numbers of up to two decimals (num), integers (int), one column of dates, 40 of numbers
and 9 of labels (mixed), labels of which one column in ten is escaped, two are not ASCII and one hardly repeats itself
(disc), and 5 columns of 100 numbers (small). The connector is the Python package `braincube_connector` 2.8.0 with
dates parsed.

The alternatives are those in Rust and the connector. simdjson's On-Demand parser (C++, AVX-512) was measured outside the
repository: it reads the corpus num to arrays of `double` at 0.60 to 0.72 GB/s, where this decoder with one thread reached
0.74 to 1.2 GB/s in the same minutes (1.1 to 1.7 times as fast).
";

/// Explanation of the figures. Written by hand: revise it when the table of goals changes.
const FINDINGS: &str = include_str!("findings.md");

/// Formats the page.
pub(super) fn write(measured: &Measured) -> String {
    let mut page = format!("{HEAD}\n## Goals\n\n");
    page.push_str("| | goal | measured | met | command |\n|---|---|---|---|---|\n");
    for goal in goals(measured) {
        let Goal {
            name,
            target,
            measured,
            is_met,
            command,
        } = goal;
        let met = if is_met { "yes" } else { "**no**" };
        page.push_str(&format!(
            "| {name} | {target} | {measured} | {met} | `{command}` |\n"
        ));
    }
    page.push_str(&format!("\n{FINDINGS}\n## Times\n"));
    for times in &measured.times {
        page.push_str(&format!("\n{}\n", times.table));
        if let Some(connector) = times.connector {
            page.push_str(&format!("\nThe connector: {connector:.0} ms.\n"));
        }
    }
    page.push_str(
        "\n## CPU time, in processes of their own\n\nFor the CPU time of one thread, two processes run at once, because a core is \
         slower while the other one is busy.\n\n\
         | corpus | CPU time of one thread, ms | of the parallel decoder, ms | elapsed with one thread, ms | elapsed with the parallel decoder, ms |\n\
         |---|---:|---:|---:|---:|\n",
    );
    for times in &measured.cpu {
        page.push_str(&format!(
            "| {} | {:.1} | {:.1} | {:.1} | {:.1} |\n",
            times.corpus,
            times.one_cpu,
            times.parallel_cpu,
            times.one_elapsed,
            times.parallel_elapsed,
        ));
    }
    if let Some(instructions) = &measured.instructions {
        page.push_str(
            "\n## Instructions per value, by callgrind\n\n| corpus | instructions |\n|---|---:|\n",
        );
        for (corpus, count) in instructions {
            page.push_str(&format!("| {corpus} | {count:.0} |\n"));
        }
    }
    memory(&mut page, measured);
    page.push_str(
        "\n## On an emulated link of 1 Gbit/s\n\n\
         | corpus | transfer, ms | until the frame is complete, ms | after the last byte, ms |\n|---|---:|---:|---:|\n",
    );
    for (corpus, [transfer, wall, after]) in &measured.paced {
        page.push_str(&format!(
            "| {corpus} | {transfer:.1} | {wall:.1} | {after:.2} |\n"
        ));
    }
    let [all, needed] = measured.allocations;
    page.push_str(&format!(
        "\n## Allocations for a small response\n\n{all:.0} with a reused decoder, {needed:.0} of them for the arrays, the \
         schema and the report.\n"
    ));
    for (corpus, table) in &measured.loopback {
        page.push_str(&format!(
            "\n## {corpus} over loopback, from the request to the frame\n\n{table}"
        ));
    }
    page
}

fn memory(page: &mut String, measured: &Measured) {
    page.push_str(
        "\n## Memory\n\nA column whose type precedes its cells is decoded as it arrives; one whose type follows them is \
         kept as text until then.\n\n\
         | JSON, MB | columns | type | rows | arrays, MiB | peak beyond them, MiB | text of a column, MiB |\n\
         |---:|---:|---|---:|---:|---:|---:|\n",
    );
    for memory in &measured.memory {
        let order = match memory.order {
            Order::TypeFirst => "first",
            Order::TypeLast => "last",
        };
        page.push_str(&format!(
            "| {:.0} | {} | {order} | {:.0} | {:.0} | {:.1} | {:.0} |\n",
            memory.bytes / 1e6,
            memory.columns,
            memory.rows,
            memory.arrays_kilobytes / 1024.0,
            memory.beyond_kilobytes / 1024.0,
            memory.bytes / f64::from(memory.columns) / (1024.0 * 1024.0),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::{Memory, Times};
    use super::*;

    #[test]
    fn results_that_were_not_measured_are_left_out() {
        let times = Times {
            corpus: "num",
            table: String::from("### num\n\n| a |"),
            connector: None,
        };
        let mut measured = Measured {
            times: vec![times],
            ..Measured::default()
        };
        let page = write(&measured);
        assert!(page.contains("## Times\n\n### num\n\n| a |\n"));
        assert!(!page.contains("by callgrind\n") && !page.contains("The connector: "));
        measured.instructions = Some(vec![("num", 142.6)]);
        measured.memory.push(Memory {
            columns: 2,
            order: Order::TypeLast,
            bytes: 4e6,
            rows: 7.0,
            arrays_kilobytes: 2048.0,
            beyond_kilobytes: 1536.0,
        });
        let page = write(&measured);
        assert!(page.contains("| num | 143 |"));
        assert!(
            page.contains("| 4 | 2 | last | 7 | 2 | 1.5 | 2 |"),
            "{page}"
        );
    }
}
