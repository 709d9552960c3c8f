//! Properties: what must hold for every input. Each is a function that panics when it does not.

pub mod batch;
pub mod capacity;
pub mod entry_points;
pub mod items;
pub mod limits;
pub mod marks;
pub mod messages;
pub mod pages;
pub mod paths;
pub mod renaming;
pub mod representations;
pub mod spelling;
pub mod stored;
