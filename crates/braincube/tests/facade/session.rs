//! An OAuth2 token in the place of a personal access token.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use braincube::{Client, Config, Entity as _, ErrorKind};

/// Answers one request a connection and tells what was asked: the path, and the credential.
///
/// The first session it opens is refused when it is used, the second is accepted.
fn serve() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut sessions = 0;
        for stream in listener.incoming().flatten() {
            let asked = read(&stream);
            let (status, body) = match asked.split_once(' ').unwrap() {
                ("/sso-server/ws/oauth2/session", "Bearer access") => {
                    sessions += 1;
                    ("200 OK", format!(r#"{{"token":"session-{sessions}"}}"#))
                }
                ("/sso-server/ws/user/me", "session-2") => {
                    let list = r#"{"accessList":[{"product":{"name":"demo","productId":"1"}}]}"#;
                    ("200 OK", list.to_owned())
                }
                _ => ("401 Unauthorized", "{}".to_owned()),
            };
            tell.send(asked).unwrap();
            answer(stream, status, &body);
        }
    });
    (base, told)
}

/// The path and the value of the header that carries a credential.
fn read(stream: &TcpStream) -> String {
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let credentials = headers.iter().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        ["authorization", "iplssotoken", "x-api-key"]
            .contains(&name.to_lowercase().as_str())
            .then_some(value)
    });
    format!("{path} {}", credentials.collect::<Vec<_>>().join("+"))
}

fn answer(mut stream: TcpStream, status: &str, body: &str) {
    let length = body.len();
    let head = "Content-Type: application/json\r\nConnection: close";
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
}

async fn client(base: &str, token: &str) -> Client {
    let config = Config::builder()
        .sso_base_url(base)
        .api_base_url(base)
        .oauth2_token(token);
    Client::from_config(config.build().unwrap()).await.unwrap()
}

#[tokio::test]
async fn h1_a_session_is_opened_when_needed_and_renewed_after_a_401() {
    let (base, told) = serve();
    let braincubes = client(&base, "access").await.braincubes().await.unwrap();
    assert_eq!(braincubes[0].name(), Some("demo"));
    assert_eq!(
        told.try_iter().collect::<Vec<_>>(),
        [
            "/sso-server/ws/oauth2/session Bearer access",
            "/sso-server/ws/user/me session-1",
            "/sso-server/ws/oauth2/session Bearer access",
            "/sso-server/ws/user/me session-2",
        ]
    );
}

#[tokio::test]
async fn h3_a_refused_access_token_is_one_clear_error() {
    let (base, told) = serve();
    let error = client(&base, "revoked-3f9a")
        .await
        .braincubes()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(!format!("{error} {error:?}").contains("revoked-3f9a"));
    assert_eq!(told.try_iter().count(), 1, "a refusal is not repeated");
}
