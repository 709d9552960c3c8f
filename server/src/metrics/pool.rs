//! The connections to PostgreSQL.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;

/// The connections to PostgreSQL, read when they are asked for.
pub struct PoolMetrics<F>(F);

/// How many connections to PostgreSQL there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolFigures {
    /// Open, in use or not.
    pub open: usize,
    /// In use by a statement.
    pub in_use: usize,
    /// Statements that wait for one.
    pub waiting: usize,
}

impl<F: Fn() -> PoolFigures + Send + Sync + 'static> PoolMetrics<F> {
    /// The metrics of the pool that gives these figures.
    pub const fn new(figures: F) -> Self {
        Self(figures)
    }
}

impl<F> fmt::Debug for PoolMetrics<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PoolMetrics")
    }
}

impl<F: Fn() -> PoolFigures + Send + Sync + 'static> Collector for PoolMetrics<F> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let PoolFigures { open, in_use, waiting } = (self.0)();
        for (name, help, value) in [
            ("postgres_connections", "Connections to PostgreSQL that are open", open),
            ("postgres_connections_in_use", "Connections that a statement uses", in_use),
            ("postgres_waiting", "Statements that wait for a connection", waiting),
        ] {
            let value = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        Ok(())
    }
}
