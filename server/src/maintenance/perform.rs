//! Does what was asked, over any store.

use std::collections::VecDeque;
use std::future::Future;

use convmark::Conversation;

use super::Problem;
use super::file::{AccountLine, DamagedLine, Line, UnlistedLine};
use super::protocol::{
    Answer, BusyAccount, DamagedAccount, Read, Request, RestoredAccount, Scanned, UnlistedPlace,
    Which,
};
use crate::clock::unix_seconds;
use crate::service::{FactsSource, Forgotten, HowToRestore, NotForgotten, Service, WholeError};
use crate::store::{AccountKey, Listed, Store};

/// How many accounts one piece takes.
const PIECE_ACCOUNTS: usize = 256;
/// How many accounts are worked on at a time.
const AT_ONCE: usize = 64;
/// A piece with contents ends after this many bytes.
const PIECE_BYTES: usize = 1 << 20;

/// Does what was asked.
///
/// # Errors
///
/// [`Problem`] if the store does not answer. Asking again goes on.
pub async fn perform<S: Store, F: FactsSource>(
    service: &Service<S, F>,
    request: Request,
) -> Result<Answer, Problem> {
    match request {
        Request::Read { after } => read(service, after).await.map(Answer::Read),
        Request::Verify { which } => scan(service, which, &Work::Read).await.map(Answer::Scanned),
        Request::Restore { accounts, how } => {
            restore(service, accounts, how).await.map(Answer::Restored)
        }
        Request::Forget { which, conversation, only_look } => {
            let work =
                if only_look { Work::LookFor(conversation) } else { Work::Forget(conversation) };
            scan(service, which, &work).await.map(Answer::Scanned)
        }
        Request::Empty { user } => {
            let emptied = service.empty(&key(&user)?, unix_seconds()).await;
            emptied.map(Answer::Emptied).map_err(|error| Problem(error.to_string()))
        }
        Request::EraseReplaced => {
            let erased = service.store().erase_replaced().await;
            erased.map(|()| Answer::Erased).map_err(|error| Problem(error.to_string()))
        }
    }
}

fn key(user: &str) -> Result<AccountKey, Problem> {
    let key = AccountKey::from_stored(user.as_bytes());
    key.ok_or_else(|| Problem("what was asked names an invalid user ID".to_owned()))
}

/// The next accounts.
async fn piece<S: Store, F: FactsSource>(
    service: &Service<S, F>,
    after: Option<String>,
) -> Result<Listed, Problem> {
    let after = after.as_deref().map(key).transpose()?;
    let accounts = service.store().accounts(after.as_ref(), PIECE_ACCOUNTS).await;
    accounts.map_err(|error| Problem(format!("the accounts cannot be listed: {error}")))
}

async fn read<S: Store, F: FactsSource>(
    service: &Service<S, F>,
    after: Option<String>,
) -> Result<Read, Problem> {
    let Listed { accounts, unlisted } = piece(service, after.clone()).await?;
    let mut lines: Vec<_> =
        unlisted.iter().map(|unlisted| Line::Unlisted(UnlistedLine::of(unlisted))).collect();
    let mut last = None;
    let mut bytes = 0_usize;
    for account in accounts {
        let user = account.as_str();
        match service.stored(&account).await {
            // It has no data any more.
            Ok(None) => {}
            Ok(Some(stored)) => {
                let line = AccountLine::of(user, &stored);
                let line =
                    line.ok_or_else(|| Problem("an account cannot be written".to_owned()))?;
                bytes = bytes.saturating_add(line.account.get().len());
                lines.push(Line::Account(line));
            }
            Err(WholeError::Damaged(damage)) => lines.push(Line::Damaged(DamagedLine {
                user: user.to_owned(),
                damaged: damage.to_string(),
            })),
            Err(WholeError::Unavailable | WholeError::Timeout) => {
                return Ok(Read { lines, last: last.or(after), next_is_busy: true });
            }
        }
        last = Some(user.to_owned());
        if bytes >= PIECE_BYTES {
            break;
        }
    }
    Ok(Read { lines, last, next_is_busy: false })
}

