//! Limits that responses of a reasonable size do not reach.

use arrow_array::Array;

use super::dictionary::DictionaryDecoder;
use super::text::{StringDecoder, is_null};
use crate::cell::{Append, Cells, ColumnDecoder, Fault, TapeCells};
use crate::splitter::PADDING;
use crate::tape::TapeParser;

fn append(decoder: &mut impl ColumnDecoder, cells: &str) -> Result<Append, Fault> {
    let mut bytes = cells.as_bytes().to_vec();
    bytes.resize(cells.len() + PADDING, b' ');
    TapeParser::default()
        .parse(
            &mut bytes,
            cells.len(),
            |at| at as u64,
            |nodes, positions| {
                let cells = TapeCells::new(nodes, positions, cells.as_bytes());
                Ok(decoder.append(Cells::Tape(cells)))
            },
        )
        .unwrap()
}

#[test]
fn v14_text_beyond_the_range_of_the_offsets_is_an_error() {
    let done = Ok(Append::Done);
    let full = Err(Fault::TooLarge { limit: 5 });
    let mut texts = StringDecoder::new(false, 0, is_null).with_budget(5);
    assert_eq!(append(&mut texts, r#"["ab","cd",null,"?"]"#), done);
    assert_eq!(append(&mut texts, r#"["e"]"#), done);
    assert_eq!(append(&mut texts, r#"["e"]"#), full);

    // Each label counts once.
    let mut labels = DictionaryDecoder::new(false, 0).with_budget(5);
    assert_eq!(append(&mut labels, r#"["ab","c","ab","ab","c",""]"#), done);
    assert_eq!(append(&mut labels, r#"["ab","d","d",""]"#), done);
    assert_eq!(append(&mut labels, r#"["","ef"]"#), full);
    let (array, _) = labels.finish();
    assert_eq!(array.len(), 11);
}
