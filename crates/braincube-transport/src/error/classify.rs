//! Converts the errors of hyper, rustls and the operating system into an [`Error`] with a kind.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::{CertificateError, OtherError};

use super::{BoxError, ConnectStage, Error, ErrorKind, TimeoutPhase, TlsReason};

/// The failure of a connector, which hyper's client returns inside its own error.
#[derive(Clone, Debug)]
pub(crate) struct ConnectFailure {
    kind: ErrorKind,
    message: Arc<str>,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl ConnectFailure {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: None,
        }
    }

    pub(crate) fn because(mut self, cause: impl Into<BoxError>) -> Self {
        self.cause = Some(cause.into().into());
        self
    }

    /// Finds the stage that failed by the causes of the connector's error.
    pub(crate) fn from_connector(error: BoxError) -> Self {
        if let Some(known) = find_cause::<Self>(&*error) {
            return known.clone();
        }
        if let Some(tls) = find_cause::<rustls::Error>(&*error) {
            let (reason, message) = tls_reason(tls);
            let kind = ErrorKind::Connect(ConnectStage::Tls(reason));
            return Self::new(kind, message).because(tls.clone());
        }
        let kind = ErrorKind::Connect(ConnectStage::Tcp);
        match find_cause::<io::Error>(&*error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Self::new(kind, "connection refused"),
            Some(io::ErrorKind::TimedOut) => Self::new(
                ErrorKind::Timeout(TimeoutPhase::Connect),
                "the connection timed out",
            ),
            _ => Self::new(kind, "no connection could be opened"),
        }
        .because(error)
    }
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for ConnectFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.cause.as_deref()?)
    }
}

/// The reason of a TLS failure, and what to do about it.
fn tls_reason(error: &rustls::Error) -> (TlsReason, &'static str) {
    use CertificateError as Certificate;
    let rustls::Error::InvalidCertificate(problem) = error else {
        return (TlsReason::Other, "the TLS handshake failed");
    };
    match problem {
        Certificate::UnknownIssuer => (
            TlsReason::UnknownIssuer,
            "the server's certificate was not signed by a trusted authority; \
             if the authority is your own, set its PEM file as the CA bundle",
        ),
        Certificate::Expired | Certificate::ExpiredContext { .. } => (
            TlsReason::Expired,
            "the server's certificate has expired, or this machine's clock is wrong",
        ),
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => (
            TlsReason::NotValidYet,
            "the server's certificate is not valid yet, or this machine's clock is wrong",
        ),
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => (
            TlsReason::NameMismatch,
            "the server's certificate is for another host",
        ),
        Certificate::Other(other) if is_certificate_of_authority(other) => (
            TlsReason::UnknownIssuer,
            "the server presents the certificate of an authority as its own, such as one from `openssl req -x509`, which is \
             accepted from no server; have that authority sign one for the server, which is no authority itself (CA:FALSE), and \
             set the authority's PEM file as the CA bundle",
        ),
        _ => (TlsReason::Other, "the server's certificate is not accepted"),
    }
}

/// Whether a certificate is rejected because it is that of an authority.
fn is_certificate_of_authority(error: &OtherError) -> bool {
    let problem = error.0.downcast_ref();
    matches!(problem, Some(webpki::Error::CaUsedAsEndEntity))
}

const INTERRUPTED: &str = "the connection was interrupted before a response began";

/// The [`Error`] for an error of the innermost service.
pub(crate) fn from_service(error: BoxError) -> Error {
    let error = match error.downcast::<Error>() {
        Ok(own) => return *own,
        Err(foreign) => foreign,
    };
    if let Some(failure) = find_cause::<ConnectFailure>(&*error) {
        let mut own = Error::new(failure.kind, failure.message.to_string());
        own.inner.source = failure.cause.clone().map(|cause| Box::new(cause) as _);
        return own;
    }
    let (kind, message) = kind_of(&*error);
    Error::new(kind, message).with_source(error)
}

