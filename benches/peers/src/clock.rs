//! Measures contenders side by side.
//!
//! Each contender is a lane. Each round runs each lane once, for about the same time. Ratios are taken within a round, and the
//! median over the rounds is reported. So a slowdown of the machine that lasts longer than a round affects both sides of a
//! ratio. Time is the CPU time of the thread, so other programs do not count.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A moment of the thread's CPU time. Reading it costs a fraction of a microsecond.
#[derive(Clone, Copy)]
pub struct Moment(Duration);

impl Moment {
    pub fn now() -> Moment {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Moment(Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32))
    }

    pub fn elapsed(self) -> Duration {
        Moment::now().0.saturating_sub(self.0)
    }
}

/// One contender on one workload.
pub struct Lane<'a> {
    pub name: &'static str,
    /// Runs the whole workload this many times and returns the measured time.
    run: Box<dyn FnMut(u32) -> Duration + 'a>,
}

impl<'a> Lane<'a> {
    /// Measures all that the closure does in a pass.
    pub fn new(name: &'static str, mut pass: impl FnMut() + 'a) -> Self {
        Lane::own_clock(name, move |passes| {
            let start = Moment::now();
            for _ in 0..passes {
                pass();
            }
            start.elapsed()
        })
    }

    /// The closure runs the number of passes it is given and measures the time itself.
    pub fn own_clock(name: &'static str, run: impl FnMut(u32) -> Duration + 'a) -> Self {
        Lane { name, run: Box::new(run) }
    }
}

/// How often and how long each lane runs.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    pub lane: Duration,
}

/// Nanoseconds per pass, for each lane and each round.
pub struct Times {
    lanes: Vec<(&'static str, Vec<f64>)>,
}

pub fn measure(mut lanes: Vec<Lane>, effort: Effort) -> Times {
    let passes: Vec<u32> = lanes.iter_mut().map(|lane| calibrate(lane, effort.lane)).collect();
    let mut times = Times { lanes: lanes.iter().map(|lane| (lane.name, Vec::new())).collect() };
    for _ in 0..effort.rounds {
        for ((lane, &passes), (_, list)) in lanes.iter_mut().zip(&passes).zip(&mut times.lanes) {
            let time = (lane.run)(passes);
            list.push(time.as_nanos() as f64 / f64::from(passes));
        }
    }
    times
}

/// The number of passes that takes about that long. It also warms up the lane.
fn calibrate(lane: &mut Lane, goal: Duration) -> u32 {
    let mut passes = 1;
    loop {
        let start = Moment::now();
        let counted = (lane.run)(passes);
        // Preparation is not measured but takes time too.
        let spent = start.elapsed().max(counted);
        if spent >= goal / 2 || passes >= 1 << 24 {
            let scaled = f64::from(passes) * goal.as_secs_f64() / spent.as_secs_f64().max(1e-9);
            return (scaled as u32).max(1);
        }
        passes *= 2;
    }
}

impl Times {
    pub fn has(&self, lane: &str) -> bool {
        self.lanes.iter().any(|(name, _)| *name == lane)
    }

    fn lane(&self, lane: &str) -> &[f64] {
        &self
            .lanes
            .iter()
            .find(|(name, _)| *name == lane)
            .unwrap_or_else(|| panic!("no lane {lane}"))
            .1
    }

    /// The median time of a pass.
    pub fn nanos(&self, lane: &str) -> f64 {
        median(self.lane(lane).to_vec())
    }

    /// The time of `lane` as a multiple of the time of `base`.
    pub fn ratio(&self, lane: &str, base: &str) -> f64 {
        median(self.lane(lane).iter().zip(self.lane(base)).map(|(a, b)| a / b).collect())
    }
}

pub fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    match list.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => list[n / 2],
        n => (list[n / 2 - 1] + list[n / 2]) / 2.0,
    }
}
