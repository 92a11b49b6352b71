//! How an [`Error`] reads: what failed, on which request, after how many attempts.

use std::fmt;

use super::Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(context) = self.inner.context.as_deref() else {
            return f.write_str(&self.inner.message);
        };
        let operation = &context.operation;
        write!(f, "{}: {}", operation.name(), self.inner.message)?;
        write!(f, " ({} {}", context.method, operation.path_template())?;
        if let Some(origin) = context.origin() {
            write!(f, " at {origin}")?;
        }
        if let Some(status) = self.inner.status {
            write!(f, ", status {}", status.as_u16())?;
        }
        if self.inner.attempts > 1 {
            let seconds = self.inner.elapsed.as_secs_f64();
            write!(f, ", {} attempts in {seconds:.1} s", self.inner.attempts)?;
        }
        if let Some(wait) = self.inner.retry_after {
            write!(f, ", asked to wait {} s", wait.as_secs())?;
        }
        if let Some(id) = &self.inner.request_id {
            write!(f, ", request id {id}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let inner = &*self.inner;
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &inner.kind);
        debug.field("message", &inner.message);
        if let Some(context) = &inner.context {
            debug.field("context", context);
        }
        if let Some(status) = &inner.status {
            debug.field("status", &status.as_u16());
        }
        debug.field("attempts", &inner.attempts);
        if let Some(source) = &inner.source {
            debug.field("source", source);
        }
        debug.finish_non_exhaustive()
    }
}
