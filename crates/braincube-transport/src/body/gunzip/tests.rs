use std::io::Write as _;

use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::{BoxError, FIRST_CHUNK, Gunzip, MAX_CHUNK};

/// A member with all optional fields in its header, and a body larger than the window.
fn member(content: &[u8]) -> Vec<u8> {
    let head = GzBuilder::new().filename("response").comment("a comment");
    let mut encoder = head.extra(*b"extra").write(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Different numbers, followed by many spaces.
fn content() -> Vec<u8> {
    let numbers = (0..20_000_u32).map(|it| it.wrapping_mul(2_654_435_761));
    let mut content: String = numbers.map(|it| format!("{it},")).collect();
    content.extend(std::iter::repeat_n(' ', 300_000));
    content.into_bytes()
}

/// The decompressed chunks of an input in parts of this length, and whether it is complete.
fn unpack(packed: &[u8], length: usize) -> Result<(Vec<Bytes>, bool), BoxError> {
    let mut gunzip = Gunzip::new();
    let mut chunks = Vec::new();
    for input in packed.chunks(length) {
        let mut input = Bytes::copy_from_slice(input);
        while let Some(chunk) = gunzip.unpack(&mut input)? {
            chunks.push(chunk);
        }
        assert!(input.is_empty());
    }
    chunks.extend(gunzip.rest());
    Ok((chunks, gunzip.is_complete()))
}

#[test]
fn content_is_restored_from_parts_of_any_length() {
    let content = content();
    let packed = member(&content);
    for length in [1, 2, 7, 100, 4096, packed.len()] {
        let (chunks, is_complete) = unpack(&packed, length).unwrap();
        assert!(chunks.concat() == content && is_complete, "{length}");
    }
}

#[test]
fn chunks_are_full_and_grow_with_the_content() {
    let (chunks, _) = unpack(&member(&content()), 1 << 20).unwrap();
    let lengths: Vec<usize> = chunks.iter().map(Bytes::len).collect();
    let [first, second, .., before_last, _] = lengths[..] else {
        panic!("{lengths:?}");
    };
    assert_eq!((first, second), (FIRST_CHUNK, 2 * FIRST_CHUNK));
    assert_eq!(before_last, MAX_CHUNK);
}

#[test]
fn h19_several_members_are_one_content() {
    let members = [&b"one"[..], b"", b"two", b""].map(member);
    let packed = members.concat();
    for length in 1..=packed.len() {
        let (chunks, is_complete) = unpack(&packed, length).unwrap();
        assert_eq!(
            (chunks.concat().as_slice(), is_complete),
            (&b"onetwo"[..], true)
        );
    }
    let ends: Vec<usize> = members
        .iter()
        .scan(0, |end, member| {
            *end += member.len();
            Some(*end)
        })
        .collect();
    for cut in 0..packed.len() {
        let (_, is_complete) = unpack(&packed[..cut], 10).unwrap();
        assert_eq!(is_complete, cut == 0 || ends.contains(&cut), "{cut}");
    }
}

#[test]
fn h21_h31_bytes_that_are_not_gzip_are_an_error_at_any_position() {
    let packed = member(b"[1]");
    let changed = |at: usize| {
        let mut changed = packed.clone();
        changed[at] ^= 1;
        changed
    };
    let zlib = [
        0x78, 0x9c, 0x8b, 0x36, 0x8c, 0x05, 0x00, 0x02, 0x12, 0x00, 0xea,
    ];
    for (what, wrong) in [
        ("a wrong beginning", changed(0)),
        ("a wrong method", changed(2)),
        ("a wrong sum", changed(packed.len() - 8)),
        ("a wrong length", changed(packed.len() - 4)),
        ("JSON", b"[1]".to_vec()),
        ("zlib", zlib.to_vec()),
        ("something behind", [&packed[..], b"[2]"].concat()),
        ("a byte behind", [&packed[..], b"g"].concat()),
        ("zeros alone", b"\0\0".to_vec()),
        ("zeros before", [b"\0", &packed[..]].concat()),
        ("a byte behind zeros", [&packed[..], b"\0\0g"].concat()),
        (
            "a member behind zeros",
            [&packed[..], b"\0", &packed].concat(),
        ),
    ] {
        for length in [1, wrong.len()] {
            assert!(unpack(&wrong, length).is_err(), "{what}, {length}");
        }
    }
}

#[test]
fn h31_zero_bytes_after_the_last_member_are_padding() {
    let packed = [member(b"one"), member(b"two"), vec![0; 700]].concat();
    for length in [1, 7, packed.len()] {
        let (chunks, is_complete) = unpack(&packed, length).unwrap();
        assert_eq!((&*chunks.concat(), is_complete), (&b"onetwo"[..], true));
    }
    let cut = &packed[..packed.len() - 701];
    assert!(!unpack(cut, 7).unwrap().1, "the last member is truncated");
}

#[test]
fn h19_a_changed_bit_never_changes_the_content() {
    let packed = [member(b"[1, 2, 3]"), member(b"")].concat();
    let mut unnoticed = 0;
    for bit in 0..8 * packed.len() {
        let mut changed = packed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok((chunks, true)) = unpack(&changed, 11) {
            assert_eq!(chunks.concat(), b"[1, 2, 3]", "bit {bit}");
            unnoticed += 1;
        }
    }
    // The bits of names, comments and dates in the headers.
    assert_ne!(unnoticed, 0);
}

#[test]
fn an_empty_input_is_complete_and_empty() {
    assert_eq!(unpack(b"", 1).unwrap(), (vec![], true));
    let empty = GzEncoder::new(Vec::new(), Compression::fast());
    let empty = empty.finish().unwrap();
    assert_eq!(unpack(&empty, 1).unwrap(), (vec![], true));
}
