//! X.509 certificates, as Go's `x509.CreateCertificate` lays them out.

use super::der::{self, BOOLEAN, OCTET_STRING, OID, SEQUENCE};
use super::keys::{PrivateKey, bits_of_info};
use crate::gotmpl::funcs::FuncError;
use crate::value::time::GoTime;
use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 0x23];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// What a certificate is to say.
pub(super) struct Template {
    pub common_name: String,
    pub ips: Vec<IpAddr>,
    pub dns_names: Vec<String>,
    pub not_before: i64,
    pub not_after: i64,
    pub serial: BigUint,
    pub is_ca: bool,
}

/// What of the signer's certificate goes into a signed one.
pub(super) struct Parent {
    /// The subject, in DER.
    subject: Vec<u8>,
    /// The subject key identifier; empty if there is none.
    key_id: Vec<u8>,
    /// The public key's bits.
    public: Vec<u8>,
}

impl Parent {
    /// Reads a certificate, as far as signing by its key needs it.
    pub fn parse(bytes: &[u8]) -> Option<Parent> {
        let mut cert = der::Reader::new(bytes).inside(SEQUENCE)?;
        let mut body = cert.inside(SEQUENCE)?;
        if body.peek() == Some(0xa0) {
            body.any()?;
        }
        body.integer()?;
        body.expect(SEQUENCE)?;
        body.expect(SEQUENCE)?;
        body.expect(SEQUENCE)?;
        let (_, _, subject) = body.any()?;
        let public = bits_of_info(body.expect(SEQUENCE)?)?.to_vec();
        let mut key_id = Vec::new();
        while let Some(tag) = body.peek() {
            let content = body.expect(tag)?;
            if tag != 0xa3 {
                continue;
            }
            let mut extensions = der::Reader::new(content).inside(SEQUENCE)?;
            while let Some(mut extension) = extensions.inside(SEQUENCE) {
                if extension.expect(OID)? == SUBJECT_KEY_ID {
                    key_id = der::Reader::new(extension.expect(OCTET_STRING)?).expect(OCTET_STRING)?.to_vec();
                }
            }
        }
        Some(Parent { subject: subject.to_vec(), key_id, public })
    }
}

fn name(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return der::sequence(&[]);
    }
    let printable = common_name.bytes().all(|b| b.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(&b));
    let tag = if printable { der::PRINTABLE_STRING } else { der::UTF8_STRING };
    let value = der::sequence(&[der::element(OID, COMMON_NAME), der::element(tag, common_name.as_bytes())]);
    der::sequence(&[der::element(der::SET, &value)])
}

fn time(seconds: i64) -> Vec<u8> {
    let time = GoTime::utc(seconds, 0);
    let year = time.civil().0.year;
    if (1950..2050).contains(&year) {
        der::element(der::UTC_TIME, &time.format(b"060102150405Z"))
    } else {
        der::element(der::GENERALIZED_TIME, &time.format(b"20060102150405Z"))
    }
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![der::element(OID, oid)];
    if critical {
        parts.push(der::element(BOOLEAN, &[0xff]));
    }
    parts.push(der::element(OCTET_STRING, value));
    der::sequence(&parts)
}

fn extensions(template: &Template, public: &[u8], authority: &[u8]) -> Vec<u8> {
    // Digital signature and key encipherment; certificate signing for an authority.
    let usage: &[u8] = if template.is_ca { &[2, 0xa4] } else { &[5, 0xa0] };
    let purposes = [der::element(OID, SERVER_AUTH), der::element(OID, CLIENT_AUTH)];
    let constraints =
        if template.is_ca { der::sequence(&[der::element(BOOLEAN, &[0xff])]) } else { der::sequence(&[]) };
    let mut all = vec![
        extension(KEY_USAGE, true, &der::element(der::BIT_STRING, usage)),
        extension(EXTENDED_KEY_USAGE, false, &der::sequence(&purposes)),
        extension(BASIC_CONSTRAINTS, true, &constraints),
    ];
    if template.is_ca {
        let digest = Sha256::digest(public);
        let id = digest.get(..20).unwrap_or_default();
        all.push(extension(SUBJECT_KEY_ID, false, &der::element(OCTET_STRING, id)));
    }
    if !authority.is_empty() {
        let id = der::sequence(&[der::element(0x80, authority)]);
        all.push(extension(AUTHORITY_KEY_ID, false, &id));
    }
    let dns = template.dns_names.iter().map(|n| der::element(0x82, n.as_bytes()));
    let ips = template.ips.iter().map(|ip| match ip {
        IpAddr::V4(ip) => der::element(0x87, &ip.octets()),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => der::element(0x87, &ip.octets()),
            None => der::element(0x87, &ip.octets()),
        },
    });
    let names: Vec<Vec<u8>> = dns.chain(ips).collect();
    if !names.is_empty() {
        let critical = template.common_name.is_empty();
        all.push(extension(ALTERNATIVE_NAMES, critical, &der::sequence(&names)));
    }
    der::element(0xa3, &der::sequence(&all))
}

/// A certificate for `key`'s public half, signed by `signer`; by itself if there is no parent.
pub(super) fn create(
    template: &Template,
    key: &PrivateKey,
    parent: Option<&Parent>,
    signer: &PrivateKey,
) -> Result<String, FuncError> {
    let fail = |text: &str| FuncError::new(format!("error creating certificate: x509: {text}"));
    let unsupported = || fail("only RSA, ECDSA and Ed25519 keys supported");
    let algorithm = signer.signature_algorithm().ok_or_else(unsupported)?;
    key.signature_algorithm().ok_or_else(unsupported)?;
    if parent.is_some_and(|p| p.public != signer.public_bits()) {
        return Err(fail("provided PrivateKey doesn't match parent's PublicKey"));
    }
    let subject = name(&template.common_name);
    let issuer = parent.map_or(subject.clone(), |p| p.subject.clone());
    let authority = parent.filter(|_| issuer != subject).map(|p| p.key_id.as_slice()).unwrap_or_default();
    let body = der::sequence(&[
        der::element(0xa0, &der::integer(&BigUint::from(2u32))),
        der::integer(&template.serial),
        algorithm.clone(),
        issuer,
        der::sequence(&[time(template.not_before), time(template.not_after)]),
        subject,
        key.public_info(),
        extensions(template, &key.public_bits(), authority),
    ]);
    let signature = signer.sign(&body);
    Ok(der::pem("CERTIFICATE", &der::sequence(&[body, algorithm, der::bits(&signature)])))
}
