//! The call-frequency gate against a log.

use crate::runner::on_bytes;
use convmark_proof::compare::gate;
use convmark_proof::generate::{Draw, times};

#[test]
fn gate_and_log() {
    on_bytes(1500, 400, |data| {
        let mut draw = Draw::new(data);
        let calls = draw.pick(&[1, 2, 3, 0, 7, 40]);
        let times = times::times(&mut draw, 300);
        gate::compare(calls, &times);
    });
}

/// Every sequence of six calls at these times.
#[test]
fn every_short_sequence() {
    let times = [0, 1, 999, 1000, 1001, 2000, 1999];
    let length = 6;
    let (mut admitted, mut all) = (0, 0);
    for number in 0..7_usize.pow(length) {
        let mut rest = number;
        let sequence: Vec<u64> = (0..length)
            .map(|_| {
                let time = times[rest % 7];
                rest /= 7;
                time
            })
            .collect();
        for calls in 0..3 {
            admitted += gate::compare(calls, &sequence);
            all += sequence.len();
        }
    }
    // Both answers really were compared.
    assert!(admitted * 10 > all && admitted * 10 < all * 9, "{admitted} of {all}");
}
