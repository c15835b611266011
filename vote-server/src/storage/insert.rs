//! The one place where SQL is put together: one statement for all rows of a table in a batch. A loop
//! of single-row statements costs ten times as much, because each one changes threads (SQLite) or
//! crosses the network (PostgreSQL). Only constants of [`Table`] and placeholders go into the text.

use sqlx::{Postgres, QueryBuilder, Sqlite};

use super::StoreError;
use super::table::{Existing, Table};
use super::tx::Tx;

/// Most values of one statement: SQLite takes 32,766, PostgreSQL 65,535.
const MAX_VALUES: usize = 32_000;
/// Most keys of one statement: SQLite nests expressions 1,000 deep.
const MAX_KEYS: usize = 500;

impl Tx {
    /// Inserts all rows, as few statements as limits allow.
    pub(crate) async fn insert<T: Table>(
        &mut self,
        rows: &[T],
        existing: Existing,
    ) -> Result<(), StoreError> {
        let tail = match existing {
            Existing::Fails => "",
            Existing::IsUpdated => T::UPDATE,
        };
        for chunk in rows.chunks(MAX_VALUES / T::COLUMNS) {
            match self {
                Tx::Sqlite(tx) => {
                    let mut query = QueryBuilder::<Sqlite>::new(T::INSERT);
                    query.push_values(chunk, |mut to, row| row.bind_sqlite(&mut to)).push(tail);
                    query.build().execute(&mut **tx).await?;
                }
                Tx::Postgres(tx) => {
                    let mut query = QueryBuilder::<Postgres>::new(T::INSERT);
                    query.push_values(chunk, |mut to, row| row.bind_postgres(&mut to)).push(tail);
                    query.build().execute(&mut **tx).await?;
                }
            }
        }
        Ok(())
    }

    /// Deletes the rows with these keys: projections only, the database refuses anything else.
    pub(crate) async fn delete<T: Table>(&mut self, rows: &[T]) -> Result<(), StoreError> {
        for chunk in rows.chunks(MAX_KEYS) {
            match self {
                Tx::Sqlite(tx) => {
                    let mut query = QueryBuilder::<Sqlite>::new(T::DELETE);
                    for (place, row) in chunk.iter().enumerate() {
                        query.push(or(place)).push(T::KEY).push("(");
                        row.bind_key_sqlite(&mut query.separated(", "));
                        query.push(")");
                    }
                    query.build().execute(&mut **tx).await?;
                }
                Tx::Postgres(tx) => {
                    let mut query = QueryBuilder::<Postgres>::new(T::DELETE);
                    for (place, row) in chunk.iter().enumerate() {
                        query.push(or(place)).push(T::KEY).push("(");
                        row.bind_key_postgres(&mut query.separated(", "));
                        query.push(")");
                    }
                    query.build().execute(&mut **tx).await?;
                }
            }
        }
        Ok(())
    }
}

/// What stands before the key at a place.
fn or(place: usize) -> &'static str {
    if place == 0 { "" } else { " OR " }
}
