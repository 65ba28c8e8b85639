//! The queue before the appender: bounded, drained without timers. While a commit is in flight
//! commands queue up; the next batch takes what is waiting.

use tokio::sync::{mpsc, oneshot};

use super::{AppendError, Appended, Command, Head, Proven, StoreError};

/// How many commands may wait before senders are told that the chronicle is busy.
const CAPACITY: usize = 1_024;
/// A batch is closed when it holds so many commands, acts or bytes.
const MAX_COMMANDS: usize = 1_024;
const MAX_ACTS: usize = 1_024;
const MAX_BYTES: usize = 1 << 20;

type Answer = Result<Vec<Appended>, AppendError>;

enum Message {
    Append(Command, oneshot::Sender<Answer>),
    Restore(Restoring),
    Close(oneshot::Sender<()>),
}

/// The senders' end.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    sender: mpsc::Sender<Message>,
}

/// The appender's end.
#[derive(Debug)]
pub(super) struct Waiting {
    receiver: mpsc::Receiver<Message>,
    closing: Vec<oneshot::Sender<()>>,
    /// Came in while a batch was gathered; its turn is next.
    restoring: Option<Restoring>,
}

/// What the appender is to do next.
pub(super) enum Work {
    Batch(Batch),
    Restore(Restoring),
}

/// Acts to be restored together, and who waits for it.
#[derive(Debug)]
pub(super) struct Restoring {
    /// The acts.
    pub(super) acts: Vec<Proven>,
    /// Who asked for it.
    pub(super) reply: oneshot::Sender<Result<Head, StoreError>>,
}

/// Commands to be committed together, and who waits for each.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The commands, in the order in which they came.
    pub(super) commands: Vec<Command>,
    replies: Vec<oneshot::Sender<Answer>>,
    acts: usize,
    bytes: usize,
}

/// Makes a queue.
pub(super) fn queue() -> (Queue, Waiting) {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    (Queue { sender }, Waiting { receiver, closing: Vec::new(), restoring: None })
}

fn stopped() -> StoreError {
    StoreError::Stopped { reason: "the store was closed".into() }
}

impl Queue {
    /// Puts a command in the queue and waits for its answer.
    pub(super) async fn append(&self, command: Command) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.sender.try_send(Message::Append(command, reply)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => AppendError::Busy,
            mpsc::error::TrySendError::Closed(_) => AppendError::Store(stopped()),
        })?;
        answer.await.unwrap_or_else(|_| Err(AppendError::Store(stopped())))
    }

    /// Puts acts to be restored in the queue, waiting for room, and waits for the answer.
    pub(super) async fn restore(&self, acts: Vec<Proven>) -> Result<Head, StoreError> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Restore(Restoring { acts, reply });
        self.sender.send(message).await.map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Lets nothing more in and waits until everything before was answered.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.sender.send(Message::Close(done)).await.is_ok() {
            // An appender that is gone has nothing left to answer.
            let _ = closed.await;
        } else {
            self.sender.closed().await;
        }
    }

    /// How many commands wait, and how many may.
    pub(super) fn depth(&self) -> (usize, usize) {
        (self.sender.max_capacity() - self.sender.capacity(), self.sender.max_capacity())
    }
}

impl Waiting {
    /// The next batch: what is waiting, at least one command, or a restoring, which goes alone.
    /// `None` when the queue was closed and is empty.
    ///
    /// Whoever was answered a moment ago and has more to say is let speak first: as long as
    /// commands keep coming the batch grows, since a commit costs much the same for one act as for
    /// fifty.
    pub(super) async fn next(&mut self) -> Option<Work> {
        let mut batch = Batch::default();
        while batch.commands.is_empty() {
            if let Some(restoring) = self.restoring.take() {
                return Some(Work::Restore(restoring));
            }
            let message = self.receiver.recv().await?;
            self.take(message, &mut batch);
        }
        loop {
            let before = batch.commands.len();
            tokio::task::yield_now().await;
            while !batch.is_full()
                && self.restoring.is_none()
                && let Ok(message) = self.receiver.try_recv()
            {
                self.take(message, &mut batch);
            }
            if batch.is_full() || batch.commands.len() == before {
                return Some(Work::Batch(batch));
            }
        }
    }

    fn take(&mut self, message: Message, batch: &mut Batch) {
        match message {
            Message::Append(command, reply) => {
                batch.acts += command.acts.len();
                batch.bytes += command.acts.iter().map(|act| act.bytes()).sum::<usize>();
                batch.commands.push(command);
                batch.replies.push(reply);
            }
            Message::Restore(restoring) => self.restoring = Some(restoring),
            Message::Close(done) => {
                self.receiver.close();
                self.closing.push(done);
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        for done in self.closing.drain(..) {
            // Whoever asked may have gone away.
            let _ = done.send(());
        }
    }
}

impl Batch {
    fn is_full(&self) -> bool {
        self.commands.len() >= MAX_COMMANDS || self.acts >= MAX_ACTS || self.bytes >= MAX_BYTES
    }

    /// Answers every command. A sender that has gone away does not hear it.
    pub(super) fn answer(self, answers: Vec<Answer>) {
        for (reply, answer) in self.replies.into_iter().zip(answers) {
            let _ = reply.send(answer);
        }
    }
}
