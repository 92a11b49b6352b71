//! HTML pages for the browser. They load no resources and send no referrer.

/// A response to the browser.
#[derive(Clone, Copy, Debug)]
pub(super) enum Page {
    Received,
    Denied,
    Rejected,
    BadRequest,
    NotFound,
    MethodNotAllowed,
    Misdirected,
    TooLarge,
}

impl Page {
    /// The status line and the text.
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Received => (
                "200 OK",
                "The code has arrived. Close this page and return to the program, which shows the \
                 result of the login.",
            ),
            Self::Denied => (
                "200 OK",
                "The login was denied. Close this page and return to the program.",
            ),
            Self::Rejected => (
                "400 Bad Request",
                "This is not the callback of the current login. It was ignored; the program \
                 continues to wait.",
            ),
            Self::BadRequest => ("400 Bad Request", "This is not a valid request."),
            Self::NotFound => ("404 Not Found", "This page does not exist."),
            Self::MethodNotAllowed => (
                "405 Method Not Allowed\r\nAllow: GET",
                "Only GET is supported.",
            ),
            Self::Misdirected => (
                "421 Misdirected Request",
                "This host name is not served here.",
            ),
            Self::TooLarge => (
                "431 Request Header Fields Too Large",
                "The request is too large.",
            ),
        }
    }

    /// The complete HTTP response. The URL of the page contains the code, so it must not be cached or sent as a referrer.
    pub(super) fn response(self) -> String {
        let (status, text) = self.parts();
        let body = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Braincube \
             login</title><p>{text}</p></html>\n"
        );
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: \
             {}\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: \
             no-referrer\r\nContent-Security-Policy: default-src 'none'; frame-ancestors \
             'none'\r\nX-Content-Type-Options: nosniff\r\n\r\n{body}",
            body.len(),
        )
    }
}
