//! Where a configuration is found when none is named: in the working directory, then in the user's.

use std::path::Path;

use braincube_sim::Simulator;

use crate::command::{braincube, csv_rows, stderr};

fn cubes(folder: &Path) -> Vec<Vec<String>> {
    let output = braincube(folder).arg("cubes").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    csv_rows(&String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn c15_the_working_directory_then_the_home_of_the_user() {
    let here = Simulator::builder()
        .braincube_name("here")
        .start()
        .await
        .unwrap();
    let home = Simulator::builder()
        .braincube_name("home")
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join(".braincube");
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("config.json"), home.config_json()).unwrap();
    assert_eq!(cubes(folder.path())[1][0], "home");
    std::fs::write(folder.path().join("config.json"), here.config_json()).unwrap();
    assert_eq!(cubes(folder.path())[1][0], "here");
}
