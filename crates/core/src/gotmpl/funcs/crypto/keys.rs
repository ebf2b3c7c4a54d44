//! Private keys: making, reading, writing, signing.

use super::der::{self, BIT_STRING, NULL, OCTET_STRING, OID, SEQUENCE};
use super::modulus::power;
use super::prime::{inverse, is_prime, random_below, random_bits, random_prime, two_primes};
use crate::gotmpl::funcs::{Cx, FuncError};
use ed25519_dalek::Signer as _;
use num_bigint::BigUint;
use rand_chacha::rand_core::RngCore;
use sha2::{Digest, Sha256};

const RSA_OID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const SHA256_RSA_OID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EC_OID: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256_OID: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SHA256_ECDSA_OID: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const ED25519_OID: &[u8] = &[0x2b, 0x65, 0x70];

/// An RSA key.
pub(super) struct RsaKey {
    n: BigUint,
    e: BigUint,
    d: BigUint,
    p: BigUint,
    q: BigUint,
}

/// A DSA key.
pub(super) struct DsaKey {
    p: BigUint,
    q: BigUint,
    g: BigUint,
    y: BigUint,
    x: BigUint,
}

/// A private key of one of the kinds that sprig makes.
pub(super) enum PrivateKey {
    Rsa(Box<RsaKey>),
    Dsa(Box<DsaKey>),
    Ecdsa(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

impl PrivateKey {
    /// `rsa.GenerateKey`
    pub fn rsa(cx: &Cx<'_>, rng: &mut impl RngCore, bits: usize) -> Result<PrivateKey, FuncError> {
        let e = BigUint::from(65_537u32);
        let one = BigUint::from(1u32);
        let coprime = |p: &BigUint| (p - &one) % &e != BigUint::ZERO;
        loop {
            let (p, q) = two_primes(cx.budget, rng, bits / 2, coprime)?;
            if p == q {
                continue;
            }
            if let Some(d) = inverse(&e, &((&p - &one) * (&q - &one))) {
                return Ok(PrivateKey::Rsa(Box::new(RsaKey { n: &p * &q, e, d, p, q })));
            }
        }
    }

    /// `dsa.GenerateParameters` for 2048 and 256 bits, then `dsa.GenerateKey`.
    pub fn dsa(cx: &Cx<'_>, rng: &mut impl RngCore) -> Result<PrivateKey, FuncError> {
        const BITS: usize = 2048;
        let one = BigUint::from(1u32);
        let q = random_prime(cx.budget, rng, 256, |_| true)?;
        let p = loop {
            cx.tick()?;
            let x = random_bits(rng, BITS);
            let p = &x - (&x % (&q * 2u32) - &one);
            // A short test by small numbers first saves most of the long ones.
            let small = [3u32, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];
            if p.bits() == BITS as u64
                && small.iter().all(|s| &p % *s != BigUint::ZERO)
                && is_prime(cx.budget, rng, &p)?
            {
                break p;
            }
        };
        let exponent = (&p - &one) / &q;
        let mut h = BigUint::from(2u32);
        let g = loop {
            cx.tick()?;
            let g = power(&h, &exponent, &p);
            if g != one {
                break g;
            }
            h += 1u32;
        };
        let x = random_below(rng, &q);
        let y = power(&g, &x, &p);
        Ok(PrivateKey::Dsa(Box::new(DsaKey { p, q, g, y, x })))
    }

    /// `ecdsa.GenerateKey` on P-256.
    pub fn ecdsa(cx: &Cx<'_>, rng: &mut impl RngCore) -> Result<PrivateKey, FuncError> {
        loop {
            cx.tick()?;
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&bytes) {
                return Ok(PrivateKey::Ecdsa(key));
            }
        }
    }

    /// `ed25519.GenerateKey`
    pub fn ed25519(rng: &mut impl RngCore) -> PrivateKey {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&bytes))
    }

    /// sprig's `pemBlockForKey`
    pub fn pem(&self) -> String {
        let zero = der::integer(&BigUint::ZERO);
        match self {
            PrivateKey::Rsa(k) => {
                let one = BigUint::from(1u32);
                let coefficient = inverse(&k.q, &k.p).unwrap_or_default();
                let (dp, dq) = (&k.d % (&k.p - &one), &k.d % (&k.q - &one));
                let numbers = [&k.n, &k.e, &k.d, &k.p, &k.q, &dp, &dq, &coefficient];
                let parts: Vec<_> = std::iter::once(zero).chain(numbers.map(der::integer)).collect();
                der::pem("RSA PRIVATE KEY", &der::sequence(&parts))
            }
            PrivateKey::Dsa(k) => {
                let numbers = [&k.p, &k.q, &k.g, &k.y, &k.x];
                let parts: Vec<_> = std::iter::once(zero).chain(numbers.map(der::integer)).collect();
                der::pem("DSA PRIVATE KEY", &der::sequence(&parts))
            }
            PrivateKey::Ecdsa(k) => {
                let parts = [
                    der::integer(&BigUint::from(1u32)),
                    der::element(OCTET_STRING, &k.to_bytes()),
                    der::element(0xa0, &der::element(OID, P256_OID)),
                    der::element(0xa1, &der::bits(&self.public_bits())),
                ];
                der::pem("EC PRIVATE KEY", &der::sequence(&parts))
            }
            PrivateKey::Ed25519(k) => {
                let parts = [
                    zero,
                    der::sequence(&[der::element(OID, ED25519_OID)]),
                    der::element(OCTET_STRING, &der::element(OCTET_STRING, k.as_bytes())),
                ];
                der::pem("PRIVATE KEY", &der::sequence(&parts))
            }
        }
    }

    /// sprig's `parsePrivateKeyPEM`, with its errors.
    pub fn from_pem(text: &str) -> Result<PrivateKey, String> {
        let (label, bytes) = der::unpem(text).ok_or("no PEM data in input")?;
        if label == "PRIVATE KEY" {
            return pkcs8(&bytes)
                .ok_or_else(|| "decoding PEM as PKCS#8: asn1: structure error: malformed key".to_owned());
        }
        let Some(kind) = label.strip_suffix(" PRIVATE KEY") else {
            return Err(format!("no private key data in PEM block of type {label}"));
        };
        let malformed = || format!("parsing {kind} private key from PEM: asn1: structure error: malformed key");
        match kind {
            "RSA" => rsa_key(&bytes).ok_or_else(malformed),
            "EC" => ec_key(&bytes).ok_or_else(malformed),
            "DSA" => dsa_key(&bytes).ok_or_else(malformed),
            _ => Err(format!("invalid private key type {label}")),
        }
    }

    /// What the public key's bit string holds.
    pub fn public_bits(&self) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(k) => der::sequence(&[der::integer(&k.n), der::integer(&k.e)]),
            PrivateKey::Dsa(k) => der::integer(&k.y),
            PrivateKey::Ecdsa(k) => k.verifying_key().to_encoded_point(false).as_bytes().to_vec(),
            PrivateKey::Ed25519(k) => k.verifying_key().as_bytes().to_vec(),
        }
    }

    /// The `SubjectPublicKeyInfo` of the public key.
    pub fn public_info(&self) -> Vec<u8> {
        let algorithm = match self {
            PrivateKey::Rsa(_) => der::sequence(&[der::element(OID, RSA_OID), der::element(NULL, &[])]),
            PrivateKey::Ecdsa(_) => der::sequence(&[der::element(OID, EC_OID), der::element(OID, P256_OID)]),
            PrivateKey::Dsa(_) | PrivateKey::Ed25519(_) => der::sequence(&[der::element(OID, ED25519_OID)]),
        };
        der::sequence(&[algorithm, der::bits(&self.public_bits())])
    }

    /// Identifier of the algorithm that [`sign`](Self::sign) uses; `None` for DSA, which Go does not support here.
    pub fn signature_algorithm(&self) -> Option<Vec<u8>> {
        Some(match self {
            PrivateKey::Rsa(_) => der::sequence(&[der::element(OID, SHA256_RSA_OID), der::element(NULL, &[])]),
            PrivateKey::Ecdsa(_) => der::sequence(&[der::element(OID, SHA256_ECDSA_OID)]),
            PrivateKey::Ed25519(_) => der::sequence(&[der::element(OID, ED25519_OID)]),
            PrivateKey::Dsa(_) => return None,
        })
    }

    /// A signature over SHA-256 (or over the message itself, for Ed25519).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(k) => k.sign(message),
            PrivateKey::Ecdsa(k) => {
                let signature: p256::ecdsa::Signature = k.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            PrivateKey::Ed25519(k) => k.sign(message).to_bytes().to_vec(),
            PrivateKey::Dsa(_) => Vec::new(),
        }
    }
}