/// What is done with each account of a piece.
#[derive(Clone)]
enum Work {
    Read,
    LookFor(Conversation<'static>),
    Forget(Conversation<'static>),
}

/// Goes through accounts.
async fn scan<S: Store, F: FactsSource>(
    service: &Service<S, F>,
    which: Which,
    work: &Work,
) -> Result<Scanned, Problem> {
    let (accounts, unlisted) = match which {
        Which::After(after) => {
            let Listed { accounts, unlisted } = piece(service, after).await?;
            (accounts.into_iter().map(|account| (account, false)).collect(), unlisted)
        }
        Which::These(busy) => {
            let known = |BusyAccount { user, had_row }| Ok((key(&user)?, had_row));
            (busy.into_iter().map(known).collect::<Result<Vec<_>, _>>()?, Vec::new())
        }
    };
    let works = accounts.clone().into_iter().map(|(account, _)| {
        let (service, work) = (service.clone(), work.clone());
        async move {
            let done = match work {
                Work::Read => service.stored(&account).await.map(|_| Forgotten::Nothing),
                Work::LookFor(conversation) => service.look_for(&account, &conversation).await,
                Work::Forget(conversation) => {
                    return service.forget(&account, &conversation, unix_seconds()).await;
                }
            };
            Ok(done?)
        }
    });
    let unlisted = unlisted
        .into_iter()
        .map(|unlisted| UnlistedPlace { place: unlisted.place, why: unlisted.why.to_string() });
    let mut scanned = Scanned { unlisted: unlisted.collect(), ..Scanned::default() };
    for ((account, had_row), worked) in accounts.into_iter().zip(together(works).await?) {
        let user = account.as_str().to_owned();
        scanned.last = Some(user.clone());
        let had_row = had_row
            || matches!(worked, Ok(Forgotten::Row) | Err(NotForgotten { had_row: true, .. }));
        match worked {
            Err(NotForgotten { why: WholeError::Unavailable | WholeError::Timeout, .. }) => {
                scanned.busy.push(BusyAccount { user, had_row });
                continue;
            }
            Err(NotForgotten { why: WholeError::Damaged(damage), .. }) => {
                scanned.damaged.push(DamagedAccount { user, damage: damage.to_string() });
            }
            Ok(Forgotten::Records) if !had_row => {
                scanned.records = scanned.records.saturating_add(1);
            }
            Ok(_) => {}
        }
        if had_row {
            scanned.rows = scanned.rows.saturating_add(1);
        }
        scanned.accounts = scanned.accounts.saturating_add(1);
    }
    Ok(scanned)
}

async fn restore<S: Store, F: FactsSource>(
    service: &Service<S, F>,
    accounts: Vec<AccountLine>,
    how: HowToRestore,
) -> Result<Vec<RestoredAccount>, Problem> {
    let mut works = Vec::with_capacity(accounts.len());
    for line in accounts {
        let stored = line.stored().map_err(Problem)?;
        let (service, account) = (service.clone(), key(&line.user)?);
        works.push(async move { service.restore(&account, stored, how).await });
    }
    let restored = together(works).await?.into_iter().map(|restored| match restored {
        Ok(restored) => RestoredAccount::Is(restored),
        Err(WholeError::Damaged(_)) => RestoredAccount::Damaged,
        Err(WholeError::Unavailable | WholeError::Timeout) => RestoredAccount::Busy,
    });
    Ok(restored.collect())
}

/// Does several works at a time, and gives the results in their order. What they store is made
/// durable together.
async fn together<W>(works: impl IntoIterator<Item = W>) -> Result<Vec<W::Output>, Problem>
where
    W: Future<Output: Send> + Send + 'static,
{
    let mut works = works.into_iter();
    let mut running = VecDeque::new();
    let mut results = Vec::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(work) = works.next()
        {
            running.push_back(tokio::spawn(work));
        }
        let Some(next) = running.pop_front() else { return Ok(results) };
        results.push(next.await.map_err(|_| Problem("an account stopped the work".to_owned()))?);
    }
}
