//! `braincube login` and `braincube logout`: a token with the help of a browser.

mod callback;

use std::fmt;

use braincube::Config;
use braincube::login::{Listening, Login, LoginError, Pasting};

use crate::arguments::{Connection, LoginArguments};
use crate::aside::aside;
use crate::connect;
use crate::failure::Failure;
use crate::store;
use crate::stream::print_message;

/// Logs in, and keeps the token. Everything is told on standard error: standard output is for data.
pub(super) async fn log_in(
    connection: &Connection,
    arguments: &LoginArguments,
) -> Result<(), Failure> {
    let config = configuration(connection)?;
    let login = Login::new(&config)?;
    if config.has_token() {
        tell(format_args!(
            "note: the configuration has a token of its own, which is used before that of a login"
        ))?;
    }
    match listen(&login, arguments).await {
        Ok(listening) => wait(listening, arguments).await?,
        Err(LoginError::NoListener { .. }) => paste(&login, arguments).await?,
        Err(error @ LoginError::Listen { .. }) => {
            let source = std::error::Error::source(&error);
            let reason = source.map(ToString::to_string).unwrap_or_default();
            tell(format_args!("note: {error} ({reason})"))?;
            paste(&login, arguments).await?;
        }
        Err(error) => return Err(error.into()),
    }
    let kept = config.store_path().map(|path| path.display().to_string());
    let kept = kept.as_deref().unwrap_or(store::KEYRING);
    tell(format_args!("logged in; the token is in {kept}"))
}

/// Forgets the token of the last login.
pub(super) fn log_out(connection: &Connection) -> Result<(), Failure> {
    let login = Login::new(&configuration(connection)?)?;
    if login.log_out()? {
        tell(format_args!(
            "logged out: the token is forgotten here. The service was not told, and takes it until \
             it ends"
        ))
    } else {
        tell(format_args!("there was no login"))
    }
}

fn configuration(connection: &Connection) -> Result<Config, Failure> {
    if connection.demo {
        return Err(Failure::Usage("--demo needs no login".to_owned()));
    }
    connect::config(connection)
}

async fn listen(login: &Login, arguments: &LoginArguments) -> Result<Listening, LoginError> {
    #[cfg(feature = "legacy-tls-login")]
    if arguments.tls {
        return login.listen_with_tls().await;
    }
    if arguments.paste {
        return Err(LoginError::NoListener {
            redirect_uri: login.redirect_uri().to_string(),
        });
    }
    login.listen().await
}

/// Waits for the browser to come back by itself.
async fn wait(listening: Listening, arguments: &LoginArguments) -> Result<(), Failure> {
    show(&listening.address(), arguments)?;
    if let Some(fingerprint) = listening.fingerprint() {
        tell(format_args!(
            "The browser will warn of the certificate of {}. It is this one if its SHA-256 \
             fingerprint is\n\n  {fingerprint}\n",
            listening.redirect_uri()
        ))?;
    }
    tell(format_args!("Waiting for the browser to come back …"))?;
    listening.finish().await?;
    Ok(())
}

/// Lets the person bring the address from the browser.
async fn paste(login: &Login, arguments: &LoginArguments) -> Result<(), Failure> {
    let mut pasting = login.paste()?;
    if arguments.without_state {
        pasting = pasting.with_optional_state();
    }
    show(&pasting.address(), arguments)?;
    tell(format_args!(
        "Log in there. The browser then goes to {} and cannot connect, which is as it should be:\n\
         copy the whole address from its address bar and paste it here; it is not shown.",
        pasting.redirect_uri()
    ))?;
    let callback = read_callback(&pasting).await?;
    pasting.finish(&callback).await?;
    Ok(())
}

/// The address that the person brings, once it is the right one.
async fn read_callback(pasting: &Pasting) -> Result<callback::Pasted, Failure> {
    loop {
        let Some(pasted) = aside(callback::read).await?? else {
            return Err(Failure::Usage("no address was pasted".to_owned()));
        };
        match pasting.check(&pasted) {
            Err(LoginError::Callback(problem)) => tell(format_args!("{problem}; once more:"))?,
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(pasted),
        }
    }
}

/// Prints the address in any case, and opens a browser if there is one.
fn show(address: &str, arguments: &LoginArguments) -> Result<(), Failure> {
    tell(format_args!("To log in, open\n\n  {address}\n"))?;
    if !arguments.no_browser && open::that_detached(address).is_err() {
        tell(format_args!("There is no browser here to open it."))?;
    }
    Ok(())
}

fn tell(message: fmt::Arguments) -> Result<(), Failure> {
    Ok(print_message(&message.to_string())?)
}
