//! Signals: the first stops the server in order, the second at once.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

use crate::tls::Tls;

/// The exit status after a second signal.
const AT_ONCE: i32 = 1;

/// What signals change.
pub struct Signals {
    stopping: watch::Sender<bool>,
    tls: Option<Arc<Tls>>,
}

impl Signals {
    /// Listens for signals from now on. What is returned says true once the server is to stop.
    ///
    /// # Errors
    ///
    /// If the operating system takes no handlers.
    pub fn listen(tls: Option<Arc<Tls>>) -> io::Result<watch::Receiver<bool>> {
        let (stopping, stop) = watch::channel(false);
        Self { stopping, tls }.spawn()?;
        Ok(stop)
    }

    #[cfg(unix)]
    fn spawn(self) -> io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => self.stop(),
                    _ = interrupt.recv() => self.stop(),
                    _ = hang_up.recv() => self.reload(),
                }
            }
        });
        Ok(())
    }

    #[cfg(not(unix))]
    fn spawn(self) -> io::Result<()> {
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                self.stop();
            }
        });
        Ok(())
    }

    fn stop(&self) {
        if self.stopping.send_replace(true) {
            std::process::exit(AT_ONCE);
        }
    }

    #[cfg_attr(not(unix), expect(dead_code, reason = "there is no such signal"))]
    fn reload(&self) {
        match self.tls.as_ref().map(|tls| tls.reload()) {
            None => {}
            Some(Ok(())) => tracing::info!("the certificates were read again"),
            Some(Err(error)) => tracing::error!(%error, "the certificates stay as they were"),
        }
    }
}
