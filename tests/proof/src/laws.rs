//! Laws: what must hold for every input. Each is a function that panics when it does not.

pub mod batch;
pub mod capacity;
pub mod doors;
pub mod forms;
pub mod items;
pub mod limits;
pub mod marks;
pub mod messages;
pub mod pages;
pub mod paths;
pub mod renaming;
pub mod spelling;
pub mod stored;
