//! The accept loop: connections over TCP or TLS, HTTP/1.1, until the simulator is told to stop.
//!
//! The loop and its connections live in two [`JoinSet`]s, one inside the other: dropping the outer one ends
//! everything, at once.

use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::fault::{Socket, TakeoverSender};

/// How long answers under way may take once the simulator is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// After a failed accept (no file descriptors left, as a rule) the loop waits this long for things to get better.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What is spoken over a TCP connection.
#[derive(Clone)]
pub(crate) enum Security {
    Plain,
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

/// Serves until `stop` resolves, then lets answers under way finish for a moment.
pub(crate) async fn serve(
    listener: TcpListener,
    security: Security,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    let security = security.clone();
                    connections.spawn(greet(socket, security, router.clone(), stopped.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            // Finished connections are collected, or the set would grow for ever.
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    // Nobody listening means that no connection is left to tell.
    let _ = stopping.send(true);
    let finished = async { while connections.join_next().await.is_some() {} };
    // What is still under way after the grace ends when the set is dropped.
    let _ = tokio::time::timeout(GRACE, finished).await;
}

/// A connection from its first byte on.
async fn greet(
    socket: TcpStream,
    security: Security,
    router: Router,
    stopped: watch::Receiver<bool>,
) {
    match security {
        Security::Plain => connection(socket, router, stopped).await,
        #[cfg(feature = "tls")]
        Security::Tls(acceptor) => {
            // A client that trusts nobody here, or speaks no TLS, has nothing to say.
            if let Ok(socket) = acceptor.accept(socket).await {
                connection(socket, router, stopped).await;
            }
        }
    }
}

/// One connection; it ends with the client, with an error of the client's making, or when the simulator stops.
async fn connection(socket: impl Socket, router: Router, mut stopped: watch::Receiver<bool>) {
    // Small answers should not wait for more to come; where it cannot be set, they do.
    let _ = socket.tcp().set_nodelay(true);
    // A fault may want the connection to itself.
    let (takeover, mut takeovers) = mpsc::channel(1);
    let routed = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let takeover: TakeoverSender = takeover.clone();
        request.extensions_mut().insert(takeover);
        routed.call(request)
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    let takeover = tokio::select! {
        // A client that goes away or talks no HTTP is its own problem.
        _ = &mut connection => return,
        takeover = takeovers.recv() => takeover,
        _ = stopped.wait_for(|stopped| *stopped) => None,
    };
    if let Some(takeover) = takeover {
        let socket = connection.into_parts().io.into_inner();
        tokio::select! {
            () = takeover.perform(socket) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        return;
    }
    Pin::new(&mut connection).graceful_shutdown();
    let _ = connection.await;
}
