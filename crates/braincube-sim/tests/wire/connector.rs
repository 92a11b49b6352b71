//! The Python package `braincube_connector`, unchanged, against the simulator.
//!
//! `BRAINCUBE_PYTHON` is the path of an interpreter with the package. `cargo xtask conformance` creates such an environment and
//! runs the same script.

use std::path::Path;

use braincube_sim::{LoggedRequest, Simulator};
use tempfile::TempDir;
use tokio::process::Command;

#[tokio::test]
#[ignore = "needs a Python with braincube_connector: BRAINCUBE_PYTHON=/path/to/python"]
async fn the_python_connector_reads_the_same_data() {
    let python = std::env::var_os("BRAINCUBE_PYTHON").expect("BRAINCUBE_PYTHON names a Python");
    let simulator = Simulator::start().await.unwrap();
    let placeholder = simulator.config_json().replace(
        &format!("\"braincube_base_url\":\"{}\"", simulator.api_base_url()),
        &format!(
            "\"braincube_base_url\":\"{}\"",
            simulator.placeholder_base_url()
        ),
    );
    let folder = TempDir::new().unwrap();
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, config) in [
        ("named.json", simulator.config_json()),
        ("placeholder.json", placeholder),
        ("oauth2.json", simulator.oauth2_config_json()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, config).unwrap();
        let script = Command::new(&python)
            .arg(crate_folder.join("tests/connector.py"))
            .arg(&path)
            .arg(crate_folder.join("data/dryer.csv"))
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&script.stdout);
        let complained = String::from_utf8_lossy(&script.stderr);
        assert!(script.status.success(), "{name}:\n{said}\n{complained}");
        assert!(said.trim_end().ends_with(", 0 failed"), "{name}:\n{said}");
    }
    let requests = simulator.requests();
    let was_asked = |path: &str| {
        let mut paths = requests.iter().map(LoggedRequest::path_and_query);
        paths.any(|asked| asked.starts_with(path))
    };
    assert!(was_asked("/at/demo/braindata/mb20/LF"));
    assert!(was_asked("/sso-server/ws/oauth2/session"));
}
