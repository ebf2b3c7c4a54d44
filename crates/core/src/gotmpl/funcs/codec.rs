//! Base64, base32 and checksums.

use super::{Cx, FuncError, Text, functions};
use sha1::Digest;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Encodes groups of bytes as characters of `bits` bits, filled up with `=` to `chars` per group.
fn encode(bytes: &[u8], alphabet: &[u8], bits: u32, group: usize, chars: usize) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(group) * chars);
    for part in bytes.chunks(group) {
        let word = part.iter().fold(0u64, |word, b| word << 8 | u64::from(*b)) << (8 * (group - part.len()));
        let used = (part.len() * 8).div_ceil(bits as usize);
        for i in 0..chars {
            let index = (word >> (bits as usize * (chars - 1 - i))) as usize & (alphabet.len() - 1);
            let c = if i < used { alphabet.get(index).copied().unwrap_or(b'=') } else { b'=' };
            out.push(char::from(c));
        }
    }
    out
}

/// `base64.StdEncoding.EncodeToString`
pub(super) fn encode_base64(bytes: &[u8]) -> String {
    encode(bytes, BASE64, 6, 3, 4)
}

/// bcrypt's own base64: another alphabet, not filled up.
#[cfg(feature = "crypto")]
pub(super) fn encode_bcrypt(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    encode(bytes, ALPHABET, 6, 3, 4).trim_end_matches('=').to_owned()
}

/// `base64.StdEncoding.DecodeString`; the error is Go's text. Line ends are skipped.
pub(super) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, String> {
    let corrupt = |at: usize| format!("illegal base64 data at input byte {at}");
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut chars = text.iter().copied().enumerate().filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    loop {
        let (mut word, mut have) = (0u32, 0usize);
        while have < 4 {
            let Some((at, b)) = chars.next() else {
                // Go names the place where the incomplete group began.
                return if have == 0 { Ok(out) } else { Err(corrupt(text.len() - have)) };
            };
            if let Some(value) = BASE64.iter().position(|a| *a == b) {
                word = word << 6 | value as u32;
                have += 1;
                continue;
            }
            if b != b'=' || have < 2 {
                return Err(corrupt(at));
            }
            if have == 2 {
                match chars.next() {
                    None => return Err(corrupt(text.len())),
                    Some((_, b'=')) => {}
                    Some((at, _)) => return Err(corrupt(at)),
                }
            }
            if let Some((at, _)) = chars.next() {
                return Err(corrupt(at));
            }
            let bytes = (word << (6 * (4 - have))).to_be_bytes();
            out.extend(bytes.iter().skip(1).take(have - 1));
            return Ok(out);
        }
        out.extend(word.to_be_bytes().iter().skip(1));
    }
}

/// `base32.StdEncoding.DecodeString`; the error is Go's text. Line ends are skipped.
fn decode_base32(text: &[u8]) -> Result<Vec<u8>, String> {
    let text: Vec<u8> = text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let corrupt = |at: usize| format!("illegal base32 data at input byte {at}");
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    let mut at = 0;
    while at < text.len() {
        let (mut word, mut have, mut end) = (0u64, 8usize, false);
        for j in 0..8 {
            let Some(&b) = text.get(at) else {
                return Err(corrupt(text.len() - j));
            };
            at += 1;
            let rest = text.get(at..).unwrap_or_default();
            if b == b'=' && j >= 2 && rest.len() < 8 {
                let missing = 8 - 1 - j;
                if rest.len() < missing {
                    return Err(corrupt(text.len()));
                }
                if let Some(k) = rest.iter().take(missing).position(|b| *b != b'=') {
                    return Err(corrupt(at + k - 1));
                }
                // A group ends in 1, 3, 4 or 6 fill characters.
                if matches!(j, 1 | 3 | 6) {
                    return Err(corrupt(at - 1));
                }
                (have, end) = (j, true);
                word <<= 5 * (8 - j);
                break;
            }
            let Some(value) = BASE32.iter().position(|a| *a == b) else { return Err(corrupt(at - 1)) };
            word = word << 5 | value as u64;
        }
        out.extend(word.to_be_bytes().iter().skip(3).take(have * 5 / 8));
        if end {
            break;
        }
    }
    Ok(out)
}

/// Hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn charge(cx: &Cx<'_>, text: &Text) -> Result<(), FuncError> {
    Ok(cx.budget.check_string(text.len() as u64 * 2)?)
}

functions! {
    pub static ENCODE;

    /// Encodes as base64.
    ///
    /// `{{ .Values.password | b64enc }}`
    "b64enc" [Scalar] => fn b64enc(cx, text: Text) -> Result<String, FuncError> {
        charge(cx, &text)?;
        Ok(encode_base64(&text))
    }

    /// Decodes base64; the text of the error if it is none.
    ///
    /// `{{ "aGk=" | b64dec }}` gives `hi`
    "b64dec" [Scalar] => fn b64dec(cx, text: Text) -> Result<Vec<u8>, FuncError> {
        charge(cx, &text)?;
        Ok(decode_base64(&text).unwrap_or_else(String::into_bytes))
    }

    /// Encodes as base32.
    ///
    /// `{{ "hi" | b32enc }}` gives `NBUQ====`
    "b32enc" => fn b32enc(cx, text: Text) -> Result<String, FuncError> {
        charge(cx, &text)?;
        Ok(encode(&text, BASE32, 5, 5, 8))
    }

    /// Decodes base32; the text of the error if it is none.
    ///
    /// `{{ "NBUQ====" | b32dec }}` gives `hi`
    "b32dec" => fn b32dec(cx, text: Text) -> Result<Vec<u8>, FuncError> {
        charge(cx, &text)?;
        Ok(decode_base32(&text).unwrap_or_else(String::into_bytes))
    }

    /// The SHA-1 checksum, in hexadecimal digits.
    ///
    /// `{{ sha1sum "hi" }}`
    "sha1sum" => fn sha1sum(cx, text: Text) -> Result<String, FuncError> {
        charge(cx, &text)?;
        Ok(hex(&sha1::Sha1::digest(&*text)))
    }

    /// The SHA-256 checksum, in hexadecimal digits.
    ///
    /// `{{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}`
    "sha256sum" [Scalar] => fn sha256sum(cx, text: Text) -> Result<String, FuncError> {
        charge(cx, &text)?;
        Ok(hex(&sha2::Sha256::digest(&*text)))
    }

    /// The SHA-512 checksum, in hexadecimal digits.
    ///
    /// `{{ sha512sum "hi" }}`
    "sha512sum" => fn sha512sum(cx, text: Text) -> Result<String, FuncError> {
        charge(cx, &text)?;
        Ok(hex(&sha2::Sha512::digest(&*text)))
    }

    /// The Adler-32 checksum, as a decimal number.
    ///
    /// `{{ adler32sum "hi" }}`
    "adler32sum" => fn adler32sum(cx, text: Text) -> Result<String, FuncError> {
        charge(cx, &text)?;
        let (mut a, mut b) = (1u32, 0u32);
        for byte in text.iter() {
            a = (a + u32::from(*byte)) % 65_521;
            b = (b + a) % 65_521;
        }
        Ok((b << 16 | a).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_and_base32() {
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            let text = text.as_bytes();
            assert_eq!(decode_base64(encode_base64(text).as_bytes()).as_deref(), Ok(text));
            assert_eq!(decode_base32(encode(text, BASE32, 5, 5, 8).as_bytes()).as_deref(), Ok(text));
        }
        assert_eq!(decode_base64(b"a"), Err("illegal base64 data at input byte 0".to_owned()));
        assert_eq!(decode_base64(b"aa=a"), Err("illegal base64 data at input byte 3".to_owned()));
        assert_eq!(decode_base64(b"!aaa"), Err("illegal base64 data at input byte 0".to_owned()));
    }
}
