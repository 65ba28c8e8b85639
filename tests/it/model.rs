//! The chronicle against a model of it in memory: random orders, repeats, conflicts and restarts;
//! what is answered and what is read must agree after every step, and what fails is shrunk.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Runtime;
use tongjian::runner::{REGISTRY, rebuild, verify_projection};
use tongjian::store::{AppendError, Command, Expected, Store};
use tongjian::verify::verify;

use crate::acts::{Fresh, command, id, notice};

/// What is asked of the chronicle.
#[derive(Debug, Clone)]
enum Step {
    /// Commands that wait together, so that some share a batch.
    Append(Vec<Order>),
    /// The acts after a position.
    Read { after: u64, limit: u32 },
    /// The acts of a stream after a version.
    Stream { stream: u8, after: u64 },
    /// Closed and opened again; or another process takes over.
    Reopen { close: bool },
    /// The read tables are made anew.
    Rebuild,
}

/// A command: which acts of a small world, of which stream, expecting what. An act's content is
/// its second number, so that the same id comes with the same and with other content.
#[derive(Debug, Clone)]
struct Order {
    stream: u8,
    expected: Expecting,
    acts: Vec<(u8, u8)>,
}

#[derive(Debug, Clone, Copy)]
enum Expecting {
    Any,
    New,
    Exists,
    Exact(u8),
}

impl Order {
    fn command(&self) -> Command {
        let stream = format!("case/{}", self.stream);
        let expected = match self.expected {
            Expecting::Any => Expected::Any,
            Expecting::New => Expected::New,
            Expecting::Exists => Expected::Exists,
            Expecting::Exact(version) => Expected::Exact(version.into()),
        };
        let act = |(number, content): &(u8, u8)| {
            notice(u64::from(*number) + 1, &stream, &format!("form {content}"))
        };
        command(&stream, expected, self.acts.iter().map(act).collect())
    }
}

/// What the chronicle must hold: stream, id and content of each act in order of position.
#[derive(Debug, Default)]
struct Model {
    acts: Vec<(u8, u8, u8)>,
}

/// What a command must be answered: positions, or the code of the refusal.
type Answer = Result<Vec<u64>, &'static str>;

impl Model {
    fn place_of(&self, number: u8) -> Option<(usize, (u8, u8, u8))> {
        self.acts.iter().copied().enumerate().find(|(_, act)| act.1 == number)
    }

    fn version(&self, stream: u8) -> usize {
        self.acts.iter().filter(|act| act.0 == stream).count()
    }

    /// The rules of the chronicle, written down once more and as plainly as can be.
    fn append(&mut self, order: &Order) -> Answer {
        for (number, content) in &order.acts {
            if let Some((_, held)) = self.place_of(*number)
                && held != (order.stream, *number, *content)
            {
                return Err("recorded-with-different-body");
            }
        }
        let mut numbers: Vec<u8> = order.acts.iter().map(|act| act.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() < order.acts.len() {
            return Err("repeated-in-command");
        }
        let held: Vec<u64> = (order.acts.iter())
            .filter_map(|act| self.place_of(act.0).map(|(index, _)| index as u64 + 1))
            .collect();
        if held.len() == order.acts.len() {
            return Ok(held);
        }
        if !held.is_empty() {
            return Err("partly-recorded");
        }
        let version = self.version(order.stream);
        let met = match order.expected {
            Expecting::Any => true,
            Expecting::New => version == 0,
            Expecting::Exists => version > 0,
            Expecting::Exact(expected) => version == usize::from(expected),
        };
        if !met {
            return Err("version-conflict");
        }
        let first = self.acts.len() as u64 + 1;
        self.acts.extend(order.acts.iter().map(|(n, content)| (order.stream, *n, *content)));
        Ok((first..=self.acts.len() as u64).collect())
    }
}

fn orders() -> impl Strategy<Value = Order> {
    let expected = prop_oneof![
        4 => Just(Expecting::Any),
        1 => Just(Expecting::New),
        1 => Just(Expecting::Exists),
        2 => (0_u8..6).prop_map(Expecting::Exact),
    ];
    let acts = prop::collection::vec((0_u8..40, prop_oneof![9 => Just(0_u8), 1 => Just(1)]), 1..5);
    (0_u8..4, expected, acts).prop_map(|(stream, expected, acts)| Order { stream, expected, acts })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => prop::collection::vec(orders(), 1..6).prop_map(Step::Append),
        1 => (0_u64..60, 0_u32..30).prop_map(|(after, limit)| Step::Read { after, limit }),
        1 => (0_u8..4, 0_u64..8).prop_map(|(stream, after)| Step::Stream { stream, after }),
        1 => any::<bool>().prop_map(|close| Step::Reopen { close }),
        1 => Just(Step::Rebuild),
    ];
    prop::collection::vec(step, 1..16)
}

