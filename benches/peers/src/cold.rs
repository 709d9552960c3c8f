//! The cold run: many accounts, each visited once per pass in random order, against the same requests on a few accounts
//! that stay in the cache.

use std::time::Duration;

use convmark::Account;

use crate::clock::{Moment, median};
use crate::core::{Service, prepared};
use crate::workload::{Cold, Request};

pub struct Result {
    pub items: usize,
    /// Nanoseconds per item.
    pub cold: f64,
    pub hot: f64,
    /// The median over the rounds.
    pub ratio: f64,
}

/// Makes the many accounts from the templates in turn, so that accounts next to each other in memory differ.
pub fn accounts(cold: &Cold) -> Vec<Account> {
    let templates: Vec<Account> = cold.templates.iter().map(|setup| prepared(setup).0).collect();
    (0..cold.order.len()).map(|i| templates[i % templates.len()].clone()).collect()
}

pub fn run(cold: &Cold, accounts: &mut [Account], rounds: usize) -> Result {
    let templates = cold.templates.len();
    let items = cold.passes[0][0].items;
    let mut few: Vec<Account> = accounts[..templates].to_vec();
    let mut now = 2_000_000_000;
    let mut service = Service::default();
    let mut visit = |account: &mut Account, request: &Request| {
        service.serve(account, request, now);
        std::hint::black_box(&service.answer);
        now += 1;
    };
    let per_item = |time: Duration, visits: usize| time.as_nanos() as f64 / (visits * items) as f64;
    let (mut cold_times, mut hot_times) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let start = Moment::now();
        for pass in &cold.passes {
            for &place in &cold.order {
                visit(&mut accounts[place as usize], &pass[place as usize % templates]);
            }
        }
        cold_times.push(per_item(start.elapsed(), 2 * cold.order.len()));
        let turns = (40_000 / (2 * templates)).max(1);
        let start = Moment::now();
        for _ in 0..turns {
            for pass in &cold.passes {
                for (account, request) in few.iter_mut().zip(pass) {
                    visit(account, request);
                }
            }
        }
        hot_times.push(per_item(start.elapsed(), turns * 2 * templates));
    }
    let ratio = median(cold_times.iter().zip(&hot_times).map(|(cold, hot)| cold / hot).collect());
    Result { items, cold: median(cold_times), hot: median(hot_times), ratio }
}
