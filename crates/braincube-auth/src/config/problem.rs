//! [`ValueProblem`]: why the value of a setting is invalid.

/// Why the value of a setting is invalid. It does not contain the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueProblem {
    /// A value of another type.
    #[error("must be {expected}, but is {found}")]
    WrongType {
        /// The expected type.
        expected: &'static str,
        /// The type of the value.
        found: &'static str,
    },
    /// An environment variable that is not Unicode.
    #[error("is not valid Unicode")]
    NotUnicode,
    /// An empty text, or one of spaces only.
    #[error("is empty; remove it if there is no value")]
    Empty,
    /// A path that starts with `~` while the home directory is unknown.
    #[error("starts with ~, but the home directory is unknown")]
    UnknownHome,
    /// `verify` and `ca_bundle` of one source name different CA bundles.
    #[error("names another CA bundle than \"ca_bundle\"; remove one of them")]
    ConflictingBundles,
    /// A token with leading or trailing white space.
    #[error("has leading or trailing white space")]
    OuterWhitespace,
    /// A token with a line break or with a character outside of ASCII.
    #[error(
        "contains a line break, a control character or a non-ASCII character, which a header cannot contain"
    )]
    ForbiddenCharacter,
    /// Not a URL.
    #[error("is not a URL; expected one such as https://mybraincube.com")]
    InvalidUrl,
    /// A URL that does not start with `https://` or `http://`.
    #[error("must start with https:// (or http://)")]
    Scheme,
    /// A URL with a user name or a password.
    #[error("must not contain a user name or a password")]
    UserInfo,
    /// A URL with a query or a fragment.
    #[error("must not have a query or a fragment (? or #)")]
    QueryOrFragment,
    /// A domain followed by a path.
    #[error(
        "must be a domain without a path, such as mybraincube.com; \"sso_base_url\" and \
         \"braincube_base_url\" may have a path"
    )]
    PathInDomain,
    /// An IP address as the domain: the API host `api.{domain}` does not exist.
    #[error(
        "is an IP address, from which the API host cannot be derived; set \"sso_base_url\" and \
         \"braincube_base_url\""
    )]
    IpAddress,
    /// Braces in an address that are not those of `{{braincube-name}}`.
    #[error("may contain braces only in {{braincube-name}}, and only in \"braincube_base_url\"")]
    Braces,
    /// `{{braincube-name}}` as the whole host or at its end, so that the name would choose the server.
    #[error("must have a domain after {{braincube-name}}")]
    PlaceholderAtEnd,
    /// A redirect URI with plain `http` to another machine.
    #[error(
        "must be an https URL, or a plain http URL of this machine such as http://127.0.0.1/callback"
    )]
    InsecureRedirect,
    /// Neither the address of a proxy nor `none`.
    #[error(
        "is not the address of a proxy; expected [http://][user:password@]host[:port], the same with \
         https://, or \"none\"; percent-encode spaces and / ? # in the password; SOCKS proxies are not supported"
    )]
    InvalidProxy,
    /// Not a duration, or zero for `timeout`.
    #[error(
        "is not a duration; expected a whole number with a unit (s, m, h, d or w), such as 15s or 5m; \"timeout\" must not be 0"
    )]
    InvalidDuration,
    /// A plain `http` URL of another machine, without `allow_http`.
    #[error(
        "is a plain http URL, which exposes the token to the network; use https, or set \
         \"allow_http\" to true"
    )]
    PlainHttp,
}
