//! The sentences in which people are told what could not be read.

use super::{DateError, Problem};

/// Most problems that one answer lists: a long wrong message gets a short answer.
const MOST: usize = 3;

impl DateError {
    /// The sentence.
    pub fn told(self) -> &'static str {
        match self {
            DateError::NotADate => "没看懂日期。可以写：今天、昨天、周三、11-25、11月25日",
            DateError::NoSuchDay => "没有这一天，请检查日期。",
            DateError::EndBeforeStart => "结束日期早于开始日期，请检查。",
            DateError::TooLong => "日期范围太长，最多一年。",
        }
    }
}

impl Problem {
    /// The sentence.
    pub fn told(&self) -> String {
        match self {
            Problem::NotANumber { label, found } => format!("「{label}」后面要写数字，收到的是「{found}」"),
            Problem::NotWhole { label, found } => {
                format!("「{label}」要写不小于 0 的整数，收到的是「{found}」")
            }
            Problem::TooBig { label, found } => format!("「{label}」的数字太大：{found}"),
            Problem::Twice { key, first, second } => {
                format!("「{key}」写了两次：{first} 和 {second}，请只写一次")
            }
            Problem::UnknownLabel { found, near: Some(near) } => {
                format!("没看懂「{found}」，是不是「{near}」？")
            }
            Problem::UnknownLabel { found, near: None } => format!("没看懂「{found}」"),
        }
    }
}

/// The sentences of several problems, one a line.
pub fn told(problems: &[Problem]) -> String {
    let mut lines: Vec<String> = problems.iter().take(MOST).map(Problem::told).collect();
    if problems.len() > MOST {
        lines.push(format!("…还有 {} 处", problems.len() - MOST));
    }
    lines.join("\n")
}
