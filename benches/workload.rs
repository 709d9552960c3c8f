//! The workloads of every bench, made by one generator with a fixed seed.
//!
//! Included by path (`#[path = ".../workload.rs"] mod workload;`) wherever something is timed or compared, so that all
//! contenders see the same bytes. Standard library only, and it knows nothing of the crate.
//!
//! The rule that makes the figures honest: **every write that is timed changes every row it names.** A workload is
//! either a *cycle* of requests, each undoing what an earlier one did, so that it can run round and round on one
//! account; or it is *fresh*: each request wants its own copy of the prepared account, made outside the clock. Every
//! request says how many items it has and how many changes it makes.
#![allow(dead_code)]

use std::fmt::Write as _;

/// The account that every request of a workload speaks for.
pub const OWNER: &str = "owner_0001";
/// The second at which the first request is applied; the n-th request of a run comes n seconds later.
pub const START: u64 = 1_700_000_000;
/// The row counts of the accounts.
pub const SIZES: [usize; 3] = [10, 100, 1000];

// ---------------------------------------------------------------------------------------------------------------------
// Requests

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    Create,
    Update,
    Del,
    Mark,
    Get,
    Search,
}

impl Command {
    pub const ALL: [Command; 6] = [Command::Create, Command::Update, Command::Del, Command::Mark, Command::Get, Command::Search];

    pub fn name(self) -> &'static str {
        match self {
            Command::Create => "create_contact_group",
            Command::Update => "update_contact_group",
            Command::Del => "del_contact_group",
            Command::Mark => "mark_contact",
            Command::Get => "get_contact_group",
            Command::Search => "search_contact_group",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Request {
    pub command: Command,
    pub body: Vec<u8>,
    /// What "per item" divides by: mark or conversation items; for `del` the member rows, for `get` the rows returned.
    pub items: usize,
    /// How many changes applying it makes.
    pub changes: usize,
}

/// How IDs, names and bodies look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Short IDs as in documented samples, compact bodies.
    Plain,
    /// Group IDs of 14 bytes, user IDs of 32 hexadecimal digits.
    Realistic,
    /// Realistic IDs; group names and custom marks outside ASCII, as UTF-8.
    NonAscii,
    /// The same text with everything outside ASCII written as `\u` escapes.
    Escaped,
    /// Realistic IDs, bodies indented by four spaces.
    Pretty,
}

impl Variant {
    pub const ALL: [Variant; 5] = [Variant::Plain, Variant::Realistic, Variant::NonAscii, Variant::Escaped, Variant::Pretty];

    pub fn name(self) -> &'static str {
        match self {
            Variant::Plain => "plain",
            Variant::Realistic => "realistic",
            Variant::NonAscii => "non-ascii",
            Variant::Escaped => "escaped",
            Variant::Pretty => "pretty",
        }
    }

