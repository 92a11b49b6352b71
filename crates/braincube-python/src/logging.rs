//! Passes the events of `tracing` to Python's `logging`.
//!
//! Events happen on threads of the runtime, which must not wait for the interpreter. They go into a queue; the Python
//! thread that waits for an operation delivers them.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock};

use pyo3::prelude::*;
use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// How many records wait to be delivered. More are dropped and counted.
const QUEUE: usize = 10_000;

/// The most detailed level to record: 0 for none, 1 for errors, 5 for traces.
static LEVEL: AtomicU8 = AtomicU8::new(2);

/// How many records have been dropped.
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// The waiting records.
static RECORDS: OnceLock<Mutex<Receiver<Record>>> = OnceLock::new();

struct Record {
    level: u8,
    target: &'static str,
    message: String,
}

/// Installs the subscriber of this module. Other native modules have their own.
pub(crate) fn install() {
    let (sender, receiver) = sync_channel(QUEUE);
    if RECORDS.set(Mutex::new(receiver)).is_ok() {
        let subscriber = tracing_subscriber::registry().with(Queue(sender));
        // Fails only if one is installed already.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

/// Sets the level from that of a Python logger: 10 is debug, 30 is warning.
#[pyfunction]
pub(crate) fn set_log_level(level: u32) {
    let detail = match level {
        0..=5 => 5,
        6..=10 => 4,
        11..=20 => 3,
        21..=30 => 2,
        31..=40 => 1,
        _ => 0,
    };
    LEVEL.store(detail, Relaxed);
}

/// Passes the waiting records to Python's `logging`.
#[pyfunction]
pub(crate) fn deliver_logs(py: Python<'_>) {
    deliver(py);
}

/// Passes the waiting records to Python's `logging`. A failing handler loses its record.
pub(crate) fn deliver(py: Python<'_>) {
    // Another thread is delivering, or was when the process forked.
    let records: Vec<Record> = match RECORDS.get().map(Mutex::try_lock) {
        Some(Ok(records)) => records.try_iter().take(QUEUE).collect(),
        _ => return,
    };
    let dropped = DROPPED.swap(0, Relaxed);
    if records.is_empty() && dropped == 0 {
        return;
    }
    let Ok(logging) = py.import("logging") else {
        return;
    };
    let log = |target: &str, level: u8, message: &str| -> PyResult<()> {
        let name = target
            .replace("::", ".")
            .replacen("braincube_", "braincube.", 1);
        let logger = logging.call_method1("getLogger", (name,))?;
        let number = match level {
            1 => 40,
            2 => 30,
            3 => 20,
            4 => 10,
            _ => 5,
        };
        logger
            .call_method1("log", (number, "%s", message))
            .map(drop)
    };
    for record in records {
        let _ = log(record.target, record.level, &record.message);
    }
    if dropped > 0 {
        let message = format!("{dropped} log records were dropped");
        let _ = log("braincube", 2, &message);
    }
}

/// A layer that queues events.
struct Queue(SyncSender<Record>);

const fn detail(level: &Level) -> u8 {
    match *level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

impl<S: Subscriber> Layer<S> for Queue {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        // The level changes: the decision must not be cached.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        // The crates below log what they send; their events may hold credentials.
        detail(metadata.level()) <= LEVEL.load(Relaxed)
            && metadata.target().starts_with("braincube")
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let record = Record {
            level: detail(event.metadata().level()),
            target: event.metadata().target(),
            message: text.message + &text.fields,
        };
        if self.0.try_send(record).is_err() {
            DROPPED.fetch_add(1, Relaxed);
        }
    }
}

/// The message of an event, then its fields.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a `String` does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
