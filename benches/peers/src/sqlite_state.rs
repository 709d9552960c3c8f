//! The contender that keeps the state in SQLite, in memory: cached prepared statements, one transaction per request,
//! capacities checked in SQL.
//!
//! It only stores the state: it takes decoded requests and gives result codes and rows. So the comparison with the crate's
//! account compares the state alone. It follows the default policy and takes every fact as given.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, params};

const SCHEMA: &str = "
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA temp_store = MEMORY;
    PRAGMA foreign_keys = OFF;
    CREATE TABLE account (
        id         INTEGER PRIMARY KEY,
        owner      TEXT    NOT NULL UNIQUE,
        last_group INTEGER NOT NULL DEFAULT 0,
        groups     INTEGER NOT NULL DEFAULT 0,
        grouped    INTEGER NOT NULL DEFAULT 0,
        marked     INTEGER NOT NULL DEFAULT 0
    );
    -- The rows of an account are in the order of their IDs.
    CREATE TABLE conversation (
        id      INTEGER PRIMARY KEY,
        account INTEGER NOT NULL,
        kind    INTEGER NOT NULL,
        peer    TEXT    NOT NULL,
        marks   INTEGER NOT NULL DEFAULT 0,
        custom  TEXT    NOT NULL DEFAULT '',
        groups  INTEGER NOT NULL DEFAULT 0,
        at      INTEGER NOT NULL,
        UNIQUE (account, kind, peer)
    );
    CREATE INDEX conversation_order ON conversation (account);
    CREATE TABLE contact_group (
        account INTEGER NOT NULL,
        id      INTEGER NOT NULL,
        name    TEXT    NOT NULL,
        PRIMARY KEY (account, id),
        UNIQUE (account, name)
    ) WITHOUT ROWID;
    CREATE TABLE member (
        conversation INTEGER NOT NULL,
        contact_group INTEGER NOT NULL,
        PRIMARY KEY (conversation, contact_group)
    ) WITHOUT ROWID;
";

/// A conversation: `kind` 1 is one-to-one, 2 a group chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peer<'a> {
    pub kind: u8,
    pub id: &'a str,
}

/// One mark item: the bits to clear first, the bits to set then, and the new custom mark if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    pub peer: Peer<'a>,
    pub clear: u64,
    pub set: u64,
    pub custom: Option<&'a str>,
}

/// One update item, which adds a conversation to the group or removes it.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    pub peer: Peer<'a>,
    pub add: bool,
}

/// One row as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub peer: Peer<'a>,
    pub marks: u64,
    pub custom: &'a str,
    pub groups: &'a [u32],
    pub at: u64,
}

/// The code that a whole request failed with.
pub type Code = u32;

pub struct SqliteState {
    db: Connection,
}

struct Membership<'db> {
    find: CachedStatement<'db>,
    new_row: CachedStatement<'db>,
    join: CachedStatement<'db>,
    leave: CachedStatement<'db>,
    joined: CachedStatement<'db>,
    left: CachedStatement<'db>,
    count: CachedStatement<'db>,
    uncount: CachedStatement<'db>,
    drop_row: CachedStatement<'db>,
}

impl<'db> Membership<'db> {
    fn new(db: &'db Connection) -> Result<Self> {
        Ok(Membership {
            find: db.prepare_cached(
                "SELECT id, groups, marks <> 0 OR custom <> '' FROM conversation
                 WHERE account = ?1 AND kind = ?2 AND peer = ?3",
            )?,
            new_row: db
                .prepare_cached("INSERT INTO conversation (account, kind, peer, groups, at) VALUES (?1, ?2, ?3, 1, ?4)")?,
            join: db.prepare_cached("INSERT OR IGNORE INTO member VALUES (?1, ?2)")?,
            leave: db.prepare_cached("DELETE FROM member WHERE conversation = ?1 AND contact_group = ?2")?,
            joined: db.prepare_cached("UPDATE conversation SET groups = groups + 1, at = ?2 WHERE id = ?1")?,
            left: db.prepare_cached("UPDATE conversation SET groups = groups - 1, at = ?2 WHERE id = ?1")?,
            count: db.prepare_cached("UPDATE account SET grouped = grouped + 1 WHERE id = ?1 AND grouped < 1000")?,
            uncount: db.prepare_cached("UPDATE account SET grouped = grouped - 1 WHERE id = ?1")?,
            drop_row: db.prepare_cached("DELETE FROM conversation WHERE id = ?1")?,
        })
    }

