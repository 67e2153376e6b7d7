//! How a story ended: held, a readable difference, or a file that is wrong.

use std::fmt;

/// A story's file is wrong at a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} 第 {line} 行:「{statement}」读不了。{expected}")]
pub struct BadStory {
    /// The file's name.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// The line.
    pub statement: String,
    /// What should stand there.
    pub expected: String,
}

/// Why a story could not be played to an end.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The file is wrong.
    #[error(transparent)]
    Bad(#[from] BadStory),
    /// The store could not be opened, read or written.
    #[error("存储出错:{0}")]
    Store(#[from] store::Error),
    /// The platform's codec or its fake server did not take a message.
    #[error("{file} 第 {line} 行:「{statement}」没有送到机器人:{why}")]
    Stage {
        /// The file's name.
        file: String,
        /// Counted from 1.
        line: usize,
        /// The line.
        statement: String,
        /// What the stage said.
        why: String,
    },
}

/// How a story that could be played ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All expectations hold.
    Passed {
        /// Lines that could make something happen.
        inputs: usize,
        /// Expectations that held.
        checks: usize,
    },
    /// The first expectation that does not hold.
    Failed(Box<Failure>),
}

/// An expectation that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file's name.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// The line.
    pub statement: String,
    /// What was expected, in a sentence.
    pub expected: String,
    /// What was there instead, line by line.
    pub found: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} 第 {} 行:{}", self.file, self.line, self.statement)?;
        write!(f, "  {}", self.expected)?;
        for line in &self.found {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}

/// What a check found wrong, before it is tied to a line of the file.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) expected: String,
    pub(crate) found: Vec<String>,
}
