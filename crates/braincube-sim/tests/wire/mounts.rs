//! CSV files as additional memory bases, and invalid files.

use std::path::PathBuf;

use braincube_sim::{Error, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn files_become_memory_bases_from_21_on() {
    let folder = TempDir::new().unwrap();
    let furnace = write(
        &folder,
        "furnace.csv",
        "\u{feff}when,Speed,grade,Speed\r\n2023-10-28 22:00:00,1.50,\"A, \"\"b\"\"\",NA\r\n,nan,é,?\r\n2023-10-27,-2e3,?,4\r\n",
    );
    let lab = write(&folder, "lab results.csv", "sample;pH\nx1;7,2\nx2;\n");
    let simulator = Simulator::builder()
        .csv(furnace)
        .csv(lab)
        .start()
        .await
        .unwrap();
    let client = Client::new(&simulator);

    let bases = client
        .get_json("/braincube/demo/braincube/mb/all/selector")
        .await;
    let names: Vec<_> = bases["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|base| {
            (
                base["bcId"].as_u64().unwrap(),
                base["name"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [(20, "Batch dryer"), (21, "furnace"), (22, "lab results")]
    );

    let variables = client
        .get_json("/braincube/demo/braincube/mb/21/variables/summary")
        .await;
    let variables: Vec<_> = variables["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variable| (&variable["bcId"], &variable["standard"], &variable["type"]))
        .collect();
    assert_eq!(
        json!(variables),
        json!([
            [2_100_001, "when", "DATETIME"],
            [2_100_002, "Speed", "NUMERIC"],
            [2_100_003, "grade", "DISCRETE"],
            [2_100_004, "Speed", "NUMERIC"],
        ])
    );

    // Sorted by date, the missing date last.
    let ids = [2_100_001, 2_100_002, 2_100_003, 2_100_004];
    let response = client.extract(21, &ids, &Value::Null).await;
    assert_eq!(
        response.cells("mb21/d2100001"),
        ["20231027_000000", "20231028_220000", "null"]
    );
    assert_eq!(response.cells("mb21/d2100002"), ["-2e3", "1.50", "nan"]);
    assert_eq!(response.cells("mb21/d2100003"), ["?", "A, \"b\"", "é"]);
    assert_eq!(response.cells("mb21/d2100004"), ["4", "nan", "?"]);

    let simple = client
        .get_json("/braincube/demo/braindata/mb22/simple")
        .await;
    assert_eq!(simple["reference"], "mb22/d2200003");
    assert_eq!(simple.get("referenceDate"), None);
    let filter = json!({"NOT": [{"EQUALS": ["mb22/d2200002", 7.2]}]});
    let response = client.extract(22, &[2_200_003, 2_200_001], &filter).await;
    assert_eq!(response.cells("mb22/d2200003"), ["2"]);
    assert_eq!(response.cells("mb22/d2200001"), ["x2"]);
}

#[tokio::test]
async fn without_the_dryer_the_first_file_has_the_bcid_21() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "a.csv", "x\n1\n");
    let simulator = Simulator::builder()
        .without_dryer()
        .csv(file)
        .start()
        .await
        .unwrap();
    let bases = Client::new(&simulator)
        .get_json("/braincube/demo/braincube/mb/all/selector")
        .await;
    assert_eq!(bases["items"].as_array().unwrap().len(), 1);
    assert_eq!(bases["items"][0]["bcId"], 21);
}

#[tokio::test]
async fn invalid_files_and_settings_are_errors_at_the_start() {
    let folder = TempDir::new().unwrap();
    let start = async |path| Simulator::builder().csv(path).start().await.unwrap_err();

    let error = start(folder.path().join("absent.csv")).await;
    assert!(matches!(error, Error::ReadCsv { .. }), "{error}");
    assert!(error.to_string().ends_with("absent.csv"), "{error}");

    let error = start(write(&folder, "unmarked.csv", b"a\0\n\x001\0\n\0")).await;
    assert!(matches!(error, Error::Csv { .. }), "{error}");

    let error = start(write(&folder, "ragged.csv", "a,b\n1,2\n3,4,5\n"))
        .await
        .to_string();
    assert!(
        error.ends_with("line 3 has 3 cells, but the first line has 2"),
        "{error}"
    );

    let error = start(write(&folder, "unclosed.csv", "a,b\n1,\"x\n2,y\n"))
        .await
        .to_string();
    assert!(
        error.ends_with("line 2 has a quoted cell without a closing quote"),
        "{error}"
    );

    let error = Simulator::builder()
        .broken_variable(20, 7)
        .start()
        .await
        .unwrap_err();
    assert!(
        error.to_string().ends_with("there is no variable mb20/d7"),
        "{error}"
    );
}

#[tokio::test]
async fn d5_a_mounted_file_is_described() {
    let folder = TempDir::new().unwrap();
    let text = b"sep=;\r\nwhen;\xb0C;grade;id\r\n28/10/2023 22:00;1,5;A;1\r\n01/02/2023;-2;;x\r\n";
    let file = write(&folder, "plant.csv", text);
    let simulator = Simulator::builder().csv(&file).start().await.unwrap();
    let [described] = simulator.csv_files() else {
        panic!("{:?}", simulator.csv_files());
    };
    assert_eq!((described.rows, described.separator), (2, ';'));
    assert_eq!(
        (described.encoding, described.order),
        ("windows-1252", 2_100_001)
    );
    let text = described.to_string();
    let lines: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            r#"  2100001 "when": DATETIME (DD/MM/YYYY)"#,
            r#"  2100002 "°C": NUMERIC (decimal comma)"#,
            r#"  2100003 "grade": DISCRETE, because row 1, "A", is neither a number nor a date"#,
            r#"  2100004 "id": DISCRETE, because row 2, "x", is not a number"#,
        ]
    );
    // Values are sent in the format of the service.
    let ids = [2_100_001, 2_100_002];
    let response = Client::new(&simulator)
        .extract(21, &ids, &Value::Null)
        .await;
    assert_eq!(
        response.cells("mb21/d2100001"),
        ["20230201_000000", "20231028_220000"]
    );
    assert_eq!(response.cells("mb21/d2100002"), ["-2", "1.5"]);
}
