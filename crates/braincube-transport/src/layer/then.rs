//! [`Then`]: the future of a layer that mostly hands on what comes from below.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::BoxFuture;

/// What a layer makes of the outcome of the service below.
pub trait Judge<O> {
    /// What the layer gives.
    type Output;

    /// Decides whether that was all.
    fn judge(self, outcome: O) -> Verdict<Self::Output>;
}

/// Whether an outcome was all.
pub enum Verdict<T> {
    /// It was.
    Done(T),
    /// Something is still to be done.
    More(BoxFuture<T>),
}

impl<T> fmt::Debug for Verdict<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Done(_) => "Done",
            Self::More(_) => "More",
        })
    }
}

/// Hands on what comes from below, whatever it is.
#[derive(Debug)]
pub struct Pass;

impl<O> Judge<O> for Pass {
    type Output = O;

    fn judge(self, outcome: O) -> Verdict<O> {
        Verdict::Done(outcome)
    }
}

pin_project! {
    /// The future of several layers; opaque. What it is made of is this crate's own and may change: name it as
    /// `<S as Service<_>>::Future`, and not by its parameters.
    ///
    /// The common way is this future itself; where there is more to do, which is rare, that alone is in a box. So a
    /// request that meets no trouble costs no allocation here, however many layers there are.
    pub struct Then<F, J>
    where
        F: Future,
        J: Judge<F::Output>,
    {
        #[pin]
        state: State<F, J>,
    }
}

pin_project! {
    #[project = Projection]
    enum State<F, J>
    where
        F: Future,
        J: Judge<F::Output>,
    {
        // The service below is at it.
        Below { #[pin] inner: F, judge: Option<J> },
        // There is more to do.
        More { more: BoxFuture<J::Output> },
    }
}

impl<F, J> Then<F, J>
where
    F: Future,
    J: Judge<F::Output>,
{
    pub(super) fn new(inner: F, judge: J) -> Self {
        let judge = Some(judge);
        Self {
            state: State::Below { inner, judge },
        }
    }

    /// Something else than one call of the service below.
    pub(super) fn boxed(more: impl Future<Output = J::Output> + Send + 'static) -> Self {
        let more = Box::pin(more);
        Self {
            state: State::More { more },
        }
    }
}

impl<F, J> Future for Then<F, J>
where
    F: Future,
    J: Judge<F::Output>,
{
    type Output = J::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<J::Output> {
        let mut state = self.project().state;
        if let Projection::Below { inner, judge } = state.as_mut().project() {
            let outcome = ready!(inner.poll(cx));
            let judge = judge.take().expect("a future is not polled past its end");
            match judge.judge(outcome) {
                Verdict::Done(output) => return Poll::Ready(output),
                Verdict::More(more) => state.set(State::More { more }),
            }
        }
        match state.project() {
            Projection::More { more } => more.as_mut().poll(cx),
            Projection::Below { .. } => Poll::Pending,
        }
    }
}

impl<F, J> fmt::Debug for Then<F, J>
where
    F: Future,
    J: Judge<F::Output>,
{
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Then").finish_non_exhaustive()
    }
}
