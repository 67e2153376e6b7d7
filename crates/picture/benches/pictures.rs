//! How long a picture takes: `cargo bench -p picture`. It prints the middle and the slowest of many for each sample; the aim
//! is 40 ms. The first picture of a process, which also reads the fonts, is told apart.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "../samples/mod.rs"]
mod samples;

use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 40;

fn timed(sheet: &picture::Sheet) -> (Duration, usize) {
    let from = Instant::now();
    let size = picture::draw(black_box(sheet)).map_or(0, |drawn| drawn.png.len());
    (from.elapsed(), size)
}

fn main() {
    let (first, _) = timed(&samples::ranking(8));
    println!("first picture with the fonts: {:.1} ms", first.as_secs_f64() * 1e3);
    for (name, sheet) in samples::all() {
        let mut times = Vec::with_capacity(ROUNDS);
        let mut bytes = 0;
        for _ in 0..ROUNDS {
            let (time, size) = timed(&sheet);
            times.push(time);
            bytes = size;
        }
        times.sort();
        let (middle, slowest) = (times[ROUNDS / 2], times[ROUNDS - 1]);
        let (middle, slowest) = (middle.as_secs_f64() * 1e3, slowest.as_secs_f64() * 1e3);
        println!("{name:<10} middle {middle:6.1} ms   slowest {slowest:6.1} ms   {:4} KB", bytes / 1000);
    }
}