    fn foreign(self) -> bool {
        matches!(self, Variant::NonAscii | Variant::Escaped)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Run the steps one after another, again and again, on one account. After the last the account holds what it held
    /// before the first (times, row order and the ID counter apart).
    Cycle,
    /// Every step starts from a copy of the prepared account.
    Fresh,
}

#[derive(Clone, Debug)]
pub struct Workload {
    pub name: &'static str,
    pub rows: usize,
    pub variant: Variant,
    pub flow: Flow,
    /// Builds the account, through the commands themselves.
    pub setup: Vec<Request>,
    /// What is timed.
    pub steps: Vec<Request>,
    /// Every conversation that any request names: what a host would have to look up.
    pub conversations: Vec<Conversation>,
}

impl Workload {
    pub fn items(&self) -> usize {
        self.steps.iter().map(|s| s.items).sum()
    }
    pub fn bytes(&self) -> usize {
        self.steps.iter().map(|s| s.body.len()).sum()
    }
}

/// All names that [`workload`] knows.
pub const NAMES: [&str; 11] = [
    "mark_1",
    "mark_100",
    "update_1",
    "update_100",
    "churn_1",
    "churn_100",
    "create_100",
    "del",
    "get_page_100",
    "search_300",
    "mixed",
];

/// One workload over one account.
///
/// `mark_*`: OptType 3, three bits set or cleared, a custom mark of four bytes. `update_*`: half adds, half removes, of
/// rows that stay because another group holds them. `churn_*`: the same with rows that come to be and vanish with their
/// only membership. `create_100`: a group of 100 conversations, known rows first. `del`: the group that every row is
/// in. `get_page_100`, `search_300`: reads. `mixed`: mostly small marks, updates and reads, now and then a group comes
/// and goes.
pub fn workload(name: &'static str, rows: usize, variant: Variant) -> Workload {
    let mut maker = Maker::new(name, rows, variant);
    let (flow, setup, steps) = match name {
        "mark_1" => maker.mark(1),
        "mark_100" => maker.mark(100),
        "update_1" => maker.update(1),
        "update_100" => maker.update(100),
        "churn_1" => maker.churn(1),
        "churn_100" => maker.churn(100),
        "create_100" => maker.create(100),
        "del" => maker.del(),
        "get_page_100" => maker.get(100),
        "search_300" => maker.search(300),
        "mixed" => maker.mixed(),
        other => panic!("no workload is called {other}"),
    };
    Workload { name, rows, variant, flow, setup, steps, conversations: maker.all }
}

/// The cold run: many accounts, each visited once per pass, in random order.
pub struct Cold {
    /// Builds each of the few accounts of which the many are copies.
    pub templates: Vec<Vec<Request>>,
    /// `passes[p][t]` is the request for an account made from template `t` in pass `p`. Two passes: the second undoes
    /// the first, so the pair can be repeated.
    pub passes: [Vec<Request>; 2],
    /// The order of the visits; account `i` is a copy of template `i % templates.len()`.
    pub order: Vec<u32>,
}

/// `items` rows marked in each of `accounts` accounts of 50 rows.
pub fn cold(accounts: usize, items: usize) -> Cold {
    const TEMPLATES: usize = 16;
    const ROWS: usize = 50;
    let mut cold = Cold { templates: Vec::new(), passes: [Vec::new(), Vec::new()], order: Vec::new() };
    for t in 0..TEMPLATES {
        let mut maker = Maker::new("cold", ROWS, Variant::Realistic);
        maker.rng = Rng::new(0xC01D + t as u64);
        maker.all = conversations(&mut maker.rng, Variant::Realistic, ROWS);
        cold.templates.push(maker.account());
        let mut chosen: Vec<usize> = (0..ROWS).collect();
        maker.rng.shuffle(&mut chosen);
        chosen.truncate(items);
        for (pass, round) in cold.passes.iter_mut().zip([0, 1]) {
            maker.rng.shuffle(&mut chosen);
            let list = chosen.iter().map(|&row| maker.mark_item(row, round)).collect();
            pass.push(maker.mark_request(list));
        }
    }
    cold.order = (0..accounts as u32).collect();
    Rng::new(0x0DE7).shuffle(&mut cold.order);
    cold
}

/// A `mark_contact` body with `items` items in which every single item breaks a rule, one of six in turn.
pub fn malformed_mark(items: usize) -> Request {
    let maker = Maker::new("malformed", items.min(1000), Variant::Plain);
    let list = (0..items)
        .map(|i| {
            let mut item = maker.mark_item(i % maker.rows, 0);
            let Json::Obj(fields) = &mut item else { unreachable!() };
            match i % 6 {
                0 => fields[0].1 = Json::Num(4),
                1 => fields[2].1 = Json::Arr(vec![Json::Num(1), Json::Num(65), Json::Num(3)]),
                2 => fields[3].1 = Json::Str("c".repeat(257)),
                3 => fields[1].1 = Json::Obj(vec![("Type", Json::Num(1)), ("To_Account", Json::Num(77))]),
                4 => fields[1].1 = Json::Obj(vec![("Type", Json::Num(2)), ("ToGroupId", text("n\u{f6}"))]),
                _ => fields[1].1 = Json::Obj(vec![("Type", Json::Num(1))]),
            }
            item
        })
        .collect();
    maker.mark_request(list)
}

/// A well-formed `mark_contact` body with `items` items: over the limit when there are more than 100.
pub fn large_mark(items: usize) -> Request {
    let maker = Maker::new("large", items.clamp(1, 1000), Variant::Plain);
    let list = (0..items).map(|i| maker.mark_item(i % maker.rows, 0)).collect();
    maker.mark_request(list)
}

// ---------------------------------------------------------------------------------------------------------------------
// Random numbers and IDs

/// SplitMix64.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.draw()) * n as u128) >> 64) as usize
    }
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Conversation {
    User(String),
    Group(String),
}