    fn find(&mut self, account: i64, peer: Peer) -> Result<Option<(i64, i64, bool)>> {
        self.find
            .query_row(params![account, peer.kind, peer.id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
    }

    fn add(
        &mut self,
        db: &Connection,
        account: i64,
        group: u32,
        peer: Peer,
        now: u64,
    ) -> Result<Code> {
        match self.find(account, peer)? {
            None => {
                if self.count.execute([account])? == 0 {
                    return Ok(51008);
                }
                self.new_row.execute(params![account, peer.kind, peer.id, now as i64])?;
                self.join.execute(params![db.last_insert_rowid(), group])?;
            }
            Some((row, groups, _)) => {
                if groups == 0 && self.count.execute([account])? == 0 {
                    return Ok(51008);
                }
                if self.join.execute(params![row, group])? == 1 {
                    self.joined.execute(params![row, now as i64])?;
                }
            }
        }
        Ok(0)
    }

    fn remove(&mut self, account: i64, group: u32, peer: Peer, now: u64) -> Result<()> {
        if let Some((row, groups, marked)) = self.find(account, peer)? {
            self.remove_row(account, group, row, groups, marked, now)?;
        }
        Ok(())
    }

    fn remove_row(
        &mut self,
        account: i64,
        group: u32,
        row: i64,
        groups: i64,
        marked: bool,
        now: u64,
    ) -> Result<()> {
        if self.leave.execute(params![row, group])? == 0 {
            return Ok(());
        }
        if groups == 1 {
            self.uncount.execute([account])?;
        }
        if groups == 1 && !marked {
            self.drop_row.execute([row])?;
        } else {
            self.left.execute(params![row, now as i64])?;
        }
        Ok(())
    }
}

impl SqliteState {
    pub fn new() -> Result<Self> {
        let db = Connection::open_in_memory()?;
        db.execute_batch(SCHEMA)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(SqliteState { db })
    }

    fn account(&self, owner: &str) -> Result<i64> {
        let mut find = self.db.prepare_cached("SELECT id FROM account WHERE owner = ?1")?;
        match find.query_row([owner], |row| row.get(0)).optional()? {
            Some(id) => Ok(id),
            None => {
                self.db
                    .prepare_cached("INSERT INTO account (owner) VALUES (?1)")?
                    .execute([owner])?;
                Ok(self.db.last_insert_rowid())
            }
        }
    }

    fn group(&self, account: i64, name: &str) -> Result<Option<u32>> {
        self.db
            .prepare_cached("SELECT id FROM contact_group WHERE account = ?1 AND name = ?2")?
            .query_row(params![account, name], |row| row.get(0))
            .optional()
    }

    /// Runs the work in one transaction, which is rolled back if SQLite reports an error.
    fn transaction<T>(&mut self, work: impl FnOnce(&Connection, &Self) -> Result<T>) -> Result<T> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        match work(&self.db, self) {
            Ok(value) => {
                self.db.prepare_cached("COMMIT")?.execute([])?;
                Ok(value)
            }
            Err(error) => {
                self.db.prepare_cached("ROLLBACK")?.execute([])?;
                Err(error)
            }
        }
    }

    /// Pushes one code per item.
    pub fn apply_mark<'a>(
        &mut self,
        owner: &str,
        items: impl IntoIterator<Item = Mark<'a>>,
        now: u64,
        codes: &mut Vec<Code>,
    ) -> Result<()> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            // A row that is marked before and after needs one statement.
            let mut change = db.prepare_cached(
                "UPDATE conversation SET marks = (marks & ?4) | ?5, custom = coalesce(?6, custom), at = ?7
                 WHERE account = ?1 AND kind = ?2 AND peer = ?3
                   AND (marks <> 0 OR custom <> '')
                   AND (((marks & ?4) | ?5) <> 0 OR coalesce(?6, custom) <> '')
                   AND (((marks & ?4) | ?5) <> marks OR coalesce(?6, custom) <> custom)",
            )?;
            let mut find = db.prepare_cached(
                "SELECT id, groups, marks, custom FROM conversation WHERE account = ?1 AND kind = ?2 AND peer = ?3",
            )?;
            let mut count = db.prepare_cached("UPDATE account SET marked = marked + 1 WHERE id = ?1 AND marked < 1000")?;
            let mut uncount = db.prepare_cached("UPDATE account SET marked = marked - 1 WHERE id = ?1")?;
            let mut set = db.prepare_cached("UPDATE conversation SET marks = ?2, custom = ?3, at = ?4 WHERE id = ?1")?;
            let mut new_row = db.prepare_cached(
                "INSERT INTO conversation (account, kind, peer, marks, custom, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut drop_row = db.prepare_cached("DELETE FROM conversation WHERE id = ?1")?;
            for Mark { peer, clear, set: bits, custom } in items {
                let (keep, bits) = (!clear as i64, bits as i64);
                if change.execute(params![account, peer.kind, peer.id, keep, bits, custom, now as i64])? == 1 {
                    codes.push(0);
                    continue;
                }
                let row: Option<(i64, i64, i64, String)> = find
                    .query_row(params![account, peer.kind, peer.id], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                    })
                    .optional()?;
                let (old_marks, old_custom) = row.as_ref().map_or((0, ""), |row| (row.2, row.3.as_str()));
                let marks = old_marks & keep | bits;
                let custom = custom.unwrap_or(old_custom);
                let was = old_marks != 0 || !old_custom.is_empty();
                let will = marks != 0 || !custom.is_empty();
                if will && !was && count.execute([account])? == 0 {
                    codes.push(51008);
                    continue;
                }
                if was && !will {
                    uncount.execute([account])?;
                }
                match &row {
                    Some((id, 0, ..)) if !will => {
                        drop_row.execute([id])?;
                    }
                    Some((id, ..)) if marks != old_marks || custom != old_custom => {
                        set.execute(params![id, marks, custom, now as i64])?;
                    }
                    None if will => {
                        new_row.execute(params![account, peer.kind, peer.id, marks, custom, now as i64])?;
                    }
                    _ => {}
                }
                codes.push(0);
            }
            Ok(())
        })
    }

    /// The ID of the group, or the code that the request fails with. Pushes one code per item.
    pub fn apply_update<'a>(
        &mut self,
        owner: &str,
        group: &str,
        items: impl IntoIterator<Item = Update<'a>>,
        now: u64,
        codes: &mut Vec<Code>,
    ) -> Result<std::result::Result<u32, Code>> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            let Some(id) = this.group(account, group)? else { return Ok(Err(51009)) };
            let mut membership = Membership::new(db)?;
            for Update { peer, add } in items {
                codes.push(if add {
                    membership.add(db, account, id, peer, now)?
                } else {
                    membership.remove(account, id, peer, now)?;
                    0
                });
            }
            Ok(Ok(id))
        })
    }

    /// The ID of the group, or the code that the request fails with.
    pub fn apply_rename(
        &mut self,
        owner: &str,
        old: &str,
        new: &str,
    ) -> Result<std::result::Result<u32, Code>> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            let Some(id) = this.group(account, old)? else { return Ok(Err(51009)) };
            if this.group(account, new)?.is_some_and(|other| other != id) {
                return Ok(Err(50002));
            }
            db.prepare_cached("UPDATE contact_group SET name = ?3 WHERE account = ?1 AND id = ?2")?
                .execute(params![account, id, new])?;
            Ok(Ok(id))
        })
    }

    /// The ID of the new group, or the code that the request fails with. Pushes one code per item.
    pub fn apply_create<'a>(
        &mut self,
        owner: &str,
        group: &str,
        items: impl IntoIterator<Item = Peer<'a>>,
        now: u64,
        codes: &mut Vec<Code>,
    ) -> Result<std::result::Result<u32, Code>> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            if this.group(account, group)?.is_some() {
                return Ok(Err(50002));
            }
            let id: Option<u32> = db
                .prepare_cached(
                    "UPDATE account SET groups = groups + 1, last_group = last_group + 1
                     WHERE id = ?1 AND groups < 20 RETURNING last_group",
                )?
                .query_row([account], |row| row.get(0))
                .optional()?;
            let Some(id) = id else { return Ok(Err(51010)) };
            db.prepare_cached("INSERT INTO contact_group VALUES (?1, ?2, ?3)")?
                .execute(params![account, id, group])?;
            let mut membership = Membership::new(db)?;
            for peer in items {
                codes.push(membership.add(db, account, id, peer, now)?);
            }
            Ok(Ok(id))
        })
    }

    /// The ID that the group had, or the code that the request fails with.
    pub fn apply_del(
        &mut self,
        owner: &str,
        group: &str,
        now: u64,
    ) -> Result<std::result::Result<u32, Code>> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            let Some(id) = this.group(account, group)? else { return Ok(Err(51009)) };
            let mut members = db.prepare_cached(
                "SELECT c.id, c.groups, c.marks <> 0 OR c.custom <> '' FROM conversation c
                 JOIN member m ON m.conversation = c.id AND m.contact_group = ?2 WHERE c.account = ?1",
            )?;
            let members: Vec<(i64, i64, bool)> = members
                .query_map(params![account, id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<_>>()?;
            let mut membership = Membership::new(db)?;
            for (row, groups, marked) in members {
                membership.remove_row(account, id, row, groups, marked, now)?;
            }
            db.prepare_cached("DELETE FROM contact_group WHERE account = ?1 AND id = ?2")?.execute(params![account, id])?;
            db.prepare_cached("UPDATE account SET groups = groups - 1 WHERE id = ?1")?.execute([account])?;
            Ok(Ok(id))
        })
    }

    /// Passes each row of one page to `each`, and returns how many rows the account has.
    pub fn get(
        &mut self,
        owner: &str,
        start: u64,
        page: usize,
        mut each: impl FnMut(Row),
    ) -> Result<usize> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            let mut rows = db.prepare_cached(
                "SELECT id, kind, peer, marks, custom, at FROM conversation
                 WHERE account = ?1 ORDER BY id LIMIT ?2 OFFSET ?3",
            )?;
            let mut groups = db.prepare_cached(GROUPS_OF_ROW)?;
            let mut list = Vec::new();
            let start = i64::try_from(start).unwrap_or(i64::MAX);
            let mut rows = rows.query(params![account, page as i64, start])?;
            while let Some(row) = rows.next()? {
                pass_row(row, &mut groups, &mut list, &mut each)?;
            }
            db.prepare_cached("SELECT count(*) FROM conversation WHERE account = ?1")?
                .query_row([account], |row| row.get::<_, i64>(0).map(|count| count as usize))
        })
    }

    /// Passes the row of each conversation that has one to `each`, in the order of `peers`.
    pub fn search<'a>(
        &mut self,
        owner: &str,
        peers: impl IntoIterator<Item = Peer<'a>>,
        mut each: impl FnMut(Row),
    ) -> Result<()> {
        self.transaction(|db, this| {
            let account = this.account(owner)?;
            let mut find = db.prepare_cached(
                "SELECT id, kind, peer, marks, custom, at FROM conversation
                 WHERE account = ?1 AND kind = ?2 AND peer = ?3",
            )?;
            let mut groups = db.prepare_cached(GROUPS_OF_ROW)?;
            let mut list = Vec::new();
            for peer in peers {
                let mut rows = find.query(params![account, peer.kind, peer.id])?;
                if let Some(row) = rows.next()? {
                    pass_row(row, &mut groups, &mut list, &mut each)?;
                }
            }
            Ok(())
        })
    }

    /// Passes the groups of an account to `each`, ordered by ID.
    pub fn groups(&mut self, owner: &str, mut each: impl FnMut(u32, &str)) -> Result<()> {
        let account = self.account(owner)?;
        let mut groups = self
            .db
            .prepare_cached("SELECT id, name FROM contact_group WHERE account = ?1 ORDER BY id")?;
        let mut groups = groups.query([account])?;
        while let Some(row) = groups.next()? {
            each(row.get(0)?, row.get_ref(1)?.as_str()?);
        }
        Ok(())
    }

    /// Replaces the account `to` by a copy of `from`.
    pub fn copy(&mut self, from: &str, to: &str) -> Result<()> {
        self.transaction(|db, this| {
            let (from, to) = (this.account(from)?, this.account(to)?);
            db.execute("DELETE FROM member WHERE conversation IN (SELECT id FROM conversation WHERE account = ?1)", [to])?;
            db.execute("DELETE FROM conversation WHERE account = ?1", [to])?;
            db.execute("DELETE FROM contact_group WHERE account = ?1", [to])?;
            db.execute(
                "UPDATE account SET (last_group, groups, grouped, marked) =
                 (SELECT last_group, groups, grouped, marked FROM account WHERE id = ?1) WHERE id = ?2",
                [from, to],
            )?;
            db.execute("INSERT INTO contact_group SELECT ?2, id, name FROM contact_group WHERE account = ?1", [from, to])?;
            db.execute(
                "INSERT INTO conversation (account, kind, peer, marks, custom, groups, at)
                 SELECT ?2, kind, peer, marks, custom, groups, at FROM conversation WHERE account = ?1 ORDER BY id",
                [from, to],
            )?;
            db.execute(
                "INSERT INTO member SELECT b.id, m.contact_group FROM conversation a
                 JOIN member m ON m.conversation = a.id
                 JOIN conversation b ON b.account = ?2 AND b.kind = a.kind AND b.peer = a.peer
                 WHERE a.account = ?1",
                [from, to],
            )?;
            Ok(())
        })
    }
}

