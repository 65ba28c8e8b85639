//! 溯源: what was issued is traced at once, from lines that were kept, and they are those that the
//! chronicle gives as it stood; so are the figures of an erratum, as they were and as they are.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use tongjian::bulletin::contents::{Contents, Makes};
use tongjian::bulletin::letter::Letter;
use tongjian::bulletin::life::{Bulletin, LifeError};
use tongjian::bulletin::trace::{Page, Sought, TracedLine, trace};
use tongjian::past::{Past, PastError, Pasts};
use tongjian::store::Store;
use tongjian_events::values::Text;

use super::desk::{Desk, received};
use crate::acts::Fresh;
use crate::bulletin::CITY;

crate::acts::on_both! {
    a_draft_is_traced_at_once_and_as_the_chronicle_gives_it
    what_was_issued_is_traced_at_once_and_as_the_chronicle_gives_it
    figures_of_an_erratum_are_traced_as_they_were_and_as_they_are
    kept_lines_that_are_damaged_or_give_another_figure_are_not_believed
}

/// All lines of a figure, two at a time.
async fn lines(
    (store, contents, makes): (&Store, &Contents, &Makes<'_>),
    sought: Sought<'_>,
) -> Result<Vec<TracedLine>, LifeError> {
    let (mut lines, mut skip) = (Vec::new(), 0);
    loop {
        let page = Page { skip, limit: 2 };
        let traced = trace((store, contents, makes), sought, page).await?.unwrap();
        assert_eq!(traced.position, sought.position);
        lines.extend(traced.lines);
        match traced.next {
            Some(next) => skip = next,
            None => return Ok(lines),
        }
    }
}

/// Every figure of a letter at once, and beside it as the chronicle gives it that stood there.
async fn all_agree(desk: &Desk, held: &Bulletin, letter: &Letter) {
    let (pasts, nothing) = (Pasts::default(), Contents::default());
    let at_once = Makes::Within(&pasts, Duration::ZERO);
    let sought: Vec<Sought<'_>> =
        letter.content.figures.keys().map(|name| Sought::of(held, letter, name)).collect();
    let positions: BTreeSet<u64> = sought.iter().map(|sought| sought.position).collect();
    for position in positions {
        let past = Past::of(&desk.store, position).await.unwrap();
        for sought in sought.iter().filter(|sought| sought.position == position) {
            let name = sought.name;
            let kept = lines((&desk.store, &desk.contents, &at_once), *sought).await;
            let kept = kept.unwrap_or_else(|error| panic!("{name}: {error}"));
            let then = lines((past.store(), &nothing, &Makes::quietly()), *sought).await.unwrap();
            assert_eq!(kept, then, "{name}");
            assert_eq!(kept.len() as u64, letter.content.figure(name).unwrap().lines, "{name}");
        }
    }
}

/// A bureau that keeps its contents in a folder, and July issued there; then a case of July came.
async fn issued(fresh: &Fresh, folder: &Path) -> (Desk, Bulletin) {
    let mut desk = Desk::open(fresh.store.clone()).await;
    desk.contents = Contents::new(Some(folder));
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    (desk, issued)
}

async fn what_was_issued_is_traced_at_once_and_as_the_chronicle_gives_it(fresh: Fresh) {
    let folder = tempfile::tempdir().unwrap();
    let (desk, held) = issued(&fresh, folder.path()).await;
    let letter = desk.contents.letter(&desk.store, &held, None, &Makes::quietly()).await.unwrap();
    all_agree(&desk, &held, &letter).await;
    desk.close().await;
}

/// Who reviews a draft traces its figures, while more comes in.
async fn a_draft_is_traced_at_once_and_as_the_chronicle_gives_it(fresh: Fresh) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(fresh.store.clone()).await;
    desk.contents = Contents::new(Some(folder.path())).that_go_on();
    let clerk = desk.clerk("S-1", "2008-08-07T09:00:00+08:00");
    let scope = CITY.parse().unwrap();
    let drafted = clerk.draft("2008-07".parse().unwrap(), scope).await.unwrap();
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let letter = desk.contents.letter(&desk.store, &drafted, None, &Makes::quietly()).await;
    let letter = letter.unwrap();
    let queries = letter.content.figures.values().map(|figure| (&figure.query, figure.period));
    let wanted = queries.map(|(query, period)| format!("{query} {period:?}"));
    let wanted = wanted.collect::<BTreeSet<String>>().len();
    let files = || folder.path().read_dir().unwrap().map(|file| file.unwrap().path());
    let kept = || files().filter(|file| file.extension().is_some_and(|end| end == "lines")).count();
    for _ in 0..600 {
        if kept() == wanted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(kept(), wanted, "one file for each query and period");
    all_agree(&desk, &drafted, &letter).await;
    desk.close().await;
}

async fn figures_of_an_erratum_are_traced_as_they_were_and_as_they_are(fresh: Fresh) {
    let folder = tempfile::tempdir().unwrap();
    let (desk, issued) = issued(&fresh, folder.path()).await;
    let clerk = desk.clerk("S-1", "2008-08-20T09:00:00+08:00");
    let reason = Text::new("補錄一件").unwrap();
    let held = clerk.erratum(&issued.stream, &reason).await.unwrap();
    let makes = Makes::quietly();
    let letter = desk.contents.letter(&desk.store, &held, Some(1), &makes).await.unwrap();
    all_agree(&desk, &held, &letter).await;
    let of = (&desk.store, &desk.contents, &makes);
    let objects = async |name: &str| {
        let lines = lines(of, Sought::of(&held, &letter, name)).await.unwrap();
        lines.into_iter().map(|line| line.object).collect::<Vec<String>>()
    };
    assert_eq!(objects("cases_received~was").await, ["case/2", "case/3", "case/4"]);
    assert_eq!(objects("cases_received").await, ["case/2", "case/3", "case/4", "case/9"]);
    desk.close().await;
}

async fn kept_lines_that_are_damaged_or_give_another_figure_are_not_believed(fresh: Fresh) {
    let folder = tempfile::tempdir().unwrap();
    let (desk, held) = issued(&fresh, folder.path()).await;
    let letter = desk.contents.letter(&desk.store, &held, None, &Makes::quietly()).await.unwrap();
    let sought = Sought::of(&held, &letter, "cases_received");
    let mut none = GzEncoder::new(Vec::new(), Compression::fast());
    none.write_all(b"{\"is_top\":true,\"sums\":[]}").unwrap();
    let none = none.finish().unwrap();
    // Whole, and of no lines.
    let none = [&u32::try_from(none.len()).unwrap().to_be_bytes(), none.as_slice()].concat();
    let none = [Sha256::digest(&none).as_slice(), &none].concat();
    let files = || folder.path().read_dir().unwrap().map(|file| file.unwrap().path());
    let kept = || files().filter(|file| file.extension().is_some_and(|end| end == "lines"));
    assert!(kept().count() > 30, "one for each query");
    for damage in [&|bytes: Vec<u8>| bytes[..bytes.len() - 9].to_vec(), &|_| none.clone()]
        as [&dyn Fn(Vec<u8>) -> Vec<u8>; 2]
    {
        let pasts = Pasts::default();
        let at_once = Makes::Within(&pasts, Duration::ZERO);
        for file in kept() {
            std::fs::write(&file, damage(std::fs::read(&file).unwrap())).unwrap();
        }
        let refused = lines((&desk.store, &desk.contents, &at_once), sought).await.unwrap_err();
        assert!(matches!(refused, LifeError::Past(PastError::BeingMade { .. })), "{refused}");
        // From the chronicle as it stood; then they are kept again.
        let pasts = Pasts::default();
        let at_once = Makes::Within(&pasts, Duration::ZERO);
        let of = (&desk.store, &desk.contents, &Makes::quietly());
        assert_eq!(lines(of, sought).await.unwrap().len(), 3);
        let again = lines((&desk.store, &desk.contents, &at_once), sought).await;
        assert_eq!(again.unwrap().len(), 3);
    }
    desk.close().await;
}
