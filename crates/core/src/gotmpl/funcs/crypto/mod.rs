//! Keys, certificates, password hashes and AES.
//!
//! Helm draws from the system's random source; here every draw derives from the render's seed, so a
//! render can be repeated. Hosts give a fresh seed for each render that is not to be repeated.

mod args;
mod cert;
mod der;
mod keys;
mod modulus;
mod password;
mod prime;

use super::codec::{decode_base64, encode_base64, encode_bcrypt};
use super::{Cx, FuncError, Text, functions};
use crate::text::Str;
use crate::value::{Repr, StructType, Structure, Value};
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, block_padding::NoPadding};
use args::{Certificate, List, Uint32};
use cert::{Parent, Template};
use keys::PrivateKey;
use num_bigint::BigUint;
use rand_chacha::rand_core::RngCore;
use std::net::IpAddr;
use std::sync::Arc;

/// `sprig.certificate`, what the certificate functions give: `.Cert` and `.Key`.
pub static CERTIFICATE: StructType = StructType::new("sprig.certificate", "*sprig.certificate", &["Cert", "Key"]);

fn certificate(cert: String, key: String) -> Value {
    let fields = vec![Value::str(cert), Value::str(key)];
    Value::new(Repr::Struct(Arc::new(Structure::new(&CERTIFICATE, false, fields))))
}

fn part(certificate: &Certificate, name: &[u8]) -> String {
    certificate.0.field(name).and_then(Value::as_str).map(Str::to_string).unwrap_or_default()
}

/// The texts of a list of alternative names.
fn names(cx: &Cx<'_>, list: List, complain: impl Fn(&str) -> String) -> Result<Vec<String>, FuncError> {
    let Some(id) = list.0 else { return Ok(Vec::new()) };
    let mut texts = Vec::new();
    for item in &cx.heap.list(id).items {
        cx.tick()?;
        match item.as_str() {
            Some(text) => texts.push(text.to_string()),
            None => {
                let shown = crate::value::fmt::display(&cx.heap, cx.budget, item)?;
                return Err(FuncError { about: item.origin, ..FuncError::new(complain(&shown.to_string())) });
            }
        }
    }
    Ok(texts)
}

/// sprig's `getBaseCertTemplate`
fn template(cx: &mut Cx<'_>, cn: &Text, ips: List, dns: List, days: i64, is_ca: bool) -> Result<Template, FuncError> {
    let mut addresses = Vec::new();
    for text in names(cx, ips, |shown| format!("error parsing ip: {shown} is not a string"))? {
        let ip: IpAddr = text.parse().map_err(|_| FuncError::new(format!("error parsing ip: {text}")))?;
        addresses.push(ip);
    }
    let dns_names = names(cx, dns, |shown| format!("error processing alternate dns name: {shown} is not a string"))?;
    let mut serial = [0; 16];
    cx.next_draw().fill_bytes(&mut serial);
    let now = cx.host().now.seconds;
    // Go multiplies durations, which wrap beyond 292 years.
    let nanoseconds = 86_400_000_000_000i64.wrapping_mul(days);
    Ok(Template {
        common_name: cn.str.to_string(),
        ips: addresses,
        dns_names,
        not_before: now,
        not_after: now.saturating_add(nanoseconds.div_euclid(1_000_000_000)),
        serial: BigUint::from_bytes_be(&serial),
        is_ca,
    })
}

fn new_key(cx: &mut Cx<'_>) -> Result<PrivateKey, FuncError> {
    let mut rng = cx.next_draw();
    PrivateKey::rsa(cx, &mut rng, 2048)
}

fn given_key(text: &Text) -> Result<PrivateKey, FuncError> {
    PrivateKey::from_pem(&text.str.to_lossy()).map_err(|e| FuncError::new(format!("parsing private key: {e}")))
}

fn self_signed(template: &Template, key: &PrivateKey) -> Result<Value, FuncError> {
    Ok(certificate(cert::create(template, key, None, key)?, key.pem()))
}

