//! 名冊: the chronicle stream by stream, in stretches of the register that can be read beside each
//! other.

use std::collections::VecDeque;

use futures_util::{Stream, TryStreamExt as _, stream};

use super::{Store, StoreError, Stored};

/// How many names are read at a time.
const NAMES: u32 = 5_000;

/// 段: the streams after one name up to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) after: String,
    pub(crate) until: String,
}

impl Store {
    /// The streams after a name that begin at or before a position, in stretches of about so many
    /// acts. A stream is never cut.
    pub(crate) fn stretches(
        &self,
        after: String,
        position: u64,
        acts: u64,
    ) -> impl Stream<Item = Result<Stretch, StoreError>> + use<> {
        let store = self.clone();
        let pages = stream::try_unfold(after, move |after| {
            let store = store.clone();
            async move {
                let names = store.stream_names(&after, position).await?;
                let Some((last, _)) = names.last() else { return Ok(None) };
                let last = last.clone();
                Ok(Some((stream::iter(cut(after, names, acts).into_iter().map(Ok)), last)))
            }
        });
        pages.try_flatten()
    }

    /// The streams of a stretch in order of their names, each with its acts up to a position.
    pub(crate) async fn streams_between(
        &self,
        stretch: &Stretch,
        position: u64,
    ) -> Result<Vec<(String, Vec<Stored>)>, StoreError> {
        let Stretch { after, until } = stretch;
        match self {
            Self::Sqlite(store) => store.streams_between(after, until, position).await,
            Self::Postgres(store) => store.streams_between(after, until, position).await,
        }
    }

    async fn stream_names(
        &self,
        after: &str,
        position: u64,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.stream_names(after, position, NAMES).await,
            Self::Postgres(store) => store.stream_names(after, position, NAMES).await,
        }
    }
}

/// Cuts names, each with the count of its acts, into stretches of about so many acts.
fn cut(mut after: String, names: Vec<(String, u64)>, acts: u64) -> Vec<Stretch> {
    let (mut stretches, mut held) = (Vec::new(), 0);
    let mut names = VecDeque::from(names);
    while let Some((until, version)) = names.pop_front() {
        held += version;
        if held >= acts || names.is_empty() {
            stretches.push(Stretch { after, until: until.clone() });
            (after, held) = (until, 0);
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_follow_each_other_and_leave_no_name_out() {
        let names = |of: &[(&str, u64)]| of.iter().map(|(name, n)| ((*name).into(), *n)).collect();
        let cut = |of: &[(&str, u64)]| {
            let stretches = cut("/".into(), names(of), 10);
            stretches.into_iter().map(|s| format!("{}..{}", s.after, s.until)).collect::<Vec<_>>()
        };
        assert_eq!(cut(&[]), [""; 0]);
        assert_eq!(cut(&[("a", 1)]), ["/..a"]);
        assert_eq!(cut(&[("a", 5), ("b", 5), ("c", 99), ("d", 1)]), ["/..b", "b..c", "c..d"]);
    }
}
