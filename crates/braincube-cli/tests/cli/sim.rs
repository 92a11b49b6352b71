//! `sim`: a simulator for other programs.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::command::{braincube, csv_rows, stderr};

/// A simulator process, killed on drop.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a simulator. Returns it and the configuration that it prints.
fn start(folder: &Path, options: &[&str]) -> (Running, String) {
    let mut command = braincube(folder);
    command.arg("sim").args(options);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut simulator = Running(command.spawn().unwrap());
    let mut line = String::new();
    let output = simulator.0.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut line).unwrap();
    (simulator, line)
}

#[test]
fn the_printed_configuration_connects_to_the_simulator() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("plant.csv"),
        "when,speed\n2024-01-01T00:00:00,1.5\n",
    )
    .unwrap();
    let options = ["--csv", "plant.csv", "--write-config", "written.json"];
    let (_simulator, line) = start(folder.path(), &options);
    std::fs::write(folder.path().join("printed.json"), &line).unwrap();
    for config in ["printed.json", "written.json"] {
        let output = braincube(folder.path())
            .args(["--config", config, "bases", "demo"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let rows = csv_rows(&String::from_utf8(output.stdout).unwrap());
        assert_eq!(rows[1..], [["20", "Batch dryer"], ["21", "plant"]]);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let written = folder.path().join("written.json").metadata().unwrap();
        assert_eq!(
            written.permissions().mode() & 0o777,
            0o600,
            "it holds a token"
        );
    }
}

#[test]
fn a_fault_occurs_the_given_number_of_times() {
    let folder = tempfile::tempdir().unwrap();
    let refusals = ["status=403@/mb/all,times=1", "status=503@/mb/all,times=2"];
    let options = ["--fault", refusals[0], "--fault", refusals[1]];
    let (_simulator, line) = start(folder.path(), &options);
    std::fs::write(folder.path().join("sim.json"), &line).unwrap();
    let bases = || {
        let mut command = braincube(folder.path());
        command.args(["--config", "sim.json", "bases", "demo"]);
        command.output().unwrap()
    };
    let refused = bases();
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("403"), "{}", stderr(&refused));
    let served = bases();
    assert!(served.status.success(), "{}", stderr(&served));

    let unknown = braincube(folder.path())
        .args(["sim", "--fault", "sulk"])
        .output()
        .unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("sulk"), "{}", stderr(&unknown));
}

#[test]
fn n15_t4_the_printed_configuration_connects_over_tls_and_through_a_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--tls", "ca.pem", "--proxy", "--proxy-user", "me:pass word"];
    let (_simulator, line) = start(folder.path(), &options);
    assert!(line.contains("https://127.0.0.1:"), "{line}");
    assert!(line.contains("me:pass%20word@"), "{line}");
    let bases = |config: &str| {
        std::fs::write(folder.path().join("sim.json"), config).unwrap();
        let mut command = braincube(folder.path());
        command.args(["--config", "sim.json", "bases", "demo"]);
        command.output().unwrap()
    };
    let served = bases(&line);
    assert!(served.status.success(), "{}", stderr(&served));

    let refused = bases(&line.replace("pass%20word", "canary"));
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("407"), "{}", stderr(&refused));
    assert!(!stderr(&refused).contains("canary"), "{}", stderr(&refused));
    let untrusting = bases(&line.replace("ca_bundle", "no_bundle"));
    assert_eq!(untrusting.status.code(), Some(1));

    let show = braincube(folder.path())
        .args(["--config", "sim.json", "config", "show"])
        .output()
        .unwrap();
    let shown = String::from_utf8(show.stdout).unwrap();
    assert!(shown.contains("http://************@127.0.0.1:"), "{shown}");
    assert!(!shown.contains("pass%20word"), "{shown}");

    for wrong in [
        &["sim", "--proxy-user", "a:b"][..],
        &["sim", "--proxy", "0.0.0.0:0"],
        &["sim", "--proxy", "--proxy-refuse", "200"],
    ] {
        let output = braincube(folder.path()).args(wrong).output().unwrap();
        assert!(!output.status.success(), "{wrong:?}");
    }
}

#[test]
fn invalid_values_are_wrong_usage_that_names_the_option() {
    let folder = tempfile::tempdir().unwrap();
    for (options, expected) in [
        (
            "--listen 192.0.2.1:0",
            "192.0.2.1:0 can be reached from other machines",
        ),
        (
            "--proxy 0.0.0.0:0",
            "0.0.0.0:0 can be reached from other machines",
        ),
        ("--token a\u{e9}", "token: "),
        ("--proxy --proxy-refuse 200", "refuse: status 200"),
        ("--fault nonsense", "\"nonsense\" is not a kind of fault"),
    ] {
        let mut command = braincube(folder.path());
        let output = command
            .arg("sim")
            .args(options.split(' '))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{options}");
        let text = stderr(&output);
        assert!(
            text.contains(expected) && !text.contains("allow_any"),
            "{text}"
        );
        assert!(output.stdout.is_empty(), "{options}");
    }
}

#[test]
fn d1_d2_d3_d4_d5_the_columns_of_a_csv_file_are_described_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let text = "sep=;\r\nwhen;temp\u{e9}rature;grade;batch\r\n\
                28/10/2023 22:00;1,5;A;1\r\n29/10/2023;2,25;B;Bad Input\r\n";
    let latin: Vec<u8> = text.chars().map(|char| char as u8).collect();
    std::fs::write(folder.path().join("plant.csv"), latin).unwrap();
    let dates = "\u{feff}when\tvalue\n03/04/2023\t1\n05/06/2023\t2\n";
    let utf_16: Vec<u8> = dates.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("lab.csv"), utf_16).unwrap();
    let mut command = braincube(folder.path());
    command.args(["sim", "--csv", "plant.csv", "--csv", "lab.csv"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut simulator = Running(command.spawn().unwrap());
    let lines = BufReader::new(simulator.0.stderr.take().unwrap()).lines();
    let lines: Vec<String> = lines.map(Result::unwrap).take(9).collect();
    assert_eq!(
        lines[..8],
        [
            r#"plant.csv is memory base 21: 2 rows, 4 columns, windows-1252, separated by ';', ordered by 2100001 "when""#,
            r#"  2100001 "when": DATETIME (DD/MM/YYYY)"#,
            r#"  2100002 "température": NUMERIC (decimal comma)"#,
            r#"  2100003 "grade": DISCRETE, because row 1, "A", is neither a number nor a date"#,
            r#"  2100004 "batch": DISCRETE, because row 2, "Bad Input", is not a number"#,
            r#"lab.csv is memory base 22: 2 rows, 2 columns, UTF-16LE, separated by '\t', ordered by 2200003 "Row", the row number, because no column is DATETIME"#,
            r#"  2200001 "when": DISCRETE, because row 1, "03/04/2023", may be day/month/year or month/day/year, which the column does not determine"#,
            r#"  2200002 "value": NUMERIC"#,
        ]
    );
    assert!(lines[8].contains("simulated Braincube at"), "{}", lines[8]);
}
