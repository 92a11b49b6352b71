use super::{CHUNK_BYTES, Splitter};

/// The columns that a body is split into: offset, text, chunks, commas, whether one is a number.
fn split(body: &str) -> Vec<(u64, String, Vec<String>, usize, bool)> {
    let mut columns = Vec::new();
    let mut splitter = Splitter::new(usize::MAX);
    splitter
        .push(body.as_bytes(), &mut |column| {
            let text = |from: usize, to: usize| {
                String::from_utf8(column.bytes[from..to].to_vec()).unwrap()
            };
            let (chunks, commas, has_numbers) =
                column.cells.as_ref().map_or_else(Default::default, |span| {
                    let chunks = span.chunks().map(|(from, to)| text(from, to + 1)).collect();
                    (chunks, span.commas, span.has_numbers)
                });
            columns.push((
                column.offset,
                text(0, column.len),
                chunks,
                commas,
                has_numbers,
            ));
            Ok(())
        })
        .unwrap();
    columns
}

#[test]
fn a_column_is_an_object_in_the_array_datadefs_of_the_document() {
    let column = r#"{"id":1,"data":["a",[",",2],"]"]}"#;
    let body =
        format!(r#" {{"a":[{{}}],"x":{{"datadefs":[{{}}]}},"datadefs":[{column}],"b":[{{}}]}}"#);
    let expected = (
        body.find(column).unwrap() as u64,
        column.to_owned(),
        vec![r#"["a",[",",2],"]"]"#.to_owned()],
        2,
        true,
    );
    assert_eq!(split(&body), [expected]);
    for body in [
        r#"{"datadefs":{"datadefs":[{}]}}"#,
        r#"{"x":"datadefs","y":[{}]}"#,
        r#"{"datadefs":null,"y":[{}]}"#,
        r#"{"datadefs":[[{}]]}"#,
    ] {
        assert_eq!(split(body), [], "{body}");
    }
}

#[test]
fn cells_are_cut_at_commas_a_chunk_apart() {
    let cell = format!("\"{},\"", "x".repeat(CHUNK_BYTES / 3));
    let cells = [cell.as_str(); 10].join(",");
    let columns = split(&format!(r#"{{"datadefs":[{{"data":[{cells}]}}]}}"#));
    let (_, _, chunks, commas, has_numbers) = &columns[0];
    assert_eq!((chunks.len(), *commas, *has_numbers), (4, 9, false));
    let three = format!("{cell},{cell},{cell}");
    assert_eq!(chunks[0], format!("[{three},"));
    assert_eq!(chunks[1], format!(",{three},"));
    assert_eq!(chunks[3], format!(",{cell}]"));
}

#[test]
fn what_is_wrong_around_a_column_is_located_in_the_answer() {
    let body = r#"  {"datadefs":[{"id":1},{"id":22}],"x":!}"#;
    let mut splitter = Splitter::new(usize::MAX);
    splitter.push(body.as_bytes(), &mut |_| Ok(())).unwrap();
    let document = splitter.finish().unwrap();
    let at = document
        .bytes
        .iter()
        .position(|byte| *byte == b'!')
        .unwrap();
    assert_eq!(document.offset(at), body.find('!').unwrap() as u64);
    let comma = document.bytes.iter().position(|byte| *byte == b',');
    assert_eq!(
        document.offset(comma.unwrap()),
        body.find(',').unwrap() as u64
    );
    assert_eq!(document.offset(0), 2);
}
