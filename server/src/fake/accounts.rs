//! Whole accounts, through the service that answers the calls, so that its cache agrees.

use std::sync::Arc;

use convmark::Account;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::facts::KnownNow;
use super::memory::Replaceable;
use super::refused::Refused;
use crate::clock::LAST_SECONDS;
use crate::service::{HowToRestore, Restored, Service, StoredAccount};
use crate::store::embedded::EmbeddedStore;
use crate::store::postgres::PostgresStore;
use crate::store::{AccountKey, Store, StoreError, Version};

/// How many accounts are listed at a time.
const PIECE_ACCOUNTS: usize = 256;
/// How many accounts are worked on at a time.
const AT_ONCE: usize = 64;

/// The service that answers the calls.
pub enum Accounts {
    /// In memory.
    Memory(Arc<Replaceable>),
    /// In a directory.
    Directory(Service<Arc<EmbeddedStore>, KnownNow>),
    /// In PostgreSQL.
    Postgres(Service<PostgresStore, KnownNow>),
}

macro_rules! with_service {
    ($accounts:expr, $service:ident => $work:expr) => {
        match $accounts {
            Accounts::Memory(memory) => {
                let $service = &memory.now();
                $work
            }
            Accounts::Directory($service) => $work,
            Accounts::Postgres($service) => $work,
        }
    };
}

impl Accounts {
    /// The account, if it has data.
    pub(super) async fn get(&self, user: &AccountKey) -> Result<Option<Account>, Refused> {
        with_service!(self, service => get(service, user).await)
    }

    /// At most `limit` of the users after `after` whose accounts have data, in order.
    pub(super) async fn list(
        &self,
        after: Option<AccountKey>,
        limit: usize,
    ) -> Result<Vec<AccountKey>, Refused> {
        with_service!(self, service => list(service, after, limit).await)
    }

    /// Makes an account this one, as if nothing had been stored of it before.
    pub(super) async fn put(&self, user: &AccountKey, account: Account) -> Result<(), Refused> {
        with_service!(self, service => put(service, user, account).await)
    }

    /// Removes the data of an account. Whether it had any is the result.
    pub(super) async fn delete(&self, user: &AccountKey) -> Result<bool, Refused> {
        let had_data = self.get(user).await?.is_some();
        if had_data {
            self.put(user, Account::new()).await?;
        }
        Ok(had_data)
    }

    /// Waits until no account is being changed.
    pub(super) async fn turns_end(&self) {
        with_service!(self, service => service.turns_end().await);
    }

    /// Removes the data of all accounts.
    pub(super) async fn reset(&self) -> Result<(), Refused> {
        match self {
            Self::Memory(memory) => {
                memory.replace();
                Ok(())
            }
            Self::Directory(service) => empty_all(service).await,
            Self::Postgres(service) => empty_all(service).await,
        }
    }
}

async fn get<S: Store>(
    service: &Service<S, KnownNow>,
    user: &AccountKey,
) -> Result<Option<Account>, Refused> {
    let stored = service.stored(user).await?;
    Ok(stored.map(|stored| stored.account).filter(|account| *account != Account::new()))
}

async fn piece<S: Store>(
    service: &Service<S, KnownNow>,
    after: Option<&AccountKey>,
) -> Result<Vec<AccountKey>, Refused> {
    let failed = |error: StoreError| Refused::unavailable(&error.to_string());
    let listed = service.store().accounts(after, PIECE_ACCOUNTS).await.map_err(failed)?;
    match listed.unlisted.first() {
        None => Ok(listed.accounts),
        Some(place) => Err(Refused::unavailable(&format!("the store is damaged: {}", place.why))),
    }
}

async fn list<S: Store>(
    service: &Service<S, KnownNow>,
    mut after: Option<AccountKey>,
    limit: usize,
) -> Result<Vec<AccountKey>, Refused> {
    let mut listed = Vec::new();
    loop {
        let users = piece(service, after.as_ref()).await?;
        let Some(last) = users.last().cloned() else { return Ok(listed) };
        after = Some(last);
        let found = stream::iter(users).map(|user| async move {
            let has_data = get(service, &user).await?.is_some();
            Ok::<_, Refused>(has_data.then_some(user))
        });
        let mut found = found.buffered(AT_ONCE);
        while let Some(user) = found.try_next().await? {
            listed.extend(user);
            if listed.len() >= limit {
                return Ok(listed);
            }
        }
    }
}

async fn put<S: Store>(
    service: &Service<S, KnownNow>,
    user: &AccountKey,
    account: Account,
) -> Result<(), Refused> {
    // The last change that any row shows is the last of the account that is known. A time that an
    // account cannot have would stand for all changes to come, whatever the clock says.
    let times = account.rows().map(|row| row.timestamp_seconds());
    let time_seconds = times.filter(|time| *time <= LAST_SECONDS).max().unwrap_or(0);
    let stored = StoredAccount { version: Version::ZERO, time_seconds, account };
    match service.restore(user, stored, HowToRestore::Anew).await? {
        Restored::Done => Ok(()),
        _ => Err(Refused::unavailable("the account was changed at the same time; try again")),
    }
}

/// Makes an account as if nothing had been stored of it. One that is so already is not written.
async fn empty<S: Store>(service: &Service<S, KnownNow>, user: &AccountKey) -> Result<(), Refused> {
    match service.stored(user).await? {
        Some(stored) if stored.time_seconds != 0 || stored.account != Account::new() => {
            put(service, user, Account::new()).await
        }
        _ => Ok(()),
    }
}

async fn empty_all<S: Store>(service: &Service<S, KnownNow>) -> Result<(), Refused> {
    let mut after = None;
    loop {
        let users = piece(service, after.as_ref()).await?;
        let Some(last) = users.last().cloned() else { return Ok(()) };
        after = Some(last);
        stream::iter(users)
            .map(|user| async move { empty(service, &user).await })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
    }
}
