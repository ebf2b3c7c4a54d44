//! Certificates: Helm's `internal/tlsutil`.

use crate::files::read;
use crate::http::Options;
use crate::settings::Settings;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::sync::Arc;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

/// What certificates are trusted and shown. The error is Helm's text.
pub fn config(settings: &Settings, options: &Options) -> Result<TlsConfig, String> {
    let wrap = |error: String| format!("can't create TLS config for client: {error}");
    let roots = match options.ca_file.as_str() {
        "" => rustls_native_certs::load_native_certs().certs,
        file => {
            let failed = |error: String| wrap(format!("can't read CA file: {}: {error}", quoted(file)));
            let text = read(&settings.path(file), file).map_err(failed)?;
            let found: Vec<_> = CertificateDer::pem_slice_iter(&text).filter_map(Result::ok).collect();
            if found.is_empty() {
                return Err(wrap(format!("failed to append certificates from pem block: {}", quoted(file))));
            }
            found
        }
    };
    let shown = match (options.cert_file.as_str(), options.key_file.as_str()) {
        ("", _) | (_, "") => None,
        (cert, key) => Some(client(settings, cert, key).map_err(wrap)?),
    };
    let roots: Vec<_> = roots.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .client_cert(shown)
        .disable_verification(options.insecure)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}

/// The client's own certificate, whose key must fit.
fn client(settings: &Settings, cert: &str, key: &str) -> Result<ClientCert, String> {
    let wrong =
        |error: String| format!("can't load key pair from cert {} and key {}: {error}", quoted(cert), quoted(key));
    let chain = read(&settings.path(cert), cert).map_err(wrong)?;
    let secret = read(&settings.path(key), key).map_err(wrong)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(wrong("tls: failed to find any PEM data in certificate input".to_owned()));
    }
    let no_key = || wrong("tls: failed to find any PEM data in key input".to_owned());
    let parsed = PrivateKeyDer::from_pem_slice(&secret).map_err(|_| no_key())?;
    rustls::sign::CertifiedKey::from_der(chain.clone(), parsed, &rustls::crypto::ring::default_provider())
        .map_err(|_| wrong("tls: private key does not match public key".to_owned()))?;
    let chain: Vec<_> = chain.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    Ok(ClientCert::new_with_certs(&chain, PrivateKey::from_pem(&secret).map_err(|_| no_key())?))
}

fn quoted(text: &str) -> String {
    chartlens::text::quote(text.as_bytes())
}

/// Why no connection came about, in Go's words.
pub fn reason(error: &rustls::Error, host: &str) -> String {
    use rustls::CertificateError as Bad;
    let x509 = |why: String| format!("tls: failed to verify certificate: x509: {why}");
    match error {
        rustls::Error::InvalidCertificate(bad) => x509(match bad {
            Bad::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                "certificate has expired or is not yet valid".to_owned()
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                format!("certificate is not valid for {host}")
            }
            other => other.to_string(),
        }),
        rustls::Error::InvalidMessage(_) => "http: server gave HTTP response to HTTPS client".to_owned(),
        rustls::Error::AlertReceived(alert) => format!("remote error: tls: {alert:?}"),
        other => format!("tls: {other}"),
    }
}