async fn answered(store: &Store, orders: &[Order]) -> Vec<Answer> {
    let sent = orders.iter().map(|order| store.append(order.command()));
    let heard = futures_util::future::join_all(sent).await;
    let answer = |outcome| match outcome {
        Ok(answers) => {
            let answers: Vec<tongjian::store::Appended> = answers;
            Ok(answers.iter().map(|answer| answer.position).collect())
        }
        Err(AppendError::Refused(refusal)) => Err(refusal.code()),
        Err(other) => panic!("{other}"),
    };
    heard.into_iter().map(answer).collect()
}

async fn take(fresh: &mut Fresh, model: &mut Model, step: &Step) -> Result<(), TestCaseError> {
    let store = fresh.store.clone();
    match step {
        Step::Append(orders) => {
            let expected: Vec<Answer> = orders.iter().map(|order| model.append(order)).collect();
            prop_assert_eq!(answered(&store, orders).await, expected);
        }
        Step::Read { after, limit } => {
            let held = store.after(*after, *limit).await.unwrap();
            let read: Vec<u64> = held.iter().map(|act| act.position).collect();
            let all = *after + 1..=model.acts.len() as u64;
            let expected: Vec<u64> = all.take(*limit as usize).collect();
            prop_assert_eq!(read, expected);
        }
        Step::Stream { stream, after } => {
            let name = format!("case/{stream}").parse().unwrap();
            let held = store.stream(&name, *after, 100).await.unwrap();
            let read: Vec<u64> = held.iter().map(|act| act.position).collect();
            let own = (1..).zip(&model.acts).filter(|(_, act)| act.0 == *stream);
            let expected: Vec<u64> =
                own.map(|(position, _)| position).skip(*after as usize).collect();
            prop_assert_eq!(read, expected);
        }
        Step::Reopen { close } => {
            if *close {
                store.close().await;
            }
            fresh.store = fresh.again().await;
        }
        Step::Rebuild => {
            for projection in REGISTRY {
                rebuild(&store, &[projection], &mut |_, _, _| {}).await.unwrap();
            }
        }
    }
    Ok(())
}

/// After all steps: every act where the model has it, to its content; versions without holes; the
/// proof holds; the read tables, where there are some, follow from the acts.
async fn agrees(store: &Store, model: &Model, rebuilt: bool) -> Result<(), TestCaseError> {
    let held = store.after(0, 10_000).await.unwrap();
    prop_assert_eq!(held.len(), model.acts.len());
    let mut versions: BTreeMap<u8, u64> = BTreeMap::new();
    for (act, (stream, number, content)) in held.iter().zip(&model.acts) {
        let read = act.read().unwrap();
        let version = versions.entry(*stream).or_default();
        *version += 1;
        prop_assert_eq!(read.submission.id, id(u64::from(*number) + 1));
        prop_assert_eq!(read.submission.stream.as_str(), format!("case/{stream}"));
        prop_assert_eq!(read.place.stream_version, *version);
        let missing = format!("form {content}");
        prop_assert!(read.submission.body.get().contains(&missing), "position {}", act.position);
    }
    verify(store, |_, _| {}).await.map_err(|error| TestCaseError::fail(error.to_string()))?;
    for projection in REGISTRY.iter().filter(|_| rebuilt) {
        rebuild(store, &[projection], &mut |_, _, _| {}).await.unwrap();
        let proven = verify_projection(store, projection, &mut |_, _| {}).await;
        prop_assert_eq!(proven.unwrap(), model.acts.len() as u64);
    }
    Ok(())
}

/// Tries random histories on chronicles that `fresh` makes.
fn tried(cases: u32, fresh: impl Fn(&Runtime) -> Fresh) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        let mut fresh = fresh(&runtime);
        let mut model = Model::default();
        runtime.block_on(async {
            let mut rebuilt = false;
            for step in &steps {
                rebuilt |= matches!(step, Step::Rebuild);
                take(&mut fresh, &mut model, step).await?;
            }
            agrees(&fresh.store, &model, rebuilt).await?;
            fresh.store.close().await;
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn a_chronicle_in_a_file_does_what_its_model_does() {
    tried(48, |runtime| runtime.block_on(Fresh::sqlite()));
}

#[test]
fn a_chronicle_in_a_database_does_what_its_model_does() {
    tried(24, |runtime| runtime.block_on(Fresh::postgres()));
}
