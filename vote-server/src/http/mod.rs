//! What clients see.

pub mod client;
pub mod endpoint;
pub mod guard;
pub mod listen;
pub mod openapi;
pub mod problem;
pub mod schema;
