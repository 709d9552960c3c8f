//! The control address and the files of TLS.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::ConfigError;
use super::layers::Layers;
use super::values;

/// The address for operators, which cannot be that of calls.
pub(super) fn control(
    layers: &Layers,
    listen: SocketAddr,
) -> Result<Option<SocketAddr>, ConfigError> {
    let control = layers.one("control", values::address)?;
    let has = |all: SocketAddr, one: SocketAddr| {
        all.ip() == one.ip() || (all.ip().is_unspecified() && (all.is_ipv6() || one.is_ipv4()))
    };
    if let Some(control) = control.filter(|control| control.port() == listen.port())
        && control.port() != 0
        && (has(control, listen) || has(listen, control))
    {
        let problem = format!(
            "is {control}, and --listen {listen} has that port already; choose another port, or 0 for a free one"
        );
        return Err(layers.error("control", problem));
    }
    Ok(control)
}

/// The files of the certificates and of the private key.
pub(super) fn tls(layers: &Layers) -> Result<Option<(PathBuf, PathBuf)>, ConfigError> {
    match (layers.one("tls-cert", values::path)?, layers.one("tls-key", values::path)?) {
        (Some(certificates), Some(key)) => Ok(Some((certificates, key))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(layers.error("tls-cert", "needs --tls-key".to_owned())),
        (None, Some(_)) => Err(layers.error("tls-key", "needs --tls-cert".to_owned())),
    }
}
