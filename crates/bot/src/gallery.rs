//! Pictures, drawn outside of every transaction when they go out. The same one for several groups is drawn once; what was
//! drawn is kept for a while, for the tries that follow.

use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Draws the JSON of a sheet as PNG; `None` when it cannot be drawn.
pub type Draw = fn(&str) -> Option<Vec<u8>>;

/// Bytes of pictures that are kept.
const MOST_BYTES: usize = 16 << 20;

/// Draws and keeps.
pub(crate) struct Gallery {
    draw: Option<Draw>,
    // Held while one is drawn: whoever wants the same waits for it, and one processor is enough for pictures.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    pictures: HashMap<[u8; 32], Arc<[u8]>>,
    order: VecDeque<[u8; 32]>,
    bytes: usize,
}

impl Gallery {
    pub(crate) fn new(draw: Option<Draw>) -> Self {
        Self { draw, kept: Mutex::default() }
    }

    /// The picture of a sheet; `None` when it cannot be drawn, or nothing here draws.
    pub(crate) async fn picture(&self, spec: &str) -> Option<Arc<[u8]>> {
        let draw = self.draw?;
        let digest: [u8; 32] = Sha256::digest(spec).into();
        let mut kept = self.kept.lock().await;
        if let Some(picture) = kept.pictures.get(&digest) {
            return Some(Arc::clone(picture));
        }
        let spec = spec.to_owned();
        // Not a panic of the sender's, whatever is in the sheet.
        let drawn = tokio::task::spawn_blocking(move || draw(&spec)).await.ok().flatten()?;
        let picture: Arc<[u8]> = drawn.into();
        kept.keep(digest, &picture);
        Some(picture)
    }
}

impl Kept {
    fn keep(&mut self, digest: [u8; 32], picture: &Arc<[u8]>) {
        self.bytes += picture.len();
        self.pictures.insert(digest, Arc::clone(picture));
        self.order.push_back(digest);
        while self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            self.bytes -= self.pictures.remove(&oldest).map_or(0, |picture| picture.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    static DRAWN: AtomicUsize = AtomicUsize::new(0);

    fn draw(spec: &str) -> Option<Vec<u8>> {
        DRAWN.fetch_add(1, Ordering::Relaxed);
        assert!(spec != "panic", "a sheet that breaks");
        (spec != "no").then(|| vec![7; 1 << 20])
    }

    #[tokio::test]
    async fn a_picture_is_drawn_once_and_what_is_kept_is_bounded() {
        let gallery = Gallery::new(Some(draw));
        let [one, two] = [gallery.picture("a").await, gallery.picture("a").await];
        assert!(one.is_some() && one == two);
        assert_eq!(DRAWN.load(Ordering::Relaxed), 1);
        for n in 0..40 {
            assert!(gallery.picture(&n.to_string()).await.is_some());
        }
        let kept = gallery.kept.lock().await;
        assert!(kept.bytes <= MOST_BYTES && kept.pictures.len() == kept.order.len());
        assert_eq!(kept.bytes, kept.pictures.values().map(|picture| picture.len()).sum::<usize>());
        drop(kept);
        assert_eq!(gallery.picture("no").await, None);
        assert_eq!(gallery.picture("panic").await, None);
        assert!(gallery.picture("a").await.is_some(), "drawn again");
        assert_eq!(Gallery::new(None).picture("a").await, None);
    }
}
