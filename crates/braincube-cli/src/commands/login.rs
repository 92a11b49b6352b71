//! `braincube login` and `braincube logout`.

use std::fmt::Display;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use braincube::Config;
use braincube::login::{CallbackListener, Login, LoginError, PastedCallback};
use zeroize::Zeroizing;

use crate::arguments::{Connection, LoginArguments};
use crate::connect;
use crate::exit::{Failure, chain};
use crate::signals::spawn_thread;
use crate::stream::print_message;

/// Maximum length of a pasted line, in bytes.
const MAX_LEN: u64 = 16 * 1024;

/// Logs in and stores the token. Messages go to standard error, because standard output is for data.
pub(super) async fn log_in(
    connection: &Connection,
    arguments: &LoginArguments,
) -> Result<(), Failure> {
    let config = configuration(connection)?;
    let login = Login::new(&config)?;
    if config.has_token() {
        print(
            "note: the configuration contains a token, which takes precedence over that of a login",
        )?;
    }
    match listen(&login, arguments).await? {
        Some(listener) => wait(listener, arguments).await?,
        None => paste(&login, arguments).await?,
    }
    let path = config.store_path().map(|path| path.display().to_string());
    let store = path.as_deref().unwrap_or(connect::KEYRING);
    print(format_args!("logged in; the token is stored in {store}"))
}

/// Deletes the token of the last login.
pub(super) fn log_out(connection: &Connection) -> Result<(), Failure> {
    let login = Login::new(&configuration(connection)?)?;
    print(if login.log_out()? {
        "logged out: the token was deleted from this machine. The service accepts it until it expires"
    } else {
        "not logged in"
    })
}

fn configuration(connection: &Connection) -> Result<Config, Failure> {
    if connection.demo {
        return Err(Failure::Usage("--demo needs no login".to_owned()));
    }
    connect::config(connection)
}

/// Starts to listen for the callback. `None` if the callback has to be pasted.
async fn listen(
    login: &Login,
    arguments: &LoginArguments,
) -> Result<Option<CallbackListener>, Failure> {
    #[cfg(feature = "legacy-tls-login")]
    if arguments.tls {
        return Ok(Some(login.listen_with_tls().await?));
    }
    if arguments.paste {
        return Ok(None);
    }
    match login.listen().await {
        Ok(listener) => Ok(Some(listener)),
        Err(LoginError::NoListener { .. }) => Ok(None),
        Err(error @ LoginError::Listen { .. }) => {
            print(format_args!("note: {}", chain(&error)))?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Waits for the callback of the browser.
async fn wait(listener: CallbackListener, arguments: &LoginArguments) -> Result<(), Failure> {
    show(&listener.address(), arguments)?;
    if let Some(fingerprint) = listener.fingerprint() {
        print(format_args!(
            "The browser will warn about the certificate of {}. Accept it if its SHA-256 fingerprint is\n\n  \
             {fingerprint}\n",
            listener.redirect_uri()
        ))?;
    }
    print("Waiting for the login in the browser …")?;
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
    print(format_args!(
        "Log in there. The browser then opens {} and reports that it cannot connect. This is expected.\n\
         Copy the whole address from its address bar and paste it here. It is not shown.",
        pasted.redirect_uri()
    ))?;
    let callback = read_callback(&pasted).await?;
    pasted.finish(&callback).await?;
    Ok(())
}

/// Reads pasted text until it is the callback of this login.
async fn read_callback(login: &PastedCallback) -> Result<Zeroizing<String>, Failure> {
    loop {
        let Some(pasted) = spawn_thread(read_line).await?? else {
            return Err(Failure::Usage("no address was pasted".to_owned()));
        };
        match login.check(&pasted) {
            Err(LoginError::Callback(problem)) => print(format_args!("{problem}; try again:"))?,
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(pasted),
        }
    }
}

/// Reads one line, from a terminal without an echo. `None` at the end of the input.
fn read_line() -> io::Result<Option<Zeroizing<String>>> {
    if io::stdin().is_terminal() {
        return rpassword::read_password().map(|line| Some(Zeroizing::new(line)));
    }
    let mut line = Zeroizing::new(String::with_capacity(4096));
    let count = io::stdin().lock().take(MAX_LEN).read_line(&mut line)?;
    Ok((count > 0).then_some(line))
}

/// Prints the address, and opens a browser if there is one.
fn show(address: &str, arguments: &LoginArguments) -> Result<(), Failure> {
    print(format_args!("To log in, open\n\n  {address}\n"))?;
    if !arguments.no_browser && open::that_detached(address).is_err() {
        print("Cannot open a browser; open the address yourself.")?;
    }
    Ok(())
}

fn print(message: impl Display) -> Result<(), Failure> {
    Ok(print_message(&message.to_string())?)
}
