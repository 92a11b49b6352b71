//! Serves HTTP/1.1 over TCP or TLS until the simulator is stopped.
//!
//! The accept loop and the connections are tasks of nested [`JoinSet`]s: dropping the outer one aborts all of them.

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
use crate::fault::{InterceptionSender, Socket};

/// How long running requests may take after the simulator is stopped.
const GRACE_PERIOD: Duration = Duration::from_secs(2);

/// Serves until the simulator is stopped, then waits at most [`GRACE_PERIOD`] for running requests.
pub(crate) async fn serve(connections: Connections, router: Router) {
    let (stopping, stopped) = watch::channel(false);
    let mut served = JoinSet::new();
    let accept = |socket, security| accept(socket, security, router.clone(), stopped.clone());
    connections.each(&mut served, accept).await;
    // Fails only if there are no connections.
    let _ = stopping.send(true);
    let finished = async { while served.join_next().await.is_some() {} };
    // Dropping the set aborts the remaining connections.
    let _ = tokio::time::timeout(GRACE_PERIOD, finished).await;
}

/// Handles a connection, including the TLS handshake.
async fn accept(
    socket: TcpStream,
    security: Security,
    router: Router,
    stopped: watch::Receiver<bool>,
) {
    match security {
        Security::Plain => connection(socket, router, stopped).await,
        #[cfg(feature = "tls")]
        Security::Tls(acceptor) => {
            // A failed handshake ends the connection.
            if let Ok(socket) = acceptor.accept(socket).await {
                connection(socket, router, stopped).await;
            }
        }
    }
}

/// Handles one connection until it is closed, fails, or the simulator is stopped.
async fn connection(socket: impl Socket, router: Router, mut stopped: watch::Receiver<bool>) {
    // Sends small responses without delay. An error only makes them slower.
    let _ = socket.tcp().set_nodelay(true);
    // A fault may intercept the connection.
    let (sender, mut interceptions) = mpsc::channel(1);
    let routed = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let sender: InterceptionSender = sender.clone();
        request.extensions_mut().insert(sender);
        routed.call(request)
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    let interception = tokio::select! {
        // An error of the client only ends its connection.
        _ = &mut connection => return,
        interception = interceptions.recv() => interception,
        _ = stopped.wait_for(|stopped| *stopped) => None,
    };
    if let Some(interception) = interception {
        let socket = connection.into_parts().io.into_inner();
        tokio::select! {
            () = interception.perform(socket) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        return;
    }
    Pin::new(&mut connection).graceful_shutdown();
    let _ = connection.await;
}
