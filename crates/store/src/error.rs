//! What can go wrong below the closures. No variant ever carries a parameter's value: a phone number in an error
//! would end in a log.

use crate::keys::KeyId;

/// A store's failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Other transactions kept getting in the way; nothing was changed.
    #[error("the transaction lost against others too often")]
    Contention,
    /// The database cannot be reached, is full or is shut down; nothing that was reported as done is lost.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A statement was refused by the database.
    #[error("statement refused ({statement}): {message}")]
    Statement {
        /// The statement's first words.
        statement: String,
        /// The database's words, without values.
        message: String,
    },
    /// A stored value is not of the form that it must have.
    #[error("stored value cannot be read: {0}")]
    Corrupt(String),
    /// The schema is not the one that this program knows.
    #[error("schema: {0}")]
    Schema(String),
    /// The keys are not those that the store was written with; nothing was changed.
    #[error("keys: {0}")]
    Keys(KeyTrouble),
    /// The address is not one of `sqlite:…`, `postgres://…`.
    #[error("store address: {0}")]
    Address(String),
    /// The unit panicked; everything that it wrote was rolled back.
    #[error("the unit of work panicked")]
    Panicked,
}

/// How the keys and the store disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTrouble {
    /// The store was written with a key that the ring lacks.
    #[error("key {0} is missing")]
    Missing(KeyId),
    /// The ring's key of that number is another one.
    #[error("key {0} is not the one that the store was written with")]
    Other(KeyId),
}

/// A result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The first words of a statement, enough to find it in the source.
pub(crate) fn head(sql: &str) -> String {
    let mut words = sql.split_whitespace();
    let mut head = String::new();
    for word in words.by_ref().take(6) {
        if !head.is_empty() {
            head.push(' ');
        }
        head.push_str(word);
    }
    head
}
