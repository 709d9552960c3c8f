//! Whether tests may control the service.

use std::net::SocketAddr;

use super::ConfigError;
use super::layers::Layers;
use super::limits::size;
use super::store::StoreChoice;
use super::values::number_in;

/// How tests control the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FakeOptions {
    /// How many of the last calls are kept.
    pub calls_max: usize,
}

impl FakeOptions {
    /// Whether tests would control the service if `--control` were on loopback.
    pub(super) fn are_missed(
        layers: &Layers,
        store: &StoreChoice,
        control: Option<SocketAddr>,
        app: Option<u32>,
    ) -> bool {
        control.is_some_and(|address| !address.ip().is_loopback())
            && *store == StoreChoice::Memory
            && app.is_none()
            && !layers.has("fake")
    }

    /// What `--fake` asks for, or what a store in memory has without it; `None` if tests may not
    /// control the service.
    pub(super) fn of(
        layers: &Layers,
        store: &StoreChoice,
        control: Option<SocketAddr>,
        app: Option<u32>,
    ) -> Result<Option<Self>, ConfigError> {
        let is_on_loopback = control.is_some_and(|address| address.ip().is_loopback());
        let is_asked_for = layers.flag("fake")?;
        let is_on = if is_asked_for {
            if app.is_some() {
                let problem = "is for tests, which may then do everything to every account, and --app is for a service \
                               with users; leave one of them out";
                return Err(layers.error("fake", problem.to_owned()));
            }
            if !is_on_loopback {
                let problem = match control {
                    None => "needs --control on loopback, for example --control 127.0.0.1:8081"
                        .to_owned(),
                    Some(address) => format!(
                        "needs --control on loopback, and {address} is not: everyone who reaches it could change every \
                         account; say for example --control 127.0.0.1:8081"
                    ),
                };
                return Err(layers.error("fake", problem));
            }
            true
        } else {
            *store == StoreChoice::Memory && app.is_none() && is_on_loopback && !layers.has("fake")
        };
        let calls_max = layers.required("fake-calls-max", number_in(0, 100_000))?;
        if !is_on && layers.has("fake-calls-max") {
            let problem =
                "needs --fake, or --store memory without --app, and --control on loopback";
            return Err(layers.error("fake-calls-max", problem.to_owned()));
        }
        Ok(is_on.then(|| Self { calls_max: size(u64::from(calls_max)) }))
    }
}
