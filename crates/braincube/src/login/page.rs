//! What the browser is shown: small pages that load nothing and tell nobody.

/// A page for the browser.
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
                "The code has arrived. Close this page and go back to the program: it says how the \
                 login ended."
            }
            Self::Denied => "The login was refused. Close this page and go back to the program.",
            Self::Rejected => {
                "This is not the answer to the login that is waiting. It was not used; the program \
                 waits on."
            }
            Self::BadRequest => "This is no request.",
            Self::NotFound => "There is nothing here.",
            Self::MethodNotAllowed => "Only GET is answered here.",
            Self::Misdirected => "This address is not served here.",
            Self::TooLarge => "This request is too large.",
        }
    }

    /// The whole answer. Its address holds the code: it must be kept nowhere and told to nobody.
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
