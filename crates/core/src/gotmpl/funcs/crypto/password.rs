//! `derivePassword`: the Master Password algorithm.

use hmac::{Hmac, Mac};
use sha2::Sha256;

const SEED: &[u8] = b"com.lyndir.masterpassword";

/// The forms of a kind of password: one letter a character, by class.
fn forms(kind: &[u8]) -> &'static [&'static str] {
    match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => &[],
    }
}

/// The characters of a class.
fn characters(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// sprig's `derivePassword`
pub(super) fn derive(counter: u32, kind: &[u8], password: &[u8], user: &[u8], site: &[u8]) -> String {
    let forms = forms(kind);
    if forms.is_empty() {
        return format!("cannot find password template {}", String::from_utf8_lossy(kind));
    }
    let len = |text: &[u8]| (text.len() as u32).to_be_bytes();
    let salt = [SEED, &len(user), user].concat();
    let mut key = [0; 64];
    let scrypted = scrypt::Params::new(15, 8, 2, 64)
        .ok()
        .and_then(|params| scrypt::scrypt(password, &salt, &params, &mut key).ok());
    let Some(mut mac) = scrypted.and_then(|()| Hmac::<Sha256>::new_from_slice(&key).ok()) else {
        return "failed to derive password: scrypt: parameters are too large".to_owned();
    };
    mac.update(&[SEED, &len(site), site, &counter.to_be_bytes()].concat());
    let seed = mac.finalize().into_bytes();
    let choice = usize::from(seed.first().copied().unwrap_or(0)) % forms.len();
    let form = forms.get(choice).copied().unwrap_or_default();
    let pick = |(class, byte): (u8, &u8)| {
        let characters = characters(class);
        characters.get(usize::from(*byte) % characters.len()).copied().map(char::from)
    };
    form.bytes().zip(seed.iter().skip(1)).filter_map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_the_same_everywhere() {
        assert_eq!(derive(1, b"pin", b"password", b"user", b"example.com"), "6685");
    }
}
