//! As much of DER and PEM as keys and certificates need.

use num_bigint::BigUint;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// A value with its tag and length.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let len = content.len();
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes = (len as u64).to_be_bytes();
        let used: Vec<u8> = bytes.into_iter().skip_while(|b| *b == 0).collect();
        out.push(0x80 | used.len() as u8);
        out.extend(used);
    }
    out.extend_from_slice(content);
    out
}

/// A sequence of values.
pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// A number that is not negative.
pub(super) fn integer(n: &BigUint) -> Vec<u8> {
    let mut bytes = n.to_bytes_be();
    if bytes.first().is_some_and(|b| b & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    element(INTEGER, &bytes)
}

/// A bit string of whole bytes.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}

/// Reads values one after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'d> {
    rest: &'d [u8],
}

impl<'d> Reader<'d> {
    pub fn new(bytes: &'d [u8]) -> Reader<'d> {
        Reader { rest: bytes }
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next value: tag, content, and all its bytes.
    pub fn any(&mut self) -> Option<(u8, &'d [u8], &'d [u8])> {
        let (&tag, after) = self.rest.split_first()?;
        let (&first, after) = after.split_first()?;
        let (len, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            if count == 0 || count > 4 {
                return None;
            }
            let digits = after.get(..count)?;
            (digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)), 2 + count)
        };
        let whole = self.rest.get(..header.checked_add(len)?)?;
        self.rest = self.rest.get(whole.len()..)?;
        Some((tag, whole.get(header..)?, whole))
    }

    /// The content of the next value, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (found, content, _) = self.any()?;
        (found == tag).then_some(content)
    }

    /// A reader of the next value's content.
    pub fn inside(&mut self, tag: u8) -> Option<Reader<'d>> {
        self.expect(tag).map(Reader::new)
    }

    /// The next value as a number.
    pub fn integer(&mut self) -> Option<BigUint> {
        self.expect(INTEGER).map(BigUint::from_bytes_be)
    }
}

/// `pem.EncodeToMemory`
pub(super) fn pem(label: &str, bytes: &[u8]) -> String {
    let text = super::super::codec::encode_base64(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// `pem.Decode`: label and bytes of the first block.
pub(super) fn unpem(text: &str) -> Option<(String, Vec<u8>)> {
    let mut search = text;
    loop {
        let start = search.find("-----BEGIN ")?;
        let after = search.get(start + 11..)?;
        let (label, body) = after.split_once("-----")?;
        let end = format!("-----END {label}-----");
        if let Some((base64, _)) = body.split_once(&end) {
            // Headers end at an empty line.
            let base64 = base64.rsplit_once("\n\n").map_or(base64, |(_, b)| b);
            let clean: Vec<u8> = base64.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
            if let Ok(bytes) = super::super::codec::decode_base64(&clean) {
                return Some((label.to_owned(), bytes));
            }
        }
        search = after;
    }
}
