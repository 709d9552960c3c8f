//! Random requests, and the core as the model that answers are checked against.
//!
//! The simulation and the tests over real stores share it. It knows the core and nothing of the
//! server, so that the server's own tests can use it too.

pub mod history;
pub mod requests;
