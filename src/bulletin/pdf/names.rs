//! 字型名錄: how the faces of a font file call themselves, read from its directory and two small
//! tables: a file of Chinese characters has twenty megabytes and more, most of which nobody asks.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use ttf_parser::{name, name_id, os2};

/// What a face calls itself.
pub(super) struct Named {
    pub(super) family: String,
    pub(super) weight: u16,
    /// Which of the file's faces it is.
    pub(super) index: u32,
}

/// More faces than any collection has, and a larger table than any of those that are read.
const MOST_FACES: u32 = 256;
const MOST_BYTES: u32 = 1 << 20;

/// A face without a weight of its own is a regular one.
const REGULAR: u16 = 400;

/// The faces of a file that have a name; none where it is no font.
///
/// # Errors
/// What reading it shows.
pub(super) fn of(path: &Path) -> io::Result<Option<Vec<Named>>> {
    let mut file = File::open(path)?;
    match faces(&mut file) {
        Ok(faces) => Ok(faces),
        // What ends before it should is no font.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn faces(file: &mut File) -> io::Result<Option<Vec<Named>>> {
    let head = bytes(file, 0, 12)?;
    let offsets = match head.get(..4) {
        Some(b"ttcf") => {
            let count = number(&head, 8).unwrap_or_default();
            if count == 0 || count > MOST_FACES {
                return Ok(None);
            }
            let list = bytes(file, 12, count * 4)?;
            list.chunks_exact(4).filter_map(|four| number(four, 0)).collect()
        }
        _ => vec![0],
    };
    let mut named = Vec::new();
    for (index, offset) in (0..).zip(offsets) {
        let Some(face) = face(file, offset)? else { return Ok(None) };
        named.extend(face.map(|(family, weight)| Named { family, weight, index }));
    }
    Ok(Some(named))
}

/// A face's family and weight: none within where it has no name; none where it is no face.
fn face(file: &mut File, offset: u32) -> io::Result<Option<Option<(String, u16)>>> {
    let head = bytes(file, offset, 12)?;
    let is_face = matches!(head.get(..4), Some(b"\0\x01\0\0" | b"OTTO" | b"true"));
    let count = u32::from(head.get(4).copied().unwrap_or_default()) * 256
        + u32::from(head.get(5).copied().unwrap_or_default());
    if !is_face {
        return Ok(None);
    }
    let records = bytes(file, offset.saturating_add(12), count * 16)?;
    let place = |tag: &[u8]| {
        let record = records.chunks_exact(16).find(|record| record.starts_with(tag))?;
        number(record, 8).zip(number(record, 12).filter(|length| *length <= MOST_BYTES))
    };
    let Some((at, length)) = place(b"name") else { return Ok(None) };
    let names = bytes(file, at, length)?;
    let Some(names) = name::Table::parse(&names) else { return Ok(None) };
    let families = names.names.into_iter();
    let families = families.filter(|name| name.name_id == name_id::FAMILY && name.is_unicode());
    let mut families: Vec<_> = families.filter_map(|name| name.to_string()).collect();
    // Of names in several languages the one that the layout knows is in ASCII.
    families.sort_by_key(|name| !name.is_ascii());
    let weight = match place(b"OS/2") {
        Some((at, length)) => {
            let table = bytes(file, at, length)?;
            os2::Table::parse(&table).map_or(REGULAR, |table| table.weight().to_number())
        }
        None => REGULAR,
    };
    Ok(Some(families.into_iter().next().map(|family| (family, weight))))
}

fn bytes(file: &mut File, at: u32, length: u32) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(u64::from(at)))?;
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Four bytes, the highest first.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_is_no_font_or_is_cut_short_has_no_faces() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("font");
        for bytes in [
            &b""[..],
            b"no font at all, but long enough to be one",
            b"ttcf\0\x01\0\0\xff\xff\xff\xff",
            b"ttcf\0\x01\0\0\0\0\0\x02\0\0\0\x10",
            b"OTTO\0\x01\0\0\0\0\0\0name\0\0\0\0\xff\xff\xff\xf0\0\0\0\x10",
            b"OTTO\0\0\0\0\0\0\0\0",
        ] {
            std::fs::write(&file, bytes).unwrap();
            assert!(of(&file).unwrap().is_none(), "{bytes:?}");
        }
        assert!(of(&folder.path().join("none")).is_err());
    }
}
