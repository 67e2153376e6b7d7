//! What was heard on its way to the ear: messages of one chat one after the other, taps each at once.

use super::frame::{CARDS, Frame};
use super::{Ear, Note, Taken, Timing};
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinHandle;

/// Queues of messages; a chat always has the same one.
const LANES: usize = 16;
/// Messages that wait in one of them. More are left unacknowledged.
const WAITING: usize = 128;
/// Taps in work at once.
const TAPS: usize = 64;

/// A frame that wants an answer, and where its acknowledgement goes.
pub(super) struct Job {
    pub(super) frame: Frame,
    pub(super) acks: mpsc::Sender<String>,
}

#[derive(Clone)]
pub(super) struct Lanes(Arc<Inner>);

/// A queue, and who works it off.
type Lane = (mpsc::Sender<Job>, JoinHandle<()>);

struct Inner {
    ear: Arc<dyn Ear>,
    timing: Timing,
    taps: Arc<Semaphore>,
    lanes: Mutex<Option<Vec<Lane>>>,
    senders: Vec<mpsc::WeakSender<Job>>,
}

impl Lanes {
    pub(super) fn new(ear: Arc<dyn Ear>, timing: Timing) -> Self {
        let lanes: Vec<_> = (0..LANES)
            .map(|_| {
                let (sender, mut jobs) = mpsc::channel::<Job>(WAITING);
                let ear = Arc::clone(&ear);
                let work = tokio::spawn(async move {
                    while let Some(job) = jobs.recv().await {
                        let taken = ear.message(&job.frame.data).await;
                        answer(&job, taken).await;
                    }
                });
                (sender, work)
            })
            .collect();
        let senders = lanes.iter().map(|(sender, _)| sender.downgrade()).collect();
        let taps = Arc::new(Semaphore::new(TAPS));
        Self(Arc::new(Inner { ear, timing, taps, lanes: Mutex::new(Some(lanes)), senders }))
    }

    /// Takes a frame without waiting; what finds no room is dropped unacknowledged.
    pub(super) fn take(&self, job: Job) {
        let inner = &self.0;
        let taken = if job.frame.topic == CARDS {
            inner.taps.clone().try_acquire_owned().is_ok_and(|permit| {
                let inner = Arc::clone(inner);
                tokio::spawn(async move {
                    tap(&inner, &job).await;
                    drop(permit);
                });
                true
            })
        } else {
            let sender = inner.senders[lane(&job.frame.data)].upgrade();
            sender.is_some_and(|sender| sender.try_send(job).is_ok())
        };
        if !taken {
            tracing::warn!("too much is waiting: a frame was dropped unacknowledged");
            inner.ear.note(Note::Crowded);
        }
    }

    /// Takes nothing more, and ends when everything that was taken is answered.
    pub(super) async fn finish(&self) {
        let lanes = self.0.lanes.lock().await.take().unwrap_or_default();
        for (sender, work) in lanes {
            drop(sender);
            // It ends when its queue is empty; a panic in it was told where it happened.
            let _ = work.await;
        }
    }
}

/// The outcome of a tap goes back with the acknowledgement. One that takes too long is acknowledged without it, and goes
/// on: its outcome is said in the chat.
async fn tap(inner: &Arc<Inner>, job: &Job) {
    let data = job.frame.data.clone();
    let id = job.frame.message_id.clone().unwrap_or_default();
    let ear = Arc::clone(&inner.ear);
    let work = tokio::spawn(async move { ear.tap(&data, &id).await });
    let taken = match tokio::time::timeout(inner.timing.tap, work).await {
        Ok(Ok(taken)) => taken,
        Ok(Err(_)) => Taken::Not,
        Err(_) => Taken::Done(json!({ "response": {} })),
    };
    answer(job, taken).await;
}

async fn answer(job: &Job, taken: Taken) {
    let ack = match taken {
        Taken::Done(answer) => job.frame.taken(&answer),
        Taken::Bad => job.frame.ack(400, "bad request", ""),
        Taken::Not => None,
    };
    if let Some(ack) = ack {
        // A connection that has gone meanwhile takes none: the frame comes again, and is known.
        let _ = job.acks.send(ack).await;
    }
}

/// Which lane: by the chat, so that what was said in it keeps its order.
fn lane(data: &str) -> usize {
    let message: Value = serde_json::from_str(data).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    message["conversationId"].as_str().unwrap_or_default().hash(&mut hasher);
    usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default()
}
