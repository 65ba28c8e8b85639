//! Whatever bytes stand where an envelope should: reading ends, never falls over, and what was
//! changed in it is never taken for what was written.

use proptest::prelude::*;
use tongjian_events::recorded::{Recorded, leaf};
use tongjian_events::{Act, Place};

use crate::acts::{at, notice};

fn written() -> (Act, Place) {
    let place = Place { position: 12, stream_version: 3, recorded_at: at("10:00:00") };
    (notice(7, "case/2008-0001", "營業執照 副本"), place)
}

/// A change of one place: a byte replaced, left out, or put in.
fn changes() -> impl Strategy<Value = (usize, Option<u8>, bool)> {
    (0_usize..4_096, any::<Option<u8>>(), any::<bool>())
}

proptest! {
    #[test]
    fn no_change_of_an_envelope_goes_unseen(changes in prop::collection::vec(changes(), 1..4)) {
        let (act, place) = written();
        let written = act.envelope(&place);
        let mut bytes = written.clone();
        for (place, byte, replace) in changes {
            let place = place % bytes.len();
            match byte {
                Some(byte) if replace => bytes[place] = byte,
                Some(byte) => bytes.insert(place, byte),
                None => drop(bytes.remove(place)),
            }
        }
        prop_assume!(bytes != written);
        prop_assert_ne!(leaf(&bytes), leaf(&written));
        // What can still be read is not canonical, or it says something else.
        if let Ok(read) = Recorded::read(&bytes) {
            let same = read.place == place && read.says_the_same_as(&act);
            let again = Act::recorded(read.submission).map(|act| act.envelope(&read.place));
            prop_assert!(!same || again.as_ref() != Ok(&bytes));
        }
    }

    /// White space between members changes nothing that is read; the bytes tell it all the same.
    #[test]
    fn what_says_the_same_in_other_bytes_is_not_canonical(commas in 1_usize..8) {
        let (act, place) = written();
        let written = String::from_utf8(act.envelope(&place)).unwrap();
        let bytes = written.replacen(",\"", ", \"", commas).into_bytes();
        let read = Recorded::read(&bytes).unwrap();
        prop_assert!(read.place == place && read.says_the_same_as(&act));
        let again = Act::recorded(read.submission).unwrap().envelope(&read.place);
        prop_assert_eq!(again, written.into_bytes());
    }

    #[test]
    fn no_bytes_make_the_reader_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Recorded::read(&bytes).is_err());
    }
}