fn conversations(rng: &mut Rng, variant: Variant, count: usize) -> Vec<Conversation> {
    let mut list: Vec<Conversation> = (0..count)
        .map(|i| {
            let user = i % 2 == 0;
            match (variant, user) {
                (Variant::Plain, true) => Conversation::User(format!("user_{i:04}")),
                (Variant::Plain, false) => Conversation::Group(format!("@TGS#{i:05}")),
                (_, true) => Conversation::User(format!("{:016x}{:016x}", rng.draw(), rng.draw())),
                (_, false) => {
                    let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
                    let tail: String = (0..9).map(|_| digits[rng.below(36)] as char).collect();
                    Conversation::Group(format!("@TGS#{tail}"))
                }
            }
        })
        .collect();
    rng.shuffle(&mut list);
    list
}

// ---------------------------------------------------------------------------------------------------------------------
// Just enough JSON

enum Json {
    Num(u64),
    Str(String),
    Arr(Vec<Json>),
    Obj(Vec<(&'static str, Json)>),
}

fn text(s: &str) -> Json {
    Json::Str(s.to_owned())
}

fn print(json: &Json, variant: Variant, depth: usize, out: &mut String) {
    let pretty = variant == Variant::Pretty;
    let line = |depth: usize, out: &mut String| {
        if pretty {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', 4 * depth));
        }
    };
    match json {
        Json::Num(n) => write!(out, "{n}").unwrap(),
        Json::Str(s) => print_str(s, variant, out),
        Json::Arr(list) if list.is_empty() => out.push_str("[]"),
        Json::Arr(list) => {
            for (i, element) in list.iter().enumerate() {
                out.push(if i == 0 { '[' } else { ',' });
                line(depth + 1, out);
                print(element, variant, depth + 1, out);
            }
            line(depth, out);
            out.push(']');
        }
        Json::Obj(fields) => {
            for (i, (name, value)) in fields.iter().enumerate() {
                out.push(if i == 0 { '{' } else { ',' });
                line(depth + 1, out);
                print_str(name, variant, out);
                out.push_str(if pretty { ": " } else { ":" });
                print(value, variant, depth + 1, out);
            }
            line(depth, out);
            out.push('}');
        }
    }
}

fn print_str(s: &str, variant: Variant, out: &mut String) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if variant == Variant::Escaped && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").unwrap();
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

// ---------------------------------------------------------------------------------------------------------------------
// The generator

const EVERYONE: usize = 0;
const WORK: usize = 1;
const FRESH: usize = 2;
/// Further groups, each holding a fifth of the rows.
const OTHERS: [usize; 3] = [3, 4, 5];

type Parts = (Flow, Vec<Request>, Vec<Request>);

struct Maker {
    rng: Rng,
    variant: Variant,
    rows: usize,
    /// The account's rows in their order, then conversations that have no data.
    all: Vec<Conversation>,
    /// Which rows the setup leaves in the group `WORK`.
    working: Vec<bool>,
}

impl Maker {
    fn new(name: &str, rows: usize, variant: Variant) -> Maker {
        let seed = name.bytes().fold(rows as u64, |h, b| h.wrapping_mul(1_000_003) ^ u64::from(b));
        let mut rng = Rng::new(seed);
        let all = conversations(&mut rng, variant, rows + 400);
        Maker { rng, variant, rows, all, working: Vec::new() }
    }

    fn request(&self, command: Command, mut fields: Vec<(&'static str, Json)>, items: usize, changes: usize) -> Request {
        fields.insert(0, ("From_Account", text(OWNER)));
        let mut body = String::new();
        print(&Json::Obj(fields), self.variant, 0, &mut body);
        Request { command, body: body.into_bytes(), items, changes }
    }

    fn group_name(&self, group: usize) -> Json {
        let names = if self.variant.foreign() {
            ["所有会话", "同事 Büro", "новая группа", "家人", "amis d'été", "🏸 羽毛球"]
        } else {
            ["everyone", "colleagues", "new group", "family", "friends", "badminton"]
        };
        text(names[group])
    }

    fn conversation(&self, row: usize) -> Json {
        Json::Obj(match &self.all[row] {
            Conversation::User(id) => vec![("Type", Json::Num(1)), ("To_Account", text(id))],
            Conversation::Group(id) => vec![("Type", Json::Num(2)), ("ToGroupId", text(id))],
        })
    }

    fn conversation_list(&self, rows: &[usize]) -> Json {
        Json::Arr(rows.iter().map(|&row| self.conversation(row)).collect())
    }

    fn create_request(&self, group: usize, rows: &[usize]) -> Request {
        let group = vec![("GroupName", self.group_name(group)), ("ContactItem", self.conversation_list(rows))];
        let fields = vec![("GroupContactItem", Json::Arr(vec![Json::Obj(group)]))];
        self.request(Command::Create, fields, rows.len(), rows.len() + 1)
    }

    fn update_request(&self, group: usize, items: &[(usize, bool)]) -> Request {
        let list = items
            .iter()
            .map(|&(row, add)| {
                let kind = Json::Num(if add { 1 } else { 2 });
                Json::Obj(vec![("ContactOptType", kind), ("ContactItem", self.conversation(row))])
            })
            .collect();
        let update = vec![
            ("UpdateGroupType", Json::Num(2)),
            ("OldGroupName", self.group_name(group)),
            ("ContactUpdateItem", Json::Arr(list)),
        ];
        let fields = vec![("UpdateType", Json::Num(1)), ("UpdateGroup", Json::Obj(update))];
        self.request(Command::Update, fields, items.len(), items.len())
    }

    fn del_request(&self, group: usize, members: usize) -> Request {
        self.request(Command::Del, vec![("GroupName", Json::Arr(vec![self.group_name(group)]))], members, 1)
    }

    fn mark_request(&self, items: Vec<Json>) -> Request {
        let n = items.len();
        self.request(Command::Mark, vec![("MarkItem", Json::Arr(items))], n, n)
    }

    fn get_request(&self, start: usize, page: usize) -> Request {
        let rows = self.rows.saturating_sub(start).min(page);
        self.request(Command::Get, vec![("StartIndex", Json::Num(start as u64))], rows, 0)
    }

    fn search_request(&self, rows: &[usize]) -> Request {
        self.request(Command::Search, vec![("ContactItem", self.conversation_list(rows))], rows.len(), 0)
    }

    /// The mark item of a row in an even round (sets three bits) or an odd one (clears them). The custom mark differs
    /// between the two, so the item changes its row whatever the setup left there.
    fn mark_item(&self, row: usize, round: usize) -> Json {
        // Three of the four documented bits; in the other variants also bits that are free for customers.
        let bits: [u64; 3] = match (row % 4, self.variant == Variant::Plain) {
            (0, _) => [1, 2, 3],
            (1, true) => [1, 2, 4],
            (2, true) => [1, 3, 4],
            (_, true) => [2, 3, 4],
            (1, false) => [1, 33, 34],
            (2, false) => [2, 4, 40],
            (_, false) => [3, 36, 64],
        };
        let custom = match (round % 2, self.variant.foreign()) {
            (0, false) => "aaaa",
            (_, false) => "bbbb",
            (0, true) => "标a",
            (_, true) => "注b",
        };
        let field = if round % 2 == 0 { "SetMark" } else { "ClearMark" };
        Json::Obj(vec![
            ("OptType", Json::Num(3)),
            ("ContactItem", self.conversation(row)),
            (field, Json::Arr(bits.into_iter().map(Json::Num).collect())),
            ("CustomMark", text(custom)),
        ])
    }

    fn member_requests(&self, group: usize, rows: &[usize]) -> Vec<Request> {
        let first = rows.len().min(100);
        let mut requests = vec![self.create_request(group, &rows[..first])];
        for batch in rows[first..].chunks(100) {
            let items: Vec<_> = batch.iter().map(|&row| (row, true)).collect();
            requests.push(self.update_request(group, &items));
        }
        requests
    }

    /// The prepared account: a group that holds every row, one that holds a random half, three that hold a fifth each;
    /// marks on half of the rows, custom marks on a tenth.
    fn account(&mut self) -> Vec<Request> {
        let rows: Vec<usize> = (0..self.rows).collect();
        let mut requests = self.member_requests(EVERYONE, &rows);
        let mut shuffled = rows;
        self.rng.shuffle(&mut shuffled);
        let half = shuffled[..self.rows / 2].to_vec();
        self.working = vec![false; self.rows];
        for &row in &half {
            self.working[row] = true;
        }
        requests.extend(self.member_requests(WORK, &half));
        for group in OTHERS {
            self.rng.shuffle(&mut shuffled);
            requests.extend(self.member_requests(group, &shuffled[..self.rows / 5]));
        }
        self.rng.shuffle(&mut shuffled);
        let marks: Vec<Json> = shuffled[..self.rows / 2]
            .iter()
            .enumerate()
            .map(|(i, &row)| {
                let mut item = vec![
                    ("OptType", Json::Num(1)),
                    ("ContactItem", self.conversation(row)),
                    ("SetMark", Json::Arr(vec![Json::Num(1 + self.rng.below(4) as u64)])),
                ];
                if i < self.rows / 10 {
                    item[0].1 = Json::Num(3);
                    item.push(("CustomMark", text(if self.variant.foreign() { "星z" } else { "zzzz" })));
                }
                Json::Obj(item)
            })
            .collect();
        let mut marks = marks.into_iter().peekable();
        while marks.peek().is_some() {
            requests.push(self.mark_request(marks.by_ref().take(100).collect()));
        }
        requests
    }

    /// Rows in random order, each once, until `rounds` times all of them.
    fn permutations(&mut self, rounds: usize) -> Vec<(usize, usize)> {
        let mut order: Vec<usize> = (0..self.rows).collect();
        let mut list = Vec::with_capacity(rounds * self.rows);
        for round in 0..rounds {
            self.rng.shuffle(&mut order);
            list.extend(order.iter().map(|&row| (row, round)));
        }
        list
    }

    /// An even number of rounds over all rows that fills whole requests of `n` items.
    fn rounds(&self, n: usize) -> usize {
        (1..).map(|k| 2 * k).find(|rounds| rounds * self.rows % n == 0).unwrap()
    }

    fn mark(&mut self, n: usize) -> Parts {
        let setup = self.account();
        let list = self.permutations(self.rounds(n));
        let steps = list
            .chunks(n)
            .map(|chunk| self.mark_request(chunk.iter().map(|&(row, round)| self.mark_item(row, round)).collect()))
            .collect();
        (Flow::Cycle, setup, steps)
    }

    fn update(&mut self, n: usize) -> Parts {
        let setup = self.account();
        let mut items = Vec::new();
        for round in 0..self.rounds(n) {
            // Members and others in equal parts within every hundred items, in no order.
            let flip = |maker: &Maker, row: usize| maker.working[row] == (round % 2 == 1);
            let (mut adds, mut removes): (Vec<usize>, Vec<usize>) = (0..self.rows).partition(|&row| flip(self, row));
            self.rng.shuffle(&mut adds);
            self.rng.shuffle(&mut removes);
            let half = (n.min(self.rows) / 2).max(1);
            for (adds, removes) in adds.chunks(half).zip(removes.chunks(half)) {
                let mut part: Vec<(usize, bool)> = adds.iter().map(|&row| (row, true)).collect();
                part.extend(removes.iter().map(|&row| (row, false)));
                self.rng.shuffle(&mut part);
                items.extend(part);
            }
        }
        let steps = items.chunks(n).map(|chunk| self.update_request(WORK, chunk)).collect();
        (Flow::Cycle, setup, steps)
    }

    fn churn(&mut self, n: usize) -> Parts {
        // Slices of equal size; one is out of the account at any time, the others are in.
        let half = (n / 2).clamp(1, self.rows / 2);
        let slices = self.rows / half + 1;
        let present: Vec<usize> = (0..self.rows).collect();
        let mut setup: Vec<Request> = OTHERS.iter().map(|&group| self.create_request(group, &[])).collect();
        setup.extend(self.member_requests(WORK, &present));
        let mut order: Vec<usize> = present;
        self.rng.shuffle(&mut order);
        order.extend(self.rows..self.rows + half);
        let mut slice: Vec<Vec<usize>> = order.chunks(half).map(<[usize]>::to_vec).collect();
        let rounds = (1..).map(|k| k * slices).find(|rounds| rounds * 2 * half % n == 0).unwrap();
        let mut items = Vec::new();
        for round in 0..rounds {
            let out = (round + slices - 1) % slices;
            let next = round % slices;
            self.rng.shuffle(&mut slice[next]);
            self.rng.shuffle(&mut slice[out]);
            for (&gone, &come) in slice[next].iter().zip(&slice[out]) {
                items.push((gone, false));
                items.push((come, true));
            }
        }
        let steps = items.chunks(n).map(|chunk| self.update_request(WORK, chunk)).collect();
        (Flow::Cycle, setup, steps)
    }

    fn create(&mut self, n: usize) -> Parts {
        let setup = self.account();
        let steps = (0..8)
            .map(|_| {
                let mut rows: Vec<usize> = (0..self.rows).collect();
                self.rng.shuffle(&mut rows);
                rows.extend(self.rows..self.rows + n.saturating_sub(self.rows));
                rows.truncate(n);
                self.rng.shuffle(&mut rows);
                self.create_request(FRESH, &rows)
            })
            .collect();
        (Flow::Fresh, setup, steps)
    }

    fn del(&mut self) -> Parts {
        let setup = self.account();
        let steps = vec![self.del_request(EVERYONE, self.rows)];
        (Flow::Fresh, setup, steps)
    }

    fn get(&mut self, page: usize) -> Parts {
        let setup = self.account();
        let last = self.rows.saturating_sub(page);
        let steps = (0..10)
            .map(|_| {
                let start = self.rng.below(last + 1);
                self.get_request(start, page)
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }

    /// A tenth of what is asked for has no data.
    fn search_rows(&mut self, n: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = Vec::with_capacity(n);
        let mut order: Vec<usize> = (0..self.rows).collect();
        let present = n - n / 10;
        while rows.len() < present {
            self.rng.shuffle(&mut order);
            rows.extend(order.iter().take(present - rows.len()));
        }
        rows.extend((self.rows..).take(n / 10));
        self.rng.shuffle(&mut rows);
        rows
    }

    fn search(&mut self, n: usize) -> Parts {
        let setup = self.account();
        let steps = (0..8)
            .map(|_| {
                let rows = self.search_rows(n);
                self.search_request(&rows)
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }

    /// Each doing that writes occurs twice, which brings the account back to where it was: marks and memberships
    /// flip, the visiting group comes and goes.
    fn mixed(&mut self) -> Parts {
        #[derive(Clone)]
        enum Doing {
            Mark(Vec<usize>),
            Update(Vec<usize>),
            Visit(Vec<usize>),
            Get(usize),
            Search(Vec<usize>),
        }
        let setup = self.account();
        let mut doings = Vec::new();
        for i in 0..100 {
            let mut order: Vec<usize> = (0..self.rows).collect();
            self.rng.shuffle(&mut order);
            let some = |n: usize| order[..n.min(order.len())].to_vec();
            doings.push(match i {
                0..40 => Doing::Mark(some(1)),
                40..45 => Doing::Mark(some(10)),
                45..60 => Doing::Update(some(1)),
                60..64 => Doing::Update(some(10)),
                64..66 => Doing::Visit(some(20)),
                66..86 => Doing::Get(self.rng.below(self.rows.saturating_sub(100) + 1)),
                _ => Doing::Search(self.search_rows(10)),
            });
        }
        let mut day = doings.clone();
        self.rng.shuffle(&mut day);
        self.rng.shuffle(&mut doings);
        day.extend(doings);

        let mut marked = vec![0; self.rows];
        let mut visitors = None;
        let steps = day
            .into_iter()
            .map(|doing| match doing {
                Doing::Mark(rows) => {
                    let item = |row: usize| {
                        marked[row] += 1;
                        self.mark_item(row, marked[row] - 1)
                    };
                    let list = rows.into_iter().map(item).collect();
                    self.mark_request(list)
                }
                Doing::Update(rows) => {
                    let mut items = Vec::new();
                    for row in rows {
                        self.working[row] = !self.working[row];
                        items.push((row, self.working[row]));
                    }
                    self.update_request(WORK, &items)
                }
                Doing::Visit(rows) => match visitors.take() {
                    None => {
                        visitors = Some(rows.len());
                        self.create_request(FRESH, &rows)
                    }
                    Some(members) => self.del_request(FRESH, members),
                },
                Doing::Get(start) => self.get_request(start, 100),
                Doing::Search(rows) => self.search_request(&rows),
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }
}
