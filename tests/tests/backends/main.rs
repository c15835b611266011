//! The store and the service over it, on SQLite and on PostgreSQL: every test here runs on both.

mod constraints;
mod service;
mod store;
mod world;

/// Makes of each function that takes a [`world::Database`] one test per database.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident) $body:block)*) => {
        $(async fn $name($database: crate::world::Database) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::world::Database::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::world::Database::postgres()).await;
            })*
        }
    };
}
pub(crate) use on_both;
