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
    const fn status(self) -> &'static str {
        match self {
            Self::Received | Self::Denied => "200 OK",
            Self::Rejected | Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed\r\nAllow: GET",
            Self::Misdirected => "421 Misdirected Request",
            Self::TooLarge => "431 Request Header Fields Too Large",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Received => {
                "The code has arrived. Close this page and return to the program, which shows the \
                 result of the login."
            }
            Self::Denied => "The login was refused. Close this page and return to the program.",
            Self::Rejected => {
                "This is not the callback of the current login. It was ignored; the program \
                 continues to wait."
            }
            Self::BadRequest => "This is not a valid request.",
            Self::NotFound => "This page does not exist.",
            Self::MethodNotAllowed => "Only GET is supported.",
            Self::Misdirected => "This host name is not served here.",
            Self::TooLarge => "The request is too large.",
        }
    }

    /// The complete HTTP response. The URL of the page contains the code, so it must not be cached or sent as a referrer.
    pub(super) fn response(self) -> String {
        let body = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Braincube \
             login</title><p>{}</p></html>\n",
            self.text()
        );
        format!(
            "HTTP/1.1 {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: \
             {}\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: \
             no-referrer\r\nContent-Security-Policy: default-src 'none'; frame-ancestors \
             'none'\r\nX-Content-Type-Options: nosniff\r\n\r\n{body}",
            self.status(),
            body.len(),
        )
    }
}
