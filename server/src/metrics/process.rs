//! The process, under the names that Prometheus has for it: `process_start_time_seconds` and, on Linux,
//! `process_resident_memory_bytes` and `process_open_fds`.

use std::fmt;
use std::fs;
use std::time::SystemTime;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// A registry with the metrics of this process, which has started now.
pub(super) fn registry() -> Registry {
    let mut registry = Registry::with_prefix("process");
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let started_seconds = started.unwrap_or_default().as_secs_f64();
    registry.register_collector(Box::new(Process { started_seconds }));
    registry
}

#[derive(Debug)]
struct Process {
    started_seconds: f64,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let started = ConstGauge::new(self.started_seconds);
        let help = "When the process started, in Unix seconds";
        let kind = started.metric_type();
        started.encode(encoder.encode_descriptor("start_time_seconds", help, None, kind)?)?;
        for (name, help, value) in [
            (
                "resident_memory_bytes",
                "Memory of the process that is not swapped, in bytes",
                resident_bytes(),
            ),
            ("open_fds", "File descriptors that are open", open_files()),
        ] {
            let Some(value) = value else { continue };
            let value = ConstGauge::new(value);
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        Ok(())
    }
}

fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    resident.trim().strip_suffix(" kB")?.parse::<i64>().ok()?.checked_mul(1024)
}

fn open_files() -> Option<i64> {
    i64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}
