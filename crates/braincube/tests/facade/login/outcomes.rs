//! Logins that end without a token, and the state after them.

use std::time::Duration;

use braincube::login::{Login, LoginError};
use braincube_sim::{ErrorForm, OAuth2Server, ResponseForm, StateResponse};

use super::browser::{consent, visit};
use super::{Site, is_empty, server, while_browsing};

#[tokio::test]
async fn o9_a_denial_by_the_service_ends_the_login_in_both_modes() {
    let site = Site::start(server().denying()).await;
    let listener = site.listen().await;
    let address = listener.address();
    let (denied, page) =
        while_browsing(listener, async { visit(&consent(&address).await).await }).await;
    let denied = denied.unwrap_err();
    assert!(denied.to_string().contains("access_denied"), "{denied}");
    assert!(page.contains("denied"), "{page}");

    let config = site.config("https://localhost:5000/token");
    let pasted = Login::new(&config).unwrap().paste().unwrap();
    let callback = consent(&pasted.address()).await;
    let denied = pasted.finish(&callback).await.unwrap_err();
    assert!(matches!(denied, LoginError::Denied { .. }), "{denied}");
    assert_eq!(site.exchanges(), 0);
    assert!(is_empty(site.home.path()));
}

#[tokio::test]
async fn o10_a_callback_without_state_is_accepted_only_by_option() {
    for (response, is_optional_enough) in [
        (StateResponse::Omitted, true),
        (StateResponse::Forged, false),
    ] {
        let site = Site::start(server().state(response)).await;
        let config = site.config("https://localhost:5000/token");
        let login = Login::new(&config).unwrap();
        let pasted = login.paste().unwrap();
        let callback = consent(&pasted.address()).await;
        let rejected = pasted.finish(&callback).await.unwrap_err();
        assert!(matches!(rejected, LoginError::Callback(_)), "{rejected}");

        let pasted = login.paste().unwrap().with_optional_state();
        let callback = consent(&pasted.address()).await;
        let ended = pasted.finish(&callback).await;
        assert_eq!(ended.is_ok(), is_optional_enough, "{response:?}");
    }
}

#[tokio::test]
async fn o11_a_failed_exchange_keeps_the_old_token_and_is_not_retried() {
    let site = Site::strict().await;
    let config = site.config("https://localhost:5000/token");
    let login = Login::new(&config).unwrap();
    let pasted = login.paste().unwrap();
    let callback = consent(&pasted.address()).await;
    pasted.finish(&callback).await.unwrap();
    let before = site.stored().unwrap().masked();

    // The code of another login: the state is correct, the PKCE verifier is not.
    let pasted = login.paste().unwrap();
    let (place, query) = callback.split_once('?').unwrap();
    let code = query.split('&').find(|pair| pair.starts_with("code="));
    let own = consent(&pasted.address()).await;
    let state = own.split('&').find(|pair| pair.starts_with("state="));
    let mixed = format!("{place}?{}&{}", code.unwrap(), state.unwrap());
    let rejected = pasted.finish(&mixed).await.unwrap_err();
    assert!(rejected.to_string().contains("invalid_grant"), "{rejected}");
    assert_eq!(site.exchanges(), 2);
    assert_eq!(site.stored().unwrap().masked(), before);
}

#[tokio::test]
async fn o12_a_token_response_of_another_form_is_rejected_or_parsed() {
    let html = || OAuth2Server::new().response_form(ResponseForm::Html);
    let plain = || OAuth2Server::new().response_form(ResponseForm::WrongContentType);
    for (server, is_good) in [(html(), false), (plain(), true)] {
        let site = Site::start(server).await;
        let config = site.config("https://localhost:5000/token");
        let pasted = Login::new(&config).unwrap().paste().unwrap();
        let callback = consent(&pasted.address()).await;
        let ended = pasted.finish(&callback).await;
        assert_eq!(ended.is_ok(), is_good, "{ended:?}");
        assert_eq!(site.exchanges(), 1);
        assert_eq!(is_empty(site.home.path()), !is_good);
    }
}

#[tokio::test]
async fn the_type_of_an_error_object_is_returned() {
    let site = Site::start(server().error_form(ErrorForm::Object)).await;
    let config = site.config("https://localhost:5000/token");
    let pasted = Login::new(&config).unwrap().paste().unwrap();
    let callback = consent(&pasted.address()).await;
    let wrong = callback.replacen("code=", "code=x", 1);
    let rejected = pasted.finish(&wrong).await.unwrap_err();
    assert!(rejected.to_string().contains("invalid_grant"), "{rejected}");
    let detail = rejected.detail().unwrap();
    assert!(detail.contains("code"), "{detail}");
}

#[tokio::test]
async fn o13_a_dropped_login_creates_no_file() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let address = listener.address();
    // Dropping the future drops the login, here before the callback.
    let stopped = tokio::select! {
        _ = listener.finish() => false,
        _ = consent(&address) => true,
    };
    assert!(stopped && is_empty(site.home.path()));
}

#[tokio::test(start_paused = true)]
async fn o13_a_login_without_a_callback_ends_after_five_minutes() {
    let site = Site::strict().await;
    let listener = site.listen().await;
    let started = tokio::time::Instant::now();
    let error = listener.finish().await.unwrap_err();
    assert!(matches!(error, LoginError::TimedOut { .. }), "{error}");
    assert!(started.elapsed() >= Duration::from_secs(300));
    assert!(is_empty(site.home.path()));
}
