//! Properties that must hold for every input. Each is a function that panics if its property does
//! not hold.

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
