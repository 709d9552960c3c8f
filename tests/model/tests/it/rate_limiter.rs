//! The rate limiter compared with the reference model.

use crate::runner::on_bytes;
use convmark_model::compare::rate_limiter;
use convmark_model::generate::{ByteSource, times};

#[test]
fn generated_times_agree_with_the_reference_model() {
    on_bytes(1500, 400, |data| {
        let mut source = ByteSource::new(data);
        let calls = source.pick(&[1, 2, 3, 0, 7, 40]);
        let times = times::times(&mut source, 300);
        rate_limiter::compare(calls, &times);
    });
}

/// Every sequence of six calls at these times.
#[test]
fn every_sequence_of_six_calls_agrees_with_the_reference_model() {
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
            admitted += rate_limiter::compare(calls, &sequence);
            all += sequence.len();
        }
    }
    // Both answers occurred often.
    assert!(admitted * 10 > all && admitted * 10 < all * 9, "{admitted} of {all}");
}
