//! Checks what callers did with whole accounts: each at one place of the account's history.

use std::ops::RangeInclusive;

use convmark::account::ChangeKind;
use convmark::{Account, Conversation};

use super::{Model, Restore};
use crate::model::history::Event;
use crate::service::{Forgotten, HowToRestore, Restored, StoredAccount, WholeError};
use crate::sim::Happened;
use crate::sim::callers::{Asked, SimCall};
use crate::sim::disk::StoredBytes;
use crate::store::Version;

impl Model<'_> {
    pub(super) fn check_whole(
        &mut self,
        call: &SimCall,
        happened: &mut Happened,
    ) -> Result<(), String> {
        if let Some(stored) = &call.stored_at_end {
            self.check_stored(&call.account, stored, call.length_at_end)?;
        }
        let nothing = StoredBytes::default();
        let stored = call.stored_at_end.as_ref().unwrap_or(&nothing);
        let place = match &call.asked {
            Asked::Request(..) => return Ok(()),
            Asked::Export(exported) => {
                let Some(exported) = done(exported)? else { return Ok(()) };
                happened.exports += 1;
                self.exported(call, exported.as_ref())
            }
            Asked::Restore(restore, restored) => {
                let Some(restored) = done(restored)? else { return self.leave_open(call, restore) };
                happened.restores += usize::from(*restored == Restored::Done);
                self.restored(call, restore, *restored, stored)
            }
            Asked::Empty(emptied) => {
                let (version, time_seconds) = (Version::ZERO, 0);
                let account = Account::new();
                let restore = Restore {
                    stored: StoredAccount { version, time_seconds, account },
                    how: HowToRestore::Replace,
                };
                let Some(was_there) = done(emptied)? else {
                    return self.leave_open(call, &restore);
                };
                happened.emptied += usize::from(*was_there);
                if *was_there {
                    self.restored(call, &restore, Restored::Done, stored)
                } else {
                    self.places(call).find(|place| {
                        self.history.states[*place] == Account::new()
                            && self.is_all_from(stored, *place)
                    })
                }
            }
            Asked::Forget(conversation, forgotten) => {
                let Some(forgotten) = done(forgotten)? else { return Ok(()) };
                happened.forgotten += usize::from(*forgotten == Forgotten::Row);
                self.forgotten(call, conversation, stored)
            }
        };
        let place = place.ok_or("what came back fits no state, or something old is stored")?;
        happened.answered += 1;
        self.history.saw(call.ended, place);
        Ok(())
    }

    /// The places that it can have been at.
    fn places(&self, call: &SimCall) -> RangeInclusive<usize> {
        let oldest = call.length_at_begin.max(self.history.seen_before(call.began));
        oldest..=call.length_at_end.min(self.history.events.len())
    }

    fn exported(&self, call: &SimCall, exported: Option<&StoredAccount>) -> Option<usize> {
        self.places(call).find(|place| match exported {
            None => *place == 0,
            Some(exported) => {
                exported.version == self.versions[*place]
                    && exported.time_seconds == self.history.time(*place)
                    && exported.account == self.history.states[*place]
            }
        })
    }

    /// Where an account was restored, or was seen not to need it. After it was restored, nothing
    /// that was stored before is there.
    fn restored(
        &mut self,
        call: &SimCall,
        restore: &Restore,
        restored: Restored,
        stored: &StoredBytes,
    ) -> Option<usize> {
        let account = &restore.stored.account;
        let mut places = self.places(call);
        match restored {
            Restored::Missing => {
                places.find(|place| *place == 0 && restore.how == HowToRestore::Compare)
            }
            Restored::Same => {
                places.find(|place| *place > 0 && self.history.states[*place] == *account)
            }
            Restored::Other => places.find(|place| {
                *place > 0
                    && self.history.states[*place] != *account
                    && restore.how != HowToRestore::Replace
            }),
            Restored::Done => {
                let place = places.find(|place| {
                    *place > call.length_at_begin
                        && self.can_be(*place - 1, restore)
                        && self.is_all_from(stored, *place)
                })?;
                self.history.take(place - 1).then_some(place)
            }
            Restored::Different => None,
        }
    }

    /// Whether a restore can have made an event that no other has made.
    fn can_be(&self, event: usize, restore: &Restore) -> bool {
        let version = restore.stored.version.max(self.versions[event].next());
        let is_allowed = match restore.how {
            HowToRestore::Compare => false,
            HowToRestore::New => event == 0,
            HowToRestore::Replace | HowToRestore::Anew => true,
        };
        is_allowed
            && matches!(self.history.events[event], Event::Whole)
            && !self.history.is_taken(event)
            && self.history.states[event + 1] == restore.stored.account
            && self.versions[event + 1] == version
    }

    /// Whether nothing is stored that is older than the state of a place.
    fn is_all_from(&self, stored: &StoredBytes, place: usize) -> bool {
        let from = self.versions[place];
        stored.records.iter().all(|(version, _)| *version > from)
            && stored.snapshot.as_ref().map_or(Version::ZERO, |(version, _)| *version) >= from
    }

    fn leave_open(&mut self, call: &SimCall, restore: &Restore) -> Result<(), String> {
        self.open.push((restore.clone(), call.length_at_begin));
        Ok(())
    }

    /// Each restored state was made by one call that asked for it.
    pub(super) fn check_open_restores(&mut self) -> Result<(), String> {
        for event in 0..self.history.events.len() {
            if !matches!(self.history.events[event], Event::Whole) || self.history.is_taken(event) {
                continue;
            }
            let made_by = |(restore, first): &(Restore, usize)| {
                *first <= event && self.can_be(event, restore)
            };
            let Some(made_by) = self.open.iter().position(made_by) else {
                return Err(format!("no call has restored what event {event} restores"));
            };
            self.open.swap_remove(made_by);
        }
        Ok(())
    }

    /// A place without a row of the conversation such that everything stored that names it came
    /// later.
    fn forgotten(
        &self,
        call: &SimCall,
        conversation: &Conversation<'_>,
        stored: &StoredBytes,
    ) -> Option<usize> {
        let id = conversation.id().as_bytes();
        let named =
            stored.records.iter().chain(&stored.snapshot).filter_map(|(version, sealed)| {
                sealed.windows(id.len()).any(|bytes| bytes == id).then_some(*version)
            });
        let named = named.min();
        self.places(call).find(|place| {
            self.history.states[*place].row(conversation).is_none()
                && named.is_none_or(|named| named > self.versions[*place])
        })
    }

    /// Forgetting a conversation leaves everything else as it was.
    pub(super) fn check_forgotten_rows(&self) -> Result<(), String> {
        for (event, made) in self.history.events.iter().enumerate() {
            let Event::Changes(changes) = made else { continue };
            for change in changes {
                let ChangeKind::ConversationForgotten { conversation } = change.kind() else {
                    continue;
                };
                let [before, after] = [event, event + 1].map(|at| &self.history.states[at]);
                let is_same = changes.len() == 1
                    && before.row(conversation).is_some()
                    && rest(before, conversation) == rest(after, &Conversation::user("-").unwrap());
                if !is_same {
                    return Err(format!("event {event} forgets something else"));
                }
            }
        }
        Ok(())
    }
}

/// `None` if it is not known what was done.
fn done<T>(result: &Result<T, WholeError>) -> Result<Option<&T>, String> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(WholeError::Damaged(damage)) => Err(damage.to_string()),
        Err(_) => Ok(None),
    }
}

/// Everything that an account has beside one conversation.
fn rest(account: &Account, but: &Conversation<'_>) -> String {
    let groups: Vec<_> = account.groups().map(|group| (group.id, group.name)).collect();
    let rows = account.rows().filter(|row| row.conversation().as_ref() != Some(but));
    let rows = rows.map(|row| {
        let marks = (row.standard_marks(), row.custom_mark(), row.timestamp_seconds());
        (row.kind(), row.id(), marks, row.group_ids().collect::<Vec<_>>())
    });
    format!("{} {groups:?} {:?}", account.last_group_id(), rows.collect::<Vec<_>>())
}
