//! Any bytes at all: the readers end, and never fall over.

use proptest::prelude::*;

use super::*;

/// Pieces of the formats, so that chance finds their corners.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"<log>".to_vec()),
        Just(b"</log>".to_vec()),
        Just(b"<trace>".to_vec()),
        Just(b"</trace>".to_vec()),
        Just(b"<event>".to_vec()),
        Just(b"</event>".to_vec()),
        Just(b"<event/>".to_vec()),
        Just(b"<a".to_vec()),
        Just(b"/>".to_vec()),
        Just(b"<string key=\"concept:name\" value=\"c\"/>".to_vec()),
        Just(b"<date key=\"time:timestamp\" value=\"2011-10-11T13:45:40Z\"/>".to_vec()),
        Just(b"&amp;".to_vec()),
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"{\"id\":".to_vec()),
        Just(b"c,Look,2011-10-11 13:45:40Z,,\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_fall_over(bytes in pieces()) {
        outcome(reader(Format::Ndjson, &bytes, None));
        outcome(reader(Format::Xes, &bytes, Some(mapping(MAPPING))));
        let header = b"case:concept:name,concept:name,time:timestamp,org:resource,case:deadline\n";
        let csv = [header.as_slice(), &bytes].concat();
        outcome(reader(Format::Csv, &csv, Some(mapping(MAPPING))));
    }
}
