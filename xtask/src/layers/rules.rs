//! The table of layers: the allowed and the forbidden dependencies of each crate.

/// A crate of the workspace.
pub(super) struct Layer {
    /// The name of the crate.
    pub(super) name: &'static str,
    /// The workspace crates that it may depend on.
    pub(super) uses: &'static [&'static str],
    /// Additional crates that its tests, examples and benchmarks may depend on.
    pub(super) tests_use: &'static [&'static str],
    /// The packages that it must not depend on.
    pub(super) forbidden: &'static [Ban],
}

/// Packages that a crate must not depend on. Dependencies of tests and build scripts are not covered.
pub(super) struct Ban {
    /// The name of a package, or a prefix and `*`.
    pub(super) packages: &'static str,
    /// Whether transitive dependencies are allowed.
    pub(super) is_direct: bool,
    /// The reason.
    pub(super) reason: &'static str,
}

const fn forbidden(packages: &'static str, reason: &'static str) -> Ban {
    Ban {
        packages,
        is_direct: false,
        reason,
    }
}

const fn forbidden_directly(packages: &'static str, reason: &'static str) -> Ban {
    Ban {
        packages,
        is_direct: true,
        reason,
    }
}

const NO_RUNTIME: &str = "a request is a value: it is built and parsed without a runtime";
const NO_COLUMNS: &str = "only braincube-frame decodes columns";
const NO_SOCKET: &str = "auth builds requests and parses responses, but opens no socket";
const NO_IO: &str = "the decoder does no I/O: the caller pushes the bytes";
const INDEPENDENT: &str = "the simulator implements the protocol independently, so that a mistake of \
                           the client does not cancel itself out";
const NO_TERMINAL: &str = "arguments and terminals belong to braincube-cli";
const OPTIONAL: &str =
    "the simulator and its server are the feature `sim` of the command line tool";
const STANDALONE: &str = "tasks must build fast and run in any state of the workspace";

/// The packages that the command line tool must not depend on without its default features.
pub(super) const WITHOUT_SIMULATOR: &[Ban] = &[
    forbidden("braincube-sim", OPTIONAL),
    forbidden("axum", OPTIONAL),
];

/// All crates of the workspace, from the lowest layer up.
pub(super) const LAYERS: &[Layer] = &[
    Layer {
        name: "braincube-model",
        uses: &[],
        tests_use: &[],
        forbidden: &[
            forbidden("tokio", NO_RUNTIME),
            forbidden("hyper", NO_RUNTIME),
            forbidden("tower", NO_RUNTIME),
            forbidden("arrow*", NO_COLUMNS),
            forbidden("simd-json", NO_COLUMNS),
        ],
    },
    Layer {
        name: "braincube-auth",
        uses: &[],
        tests_use: &[],
        forbidden: &[
            forbidden("hyper*", NO_SOCKET),
            forbidden("tower*", NO_SOCKET),
            forbidden("rustls*", NO_SOCKET),
            forbidden("arrow*", NO_COLUMNS),
        ],
    },
    Layer {
        name: "braincube-transport",
        uses: &["braincube-auth", "braincube-model"],
        tests_use: &["braincube-sim"],
        forbidden: &[
            forbidden("arrow*", NO_COLUMNS),
            forbidden("simd-json", NO_COLUMNS),
        ],
    },
    Layer {
        name: "braincube-frame",
        uses: &["braincube-model"],
        tests_use: &[],
        forbidden: &[
            forbidden("tokio", NO_IO),
            forbidden("hyper", NO_IO),
            forbidden("tower", NO_IO),
            // The model depends on it.
            forbidden_directly("http", NO_IO),
        ],
    },
    Layer {
        name: "braincube",
        uses: &[
            "braincube-auth",
            "braincube-frame",
            "braincube-model",
            "braincube-transport",
        ],
        tests_use: &["braincube-sim"],
        forbidden: &[
            forbidden(
                "axum",
                "a client is not a server; the simulator is for its tests and examples",
            ),
            forbidden("clap", NO_TERMINAL),
        ],
    },
    Layer {
        name: "braincube-sim",
        uses: &["braincube-model"],
        tests_use: &[],
        forbidden: &[
            forbidden("braincube-transport", INDEPENDENT),
            forbidden("braincube-auth", INDEPENDENT),
            forbidden("braincube-frame", INDEPENDENT),
            forbidden("braincube", INDEPENDENT),
        ],
    },
    Layer {
        name: "braincube-cli",
        uses: &["braincube", "braincube-sim"],
        tests_use: &[],
        forbidden: &[],
    },
    Layer {
        name: "braincube-python",
        uses: &["braincube", "braincube-sim"],
        tests_use: &[],
        forbidden: &[forbidden("clap*", NO_TERMINAL)],
    },
    Layer {
        name: "xtask",
        uses: &[],
        tests_use: &[],
        forbidden: &[
            forbidden("braincube*", STANDALONE),
            forbidden("clap*", STANDALONE),
        ],
    },
];
