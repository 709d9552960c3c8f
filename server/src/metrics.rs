//! What is counted and measured, for Prometheus.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use convmark::Command;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::service::Figures;

mod pool;
mod process;

pub use pool::{PoolFigures, PoolMetrics};

/// A part of the way of a call that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the body.
    Body,
    /// URL, app, UserSig, call frequency, admin.
    Admission,
    /// Waiting for the turn of the account.
    Line,
    /// Loading an account from the store, or asking it for what is new.
    Load,
    /// Appending changes to the store.
    Append,
    /// Everything from the JSON to the answer.
    Call,
    /// All, from the end of the headers to the answer.
    Whole,
}

impl Stage {
    const ALL: [Self; 7] = [
        Self::Body,
        Self::Admission,
        Self::Line,
        Self::Load,
        Self::Append,
        Self::Call,
        Self::Whole,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Admission => "admission",
            Self::Line => "line",
            Self::Load => "load",
            Self::Append => "append",
            Self::Call => "call",
            Self::Whole => "whole",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    command: &'static str,
    code: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStage {
    stage: &'static str,
}

/// What is counted and measured.
pub struct Metrics {
    registry: Mutex<Registry>,
    process: Registry,
    calls: Family<Answered, Counter>,
    /// In the order of [`Stage::ALL`].
    seconds: [Histogram; Stage::ALL.len()],
    connections: Gauge,
    accepted: Counter,
    refused: Counter,
}

/// 50 µs to 13 s, each twice the one before but for the last.
pub const BUCKETS_SECONDS: [f64; 19] = [
    0.00005, 0.0001, 0.0002, 0.0004, 0.0008, 0.0016, 0.0032, 0.0064, 0.0128, 0.0256, 0.0512,
    0.1024, 0.2048, 0.4096, 0.8192, 1.6384, 3.2768, 6.5536, 13.1072,
];

impl Metrics {
    /// Everything is 0.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("convmark");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The release of the server", build);
        let calls = Family::default();
        registry.register("calls", "Answered calls by command and code", calls.clone());
        let family =
            Family::<OfStage, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS_SECONDS));
        registry.register(
            "stage_seconds",
            "How long stages of calls took, in seconds",
            family.clone(),
        );
        let seconds =
            Stage::ALL.map(|stage| family.get_or_create(&OfStage { stage: stage.name() }).clone());
        let (connections, accepted, refused) =
            (Gauge::default(), Counter::default(), Counter::default());
        registry.register("connections", "Connections that are open", connections.clone());
        registry.register(
            "connections_accepted",
            "Connections that were accepted",
            accepted.clone(),
        );
        registry.register(
            "connections_refused",
            "Connections that were one too many",
            refused.clone(),
        );
        let (registry, process) = (Mutex::new(registry), process::registry());
        Self { registry, process, calls, seconds, connections, accepted, refused }
    }

    /// Adds metrics of others. Names get the prefix `convmark_`.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All of it, in the text form of OpenMetrics.
    ///
    /// # Errors
    ///
    /// If a metric cannot be written.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        encode_registry(&mut text, &registry)?;
        encode_registry(&mut text, &self.process)?;
        encode_eof(&mut text)?;
        Ok(text)
    }

    /// A call was answered. `command` is `None` if its URL names none.
    pub fn answered(&self, command: Option<Command>, code: i64, time: Duration) {
        let command = command.map_or("none", Command::name);
        self.calls.get_or_create(&Answered { command, code }).inc();
        self.took(Stage::Whole, time);
    }

    /// A stage of a call took that time.
    pub fn took(&self, stage: Stage, time: Duration) {
        if let Some(histogram) = self.seconds.get(stage as usize) {
            histogram.observe(time.as_secs_f64());
        }
    }

    /// A connection was accepted.
    pub fn connected(&self) {
        self.accepted.inc();
        self.connections.inc();
    }

    /// A connection ended.
    pub fn disconnected(&self) {
        self.connections.dec();
    }

    /// A connection was one too many.
    pub fn connection_refused(&self) {
        self.refused.inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// What a service did and holds, read when it is asked for.
pub struct ServiceMetrics<F>(F);

impl<F: Fn() -> Figures + Send + Sync + 'static> ServiceMetrics<F> {
    /// The metrics of the service that gives these figures.
    pub const fn new(figures: F) -> Self {
        Self(figures)
    }
}

impl<F> fmt::Debug for ServiceMetrics<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceMetrics")
    }
}

impl<F: Fn() -> Figures + Send + Sync + 'static> Collector for ServiceMetrics<F> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let figures = (self.0)();
        let held = [
            ("cached_accounts", "Accounts in the cache", figures.cached_accounts),
            ("cached_bytes", "What the accounts in the cache take, in bytes", figures.cached_bytes),
        ];
        for (name, help, value) in held {
            let value = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        let done = [
            ("appends", "Appends that the store acknowledged", figures.appends),
            ("records", "Records in these appends", figures.records),
            ("cache_hits", "Turns of accounts that were in the cache", figures.cache_hits),
            ("loads", "Accounts loaded as a whole", figures.loads),
            ("conflicts", "Appends that another server was ahead of", figures.conflicts),
            (
                "unknown",
                "Appends of which it was not known whether they are stored",
                figures.unknown,
            ),
            ("folds", "Snapshots that replaced records", figures.folds),
            ("damaged", "Loads of accounts that are damaged", figures.damaged),
            ("line_full", "Calls that were not let into a full line", figures.line_full),
        ];
        for (name, help, value) in done {
            let value = ConstCounter::new(value);
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        Ok(())
    }
}
