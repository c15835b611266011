//! One definition per table, from which its SQL, its row type and its bindings are stamped for both
//! databases: so that column lists, placeholders and types cannot drift apart.

use sqlx::query_builder::Separated;
use sqlx::{Postgres, Sqlite};

/// How an insert meets a row that is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Existing {
    /// The row must be new: appends.
    Fails,
    /// The row is brought up to date: projections.
    IsUpdated,
}

/// A table's row type.
pub(crate) trait Table:
    Sized + Clone + Ord + std::fmt::Debug + Send + Sync + Unpin + 'static
{
    /// The table.
    const NAME: &'static str;
    /// How many columns a row binds.
    const COLUMNS: usize;
    /// `INSERT INTO table (columns) `, to be followed by the values.
    const INSERT: &'static str;
    /// What follows the values where an existing row is updated.
    const UPDATE: &'static str;
    /// All rows of a pool, `$1`.
    const SELECT_ALL: &'static str;
    /// `DELETE FROM table WHERE `, to be followed by one [`Table::KEY`] with its values, or several.
    const DELETE: &'static str;
    /// `(key columns) = `, to be followed by one row of their values.
    const KEY: &'static str;
    /// How many columns the key has.
    const KEY_COLUMNS: usize;

    /// Binds all columns in the order of [`Table::INSERT`].
    fn bind_sqlite(&self, to: &mut Separated<'_, Sqlite, &'static str>);
    /// Binds all columns in the order of [`Table::INSERT`].
    fn bind_postgres(&self, to: &mut Separated<'_, Postgres, &'static str>);
    /// Binds the key in the order of [`Table::DELETE`].
    fn bind_key_sqlite(&self, to: &mut Separated<'_, Sqlite, &'static str>);
    /// Binds the key in the order of [`Table::DELETE`].
    fn bind_key_postgres(&self, to: &mut Separated<'_, Postgres, &'static str>);
    /// The key as people read it.
    fn key_text(&self) -> String;
}

/// A column value as people read it in an error.
pub(crate) trait Show {
    /// The text.
    fn show(&self) -> String;
}
impl Show for String {
    fn show(&self) -> String {
        self.clone()
    }
}
impl Show for i64 {
    fn show(&self) -> String {
        self.to_string()
    }
}
impl Show for Vec<u8> {
    fn show(&self) -> String {
        crypto::encoding::hex::encode(self)
    }
}

/// Defines a row type and everything [`Table`] asks for.
macro_rules! table {
    (
        $(#[$doc:meta])*
        $row:ident in $table:ident
        key { $(#[$k0doc:meta])* $k0:ident : $k0ty:ty $(, $(#[$kdoc:meta])* $k:ident : $kty:ty)* $(,)? }
        data { $(#[$f0doc:meta])* $f0:ident : $f0ty:ty $(, $(#[$fdoc:meta])* $f:ident : $fty:ty)* $(,)? }
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub struct $row {
            $(#[$k0doc])* pub $k0: $k0ty,
            $($(#[$kdoc])* pub $k: $kty,)*
            $(#[$f0doc])* pub $f0: $f0ty,
            $($(#[$fdoc])* pub $f: $fty,)*
        }

        impl $crate::storage::table::Table for $row {
            const NAME: &'static str = stringify!($table);
            const COLUMNS: usize = [stringify!($k0), $(stringify!($k),)* stringify!($f0), $(stringify!($f)),*].len();
            const KEY_COLUMNS: usize = [stringify!($k0), $(stringify!($k)),*].len();
            const INSERT: &'static str = concat!(
                "INSERT INTO ", stringify!($table), " (", stringify!($k0), $(", ", stringify!($k),)*
                ", ", stringify!($f0), $(", ", stringify!($f),)* ") "
            );
            const UPDATE: &'static str = concat!(
                " ON CONFLICT (", stringify!($k0), $(", ", stringify!($k),)* ") DO UPDATE SET ",
                stringify!($f0), " = excluded.", stringify!($f0),
                $(", ", stringify!($f), " = excluded.", stringify!($f),)*
            );
            const SELECT_ALL: &'static str = concat!(
                "SELECT ", stringify!($k0), $(", ", stringify!($k),)*
                ", ", stringify!($f0), $(", ", stringify!($f),)*
                " FROM ", stringify!($table), " WHERE pool = $1"
            );
            const DELETE: &'static str = concat!(
                "DELETE FROM ", stringify!($table), " WHERE "
            );
            const KEY: &'static str = concat!("(", stringify!($k0), $(", ", stringify!($k),)* ") = ");

            fn bind_sqlite(&self, to: &mut sqlx::query_builder::Separated<'_, sqlx::Sqlite, &'static str>) {
                to.push_bind(&self.$k0); $(to.push_bind(&self.$k);)*
                to.push_bind(&self.$f0); $(to.push_bind(&self.$f);)*
            }
            fn bind_postgres(&self, to: &mut sqlx::query_builder::Separated<'_, sqlx::Postgres, &'static str>) {
                to.push_bind(&self.$k0); $(to.push_bind(&self.$k);)*
                to.push_bind(&self.$f0); $(to.push_bind(&self.$f);)*
            }
            fn bind_key_sqlite(&self, to: &mut sqlx::query_builder::Separated<'_, sqlx::Sqlite, &'static str>) {
                to.push_bind(&self.$k0); $(to.push_bind(&self.$k);)*
            }
            fn bind_key_postgres(&self, to: &mut sqlx::query_builder::Separated<'_, sqlx::Postgres, &'static str>) {
                to.push_bind(&self.$k0); $(to.push_bind(&self.$k);)*
            }
            fn key_text(&self) -> String {
                [$crate::storage::table::Show::show(&self.$k0), $($crate::storage::table::Show::show(&self.$k)),*].join("/")
            }
        }

        $crate::storage::table::from_row!($row, sqlx::sqlite::SqliteRow, $k0 $(, $k)*, $f0 $(, $f)*);
        $crate::storage::table::from_row!($row, sqlx::postgres::PgRow, $k0 $(, $k)*, $f0 $(, $f)*);
    };
}

/// Reads a row type by column names from one database's rows.
macro_rules! from_row {
    ($row:ident, $db_row:ty, $($column:ident),* $(,)?) => {
        impl sqlx::FromRow<'_, $db_row> for $row {
            fn from_row(row: &$db_row) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                Ok($row { $($column: row.try_get(stringify!($column))?),* })
            }
        }
    };
}

pub(crate) use {from_row, table};
