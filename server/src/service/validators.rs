//! Validators that are kept, so that a warm server decodes without allocating.

use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;

use convmark::{Policy, Validator};

/// Validators that nobody uses at the moment.
pub(super) struct Validators {
    policy: Policy,
    idle: Mutex<Vec<Validator>>,
    /// As many as can be in use at once: none is held across an await.
    most: usize,
}

impl Validators {
    pub(super) fn new(policy: &Policy) -> Self {
        let most = available_parallelism().map_or(1, usize::from);
        Self { policy: *policy, idle: Mutex::default(), most }
    }

    /// Lends a validator.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Validator) -> T) -> T {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut validator = kept.unwrap_or_else(|| Validator::new(&self.policy));
        let done = work(&mut validator);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.most {
            idle.push(validator);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle(validators: &Validators) -> usize {
        validators.idle.lock().unwrap().len()
    }

    #[test]
    fn as_many_are_kept_as_can_be_in_use() {
        let validators = Validators::new(&Policy::default());
        for _ in 0..3 {
            validators.with(|_| validators.with(|_| assert_eq!(idle(&validators), 0)));
            assert_eq!(idle(&validators), validators.most.min(2));
        }
    }
}
