//! Signals: the first stops the server in order, the second at once.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

use crate::tls::Tls;
use crate::usersig::KeyFiles;

/// The exit status after a second signal.
const AT_ONCE: i32 = 1;

/// What SIGHUP reads again.
#[derive(Clone, Default)]
pub struct Reloaded {
    /// The certificates and their private key.
    pub tls: Option<Arc<Tls>>,
    /// The keys of UserSigs.
    pub keys: Option<Arc<KeyFiles>>,
}

/// What signals change.
pub struct Signals {
    stopping: watch::Sender<bool>,
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is no such signal"))]
    reloaded: Reloaded,
}

impl Signals {
    /// Listens for signals from now on. What is returned says true once the server is to stop.
    ///
    /// # Errors
    ///
    /// If the operating system takes no handlers.
    pub fn listen(reloaded: Reloaded) -> io::Result<watch::Receiver<bool>> {
        let (stopping, stop) = watch::channel(false);
        Self { stopping, reloaded }.spawn()?;
        Ok(stop)
    }

    #[cfg(unix)]
    fn spawn(self) -> io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        // A file that is too large for a limit of the process is an error like a full disk, and does
        // not end the process.
        let too_large = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?;
        tokio::spawn(async move {
            let _too_large = too_large;
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

    #[cfg(unix)]
    fn reload(&self) {
        if self.reloaded.tls.is_none() && self.reloaded.keys.is_none() {
            tracing::info!("there is nothing to read again: neither --tls-cert nor --key");
        }
        if let Some(tls) = &self.reloaded.tls {
            match tls.reload() {
                Ok(()) => tracing::info!("the certificates were read again"),
                Err(error) => tracing::error!(%error, "the certificates stay as they were"),
            }
        }
        if let Some(keys) = &self.reloaded.keys {
            match keys.reload() {
                Ok(()) => tracing::info!("the keys were read again"),
                Err((path, problem)) => {
                    tracing::error!(path = %path.display(), problem, "the keys stay as they were");
                }
            }
        }
    }
}
