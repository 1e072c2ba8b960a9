//! A line of people who ask for the same kind of thing, served in groups: what waits at the same moment is done at once,
//! in one transaction, and whoever comes meanwhile is in the next group. Nobody waits for a group to fill up.

use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Questions `Q` that are answered with `A`.
pub struct Line<Q, A> {
    ask: mpsc::Sender<Waiting<Q, A>>,
    waiting: Mutex<mpsc::Receiver<Waiting<Q, A>>>,
}

/// Somebody who waits. Dropping it lets them go without an answer.
pub struct Waiting<Q, A> {
    /// What they ask for.
    pub asks: Q,
    answer: oneshot::Sender<A>,
}

impl<Q, A> Waiting<Q, A> {
    /// Gives them what they asked for. Where they went away meanwhile, nobody misses it.
    pub fn give(self, answer: A) {
        let _ = self.answer.send(answer);
    }
}

impl<Q, A> Line<Q, A> {
    /// A line in which at most so many wait; whoever comes then waits for a place in it.
    pub fn new(places: usize) -> Self {
        let (ask, waiting) = mpsc::channel(places);
        Self {
            ask,
            waiting: Mutex::new(waiting),
        }
    }

    /// Waits for an answer. None where whoever served the line could not give one.
    pub async fn ask(&self, asks: Q) -> Option<A> {
        let (answer, given) = oneshot::channel();
        self.ask.send(Waiting { asks, answer }).await.ok()?;
        given.await.ok()
    }

    /// All who wait, at most so many; returns as soon as there is one. Whoever went away is left out.
    pub async fn next(&self, most: usize) -> Vec<Waiting<Q, A>> {
        let mut group = Vec::new();
        let mut waiting = self.waiting.lock().await;
        while group.is_empty() {
            waiting.recv_many(&mut group, most.max(1)).await;
            group.retain(|one: &Waiting<Q, A>| !one.answer.is_closed());
        }
        group
    }
}

/// Serves a line until the program ends. A panic ends the group that it struck, whose people go on without an answer, and
/// the next group is served.
pub async fn for_ever<T, F>(line: Arc<T>, serve: impl Fn(Arc<T>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    while let Err(died) = tokio::spawn(serve(Arc::clone(&line))).await {
        if !died.is_panic() {
            return;
        }
        tracing::error!("who served a line of requests died; another one goes on");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_wait_are_served_together_and_each_gets_their_own() {
        let line = Arc::new(Line::new(16));
        let asking: Vec<_> = (0..10_u32)
            .map(|n| {
                let line = Arc::clone(&line);
                tokio::spawn(async move { line.ask(n).await })
            })
            .collect();
        let mut groups = Vec::new();
        while groups.iter().sum::<usize>() < 10 {
            // All ten are in the line by the time the first group is taken.
            tokio::task::yield_now().await;
            let group = line.next(8).await;
            groups.push(group.len());
            group.into_iter().for_each(|one| match one.asks {
                7 => drop(one),
                n => one.give(n * n),
            });
        }
        assert_eq!(groups, [8, 2]);
        for (n, answer) in asking.into_iter().enumerate() {
            let wanted = (n != 7).then_some(n as u32 * n as u32);
            assert_eq!(answer.await.unwrap(), wanted);
        }
    }

    #[tokio::test]
    async fn a_panic_ends_its_group_alone() {
        let line = Arc::new(Line::new(16));
        tokio::spawn(for_ever(
            Arc::clone(&line),
            |line: Arc<Line<u32, u32>>| async move {
                loop {
                    for one in line.next(1).await {
                        assert_ne!(one.asks, 7, "what nobody expected");
                        let answer = one.asks + 1;
                        one.give(answer);
                    }
                }
            },
        ));
        assert_eq!(line.ask(1).await, Some(2));
        assert_eq!(line.ask(7).await, None);
        assert_eq!(line.ask(2).await, Some(3));
    }
}
