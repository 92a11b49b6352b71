//! Reads the certificates of a PEM bundle in the forms that OpenSSL accepts, and reports the blocks that it skips.
//!
//! `rustls-pki-types` decodes each block. Its own search does not find blocks after a byte order mark or an indentation, and
//! silently skips `TRUSTED CERTIFICATE` and `X509 CERTIFICATE`, so the blocks are found here.

use std::fmt;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The maximum length of a label in a warning, in bytes.
const MAX_LABEL: usize = 40;

/// A certificate and the first line of its block, counted from 1.
pub(super) type Certificate = (usize, CertificateDer<'static>);

/// A block that is skipped.
#[derive(Debug)]
pub(super) struct Skipped {
    /// The first line of the block, counted from 1.
    line: usize,
    reason: String,
}

impl Skipped {
    pub(super) fn new(line: usize, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { line, reason }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// A block whose end has not been read yet.
struct Block<'a> {
    line: usize,
    label: &'a [u8],
    body: Vec<u8>,
}

/// The certificates of a bundle and the blocks that are skipped, in their order. Text outside of blocks is a comment.
pub(super) fn read(pem: &[u8]) -> Vec<Result<Certificate, Skipped>> {
    let mut read = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (index, line) in pem.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        let mut rest = line.trim_ascii();
        if let Some(block) = open.as_mut() {
            match marker(rest, END) {
                // Files that were joined without a line break continue on the line of the end marker.
                Some((label, rest_of_line)) if label == block.label => {
                    rest = rest_of_line.trim_ascii();
                    read.extend(open.take().map(Block::certificate));
                }
                _ if marker(rest, BEGIN).is_none() => {
                    block.body.extend_from_slice(rest);
                    block.body.push(b'\n');
                    continue;
                }
                _ => read.extend(open.take().map(Block::without_end)),
            }
        }
        let line = index + 1;
        if let Some((label, _)) = marker(rest, BEGIN) {
            open = Some(Block {
                line,
                label,
                body: Vec::new(),
            });
        } else if rest.windows(BEGIN.len()).any(|window| window == BEGIN) {
            let reason = "there is text before -----BEGIN, so the block is not read";
            read.push(Err(Skipped::new(line, reason)));
        }
    }
    read.extend(open.map(Block::without_end));
    read
}

/// The label of a marker line such as `-----BEGIN label-----`, and the text after it.
fn marker<'a>(line: &'a [u8], kind: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let label = line.strip_prefix(kind)?;
    let end = label.windows(DASHES.len()).position(|it| it == DASHES)?;
    Some((&label[..end], &label[end + DASHES.len()..]))
}

impl Block<'_> {
    fn certificate(self) -> Result<Certificate, Skipped> {
        let skipped = |reason: &str| Skipped::new(self.line, reason);
        let is_trusted_form = self.label == b"TRUSTED CERTIFICATE";
        if !is_trusted_form && self.label != b"CERTIFICATE" && self.label != b"X509 CERTIFICATE" {
            let label = self.label.get(..MAX_LABEL).unwrap_or(self.label);
            let reason = format!("a block of type \"{}\"", label.escape_ascii());
            return Err(skipped(&format!("{reason} is not a certificate")));
        }
        let pem = [
            b"-----BEGIN CERTIFICATE-----\n",
            &*self.body,
            b"-----END CERTIFICATE-----\n",
        ];
        let der = CertificateDer::from_pem_slice(&pem.concat())
            .map_err(|error| skipped(&format!("the certificate cannot be decoded: {error}")))?;
        let (_, _, settings) =
            element(&der).ok_or_else(|| skipped("the certificate cannot be decoded: not DER"))?;
        let certificate = der[..der.len() - settings.len()].to_vec();
        match is_trusted_form.then(|| trusts_servers(settings)) {
            None | Some(Some(true)) => Ok((self.line, certificate.into())),
            Some(Some(false)) => Err(skipped(
                "its trust settings do not trust it for TLS servers",
            )),
            Some(None) => Err(skipped("its trust settings cannot be parsed")),
        }
    }

    fn without_end(self) -> Result<Certificate, Skipped> {
        let label = self.label.get(..MAX_LABEL).unwrap_or(self.label);
        let reason = format!("the block has no -----END {}-----", label.escape_ascii());
        Err(Skipped::new(self.line, reason))
    }
}

/// The object identifiers `serverAuth` (1.3.6.1.5.5.7.3.1) and `anyExtendedKeyUsage` (2.5.29.37.0), in DER.
const SERVER_PURPOSES: [&[u8]; 2] = [b"\x2b\x06\x01\x05\x05\x07\x03\x01", b"\x55\x1d\x25\x00"];

/// Whether the trust settings after the certificate in a `TRUSTED CERTIFICATE` allow it to sign TLS servers, by the rules of
/// OpenSSL's `X509_check_trust`; `None` if they cannot be parsed.
///
/// They are `X509_CERT_AUX`: a sequence of the trusted purposes (all if it is missing), the rejected ones with the tag `[0]`,
/// a name and a key id. Linux distributions reject authorities in this way that they no longer trust.
fn trusts_servers(settings: &[u8]) -> Option<bool> {
    const SEQUENCE: u8 = 0x30;
    const REJECTED: u8 = 0xa0;
    if settings.is_empty() {
        return Some(true);
    }
    let (SEQUENCE, mut fields, []) = element(settings)? else {
        return None;
    };
    let mut trusts = true;
    while !fields.is_empty() {
        let (tag, content, rest) = element(fields)?;
        match tag {
            SEQUENCE => trusts &= contains_server_purpose(content)?,
            REJECTED => trusts &= !contains_server_purpose(content)?,
            _ => {}
        }
        fields = rest;
    }
    Some(trusts)
}

fn contains_server_purpose(mut purposes: &[u8]) -> Option<bool> {
    let mut contains = false;
    while !purposes.is_empty() {
        let (_, purpose, rest) = element(purposes)?;
        contains |= SERVER_PURPOSES.contains(&purpose);
        purposes = rest;
    }
    Some(contains)
}

/// The first DER element: its tag, its content, and the bytes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    /// The bit that marks a length of several bytes.
    const LONG: u8 = 0x80;
    let (&[tag, first], rest) = der.split_first_chunk()?;
    let (length, rest) = if first & LONG == 0 {
        (usize::from(first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(first & !LONG))?;
        let in_range = (1..=4).contains(&bytes.len());
        let length = bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        (in_range.then_some(length)?, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests;