/// The parts of an authority that sign: its certificate and its key.
fn signer(ca: &Certificate) -> Result<(Parent, PrivateKey), FuncError> {
    let (_, bytes) = der::unpem(&part(ca, b"Cert")).ok_or_else(|| FuncError::new("unable to decode certificate"))?;
    let parent = Parent::parse(&bytes).ok_or_else(|| {
        FuncError::new("error parsing certificate: decodedSignerCert.Bytes: x509: malformed certificate")
    })?;
    let key = PrivateKey::from_pem(&part(ca, b"Key"))
        .map_err(|e| FuncError::new(format!("error parsing private key: {e}")))?;
    Ok((parent, key))
}

/// Go's `bcrypt.DefaultCost`.
const BCRYPT_COST: u32 = 10;

fn bcrypt_hash(cx: &mut Cx<'_>, password: &[u8]) -> Result<String, FuncError> {
    if password.len() > 72 {
        return Ok("failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".to_owned());
    }
    cx.budget.spend(100_000)?;
    let mut salt = [0; 16];
    cx.next_draw().fill_bytes(&mut salt);
    // The algorithm reads the password with the zero that ends it in C, 72 bytes at most.
    let mut key = [password, &[0]].concat();
    key.truncate(72);
    let hash = bcrypt::bcrypt(BCRYPT_COST, salt, &key);
    let hash = hash.get(..23).unwrap_or_default();
    Ok(format!("$2a${BCRYPT_COST}${}{}", encode_bcrypt(&salt), encode_bcrypt(hash)))
}

/// The key that `encryptAES` makes of a password: its first 32 bytes, filled up with zeros.
fn aes_key(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    for (into, from) in key.iter_mut().zip(password) {
        *into = *from;
    }
    key
}

