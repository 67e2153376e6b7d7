//! The name of a newcomer whose platform does not send it with his messages, asked for before his message is handled: 我是
//! offers it, and whoever approves him reads it. Members' messages ask for nothing.

use bot::{Body, Engine, Incoming};
use domain::EpochMs;
use std::time::Duration;

/// How long asking may take; who has no name by then is asked for it as before.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What the platform's contacts call the sender, where he is no member and they can be asked.
pub(super) async fn ask(engine: &Engine, incoming: &Incoming, now: EpochMs) -> Option<String> {
    let user = &incoming.sender.user_id;
    if incoming.sender.name.is_some() || !matches!(incoming.body, Body::Text(_)) {
        return None;
    }
    let asking = engine.name_of(incoming.platform, user)?;
    let directory = engine.store().read(|tx| tx.directory()).await.ok()?;
    if directory.who(incoming.platform, user, now).is_some() {
        return None;
    }
    tokio::time::timeout(PATIENCE, asking).await.ok().flatten()
}