impl RsaKey {
    /// PKCS #1 v1.5 over SHA-256.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        const SHA256_PREFIX: &[u8] = &[
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20,
        ];
        let len = self.n.bits().div_ceil(8) as usize;
        let info = [SHA256_PREFIX, &Sha256::digest(message)].concat();
        let fill = vec![0xff; len.saturating_sub(info.len() + 3)];
        let padded = [&[0, 1], fill.as_slice(), &[0], &info].concat();
        let mut signature = self.raise(&BigUint::from_bytes_be(&padded)).to_bytes_be();
        while signature.len() < len {
            signature.insert(0, 0);
        }
        signature
    }
}

impl RsaKey {
    /// `message` to the power of `d`: modulo each prime, which is a fraction of the work, and put together. A key from
    /// elsewhere may hold numbers that are no primes, so the result is looked at.
    fn raise(&self, message: &BigUint) -> BigUint {
        let one = BigUint::from(1u32);
        let by = |prime: &BigUint| power(message, &(&self.d % (prime - &one)), prime);
        let (by_p, by_q) = (by(&self.p), by(&self.q));
        let combined = inverse(&self.q, &self.p).map(|coefficient| {
            let difference = (&by_p + &self.p - &by_q % &self.p) % &self.p;
            by_q + coefficient * difference % &self.p * &self.q
        });
        let fits = |result: &BigUint| power(result, &self.e, &self.n) == *message;
        combined.filter(fits).unwrap_or_else(|| power(message, &self.d, &self.n))
    }
}

