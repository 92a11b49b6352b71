use super::{CHUNK_BYTES, Chunk, Document, RawColumn, Sink, Splitter};
use crate::error::Error;
use crate::splitter::PADDING;

/// Collects the parts.
#[derive(Debug, Default)]
struct Found {
    /// Whether chunks are streamed.
    streams: bool,
    heads: Vec<String>,
    /// Offsets and texts.
    chunks: Vec<(u64, String)>,
    /// Offsets, texts and chunks.
    columns: Vec<(u64, String, Vec<String>)>,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

impl Sink for Found {
    fn begin(&mut self, head: &[u8]) -> bool {
        self.heads.push(text(head));
        self.streams
    }

    fn chunk(&mut self, chunk: Chunk<'_>) -> Result<(), Error> {
        let len = chunk.padded().len() - PADDING;
        self.chunks
            .push((chunk.offset, text(&chunk.padded()[..len])));
        Ok(())
    }

    fn column(&mut self, column: RawColumn<'_>) -> Result<(), Error> {
        let cells = column.cells.as_ref();
        let chunks = cells.map_or_else(Vec::new, |span| {
            let chunks = span.chunks();
            chunks
                .map(|(from, to)| text(&column.bytes[from..=to]))
                .collect()
        });
        let whole = text(&column.bytes[..column.len]);
        self.columns.push((column.offset, whole, chunks));
        Ok(())
    }
}

/// Splits a body that is pushed in parts of this size.
fn split_parts(body: &str, part: usize, streams: bool) -> Found {
    let mut found = Found {
        streams,
        ..Found::default()
    };
    let mut splitter = Splitter::new(usize::MAX, Document::default(), Vec::new());
    for part in body.as_bytes().chunks(part) {
        splitter.push(part, &mut found).unwrap();
    }
    found
}

fn split(body: &str) -> Vec<(u64, String, Vec<String>)> {
    split_parts(body, body.len(), false).columns
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
    let (_, _, chunks) = &columns[0];
    assert_eq!(chunks.len(), 4);
    let three = format!("{cell},{cell},{cell}");
    assert_eq!(chunks[0], format!("[{three},"));
    assert_eq!(chunks[1], format!(",{three},"));
    assert_eq!(chunks[3], format!(",{cell}]"));
}

#[test]
fn positions_around_a_column_are_mapped_to_the_response() {
    let body = r#"  {"datadefs":[{"id":1},{"id":22}],"x":!}"#;
    let mut splitter = Splitter::new(usize::MAX, Document::default(), Vec::new());
    splitter
        .push(body.as_bytes(), &mut Found::default())
        .unwrap();
    let (document, _) = splitter.finish().unwrap();
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

#[test]
fn streamed_chunks_equal_those_of_the_buffered_column() {
    let cell = |at: usize| format!("\"{at}\\\" [,{}\"", "\\\\".repeat(at % 7));
    let cells: Vec<_> = (0..20_000).map(cell).collect();
    let tail = r#"],"id":"x","data":[1]}"#;
    let column = format!(r#"{{"type":"NUMERIC","data":[{}{tail}"#, cells.join(","));
    let body = format!(r#"{{"datadefs":[{column},{{}}]}}"#);
    let late = split(&body);
    assert!(late[0].2.len() > 5);
    for part in [1, 63, 1000, body.len()] {
        let early = split_parts(&body, part, true);
        assert_eq!(early.heads, [r#"{"type":"NUMERIC","data":["#]);
        let (last, taken) = late[0].2.split_last().unwrap();
        let mut offset = late[0].0 + early.heads[0].len() as u64 - 1;
        for (chunk, (place, early)) in taken.iter().zip(&early.chunks) {
            // The opening bracket represents the comma before a chunk.
            assert!(early[1..] == chunk[1..]);
            assert_eq!(*place, offset);
            offset += chunk.len() as u64 - 1;
        }
        assert_eq!(early.chunks.len(), taken.len());
        assert!(early.columns[0].2[0][1..] == last[1..]);
        let rest = format!("{}{}{}", early.heads[0], &last[1..], &tail[1..]);
        assert!(early.columns[0].1 == rest);
        assert_eq!(early.columns[1].0, late[1].0);
    }
}
