//! A PostgreSQL database that lives for one story or one test.

use crate::error::{Error, Result};
use crate::sql::postgres_error;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database of its own on a server; [`Scratch::remove`] drops it.
#[derive(Debug)]
pub struct Scratch {
    server: String,
    name: String,
    address: String,
}

impl Scratch {
    /// Makes a database beside the one that the address names.
    ///
    /// # Errors
    /// When the server cannot be reached or the user may not make databases.
    pub async fn make(server: &str) -> Result<Self> {
        let mut conn = connect(server).await?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("deskmate_{}_{number}_{:08x}", std::process::id(), rand_of(&mut conn).await?);
        let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut conn)
            .await
            .map_err(|e| postgres_error("CREATE DATABASE", &e).0)?;
        let _ = conn.close().await;
        let address = with_database(server, &name);
        Ok(Self { server: server.to_owned(), name, address })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Drops it, whoever is still connected.
    pub async fn remove(self) {
        if let Ok(mut conn) = connect(&self.server).await {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            let _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await;
            let _ = conn.close().await;
        }
    }
}

async fn connect(server: &str) -> Result<PgConnection> {
    let options: PgConnectOptions =
        server.parse().map_err(|_| Error::Address("not a PostgreSQL address".to_owned()))?;
    options.disable_statement_logging().connect().await.map_err(|e| postgres_error("connect", &e).0)
}

async fn rand_of(conn: &mut PgConnection) -> Result<i64> {
    use sqlx::Row;
    sqlx::query("SELECT (random() * 4294967295)::BIGINT AS n")
        .fetch_one(conn)
        .await
        .and_then(|row| row.try_get("n"))
        .map_err(|e| postgres_error("SELECT random", &e).0)
}

/// The address with another database's name in it.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = match server.split_once('?') {
        Some((base, query)) => (base, format!("?{query}")),
        None => (server, String::new()),
    };
    let host = base.find("://").map_or(0, |at| at + 3);
    let end = base[host..].find('/').map_or(base.len(), |at| host + at);
    format!("{}/{name}{query}", &base[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_databases_name_changes() {
        let cases = [
            ("postgres://root@127.0.0.1:5432/test", "postgres://root@127.0.0.1:5432/x"),
            ("postgres://127.0.0.1", "postgres://127.0.0.1/x"),
            ("postgres://h/test?sslmode=disable", "postgres://h/x?sslmode=disable"),
        ];
        for (server, expected) in cases {
            assert_eq!(with_database(server, "x"), expected);
        }
    }
}
