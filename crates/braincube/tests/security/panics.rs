//! L4: the messages and backtraces of panics that unwrap an error.

use std::backtrace::Backtrace;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};

use crate::canaries::Canaries;
use crate::mirror::{Mirror, reflections};
use crate::planted::{ALL, Credential};
use crate::traffic;

#[tokio::test]
async fn l4_no_panic_message_and_no_backtrace_shows_a_secret() {
    let canaries = Canaries::new(ALL);
    let said = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&said);
    let former = panic::take_hook();
    let me = std::thread::current().id();
    panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == me {
            let backtrace = Backtrace::force_capture();
            let text = format!("{info}\n{backtrace}\n{backtrace:?}\n");
            hears.lock().unwrap().push_str(&text);
        } else {
            former(info);
        }
    }));
    for (_, reflection) in reflections().into_iter().step_by(7) {
        let mirror = Mirror::start(reflection, None);
        for credential in Credential::BOTH {
            let client = traffic::client(credential.config(&mirror.base_url)).await;
            let outcome = client.braincubes().await;
            let unwrap = AssertUnwindSafe(|| outcome.map(drop).unwrap());
            let _ = panic::catch_unwind(unwrap);
            let unwrap = AssertUnwindSafe(|| panic!("{client:?}"));
            assert!(panic::catch_unwind(unwrap).is_err());
        }
    }
    // The new hook calls the previous one and stays installed for the other tests.
    let said = said.lock().unwrap().clone();
    assert!(
        said.contains("called `Result::unwrap()`") && said.contains("Client"),
        "{said}"
    );
    assert!(said.contains("panics.rs"), "the backtrace was captured");
    canaries.assert_absent("a panic", &said);
}
