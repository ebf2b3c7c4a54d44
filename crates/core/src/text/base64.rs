//! Standard base64, as Go's `base64.StdEncoding` writes and reads it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes with padding.
pub fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = ALPHABET.get((bits >> (18 - 6 * i) & 63) as usize).copied().unwrap_or(b'A');
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Decodes what has its padding; line breaks are skipped, anything else is an error.
pub fn base64_decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut digits, mut padding) = (0_u32, 0, 0);
    for &b in text.iter().filter(|b| !matches!(b, b'\r' | b'\n')) {
        let digit = match b {
            _ if padding > 0 && b != b'=' => return None,
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if digits % 4 >= 2 => {
                padding += 1;
                digits += 1;
                if digits % 4 == 0 && padding > 2 {
                    return None;
                }
                continue;
            }
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        digits += 1;
        if digits % 4 == 0 {
            out.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
            bits = 0;
        }
    }
    match padding {
        _ if digits % 4 != 0 => None,
        0 => Some(out),
        1 => {
            out.extend_from_slice((bits << 6).to_be_bytes().get(1..3).unwrap_or_default());
            Some(out)
        }
        2 => {
            out.extend_from_slice((bits << 12).to_be_bytes().get(1..2).unwrap_or_default());
            Some(out)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_written_and_wanted() {
        for (plain, coded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("abcd", "YWJjZA==")] {
            assert_eq!(base64_encode(plain.as_bytes()), coded);
            assert_eq!(base64_decode(coded.as_bytes()).as_deref(), Some(plain.as_bytes()));
        }
        for bad in ["YQ", "YQ=", "YQ==Y", "Y===", "=", "YWJj====", "Y Q="] {
            assert_eq!(base64_decode(bad.as_bytes()), None, "{bad}");
        }
    }
}
