//! Token buckets that outlive a restart and are shared by all instances: a platform counts what was sent, whoever sent it.

use crate::error::Result;
use crate::sql::Tx;
use domain::EpochMs;
use domain::rate::Rate;

const GET: [&str; 2] = [
    "SELECT level, at FROM bucket WHERE name = $1",
    // Two instances never spend the same token.
    "SELECT level, at FROM bucket WHERE name = $1 FOR UPDATE",
];
const SET: &str = "INSERT INTO bucket (name, level, at) VALUES ($1, $2, $3) \
    ON CONFLICT (name) DO UPDATE SET level = excluded.level, at = excluded.at";

impl Tx<'_> {
    /// Takes tokens from all of a destination's buckets, or from none. A bucket that nobody has asked for is full.
    /// Answers how many are left in the emptiest.
    ///
    /// # Errors
    /// Inside: the instant from which there will be enough in each. Outside: when it cannot be read or written.
    pub fn take_tokens(
        &mut self,
        name: &str,
        rates: &[Rate],
        tokens: u32,
        now: EpochMs,
    ) -> Result<std::result::Result<u32, EpochMs>> {
        let mut levels = Vec::with_capacity(rates.len());
        let mut wait = None;
        for rate in rates {
            let name = name_of(name, *rate);
            let level = self.level(&name, *rate, now)?;
            wait = wait.max(rate.ready(level, tokens, now).err());
            levels.push((name, level - rate.worth(tokens), *rate));
        }
        if let Some(at) = wait {
            return Ok(Err(at));
        }
        let mut left = u32::MAX;
        for (name, level, rate) in levels {
            self.exec(SET, &[(&name).into(), level.into(), now.into()])?;
            left = left.min(u32::try_from(level / rate.token()).unwrap_or(0));
        }
        Ok(Ok(left))
    }

    /// How many tokens each of a destination's buckets holds; takes none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn tokens(&mut self, name: &str, rates: &[Rate], now: EpochMs) -> Result<Vec<u32>> {
        let levels = rates.iter().map(|rate| {
            let row = self.row(GET[0], &[name_of(name, *rate).as_str().into()], level_and_time)?;
            let level = row.map_or(rate.full(), |(level, at)| rate.level(level, at, now));
            Ok(u32::try_from(level / rate.token()).unwrap_or(0))
        });
        levels.collect()
    }

    fn level(&mut self, name: &str, rate: Rate, now: EpochMs) -> Result<i64> {
        let sql = GET[usize::from(self.is_postgres())];
        let row = self.exec_row(sql, &[name.into()], level_and_time)?;
        Ok(row.map_or(rate.full(), |(level, at)| rate.level(level, at, now)))
    }
}

fn level_and_time(row: &crate::sql::Row<'_>) -> Result<(i64, EpochMs)> {
    Ok((row.int("level")?, row.int("at")?))
}

/// A destination has a bucket for each of its rates; one that is changed starts full.
fn name_of(name: &str, rate: Rate) -> String {
    format!("{name}|{}/{}", rate.amount, rate.period)
}
