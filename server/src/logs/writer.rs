//! Writes lines in a thread of its own: where they go may be full, slow or closed.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::plural::{choose, count};

/// How many lines wait. What does not fit is lost, and counted.
const WAITING: usize = 8192;

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// Where lines go.
#[derive(Clone)]
pub struct Lines {
    sender: SyncSender<Message>,
    lost: Arc<AtomicU64>,
}

/// One line that is being written.
pub struct Line {
    text: Vec<u8>,
    lines: Lines,
}

impl Lines {
    /// Starts the thread.
    #[must_use]
    pub fn start(out: impl Write + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&lost);
        // Without a thread every line is lost, and the server serves all the same.
        let _ = thread::Builder::new()
            .name("logs".to_owned())
            .spawn(move || write(out, &receiver, &counter));
        Self { sender, lost }
    }

    /// Waits until what was logged is written, but no longer than that.
    pub fn flush(&self, most: Duration) {
        let (done, end) = sync_channel(1);
        if self.sender.try_send(Message::Flush(done)).is_ok() {
            let _ = end.recv_timeout(most);
        }
    }
}

fn write(mut out: impl Write, receiver: &Receiver<Message>, lost: &AtomicU64) {
    for message in receiver {
        match message {
            // A line that cannot be written has no other place.
            Message::Line(line) => drop(out.write_all(&line)),
            Message::Flush(done) => drop((out.flush(), done.try_send(()))),
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            drop(writeln!(
                out,
                "{} of the log {} lost: more came than could be written",
                count(lost, "line"),
                choose(lost, "was", "were")
            ));
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { text: Vec::new(), lines: self.clone() }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let line = Message::Line(std::mem::take(&mut self.text));
        if self.lines.sender.try_send(line).is_err() {
            self.lines.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Instant;

    use super::*;

    /// Writes when it is let, and then tells what.
    struct Slow {
        go: Receiver<()>,
        text: std::sync::mpsc::Sender<Vec<u8>>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.go.recv();
            let _ = self.text.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_place_that_takes_nothing_delays_nobody() {
        let (go, gone) = channel();
        let (text, texts) = channel();
        let lines = Lines::start(Slow { go: gone, text });
        let begun = Instant::now();
        for _ in 0..WAITING + 100 {
            let _ = lines.make_writer().write_all(b"line\n");
        }
        lines.flush(Duration::from_millis(10));
        assert!(begun.elapsed() < Duration::from_secs(5));
        drop(go);
        let written: Vec<_> = (0..WAITING + 2)
            .map_while(|_| texts.recv_timeout(Duration::from_secs(5)).ok())
            .collect();
        let lost = written.iter().filter(|line| line.ends_with(b"written\n")).count();
        assert!(lost >= 1 || written.concat().windows(4).any(|window| window == b"lost"));
    }
}