/// Most bits of an RSA or DSA number that is read, so that arithmetic stays short.
const MAX_BITS: u64 = 16_384;

fn rsa_key(bytes: &[u8]) -> Option<PrivateKey> {
    let mut r = der::Reader::new(bytes).inside(SEQUENCE)?;
    r.integer()?;
    let (n, e, d, p, q) = (r.integer()?, r.integer()?, r.integer()?, r.integer()?, r.integer()?);
    let one = BigUint::from(1u32);
    let sound =
        p > one && q > one && &p * &q == n && n.bits() <= MAX_BITS && n.bits() >= 1024 && d < n && e.bits() <= 32;
    sound.then(|| PrivateKey::Rsa(Box::new(RsaKey { n, e, d, p, q })))
}

fn dsa_key(bytes: &[u8]) -> Option<PrivateKey> {
    let mut r = der::Reader::new(bytes).inside(SEQUENCE)?;
    r.integer()?;
    let key = DsaKey { p: r.integer()?, q: r.integer()?, g: r.integer()?, y: r.integer()?, x: r.integer()? };
    Some(PrivateKey::Dsa(Box::new(key)))
}

fn ec_key(bytes: &[u8]) -> Option<PrivateKey> {
    let mut r = der::Reader::new(bytes).inside(SEQUENCE)?;
    r.integer()?;
    let secret = r.expect(OCTET_STRING)?;
    if r.peek() == Some(0xa0) && r.inside(0xa0)?.expect(OID)? != P256_OID {
        return None;
    }
    p256::ecdsa::SigningKey::from_slice(secret).ok().map(PrivateKey::Ecdsa)
}

fn pkcs8(bytes: &[u8]) -> Option<PrivateKey> {
    let mut r = der::Reader::new(bytes).inside(SEQUENCE)?;
    r.integer()?;
    let mut algorithm = r.inside(SEQUENCE)?;
    let oid = algorithm.expect(OID)?;
    let key = r.expect(OCTET_STRING)?;
    match oid {
        RSA_OID => rsa_key(key),
        EC_OID if algorithm.expect(OID)? == P256_OID => ec_key(key),
        ED25519_OID => {
            let seed: [u8; 32] = der::Reader::new(key).expect(OCTET_STRING)?.try_into().ok()?;
            Some(PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed)))
        }
        _ => None,
    }
}

/// The bit string of a `SubjectPublicKeyInfo`.
pub(super) fn bits_of_info(info: &[u8]) -> Option<&[u8]> {
    let mut r = der::Reader::new(info);
    r.expect(SEQUENCE)?;
    r.expect(BIT_STRING)?.get(1..)
}
