//! The simulator's connections over TCP or TLS, HTTP/1.1, until it is told to stop.
//!
//! The loop that takes them and the connections live in two [`JoinSet`]s, one inside the other: dropping the outer one
//! ends everything, at once.

use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::endpoint::{Connections, Security};
use crate::fault::{Socket, TakeoverSender};

/// How long answers under way may take once the simulator is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until the simulator is told to stop, then lets answers under way finish for a moment.
pub(crate) async fn serve(connections: Connections, router: Router) {
    let (stopping, stopped) = watch::channel(false);
    let mut served = JoinSet::new();
    let greet = |socket, security| greet(socket, security, router.clone(), stopped.clone());
    connections.each(&mut served, greet).await;
    // Nobody listening means that no connection is left to tell.
    let _ = stopping.send(true);
    let finished = async { while served.join_next().await.is_some() {} };
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
