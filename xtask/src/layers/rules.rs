//! The table of layers: what each crate may use, and what must never reach it.

/// One crate of the workspace.
pub(super) struct Layer {
    /// The crate's name.
    pub(super) name: &'static str,
    /// The crates of the workspace that it may depend on.
    pub(super) uses: &'static [&'static str],
    /// The further ones that its tests, examples and benchmarks may depend on.
    pub(super) tests_use: &'static [&'static str],
    /// What must not be among its dependencies.
    pub(super) never: &'static [Ban],
}

/// Packages that a crate must not depend on.
pub(super) struct Ban {
    /// A package's name, or the beginning of several names and `*`.
    pub(super) packages: &'static str,
    /// How far from the crate the ban reaches.
    pub(super) reach: Reach,
    /// Why.
    pub(super) reason: &'static str,
}

/// How far from a crate a ban reaches. Dependencies of tests and of build scripts are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The crate's own dependencies.
    Direct,
    /// Its dependencies, theirs, and so on.
    Anywhere,
}

const fn never(packages: &'static str, reason: &'static str) -> Ban {
    Ban {
        packages,
        reach: Reach::Anywhere,
        reason,
    }
}

const fn not_directly(packages: &'static str, reason: &'static str) -> Ban {
    Ban {
        packages,
        reach: Reach::Direct,
        reason,
    }
}

const NO_RUNTIME: &str = "a request is a value: it is built and read without a runtime";
const NO_COLUMNS: &str = "columns are decoded in braincube-frame alone";
const NO_SOCKET: &str = "auth describes an exchange and reads its answer, but opens no socket";
const PUSHED_IN: &str = "the decoder does no I/O: bytes are pushed in, wherever they come from";
const OWN_READING: &str = "the simulator reads the protocol with its own code, so that a mistake of \
                           the client cannot hide behind itself";
const NO_TERMINAL: &str = "arguments and terminals belong to braincube-cli";
const BUILDS_FIRST: &str = "tasks must run, and build fast, whatever state the workspace is in";

/// Every crate of the workspace, from the lowest layer up.
pub(super) const LAYERS: &[Layer] = &[
    Layer {
        name: "braincube-model",
        uses: &[],
        tests_use: &[],
        never: &[
            never("tokio", NO_RUNTIME),
            never("hyper", NO_RUNTIME),
            never("tower", NO_RUNTIME),
            never("arrow*", NO_COLUMNS),
            never("simd-json", NO_COLUMNS),
        ],
    },
    Layer {
        name: "braincube-auth",
        uses: &[],
        tests_use: &[],
        never: &[
            never("hyper*", NO_SOCKET),
            never("tower*", NO_SOCKET),
            never("rustls*", NO_SOCKET),
            never("arrow*", NO_COLUMNS),
        ],
    },
    Layer {
        name: "braincube-transport",
        uses: &["braincube-auth", "braincube-model"],
        tests_use: &["braincube-sim"],
        never: &[never("arrow*", NO_COLUMNS), never("simd-json", NO_COLUMNS)],
    },
    Layer {
        name: "braincube-frame",
        uses: &["braincube-model"],
        tests_use: &[],
        never: &[
            never("tokio", PUSHED_IN),
            never("hyper", PUSHED_IN),
            never("tower", PUSHED_IN),
            // The model's requests bring it along.
            not_directly("http", PUSHED_IN),
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
        never: &[
            never(
                "axum",
                "a client serves nothing; the simulator is for its tests and examples",
            ),
            never("clap", NO_TERMINAL),
        ],
    },
    Layer {
        name: "braincube-sim",
        uses: &["braincube-model"],
        tests_use: &[],
        never: &[
            never("braincube-transport", OWN_READING),
            never("braincube-auth", OWN_READING),
            never("braincube-frame", OWN_READING),
            never("braincube", OWN_READING),
        ],
    },
    Layer {
        name: "braincube-cli",
        uses: &["braincube", "braincube-sim"],
        tests_use: &[],
        never: &[],
    },
    Layer {
        name: "xtask",
        uses: &[],
        tests_use: &[],
        never: &[
            never("braincube*", BUILDS_FIRST),
            never("clap*", BUILDS_FIRST),
        ],
    },
];
