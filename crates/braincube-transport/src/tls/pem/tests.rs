use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::read;

/// The certificate of a new authority, in DER.
fn der() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.self_signed(&key).unwrap().der().to_vec()
}

fn block(label: &str, der: &[u8]) -> String {
    let body = BASE64_STANDARD.encode(der);
    let lines = body.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let body = lines.collect::<Vec<_>>().join("\n");
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

/// The reasons of the skipped blocks. Each certificate that is read must be `expected`.
fn skipped(pem: &[u8], expected: &[u8]) -> (usize, Vec<String>) {
    let (read, skipped): (Vec<_>, Vec<_>) = read(pem).into_iter().partition(Result::is_ok);
    for (_, certificate) in read.iter().flatten() {
        assert_eq!(certificate.as_ref(), expected);
    }
    let reasons = skipped.into_iter().filter_map(Result::err);
    (read.len(), reasons.map(|it| it.to_string()).collect())
}

#[test]
fn t9_every_form_of_a_certificate_that_openssl_accepts_is_read() {
    let der = der();
    let plain = block("CERTIFICATE", &der);
    let with_alias = [&*der, b"\x30\x05\x0c\x03foo"].concat();
    for (form, pem) in [
        ("plain", plain.clone()),
        ("byte order mark", format!("\u{feff}{plain}")),
        (
            "indented",
            format!("\t  {}", plain.trim_end().replace('\n', "\n\t  ")),
        ),
        ("CRLF", plain.replace('\n', "\r\n")),
        ("trailing blanks", plain.replace('\n', "  \n")),
        ("no line break at the end", plain.trim_end().to_owned()),
        ("blank line", plain.replacen('\n', "\n\n", 1)),
        (
            "one line",
            format!(
                "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----",
                BASE64_STANDARD.encode(&der)
            ),
        ),
        ("X509", block("X509 CERTIFICATE", &der)),
        ("trusted", block("TRUSTED CERTIFICATE", &der)),
        (
            "trusted, with a name",
            block("TRUSTED CERTIFICATE", &with_alias),
        ),
        (
            "text around",
            format!("subject=/CN=\u{e9}\n\n{plain}\nend\n"),
        ),
    ] {
        assert_eq!(skipped(pem.as_bytes(), &der), (1, vec![]), "{form}");
    }
    let latin_1 = [b"subject=/CN=\xe9\n", plain.as_bytes()].concat();
    assert_eq!(skipped(&latin_1, &der), (1, vec![]));
}

#[test]
fn t9_joined_files_are_read_completely() {
    let der = der();
    let plain = block("CERTIFICATE", &der);
    for joined in [
        format!("{plain}{plain}"),
        format!("{0}{0}", plain.trim_end()),
        format!("\u{feff}{plain}\u{feff}{plain}"),
    ] {
        assert_eq!(skipped(joined.as_bytes(), &der), (2, vec![]), "{joined}");
    }
}

#[test]
fn t10_each_skipped_block_is_reported_with_its_line() {
    let der = der();
    let plain = block("CERTIFICATE", &der);
    let lines = plain.lines().count();
    for (block, expected) in [
        (
            block("PRIVATE KEY", b"canary"),
            "a block of type \"PRIVATE KEY\" is not a certificate",
        ),
        (
            plain.replacen("M", "*", 1),
            "the certificate cannot be decoded: ",
        ),
        (
            block("CERTIFICATE", &der[..40]),
            "the certificate cannot be decoded: not DER",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMIIB\n".to_owned(),
            "the block has no -----END CERTIFICATE-----",
        ),
        (
            format!("# {plain}"),
            "there is text before -----BEGIN, so the block is not read",
        ),
        (
            block("TRUSTED CERTIFICATE", &[&*der, b"\x30\x05\x0c"].concat()),
            "its trust settings cannot be parsed",
        ),
    ] {
        let pem = format!("{plain}{block}{plain}");
        let (read, reasons) = skipped(pem.as_bytes(), &der);
        assert_eq!((read, reasons.len()), (2, 1), "{pem} {reasons:?}");
        let expected = format!("line {}: {expected}", lines + 1);
        assert!(reasons[0].starts_with(&expected), "{reasons:?}");
        assert!(!reasons[0].contains("canary"), "{reasons:?}");
    }
}

/// The settings are as `openssl x509 -trustout` writes them.
#[test]
fn t12_an_authority_is_trusted_only_for_what_its_trust_settings_allow() {
    const SERVER: &str = "06082b06010505070301";
    const CLIENT: &str = "06082b06010505070302";
    const ANY: &str = "0604551d2500";
    let sequence = |tag: &str, content: &str| format!("{tag}{:02x}{content}", content.len() / 2);
    let trusted = |content: &str| sequence("30", content);
    let rejected = |content: &str| sequence("a0", content);
    let der = der();
    for (settings, expected) in [
        (String::new(), true),
        (trusted(SERVER), true),
        (trusted(&[CLIENT, SERVER].concat()), true),
        (trusted(ANY), true),
        (trusted(CLIENT), false),
        (trusted(""), false),
        (rejected(SERVER), false),
        (rejected(&[CLIENT, ANY].concat()), false),
        (rejected(CLIENT), true),
        ([trusted(SERVER), rejected(SERVER)].concat(), false),
    ] {
        let settings = sequence("30", &settings);
        let bytes = (0..settings.len() / 2)
            .map(|at| u8::from_str_radix(&settings[2 * at..2 * at + 2], 16).unwrap());
        let der_and_settings: Vec<u8> = der.iter().copied().chain(bytes).collect();
        let (read, reasons) = skipped(
            block("TRUSTED CERTIFICATE", &der_and_settings).as_bytes(),
            &der,
        );
        assert_eq!(read == 1, expected, "{settings}");
        assert!(
            reasons.iter().all(|reason| reason.ends_with("TLS servers")),
            "{reasons:?}"
        );
    }
}

#[test]
fn t10_truncated_bundles_do_not_panic() {
    let pem = block(
        "TRUSTED CERTIFICATE",
        &[&*der(), b"\x30\x02\xa0\x00"].concat(),
    );
    for end in 0..pem.len() {
        let blocks = read(&pem.as_bytes()[..end]).into_iter();
        let read = blocks.filter(Result::is_ok).count();
        assert!(read == 0 || end == pem.len() - 1, "{end}");
    }
    for length in 0..6 {
        for byte in [0, 1, 0x30, 0x7f, 0x80, 0x81, 0x84, 0xff] {
            let _ = super::element(&vec![byte; length]);
            let _ = super::trusts_servers(&vec![byte; length]);
        }
    }
}
