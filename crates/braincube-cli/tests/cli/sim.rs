//! `sim`: a simulator that other programs reach.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::command::{braincube, csv_rows, stderr};

/// Ends the simulator with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_it_prints_is_a_configuration_that_reaches_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("plant.csv"),
        "when,speed\n2024-01-01T00:00:00,1.5\n",
    )
    .unwrap();
    let mut simulator = Running(
        braincube(folder.path())
            .args([
                "sim",
                "--csv",
                "plant.csv",
                "--write-config",
                "written.json",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(simulator.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
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
fn what_should_go_wrong_does_as_often_as_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let mut simulator = Running(
        braincube(folder.path())
            .args(["sim", "--fault", "status=403@/mb/all,times=1"])
            .args(["--fault", "status=503@/mb/all,times=2"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(simulator.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
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
