//! `braincube login` and `braincube logout`.

mod callback;

use std::fmt;

use braincube::Config;
use braincube::login::{CallbackListener, Login, LoginError, PastedCallback};

use crate::arguments::{Connection, LoginArguments};
use crate::aside::aside;
use crate::connect;
use crate::failure::Failure;
use crate::store;
use crate::stream::print_message;

/// Logs in and stores the token. Messages go to standard error; standard output is for data.
pub(super) async fn log_in(
    connection: &Connection,
    arguments: &LoginArguments,
) -> Result<(), Failure> {
    let config = configuration(connection)?;
    let login = Login::new(&config)?;
    if config.has_token() {
        tell(format_args!(
            "note: the configuration contains a token, which takes precedence over that of a login"
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
    tell(format_args!("logged in; the token is stored in {kept}"))
}

/// Removes the token of the last login.
pub(super) fn log_out(connection: &Connection) -> Result<(), Failure> {
    let login = Login::new(&configuration(connection)?)?;
    if login.log_out()? {
        tell(format_args!(
            "logged out: the token was removed from this machine. The service accepts it until it \
             expires"
        ))
    } else {
        tell(format_args!("not logged in"))
    }
}

fn configuration(connection: &Connection) -> Result<Config, Failure> {
    if connection.demo {
        return Err(Failure::Usage("--demo needs no login".to_owned()));
    }
    connect::config(connection)
}

async fn listen(login: &Login, arguments: &LoginArguments) -> Result<CallbackListener, LoginError> {
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

/// Waits for the callback of the browser.
async fn wait(listener: CallbackListener, arguments: &LoginArguments) -> Result<(), Failure> {
    show(&listener.address(), arguments)?;
    if let Some(fingerprint) = listener.fingerprint() {
        tell(format_args!(
            "The browser will warn about the certificate of {}. Accept it if its SHA-256 \
                     fingerprint is\n\n  {fingerprint}\n",
            listener.redirect_uri()
        ))?;
    }
    tell(format_args!("Waiting for the login in the browser …"))?;
    listener.finish().await?;
    Ok(())
}

/// Lets the user paste the callback.
async fn paste(login: &Login, arguments: &LoginArguments) -> Result<(), Failure> {
    let mut pasted = login.paste()?;
    if arguments.without_state {
        pasted = pasted.with_optional_state();
    }
    show(&pasted.address(), arguments)?;
    tell(format_args!(
        "Log in there. The browser then opens {} and reports that it cannot connect. This is \
         expected.\nCopy the whole address from its address bar and paste it here. It is not shown.",
        pasted.redirect_uri()
    ))?;
    let callback = read_callback(&pasted).await?;
    pasted.finish(&callback).await?;
    Ok(())
}

/// Reads pasted text until it is the callback of this login.
async fn read_callback(login: &PastedCallback) -> Result<callback::Pasted, Failure> {
    loop {
        let Some(pasted) = aside(callback::read).await?? else {
            return Err(Failure::Usage("no address was pasted".to_owned()));
        };
        match login.check(&pasted) {
            Err(LoginError::Callback(problem)) => tell(format_args!("{problem}; try again:"))?,
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(pasted),
        }
    }
}

/// Prints the URL, and opens a browser if there is one.
fn show(address: &str, arguments: &LoginArguments) -> Result<(), Failure> {
    tell(format_args!("To log in, open\n\n  {address}\n"))?;
    if !arguments.no_browser && open::that_detached(address).is_err() {
        tell(format_args!(
            "Cannot open a browser; open the address yourself."
        ))?;
    }
    Ok(())
}

fn tell(message: fmt::Arguments) -> Result<(), Failure> {
    Ok(print_message(&message.to_string())?)
}
