use super::BaseUrl;
use http::Uri;

fn base(text: &str) -> BaseUrl {
    text.parse().unwrap()
}

#[test]
fn base_urls_are_displayed_in_a_normal_form() {
    for (text, printed) in [
        ("https://mybraincube.com", "https://mybraincube.com"),
        ("HTTPS://MyBraincube.com/", "https://mybraincube.com"),
        (
            "http://host:8080/prefix/v1.0/",
            "http://host:8080/prefix/v1.0",
        ),
        ("http://[::1]:3000//", "http://[::1]:3000"),
        ("https://host./a%20b", "https://host./a%20b"),
        (
            "https://{braincube-name}.example.com/",
            "https://{braincube-name}.example.com",
        ),
        (
            "https://api-{braincube-name}.example.com/{braincube-name}/",
            "https://api-{braincube-name}.example.com/{braincube-name}",
        ),
    ] {
        let base = base(text);
        assert_eq!(base.to_string(), printed);
        assert_eq!(base.to_string().parse(), Ok(base));
    }
}

#[test]
fn c6_the_error_of_an_invalid_base_url_does_not_contain_it() {
    for (text, reason) in [
        ("", "begin"),
        ("mybraincube.com", "begin"),
        ("ftp://host", "begin"),
        ("https://", "no host"),
        ("https:///path", "no host"),
        ("https://:80", "no host"),
        ("https://user:hunter2@host", "user name"),
        ("https://host?key=hunter2", "query"),
        ("https://host/a?key=hunter2", "query"),
        ("https://host/#hunter2", "fragment"),
        ("https://host:0", "port"),
        ("https://host:65536", "port"),
        ("https://host:+80", "port"),
        ("https://host:", "port"),
        ("https://ho st", "host name"),
        ("https://a..b", "host name"),
        ("https://-a.com", "host name"),
        ("https://[::1", "host name"),
        ("https://[1.2.3.4]", "host name"),
        ("https://usine-été.com", "xn--"),
        ("https://host/a b", "character"),
        ("https://host/a%2", "character"),
        ("https://host/%2{braincube-name}", "character"),
        ("https://host/{braincube}", "character"),
        ("https://{other}.com", "host name"),
        ("https://host/../a", ".."),
        ("https://host/a/%2E%2e", ".."),
        ("https://{braincube-name}.{braincube-name}.com", "twice"),
    ] {
        let error = text.parse::<BaseUrl>().expect_err(text).to_string();
        assert!(error.contains(reason), "{text}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn only_urls_of_the_same_origin_are_owned() {
    let fixed = "https://api.example.com/v1";
    let template = "https://x-{braincube-name}.example.com:8443";
    for (own, address, owned) in [
        (fixed, "https://api.example.com/", true),
        (fixed, "https://API.Example.com:443/elsewhere?a=b", true),
        (fixed, "http://api.example.com/", false),
        (fixed, "https://api.example.com:444/", false),
        (fixed, "https://api.example.com.evil.org/", false),
        (fixed, "https://evil.org/api.example.com", false),
        (fixed, "https://api.example.com@evil.org/", false),
        (fixed, "https://user@api.example.com/", false),
        (fixed, "https://user@api.example.com:443/", false),
        (fixed, "https://user:password@api.example.com:443/", false),
        // An invalid port is not the default port.
        (fixed, "https://api.example.com:/", false),
        (fixed, "https://api.example.com:x/", false),
        (fixed, "https://api.example.com:65536/", false),
        (fixed, "https://api.example.com:99999999999/", false),
        (template, "https://x-demo.example.com:/", false),
        ("http://[::1]", "http://[::1]:/", false),
        ("http://[::1]", "http://[::1]:80/", true),
        (fixed, "/relative", false),
        ("http://host", "http://host:80/", true),
        ("http://[::1]:80", "http://[::1]/", true),
        (template, "https://x-demo.example.com:8443/", true),
        (template, "https://x-demo.example.com/", false),
        (template, "https://x-.example.com:8443/", false),
        (template, "https://x-a.b.example.com:8443/", false),
        (template, "https://demo.example.com:8443/", false),
        (template, "https://x-demo.evil.org:8443/", false),
    ] {
        let uri: Uri = address.parse().unwrap();
        assert_eq!(base(own).owns(&uri), owned, "{own} {address}");
    }
}

#[test]
fn t6_https_and_loopback_are_detected() {
    for (text, https, loopback) in [
        ("https://host", true, false),
        ("http://localhost:3000", false, true),
        ("http://LOCALHOST", false, true),
        ("http://127.0.0.1", false, true),
        ("http://127.8.9.1:80", false, true),
        ("http://[::1]/", false, true),
        ("http://[::2]/", false, false),
        ("http://localhost.evil.org", false, false),
        ("http://127.0.0.1.evil.org", false, false),
        ("http://{braincube-name}", false, false),
    ] {
        let base = base(text);
        assert_eq!(
            (base.is_https(), base.is_loopback()),
            (https, loopback),
            "{text}"
        );
    }
}
