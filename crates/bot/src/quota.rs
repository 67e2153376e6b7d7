//! A platform's monthly allowance: what is spent is kept in the store, and the admins are warned in time, once for each
//! threshold.

use crate::admins;
use crate::engine::Engine;
use domain::EpochMs;
use store::{Error, Lane, Tx};

/// One kind of allowance and what was spent of it lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The platform.
    pub platform: &'static str,
    /// Which kind, as it is kept.
    pub kind: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// How much there is in a month; 0 for no limit.
    pub limit: i64,
    /// Of which percentages the admins are warned, rising.
    pub warn_at: [i64; 2],
    /// Spent since the last time.
    pub spent: i64,
}

impl Engine {
    /// Keeps what was spent, and warns; answers how many percent of each allowance are gone this month (0 where there is no
    /// limit).
    ///
    /// # Errors
    /// When it cannot be written: then nothing of it is kept.
    pub async fn spend(&self, allowances: Vec<Allowance>, now: EpochMs) -> Result<Vec<i64>, Error> {
        let date = self.bot().calendar.date(now);
        let month = date.format("%Y-%m").to_string();
        let lane = Lane::of(&["quota"]);
        self.store()
            .write(lane, move |tx| {
                let mut gone = Vec::with_capacity(allowances.len());
                for allowance in &allowances {
                    gone.push(spend(tx, allowance, &month, now)?);
                }
                Ok(gone)
            })
            .await
    }
}

fn spend(tx: &mut Tx<'_>, allowance: &Allowance, month: &str, now: EpochMs) -> Result<i64, Error> {
    let Allowance { platform, kind, limit, .. } = allowance;
    if allowance.spent > 0 {
        tx.spend_quota(platform, month, kind, allowance.spent)?;
    }
    let rows = tx.quota_spent(platform, month)?;
    let row = rows.iter().find(|row| row.kind == *kind);
    let (spent, warned) = row.map_or((0, 0), |row| (row.spent, row.warned));
    let percent = if *limit > 0 { spent.saturating_mul(100) / limit } else { 0 };
    let passed = allowance.warn_at.iter().rev().find(|at| percent >= **at);
    if let Some(at) = passed.filter(|at| **at > warned)
        && tx.warn_of_quota(platform, month, kind, *at)?
    {
        warn(tx, allowance, month, (spent, *at), now)?;
    }
    Ok(percent)
}

/// Tells every admin, on a way that needs none of what is running out where he has another.
fn warn(
    tx: &mut Tx<'_>,
    allowance: &Allowance,
    month: &str,
    (spent, at): (i64, i64),
    now: EpochMs,
) -> Result<(), Error> {
    let Allowance { platform, kind, name, limit, .. } = allowance;
    let text = format!(
        "{name}本月已用 {spent} 次，额度 {limit} 次，过了 {at}%。\n\
         现在起等着发的消息会合并，答复优先走不另计接口调用的路。用完以后收不到消息内容、发不出提醒：请升级钉钉版本，或少发一些。\n\
         额度写错了就改配置里的 [dingtalk_quota]。"
    );
    admins::tell(tx, &format!("quota:{platform}:{month}:{kind}:{at}"), &text, Some(platform), now)
}