/// The kind of a failure without a response. The request may have been sent unless the kind is `Connect`.
fn kind_of(error: &(dyn StdError + 'static)) -> (ErrorKind, &'static str) {
    let mut io = causes(error).filter_map(|error| error.downcast_ref::<io::Error>());
    if io.any(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
        return (ErrorKind::Connect(ConnectStage::Tcp), "connection refused");
    }
    if let Some(hyper) = find_cause::<hyper::Error>(error) {
        // The source contains which of them. hyper only exposes it with its server feature.
        let message = match hyper.is_parse() {
            true => {
                "the head of the response is not HTTP, is too long, or has more than 100 headers"
            }
            false => INTERRUPTED,
        };
        return (ErrorKind::Interrupted, message);
    }
    let message = match find_cause::<io::Error>(error) {
        Some(_) => INTERRUPTED,
        None => "the inner service failed before a response began",
    };
    (ErrorKind::Interrupted, message)
}

/// The [`Error`] for an error of a body.
pub(crate) fn from_body(error: BoxError) -> Error {
    match error.downcast::<Error>() {
        Ok(own) => *own,
        Err(foreign) => {
            Error::new(ErrorKind::Interrupted, "the response was interrupted").with_source(foreign)
        }
    }
}

/// The first error of type `T` in a chain of causes.
///
/// The `source` of an [`io::Error`] skips the error that it wraps, so that error is read from inside.
pub(crate) fn find_cause<'e, T: StdError + 'static>(
    error: &'e (dyn StdError + 'static),
) -> Option<&'e T> {
    causes(error).find_map(|error| error.downcast_ref())
}

/// An error and its causes.
fn causes<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().map(io::Error::get_ref) {
            Some(Some(wrapped)) => Some(wrapped),
            _ => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use rustls::{CertificateError as Certificate, OtherError};

    use super::{ConnectFailure, from_service};
    use crate::error::{ConnectStage, ErrorKind, TlsReason};

    #[test]
    fn t1_t2_t3_the_reason_of_a_tls_failure_is_found_in_nested_errors() {
        for (problem, expected) in [
            (Certificate::UnknownIssuer, TlsReason::UnknownIssuer),
            (Certificate::Expired, TlsReason::Expired),
            (Certificate::NotValidYet, TlsReason::NotValidYet),
            (Certificate::NotValidForName, TlsReason::NameMismatch),
            (Certificate::BadSignature, TlsReason::Other),
            (
                Certificate::Other(OtherError(Arc::new(webpki::Error::CaUsedAsEndEntity))),
                TlsReason::UnknownIssuer,
            ),
        ] {
            let tls = io::Error::new(
                io::ErrorKind::InvalidData,
                rustls::Error::InvalidCertificate(problem),
            );
            let failure = ConnectFailure::from_connector(io::Error::other(tls).into());
            let error = from_service(failure.into());
            assert_eq!(
                error.kind(),
                ErrorKind::Connect(ConnectStage::Tls(expected))
            );
        }
    }

    #[test]
    fn n1_n5_what_a_service_fails_with_says_whether_anything_was_sent() {
        let io = |kind| io::Error::new(kind, "canary");
        for (error, kind, message) in [
            (
                io(io::ErrorKind::ConnectionRefused).into(),
                ErrorKind::Connect(ConnectStage::Tcp),
                "connection refused",
            ),
            (
                io::Error::other(io(io::ErrorKind::ConnectionRefused)).into(),
                ErrorKind::Connect(ConnectStage::Tcp),
                "connection refused",
            ),
            (
                io(io::ErrorKind::ConnectionReset).into(),
                ErrorKind::Interrupted,
                "the connection was interrupted before a response began",
            ),
            // The request may have been sent.
            (
                "canary".into(),
                ErrorKind::Interrupted,
                "the inner service failed before a response began",
            ),
        ] {
            let error = from_service(error);
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
            let source = std::error::Error::source(&error).unwrap();
            assert_eq!(source.to_string(), "canary");
        }
    }
}
