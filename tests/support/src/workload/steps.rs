//! The timed requests of each workload.

use super::generator::{EVERYONE, Generator, NEW, OTHERS, WORK};
use super::{Flow, Request};

/// The flow, the requests that make the account, the timed requests.
type Steps = (Flow, Vec<Request>, Vec<Request>);

impl Generator {
    /// All rows in random order, `rounds` times: row and round.
    fn permutations(&mut self, rounds: usize) -> Vec<(usize, usize)> {
        let mut order: Vec<usize> = (0..self.rows).collect();
        let mut list = Vec::with_capacity(rounds * self.rows);
        for round in 0..rounds {
            self.random.shuffle(&mut order);
            list.extend(order.iter().map(|&row| (row, round)));
        }
        list
    }

    /// The smallest even number of rounds over all rows that fills whole requests of `n` items.
    fn rounds(&self, n: usize) -> usize {
        (1..).map(|k| 2 * k).find(|rounds| rounds * self.rows % n == 0).unwrap()
    }

    pub(super) fn mark(&mut self, n: usize) -> Steps {
        let setup = self.account();
        let list = self.permutations(self.rounds(n));
        let steps = list
            .chunks(n)
            .map(|chunk| {
                self.mark_request(
                    &chunk
                        .iter()
                        .map(|&(row, round)| self.mark_item(row, round))
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }

    pub(super) fn update(&mut self, n: usize) -> Steps {
        let setup = self.account();
        let mut items = Vec::new();
        for round in 0..self.rounds(n) {
            // As many additions as removals in every request, in random order.
            let flip =
                |generator: &Generator, row: usize| generator.working[row] == (round % 2 == 1);
            let (mut adds, mut removes): (Vec<usize>, Vec<usize>) =
                (0..self.rows).partition(|&row| flip(self, row));
            self.random.shuffle(&mut adds);
            self.random.shuffle(&mut removes);
            let half = (n.min(self.rows) / 2).max(1);
            for (adds, removes) in adds.chunks(half).zip(removes.chunks(half)) {
                let mut part: Vec<(usize, bool)> = adds.iter().map(|&row| (row, true)).collect();
                part.extend(removes.iter().map(|&row| (row, false)));
                self.random.shuffle(&mut part);
                items.extend(part);
            }
        }
        let steps = items.chunks(n).map(|chunk| self.update_request(WORK, chunk)).collect();
        (Flow::Cycle, setup, steps)
    }

    pub(super) fn churn(&mut self, n: usize) -> Steps {
        // Slices of equal size. At any time one of them is not in the account.
        let half = (n / 2).clamp(1, self.rows / 2);
        let slices = self.rows / half + 1;
        let present: Vec<usize> = (0..self.rows).collect();
        let mut setup: Vec<Request> =
            OTHERS.iter().map(|&group| self.create_request(group, &[])).collect();
        setup.extend(self.member_requests(WORK, &present));
        let mut order: Vec<usize> = present;
        self.random.shuffle(&mut order);
        order.extend(self.rows..self.rows + half);
        let mut slice: Vec<Vec<usize>> = order.chunks(half).map(<[usize]>::to_vec).collect();
        let rounds = (1..).map(|k| k * slices).find(|rounds| rounds * 2 * half % n == 0).unwrap();
        let mut items = Vec::new();
        for round in 0..rounds {
            let out = (round + slices - 1) % slices;
            let next = round % slices;
            self.random.shuffle(&mut slice[next]);
            self.random.shuffle(&mut slice[out]);
            for (&gone, &come) in slice[next].iter().zip(&slice[out]) {
                items.push((gone, false));
                items.push((come, true));
            }
        }
        let steps = items.chunks(n).map(|chunk| self.update_request(WORK, chunk)).collect();
        (Flow::Cycle, setup, steps)
    }

    pub(super) fn create(&mut self, n: usize) -> Steps {
        let setup = self.account();
        let steps = (0..8)
            .map(|_| {
                let mut rows: Vec<usize> = (0..self.rows).collect();
                self.random.shuffle(&mut rows);
                rows.extend(self.rows..self.rows + n.saturating_sub(self.rows));
                rows.truncate(n);
                self.random.shuffle(&mut rows);
                self.create_request(NEW, &rows)
            })
            .collect();
        (Flow::Fresh, setup, steps)
    }

    pub(super) fn del(&mut self) -> Steps {
        let setup = self.account();
        let steps = vec![self.del_request(EVERYONE, self.rows)];
        (Flow::Fresh, setup, steps)
    }

    pub(super) fn get(&mut self, page: usize) -> Steps {
        let setup = self.account();
        let last = self.rows.saturating_sub(page);
        let steps = (0..10)
            .map(|_| {
                let start = self.random.below(last + 1);
                self.get_request(start, page)
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }

    /// The rows to search. A tenth of them have no data.
    fn search_rows(&mut self, n: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = Vec::with_capacity(n);
        let mut order: Vec<usize> = (0..self.rows).collect();
        let present = n - n / 10;
        while rows.len() < present {
            self.random.shuffle(&mut order);
            rows.extend(order.iter().take(present - rows.len()));
        }
        rows.extend((self.rows..).take(n / 10));
        self.random.shuffle(&mut rows);
        rows
    }

    pub(super) fn search(&mut self, n: usize) -> Steps {
        let setup = self.account();
        let steps = (0..8)
            .map(|_| {
                let rows = self.search_rows(n);
                self.search_request(&rows)
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }

    /// Each action that writes occurs twice, and the second undoes the first: marks and memberships
    /// are flipped, the new group is created and deleted.
    pub(super) fn mixed(&mut self) -> Steps {
        #[derive(Clone)]
        enum Action {
            Mark(Vec<usize>),
            Update(Vec<usize>),
            NewGroup(Vec<usize>),
            Get(usize),
            Search(Vec<usize>),
        }
        let setup = self.account();
        let mut actions = Vec::new();
        for i in 0..100 {
            let mut order: Vec<usize> = (0..self.rows).collect();
            self.random.shuffle(&mut order);
            let some = |n: usize| order[..n.min(order.len())].to_vec();
            actions.push(match i {
                0..40 => Action::Mark(some(1)),
                40..45 => Action::Mark(some(10)),
                45..60 => Action::Update(some(1)),
                60..64 => Action::Update(some(10)),
                64..66 => Action::NewGroup(some(20)),
                66..86 => Action::Get(self.random.below(self.rows.saturating_sub(100) + 1)),
                _ => Action::Search(self.search_rows(10)),
            });
        }
        let mut all = actions.clone();
        self.random.shuffle(&mut all);
        self.random.shuffle(&mut actions);
        all.extend(actions);

        let mut marked = vec![0; self.rows];
        let mut members = None;
        let steps = all
            .into_iter()
            .map(|action| match action {
                Action::Mark(rows) => {
                    let item = |row: usize| {
                        marked[row] += 1;
                        self.mark_item(row, marked[row] - 1)
                    };
                    let list: Vec<String> = rows.into_iter().map(item).collect();
                    self.mark_request(&list)
                }
                Action::Update(rows) => {
                    let mut items = Vec::new();
                    for row in rows {
                        self.working[row] = !self.working[row];
                        items.push((row, self.working[row]));
                    }
                    self.update_request(WORK, &items)
                }
                Action::NewGroup(rows) => match members.take() {
                    None => {
                        members = Some(rows.len());
                        self.create_request(NEW, &rows)
                    }
                    Some(count) => self.del_request(NEW, count),
                },
                Action::Get(start) => self.get_request(start, 100),
                Action::Search(rows) => self.search_request(&rows),
            })
            .collect();
        (Flow::Cycle, setup, steps)
    }
}