functions! {
    pub static CRYPTO;

    /// The bcrypt hash of a password.
    ///
    /// `{{ bcrypt .Values.password }}`
    "bcrypt" [Chance] => fn bcrypt_text(cx, password: Text) -> Result<String, FuncError> {
        bcrypt_hash(cx, &password)
    }

    /// A line of a htpasswd file, with a bcrypt hash.
    ///
    /// `{{ htpasswd "user" .Values.password }}`
    "htpasswd" [Chance] => fn htpasswd(cx, user: Text, password: Text) -> Result<String, FuncError> {
        if user.contains(&b':') {
            return Ok(format!("invalid username: {}", user.str));
        }
        let hash = bcrypt_hash(cx, &password)?;
        Ok(format!("{}:{hash}", user.str))
    }

    /// A password that is always the same for a master password, a user, a site and a counter. Its form is
    /// one of `maximum`, `long`, `medium`, `short`, `basic` and `pin`.
    ///
    /// `{{ derivePassword 1 "long" "password" "user" "example.com" }}`
    "derivePassword" => fn derive_password(cx, counter: Uint32, form: Text, password: Text, user: Text, site: Text) -> Result<String, FuncError> {
        cx.budget.spend(1_000_000)?;
        Ok(password::derive(counter.0, &form, &password, &user, &site))
    }

    /// A private key: `rsa`, `dsa`, `ecdsa` or `ed25519`.
    ///
    /// `{{ genPrivateKey "ecdsa" }}`
    "genPrivateKey" [Chance] => fn gen_private_key(cx, kind: Text) -> Result<String, FuncError> {
        let mut rng = cx.next_draw();
        let key = match &*kind {
            b"" | b"rsa" => PrivateKey::rsa(cx, &mut rng, 4096)?,
            b"dsa" => PrivateKey::dsa(cx, &mut rng)?,
            b"ecdsa" => PrivateKey::ecdsa(cx, &mut rng)?,
            b"ed25519" => PrivateKey::ed25519(&mut rng),
            _ => return Ok(format!("Unknown type {}", kind.str)),
        };
        Ok(key.pem())
    }

    /// A certificate and its key, out of base64 texts.
    ///
    /// `{{ $cert := buildCustomCert .Values.crt .Values.key }}`
    "buildCustomCert" => fn build_custom_cert(cx, cert: Text, key: Text) -> Result<Value, FuncError> {
        cx.budget.check_string((cert.len() + key.len()) as u64)?;
        let cert = decode_base64(&cert).map_err(|_| FuncError::new("unable to decode base64 certificate"))?;
        let key = decode_base64(&key).map_err(|_| FuncError::new("unable to decode base64 private key"))?;
        let (cert, key) = (Str::from(cert).to_string(), Str::from(key).to_string());
        let (_, bytes) = der::unpem(&cert).ok_or_else(|| FuncError::new("unable to decode certificate"))?;
        Parent::parse(&bytes).ok_or_else(|| {
            FuncError::new("error parsing certificate: decodedCert.Bytes: x509: malformed certificate")
        })?;
        PrivateKey::from_pem(&key).map_err(|e| FuncError::new(format!("error parsing private key: {e}")))?;
        Ok(certificate(cert, key))
    }

    /// A certificate authority: `.Cert` and `.Key`.
    ///
    /// `{{ $ca := genCA "foo-ca" 365 }}`
    "genCA" [Chance] => fn gen_ca(cx, cn: Text, days: i64) -> Result<Value, FuncError> {
        let key = new_key(cx)?;
        let none = List(None);
        self_signed(&template(cx, &cn, none, none, days, true)?, &key)
    }

    /// A certificate authority with a key of one's own.
    ///
    /// `{{ $ca := genCAWithKey "foo-ca" 365 (genPrivateKey "ecdsa") }}`
    "genCAWithKey" [Chance] => fn gen_ca_with_key(cx, cn: Text, days: i64, key: Text) -> Result<Value, FuncError> {
        let key = given_key(&key)?;
        let none = List(None);
        self_signed(&template(cx, &cn, none, none, days, true)?, &key)
    }

    /// A certificate that signs itself: common name, addresses, other names, days.
    ///
    /// `{{ $cert := genSelfSignedCert "foo.com" (list "10.0.0.1") (list "bar.com") 365 }}`
    "genSelfSignedCert" [Chance] => fn gen_self_signed_cert(cx, cn: Text, ips: List, dns: List, days: i64) -> Result<Value, FuncError> {
        let template = template(cx, &cn, ips, dns, days, false)?;
        let key = new_key(cx)?;
        self_signed(&template, &key)
    }

    /// A certificate that signs itself, with a key of one's own.
    ///
    /// `{{ $cert := genSelfSignedCertWithKey "foo.com" nil nil 365 (genPrivateKey "ecdsa") }}`
    "genSelfSignedCertWithKey" [Chance] => fn gen_self_signed_cert_with_key(cx, cn: Text, ips: List, dns: List, days: i64, key: Text) -> Result<Value, FuncError> {
        let key = given_key(&key)?;
        self_signed(&template(cx, &cn, ips, dns, days, false)?, &key)
    }

    /// A certificate signed by an authority: common name, addresses, other names, days, authority.
    ///
    /// `{{ $cert := genSignedCert "foo.com" nil (list "bar.com") 365 $ca }}`
    "genSignedCert" [Chance] => fn gen_signed_cert(cx, cn: Text, ips: List, dns: List, days: i64, ca: Certificate) -> Result<Value, FuncError> {
        let (parent, signing) = signer(&ca)?;
        let template = template(cx, &cn, ips, dns, days, false)?;
        let key = new_key(cx)?;
        Ok(certificate(cert::create(&template, &key, Some(&parent), &signing)?, key.pem()))
    }

    /// A certificate signed by an authority, with a key of one's own.
    ///
    /// `{{ $cert := genSignedCertWithKey "foo.com" nil nil 365 $ca (genPrivateKey "ecdsa") }}`
    "genSignedCertWithKey" [Chance] => fn gen_signed_cert_with_key(cx, cn: Text, ips: List, dns: List, days: i64, ca: Certificate, key: Text) -> Result<Value, FuncError> {
        let key = given_key(&key)?;
        let (parent, signing) = signer(&ca)?;
        let template = template(cx, &cn, ips, dns, days, false)?;
        Ok(certificate(cert::create(&template, &key, Some(&parent), &signing)?, key.pem()))
    }

    /// Encrypts text by AES-256 in CBC mode; the result is base64.
    ///
    /// `{{ encryptAES "secretkey" "plaintext" }}`
    "encryptAES" [Chance] => fn encrypt_aes(cx, password: Text, text: Text) -> Result<String, FuncError> {
        if text.is_empty() {
            return Ok(String::new());
        }
        cx.budget.check_string(text.len() as u64 * 2)?;
        let mut iv = [0; 16];
        cx.next_draw().fill_bytes(&mut iv);
        let fill = 16 - text.len() % 16;
        let mut content = text.to_vec();
        content.extend(std::iter::repeat_n(fill as u8, fill));
        let cipher = cbc::Encryptor::<aes::Aes256>::new(&aes_key(&password).into(), &iv.into());
        let len = content.len();
        cipher
            .encrypt_padded_mut::<NoPadding>(&mut content, len)
            .map_err(|e| FuncError::new(e.to_string()))?;
        Ok(encode_base64(&[iv.as_slice(), &content].concat()))
    }

    /// Decrypts what `encryptAES` made.
    ///
    /// `{{ decryptAES "secretkey" .Values.encrypted }}`
    "decryptAES" => fn decrypt_aes(cx, password: Text, text: Text) -> Result<Vec<u8>, FuncError> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        cx.budget.check_string(text.len() as u64)?;
        let bytes = decode_base64(&text).map_err(FuncError::new)?;
        let Some((iv, content)) = bytes.split_first_chunk::<16>() else {
            // Go makes room for the text without looking at its padding.
            let room = text.len() / 4 * 3;
            return Err(FuncError::new(format!(
                "runtime error: slice bounds out of range [:16] with capacity {room}"
            )));
        };
        let mut content = content.to_vec();
        if content.len() % 16 != 0 {
            return Err(FuncError::new("crypto/cipher: input not full blocks"));
        }
        let cipher = cbc::Decryptor::<aes::Aes256>::new(&aes_key(&password).into(), &(*iv).into());
        cipher
            .decrypt_padded_mut::<NoPadding>(&mut content)
            .map_err(|e| FuncError::new(e.to_string()))?;
        let Some(&fill) = content.last() else {
            return Err(FuncError::new("runtime error: index out of range [-1]"));
        };
        let len = content.len() as i64 - i64::from(fill);
        if len < 0 {
            return Err(FuncError::new(format!("runtime error: slice bounds out of range [:{len}]")));
        }
        content.truncate(len as usize);
        Ok(content)
    }

    /// Random bytes, in base64.
    ///
    /// `{{ randBytes 16 }}`
    "randBytes" [Chance] => fn rand_bytes(cx, count: i64) -> Result<String, FuncError> {
        let count = u64::try_from(count)
            .map_err(|_| FuncError::new("runtime error: makeslice: len out of range"))?;
        cx.budget.check_string(count.saturating_mul(2))?;
        let mut bytes = vec![0; count as usize];
        cx.next_draw().fill_bytes(&mut bytes);
        Ok(encode_base64(&bytes))
    }

    /// A random UUID.
    ///
    /// `{{ uuidv4 }}`
    "uuidv4" [Chance] => fn uuidv4(cx) -> String {
        let mut rng = cx.next_draw();
        let high = (rng.next_u64() & 0xffff_ffff_ffff_0fff) | 0x4000;
        let low = (rng.next_u64() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::host::{HelmVersion, Host};

    /// A certificate authority and a certificate signed by it.
    fn chain(seed: u8) -> Result<(Value, Value), FuncError> {
        let (host, budget) = (Host { seed: [seed; 32], ..Host::default() }, Budget::default());
        let mut cx = Cx::new(&host, &budget, HelmVersion::V4, false);
        let text = |s: &str| Text { str: s.into(), ..Text::default() };
        let mut rng = cx.next_draw();
        let key = text(&PrivateKey::ecdsa(&cx, &mut rng)?.pem());
        let ca = gen_ca_with_key(&mut cx, text("ca"), 1, key.clone())?;
        let Repr::Struct(authority) = &ca.repr else { return Err(FuncError::new("no certificate")) };
        let none = || List(None);
        let authority = Certificate(authority.clone());
        let leaf = gen_signed_cert_with_key(&mut cx, text("leaf"), none(), none(), 1, authority, key)?;
        Ok((ca, leaf))
    }

    #[test]
    fn certificates_are_read_back_and_repeat() {
        let texts = |seed| chain(seed).map(|(ca, leaf)| format!("{ca:?}{leaf:?}"));
        assert!(texts(1).is_ok());
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
    }
}
