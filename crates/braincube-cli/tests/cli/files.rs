//! `data -o FILE` in each format.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int32Type, TimeUnit, TimestampMillisecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::command::{braincube, stderr};
use crate::dryer;

fn write(folder: &Path, name: &str) {
    let output = braincube(folder)
        .args([
            "--demo",
            "data",
            "demo",
            "20",
            "--variables",
            "2000001,2000002,2000034",
        ])
        .args([
            "--filter",
            r#"{"BETWEEN":["mb20/d2000034",20,40]}"#,
            "-o",
            name,
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).starts_with(&format!("wrote {name}: ")));
    assert!(
        output.stdout.is_empty(),
        "nothing is written to standard output"
    );
    let left: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, [name], "no other file is left");
}

/// Compares types and values with the rows of the CSV file.
fn assert_is_the_dryer(batch: &RecordBatch) {
    let schema = batch.schema();
    let types: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| field.data_type().clone())
        .collect();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let date = DataType::Timestamp(TimeUnit::Millisecond, None);
    assert_eq!(types, [date, dictionary, DataType::Float64]);
    assert_eq!(schema.field(2).metadata()["braincube:id"], "mb20/d2000034");

    let expected = dryer::rows_between_20_and_40();
    assert_eq!(batch.num_rows(), expected.len());
    let dates = batch.column(0).as_primitive::<TimestampMillisecondType>();
    let labels = batch.column(1).as_dictionary::<Int32Type>();
    let labels = labels.downcast_dict::<arrow::array::StringArray>().unwrap();
    let power = batch.column(2).as_primitive::<Float64Type>();
    assert_eq!(power.null_count(), 0);
    for (row, expected) in expected.iter().enumerate() {
        assert_eq!(
            dates.value_as_datetime(row).unwrap().to_string(),
            expected.date().strftime("%Y-%m-%d %H:%M:%S").to_string()
        );
        assert_eq!(
            arrow::array::ArrayAccessor::value(&labels, row),
            expected.label()
        );
        assert_eq!(power.value(row), expected.agitator_power());
    }
}

#[test]
fn parquet_contains_types_and_rows() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "out.parquet");
    let file = File::open(folder.path().join("out.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
    let batch = arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap();
    assert_is_the_dryer(&batch);
}

#[test]
fn arrow_contains_types_and_rows() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "out.arrow");
    let file = File::open(folder.path().join("out.arrow")).unwrap();
    let mut reader = arrow::ipc::reader::FileReader::try_new(file, None).unwrap();
    let batch = reader.next().unwrap().unwrap();
    assert!(reader.next().is_none());
    assert_is_the_dryer(&batch);
}

#[test]
fn csv_and_json_contain_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "out.csv");
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let expected = dryer::rows_between_20_and_40().len();
    assert_eq!(text.lines().count() - 1, expected);

    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "out.json");
    let text = std::fs::read_to_string(folder.path().join("out.json")).unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.len(), expected);
}

#[test]
fn an_unknown_extension_is_wrong_usage_before_the_first_request() {
    let folder = tempfile::tempdir().unwrap();
    let output = braincube(folder.path())
        .args([
            "--config",
            "absent.json",
            "data",
            "demo",
            "20",
            "--all",
            "-o",
            "out.xlsx",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains(".parquet"), "{}", stderr(&output));
}

#[test]
fn a_failure_keeps_the_existing_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    std::fs::write(&path, "yesterday").unwrap();
    let output = braincube(folder.path())
        .args(["--demo", "data", "demo", "99", "--all", "-o", "out.csv"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(path).unwrap(), "yesterday");
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_before_the_first_request() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("folder.csv")).unwrap();
    for (path, why) in [
        ("folder.csv", "it is a directory"),
        ("nowhere/out.csv", "the directory nowhere does not exist"),
    ] {
        let output = braincube(folder.path())
            .args(["--demo", "-v", "data", "demo", "20", "--all", "-o", path])
            .output()
            .unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        let expected = format!("cannot write {path}: {why}");
        assert!(
            text.contains(&expected) && !text.contains(".partial"),
            "{text}"
        );
        assert!(!text.contains("rows"), "{text}");
    }
}

fn parquet_of(bytes: Vec<u8>) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
}

fn to(path: &str) -> Vec<&str> {
    let variables = ["--variables", "2000001,2000002,2000034"];
    let filter = ["--filter", "d2000034 between 20 and 40"];
    let command = ["--demo", "data", "demo", "20"];
    [&command[..], &variables, &filter, &["-o", path]].concat()
}

#[test]
fn standard_output_accepts_each_format() {
    let folder = tempfile::tempdir().unwrap();
    let run = |path| braincube(folder.path()).args(to(path)).output().unwrap();
    assert_is_the_dryer(&parquet_of(run("-.parquet").stdout));
    let arrow = std::io::Cursor::new(run("-.arrow").stdout);
    let mut reader = arrow::ipc::reader::FileReader::try_new(arrow, None).unwrap();
    assert_is_the_dryer(&reader.next().unwrap().unwrap());
    let csv = String::from_utf8(run("-.csv").stdout).unwrap();
    assert_eq!(
        csv.lines().count() - 1,
        dryer::rows_between_20_and_40().len()
    );
    assert_eq!(String::from_utf8(run("-").stdout).unwrap(), csv);
    assert_eq!(
        folder.path().read_dir().unwrap().count(),
        0,
        "no file is left"
    );
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("out.parquet");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    assert!(made.success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).unwrap()
    });
    let output = braincube(folder.path())
        .args(to("out.parquet"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_is_the_dryer(&parquet_of(reader.join().unwrap()));
    assert!(pipe.metadata().unwrap().file_type().is_fifo());
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_permissions_and_symbolic_links() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (
        folder.path().join("real.csv"),
        folder.path().join("link.csv"),
    );
    std::fs::write(&file, "yesterday").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let output = braincube(folder.path())
        .args([
            "--demo",
            "data",
            "demo",
            "20",
            "--variables",
            "2000034",
            "-o",
            "link.csv",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(link.is_symlink());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(
        std::fs::read_to_string(file)
            .unwrap()
            .starts_with("2000034\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_a_file_name_that_is_too_long_is_an_error_before_the_first_request() {
    let simulator = braincube_sim::Simulator::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
    let name = format!("{}.csv", "x".repeat(300));
    let mut command = braincube(folder.path());
    command.args(["data", "demo", "20", "--all", "-o", &name]);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    assert!(
        message.contains("the file name is too long or invalid"),
        "{message}"
    );
    assert_eq!(simulator.request_count(), 0);
}