const GROUPS_OF_ROW: &str =
    "SELECT contact_group FROM member WHERE conversation = ?1 ORDER BY contact_group";

fn pass_row(
    row: &rusqlite::Row,
    groups: &mut CachedStatement,
    list: &mut Vec<u32>,
    each: &mut impl FnMut(Row),
) -> Result<()> {
    list.clear();
    let id: i64 = row.get(0)?;
    let mut found = groups.query([id])?;
    while let Some(group) = found.next()? {
        list.push(group.get(0)?);
    }
    each(Row {
        peer: Peer { kind: row.get(1)?, id: row.get_ref(2)?.as_str()? },
        marks: row.get::<_, i64>(3)? as u64,
        custom: row.get_ref(4)?.as_str()?,
        groups: list,
        at: row.get::<_, i64>(5)? as u64,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::Value;

    use super::*;
    use crate::value_handler::ValueHandler;
    use crate::workload::{self, NAMES, OWNER, Request, START, Variant};

    fn peer(value: &Value) -> Peer<'_> {
        let kind = value["Type"].as_u64().unwrap() as u8;
        Peer {
            kind,
            id: value[if kind == 1 { "To_Account" } else { "ToGroupId" }].as_str().unwrap(),
        }
    }

    fn mask(value: &Value) -> u64 {
        value.as_array().map_or(0, |bits| {
            bits.iter().fold(0, |mask, bit| mask | 1 << (bit.as_u64().unwrap() - 1))
        })
    }

    fn list(value: &Value) -> &[Value] {
        value.as_array().map_or(&[], Vec::as_slice)
    }

    fn apply(state: &mut SqliteState, request: &Request, now: u64) {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let mut codes = Vec::new();
        match request.command {
            "mark_contact" => {
                let items = list(&body["MarkItem"]).iter().map(|item| Mark {
                    peer: peer(&item["ContactItem"]),
                    clear: mask(&item["ClearMark"]),
                    set: mask(&item["SetMark"]),
                    custom: item["CustomMark"].as_str(),
                });
                state.apply_mark(OWNER, items, now, &mut codes).unwrap();
            }
            "update_contact_group" => {
                let update = &body["UpdateGroup"];
                let items = list(&update["ContactUpdateItem"]).iter().map(|item| Update {
                    peer: peer(&item["ContactItem"]),
                    add: item["ContactOptType"] == 1,
                });
                let name = update["OldGroupName"].as_str().unwrap();
                state.apply_update(OWNER, name, items, now, &mut codes).unwrap().unwrap();
            }
            "create_contact_group" => {
                let group = &body["GroupContactItem"][0];
                let items = list(&group["ContactItem"]).iter().map(peer);
                let name = group["GroupName"].as_str().unwrap();
                state.apply_create(OWNER, name, items, now, &mut codes).unwrap().unwrap();
            }
            "del_contact_group" => {
                let name = body["GroupName"][0].as_str().unwrap();
                state.apply_del(OWNER, name, now).unwrap().unwrap();
            }
            "get_contact_group" | "search_contact_group" => {}
            other => panic!("{other} is not a command of the workloads"),
        }
        assert!(codes.iter().all(|&code| code == 0));
    }

    fn dump_sqlite(state: &mut SqliteState) -> String {
        let mut text = String::new();
        state
            .get(OWNER, 0, 5000, |row| {
                let marks = if row.marks == 0 { String::new() } else { format!("{:b}", row.marks) };
                writeln!(
                    text,
                    "{} {} {marks:?} {:?} {:?} {}",
                    row.peer.kind, row.peer.id, row.custom, row.groups, row.at
                )
                .unwrap();
            })
            .unwrap();
        state.groups(OWNER, |id, name| writeln!(text, "{id} {name}").unwrap()).unwrap();
        text
    }

    fn dump_value(handler: &mut ValueHandler) -> String {
        let mut out = Vec::new();
        let body = format!(r#"{{"From_Account":"{OWNER}","StartIndex":0}}"#);
        handler.handle("get_contact_group", body.as_bytes(), 0, &mut out);
        let answer: Value = serde_json::from_slice(&out).unwrap();
        let mut text = String::new();
        for row in list(&answer["ContactItem"]) {
            let Peer { kind, id } = peer(row);
            let groups: Vec<u64> =
                list(&row["ContactGroupId"]).iter().map(|id| id.as_u64().unwrap()).collect();
            let custom = row["CustomMark"].as_str().unwrap_or("");
            writeln!(
                text,
                "{kind} {id} {:?} {custom:?} {groups:?} {}",
                row["StandardMark"].as_str().unwrap(),
                row["Timestamp"]
            )
            .unwrap();
        }
        for group in list(&answer["GroupItem"]) {
            writeln!(text, "{} {}", group["GroupId"], group["GroupName"].as_str().unwrap())
                .unwrap();
        }
        text
    }

    #[test]
    fn agrees_with_the_value_handler_on_the_workloads() {
        for name in NAMES {
            for rows in [10, 100] {
                let work = workload::workload(name, rows, Variant::NonAscii);
                let mut state = SqliteState::new().unwrap();
                let mut handler = ValueHandler::new(5000);
                let mut out = Vec::new();
                let steps = if work.flow == workload::Flow::Cycle {
                    &work.steps[..]
                } else {
                    &work.steps[..1]
                };
                for (i, request) in work.setup.iter().chain(steps).enumerate() {
                    let now = START + i as u64;
                    handler.handle(request.command, &request.body, now, &mut out);
                    apply(&mut state, request, now);
                    assert!(
                        out.ends_with(br#""ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#),
                        "{name} {rows}"
                    );
                }
                assert_eq!(dump_sqlite(&mut state), dump_value(&mut handler), "{name} {rows}");
                state.copy(OWNER, "copy").unwrap();
                let mut copied = 0;
                state.get("copy", 0, 5000, |_| copied += 1).unwrap();
                assert_eq!(
                    copied,
                    dump_sqlite(&mut state).lines().count() - count_groups(&mut state)
                );
            }
        }
    }

    fn count_groups(state: &mut SqliteState) -> usize {
        let mut count = 0;
        state.groups(OWNER, |_, _| count += 1).unwrap();
        count
    }
}
