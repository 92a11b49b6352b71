use proptest::prelude::*;

use super::*;
use crate::ValueProblem as Problem;

#[test]
fn c6_a_domain_may_have_a_port_and_a_scheme() {
    let table = [
        ("mybraincube.com", Ok("mybraincube.com")),
        ("https://mybraincube.com/", Ok("mybraincube.com")),
        ("HTTP://MyBraincube.com//", Ok("mybraincube.com")),
        ("  mybraincube.com ", Ok("mybraincube.com")),
        ("mybraincube.com.", Ok("mybraincube.com")),
        ("mybraincube.com.:8443", Ok("mybraincube.com:8443")),
        ("mybraincube.com:443", Ok("mybraincube.com")),
        ("bücher.example", Ok("xn--bcher-kva.example")),
        ("my_site.example", Ok("my_site.example")),
        ("localhost:8080", Ok("localhost:8080")),
        ("127.0.0.1", Ok("127.0.0.1")),
        ("mybraincube.com/path", Err(Problem::PathInDomain)),
        ("https://user:pass@mybraincube.com", Err(Problem::UserInfo)),
        ("@mybraincube.com", Err(Problem::UserInfo)),
        ("mybraincube.com?a=b", Err(Problem::QueryOrFragment)),
        ("mybraincube.com#a", Err(Problem::QueryOrFragment)),
        ("ftp://mybraincube.com", Err(Problem::Scheme)),
        ("{braincube-name}.example", Err(Problem::Braces)),
        ("my braincube.com", Err(Problem::InvalidUrl)),
        ("my\nbraincube.com", Err(Problem::InvalidUrl)),
        ("my\\braincube.com", Err(Problem::InvalidUrl)),
        ("my..braincube.com", Err(Problem::InvalidUrl)),
        (".mybraincube.com", Err(Problem::InvalidUrl)),
        ("mybraincube.com:99999", Err(Problem::InvalidUrl)),
        ("my%2Fbraincube.com", Err(Problem::InvalidUrl)),
        ("my!braincube.com", Err(Problem::InvalidUrl)),
        ("", Err(Problem::Empty)),
        ("https://", Err(Problem::Empty)),
        ("/", Err(Problem::Empty)),
    ];
    for (text, expected) in table {
        let found = Domain::parse(text);
        assert_eq!(
            found.as_ref().map(Domain::as_str),
            expected.as_ref().copied(),
            "{text:?}"
        );
    }
}

#[test]
fn c6_no_api_base_url_is_derived_from_an_ip_address() {
    for ip in ["127.0.0.1", "[::1]:8080"] {
        let domain = Domain::parse(ip).unwrap();
        assert!(domain.sso_base_url().is_ok());
        assert_eq!(domain.api_base_url(), Err(Problem::IpAddress));
    }
}

#[test]
fn a_base_url_has_no_credentials_query_or_fragment() {
    let table = [
        ("https://mybraincube.com", Ok("https://mybraincube.com")),
        ("https://mybraincube.com/", Ok("https://mybraincube.com")),
        ("http://host/prefix/v1.0/", Ok("http://host/prefix/v1.0")),
        ("https://HOST:443//", Ok("https://host")),
        ("https://host/a/../b", Ok("https://host/b")),
        ("https://[::1]:8080/x", Ok("https://[::1]:8080/x")),
        ("mybraincube.com", Err(Problem::Scheme)),
        ("ftp://mybraincube.com", Err(Problem::Scheme)),
        ("https:///", Err(Problem::InvalidUrl)),
        ("https://user@host", Err(Problem::UserInfo)),
        ("https://:@host/", Err(Problem::UserInfo)),
        ("https://host/?q", Err(Problem::QueryOrFragment)),
        ("https://host/#f", Err(Problem::QueryOrFragment)),
        ("https://host/a b", Err(Problem::InvalidUrl)),
        ("https://ho\tst", Err(Problem::InvalidUrl)),
        ("https://host\\@evil.example", Err(Problem::InvalidUrl)),
        ("https://host/{braincube-name}", Err(Problem::Braces)),
        ("", Err(Problem::Empty)),
    ];
    for (text, expected) in table {
        let found = BaseUrl::parse(text);
        assert_eq!(
            found.as_ref().map(BaseUrl::as_str),
            expected.as_ref().copied(),
            "{text:?}"
        );
    }
}

