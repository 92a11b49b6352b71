//! What cannot be reached with an answer of reasonable size.

use arrow_array::Array;

use super::label::is_null;
use super::{ColumnDecoder, Fault, dictionary, text};
use crate::column::Cells;
use crate::splitter::PADDING;
use crate::tape::TapeParser;

fn feed(decoder: &mut dyn ColumnDecoder, cells: &str) -> Result<(), Fault> {
    let mut bytes = cells.as_bytes().to_vec();
    bytes.resize(cells.len() + PADDING, b' ');
    TapeParser::default()
        .parse(
            &mut bytes,
            cells.len(),
            |at| at as u64,
            |nodes, positions| Ok(decoder.decode(Cells::new(nodes, positions, cells.as_bytes()))),
        )
        .unwrap()
}

#[test]
fn v14_more_text_than_the_offsets_can_count_is_refused() {
    let full = Err(Fault::TooLarge { limit: 5 });
    let mut texts = text::Texts::new(false, 0, is_null).with_room(5);
    assert_eq!(feed(&mut texts, r#"["ab","cd",null,"?"]"#), Ok(()));
    assert_eq!(feed(&mut texts, r#"["e"]"#), Ok(()));
    assert_eq!(feed(&mut texts, r#"["e"]"#), full);

    let full = Err(Fault::TooLarge { limit: 5 });
    // Each label counts once.
    let mut labels = dictionary::Labels::new(false, 0, &dictionary::Tables::default()).with_room(5);
    assert_eq!(feed(&mut labels, r#"["ab","c","ab","ab","c",""]"#), Ok(()));
    assert_eq!(feed(&mut labels, r#"["ab","d","d",""]"#), Ok(()));
    assert_eq!(feed(&mut labels, r#"["","ef"]"#), full);
    let (array, _) = labels.finish();
    assert_eq!(array.len(), 11);
}
