//! A connection in use.

use deadpool::managed::Object;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use super::connection::{Connection, Connector};
use super::pool::Failure;

/// A connection in use: given back, or cut after an error.
///
/// Dropped without either, nobody waits for the answer any more. A connection that reads is then cut,
/// for a later statement would wait behind it. One that writes stays in use until it has its answer:
/// a session that waits for a standby does not notice that its client is gone, so cutting it and
/// connecting again would take more and more of what PostgreSQL admits.
pub(super) struct Lease {
    connection: Option<Object<Connector>>,
    /// For a statement that writes.
    permit: Option<OwnedSemaphorePermit>,
}

impl Lease {
    pub(super) const fn new(
        connection: Object<Connector>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { connection: Some(connection), permit }
    }

    pub(super) fn get(&self) -> Result<&Connection, Failure> {
        self.connection.as_deref().ok_or(Failure::NotSent("the connection is gone"))
    }

    pub(super) fn give_back(mut self) {
        drop(self.connection.take());
    }

    pub(super) fn cut(mut self) {
        cut(self.connection.take());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match (self.permit.take(), Handle::try_current()) {
            (Some(permit), Ok(runtime)) => drop(runtime.spawn(answered(connection, permit))),
            _ => cut(Some(connection)),
        }
    }
}

fn cut(connection: Option<Object<Connector>>) {
    drop(connection.map(Object::take));
}

/// Waits until the statement that nobody waits for has its answer. It ends with the connection and
/// with the runtime, too.
async fn answered(connection: Object<Connector>, permit: OwnedSemaphorePermit) {
    // An empty statement behind it is answered after it.
    if connection.client.batch_execute("").await.is_ok() {
        drop(connection);
    } else {
        cut(Some(connection));
    }
    drop(permit);
}
