//! The subcommand `health`: asks a server at its control address. A container has no other program that
//! could.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use clap::{Arg, ArgAction, ArgMatches, Command};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The name of the subcommand.
pub const NAME: &str = "health";
/// How long the server may take to answer.
const TIME: Duration = Duration::from_secs(5);
/// The maximum length of an answer, in bytes.
const ANSWER_MAX_BYTES: usize = 1 << 16;

/// What a server is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its control address.
    control: SocketAddr,
    /// Whether it is asked if calls can be answered, and not only if it runs.
    ready: bool,
}

/// The subcommand, without `--control`.
#[must_use]
pub fn subcommand() -> Command {
    let ready = "Ask whether calls can be answered: the store answers, and the server does not stop. Without it, \
                 whether the server runs";
    Command::new(NAME)
        .about(
            "Asks a server at its control address whether it runs, for health checks of containers",
        )
        .arg(Arg::new("ready").long("ready").action(ArgAction::SetTrue).help(ready))
        .after_help("Exit status: 0 it does; 1 it does not; 2 the options are wrong.")
}

impl Health {
    /// Reads the arguments. A server that listens on all addresses is asked on loopback.
    ///
    /// # Errors
    ///
    /// What is wrong with the address, and what to do.
    pub fn of(control: Option<SocketAddr>, matches: &ArgMatches) -> Result<Self, String> {
        let mut control = control.ok_or("is required: the control address of the server")?;
        if control.port() == 0 {
            return Err("must have the port of the server, and not 0".to_owned());
        }
        if control.ip().is_unspecified() {
            let is_v4 = control.is_ipv4();
            let loopback: IpAddr =
                if is_v4 { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
            control.set_ip(loopback);
        }
        Ok(Self { control, ready: matches.get_flag("ready") })
    }

    /// Asks. The result is what the server says.
    ///
    /// # Errors
    ///
    /// That it is not healthy, or does not answer, and why.
    pub async fn ask(self) -> Result<String, String> {
        let control = self.control;
        let answered = timeout(TIME, self.exchange()).await;
        let (status, text) = match answered {
            Ok(Ok(answer)) => answer,
            Ok(Err(problem)) => {
                return Err(format!("the server does not answer at {control}: {problem}"));
            }
            Err(_) => {
                return Err(format!("the server does not answer at {control} within {TIME:?}"));
            }
        };
        if status == StatusCode::OK { Ok(text) } else { Err(text) }
    }

    async fn exchange(
        self,
    ) -> Result<(StatusCode, String), Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(self.control).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let path = if self.ready { "/ready" } else { "/health" };
        let request = Request::get(path).header("host", self.control.to_string());
        let response = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_MAX_BYTES).collect().await?.to_bytes();
        Ok((status, String::from_utf8_lossy(&body).trim_end().to_owned()))
    }
}