#[test]
fn c16_the_placeholder_cannot_be_the_last_label_of_the_host() {
    let kept = |text| Ok::<_, &Problem>(text);
    let table = [
        (
            "https://{braincube-name}.example/",
            kept("https://{braincube-name}.example"),
        ),
        (
            "https://a-{braincube-name}-b.example",
            kept("https://a-{braincube-name}-b.example"),
        ),
        (
            "https://host/{braincube-name}/x/",
            kept("https://host/{braincube-name}/x"),
        ),
        (
            "https://{braincube-name}.example/{braincube-name}",
            kept("https://{braincube-name}.example/{braincube-name}"),
        ),
        (
            "https://braincube-name.example/{braincube-name}",
            kept("https://braincube-name.example/{braincube-name}"),
        ),
        ("https://{braincube-name}", Err(&Problem::PlaceholderAtEnd)),
        (
            "https://api.{braincube-name}:8080/",
            Err(&Problem::PlaceholderAtEnd),
        ),
        ("https://{braincube_name}.example", Err(&Problem::Braces)),
        ("https://host/{x}", Err(&Problem::Braces)),
        (
            "https://{braincube-name}@host.example",
            Err(&Problem::UserInfo),
        ),
        (
            "https://host.example:{braincube-name}",
            Err(&Problem::InvalidUrl),
        ),
        ("{braincube-name}://host.example", Err(&Problem::Scheme)),
        (
            "https://é{braincube-name}.example",
            Err(&Problem::InvalidUrl),
        ),
        (
            "https://host/?{braincube-name}",
            Err(&Problem::QueryOrFragment),
        ),
    ];
    for (text, expected) in table {
        let found = BaseUrl::parse_with_placeholder(text);
        assert_eq!(found.as_ref().map(BaseUrl::as_str), expected, "{text:?}");
    }
}

#[test]
fn t6_plain_http_exposes_a_token_except_on_this_machine() {
    let table = [
        ("https://host", false),
        ("http://host", true),
        ("http://localhost:8080", false),
        ("http://LOCALHOST", false),
        ("http://127.0.0.1", false),
        ("http://127.1.2.3:1", false),
        ("http://[::1]/", false),
        ("http://x.localhost", true),
        ("http://localhost.evil.example", true),
        ("http://0.0.0.0", true),
        ("http://192.168.0.1", true),
        ("http://{braincube-name}.localhost", true),
    ];
    for (text, expected) in table {
        let found = BaseUrl::parse_with_placeholder(text).unwrap();
        assert_eq!(found.is_exposed(), expected, "{text}");
    }
}

proptest! {
    /// An accepted URL has no credentials, and the name that replaces the placeholder does not change the last label of the
    /// host.
    #[test]
    fn c16_no_braincube_name_changes_the_server(
        text in "(https?://)?[a-z{}@.:/?#\\\\ é-]{0,12}(\\{braincube-name\\})?[a-z.:/-]{0,12}"
    ) {
        if let Ok(base) = BaseUrl::parse_with_placeholder(&text) {
            let end = |name: &str| {
                let url = Url::parse(&base.as_str().replace(PLACEHOLDER, name)).unwrap();
                prop_assert!(url.username().is_empty() && url.password().is_none());
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                let host = url.host_str().unwrap().to_owned();
                Ok((url.scheme().to_owned(), host.rsplit('.').next().map(str::to_owned), url.port()))
            };
            prop_assert_eq!(end("plant-a")?, end("b")?);
            prop_assert!(!base.as_str().ends_with('/'));
        }
    }
}
