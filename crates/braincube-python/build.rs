//! Lets macOS resolve the symbols of Python when the interpreter loads the module, as on Linux.
#![allow(clippy::print_stdout, reason = "cargo reads the standard output")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_VENDOR").is_ok_and(|vendor| vendor == "apple") {
        println!("cargo:rustc-cdylib-link-arg=-undefined");
        println!("cargo:rustc-cdylib-link-arg=dynamic_lookup");
    }
}
