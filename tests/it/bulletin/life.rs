//! The life of a bulletin: each step in its time and not before, nothing twice, and the same letter
//! at any later time.

use tongjian::bulletin::contents::{Contents, Makes};
use tongjian::bulletin::letter::{Letter, Script, Standing};
use tongjian::bulletin::life::{self, Clerk, Wanted};
use tongjian::bulletin::render::{Format, render};
use tongjian::first_start;
use tongjian::store::Store;
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::{Text, UnitCode};
use tongjian_events::{Event, StreamId};

use super::desk::{Desk, at, city, received, rule};
use crate::acts::Fresh;

crate::acts::on_both! {
    a_bulletin_is_drafted_approved_signed_issued_and_read_in_this_order
    what_has_not_ended_or_is_empty_is_not_drafted
    a_draft_that_was_sent_back_or_says_something_else_by_now_is_made_again
    two_processes_issue_nothing_twice_and_leave_no_number_out
    an_erratum_names_each_figure_that_changed_and_is_issued_once
    a_letter_is_the_same_at_any_later_time
    a_letter_names_the_body_of_its_own_date
    two_who_draft_by_hand_at_once_make_one_draft
}

async fn acts(store: &Store, stream: &StreamId) -> Vec<String> {
    let acts = store.stream(stream, 0, 100).await.unwrap();
    acts.iter().map(|act| act.read().unwrap().submission.event).collect()
}

fn text(words: &str) -> Text {
    Text::new(words).unwrap()
}

/// A unit gets it once and opens it once, and only a unit that it goes to.
async fn is_handed_out(one: &Clerk<'_>, stream: &StreamId, unit: UnitCode) {
    assert_eq!(rule(one.read(stream, unit.clone()).await), "not-delivered");
    one.deliver(stream, unit.clone()).await.unwrap();
    assert_eq!(rule(one.deliver(stream, unit.clone()).await), "already-delivered");
    one.read(stream, unit.clone()).await.unwrap();
    assert_eq!(rule(one.read(stream, unit).await), "already-read");
    let stranger = UnitCode::new("某單位").unwrap();
    assert_eq!(rule(one.deliver(stream, stranger).await), "not-addressed");
}

async fn a_bulletin_is_drafted_approved_signed_issued_and_read_in_this_order(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let when = "2008-08-07T09:00:00+08:00";
    let (one, other) = (desk.clerk("S-1", when), desk.clerk("S-2", when));
    let stream: StreamId = "bulletin/monthly-2008-07-320600000000".parse().unwrap();
    let wanted = Wanted::default();
    let approve = |who| desk.clerk(who, when);
    let approved = BulletinVerdict::Approved;
    assert_eq!(rule(one.sign(&stream, None).await), "not-drafted");
    let drafted = one.draft("2008-07".parse().unwrap(), city()).await.unwrap();
    assert_eq!((&drafted.stream, drafted.standing()), (&stream, Some(Standing::Drafted)));

    assert_eq!(rule(one.sign(&stream, None).await), "not-approved");
    assert_eq!(rule(one.issue(&stream, &wanted).await), "not-approved");
    assert_eq!(rule(one.review(&stream, approved, None, None).await), "own-draft");
    let another = drafted.drafted.unwrap().digest.as_str().replace(['0', '1', '2'], "3");
    let another = tongjian_events::values::Digest::new(&another).unwrap();
    assert_eq!(rule(other.review(&stream, approved, None, Some(&another)).await), "another-draft");
    other.review(&stream, approved, None, None).await.unwrap();
    assert_eq!(
        rule(approve("S-4").review(&stream, approved, None, None).await),
        "already-reviewed"
    );

    assert_eq!(rule(one.issue(&stream, &wanted).await), "not-signed");
    let signed = desk.clerk("S-3", when).sign(&stream, None).await.unwrap();
    assert_eq!(signed.standing(), Some(Standing::Signed));
    assert_eq!(rule(one.sign(&stream, None).await), "already-signed");
    let unit = UnitCode::new("市委办公室").unwrap();
    assert_eq!(rule(one.deliver(&stream, unit.clone()).await), "not-issued");
    assert_eq!(rule(one.erratum(&stream, &text("漏計")).await), "not-issued");

    let issued = one.issue(&stream, &wanted).await.unwrap();
    assert_eq!(issued.number.unwrap().to_string(), "通监发〔2008〕1號");
    assert_eq!(issued.issued.unwrap().on.to_string(), "2008-08-07");
    desk.up().await;
    assert_eq!(rule(one.issue(&stream, &wanted).await), "already-issued");
    assert_eq!(rule(one.draft("2008-07".parse().unwrap(), city()).await), "already-issued");
    let returned = BulletinVerdict::Returned;
    assert_eq!(rule(other.review(&stream, returned, None, None).await), "already-issued");

    is_handed_out(&one, &stream, unit).await;
    desk.up().await;
    let found = fresh.ask("select kind || ' ' || detail from bulletin_irregularities").await;
    assert!(found.is_empty(), "the lawful way has nothing irregular: {found:?}");
    assert_eq!(
        acts(&desk.store, &stream).await,
        ["Drafted", "Reviewed", "Signed", "Numbered", "Issued", "", "Delivered", "Read"].map(
            |step| match step {
                "" => "bulletin.PeriodClosed".to_owned(),
                step => format!("bulletin.Bulletin{step}"),
            }
        )
    );
    desk.close().await;
}

async fn what_has_not_ended_or_is_empty_is_not_drafted(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let draft = async |period: &str, when: &str| {
        desk.clerk("S-1", when).draft(period.parse().unwrap(), city()).await
    };
    let last = "2008-07-31T23:59:59+08:00";
    assert_eq!(rule(draft("2008-07", last).await), "period-not-ended");
    assert_eq!(rule(draft("2008-Q3", "2008-08-07T09:00:00+08:00").await), "period-not-ended");
    draft("2008-07", "2008-08-01T00:00:00+08:00").await.unwrap();
    assert_eq!(
        rule(draft("2008-01-01..2008-01-02", "2008-08-07T09:00:00+08:00").await),
        "period-empty"
    );
    desk.close().await;
}

async fn a_draft_that_was_sent_back_or_says_something_else_by_now_is_made_again(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let draft = async |when: &str| {
        desk.up().await;
        desk.clerk("S-1", when).draft("2008-07".parse().unwrap(), city()).await
    };
    let first = draft("2008-08-07T09:00:00+08:00").await.unwrap();
    assert_eq!(rule(draft("2008-08-07T10:00:00+08:00").await), "draft-stands");
    let reviewer = desk.clerk("S-2", "2008-08-07T11:00:00+08:00");
    let remarks = Some(text("典型問題不夠具體"));
    let returned = BulletinVerdict::Returned;
    let held = reviewer.review(&first.stream, returned, remarks, None).await.unwrap();
    assert!(held.is_returned());
    assert_eq!(rule(reviewer.sign(&first.stream, None).await), "not-approved");
    let second = draft("2008-08-07T12:00:00+08:00").await.unwrap();
    assert!(!second.is_returned(), "a new draft is not reviewed yet");
    // A late entry makes it say something else.
    let approved = BulletinVerdict::Approved;
    reviewer.review(&first.stream, approved, None, None).await.unwrap();
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-07T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    let third = draft("2008-08-07T14:00:00+08:00").await.unwrap();
    assert_eq!(third.standing(), Some(Standing::Drafted), "what was approved is another draft");
    desk.close().await;
}

async fn two_processes_issue_nothing_twice_and_leave_no_number_out(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let mut streams = Vec::new();
    for period in ["2008-06", "2008-07", "2008-07-01..2008-07-15", "2008-W27"] {
        streams.push(desk.signed(period, "2008-08-07").await);
    }
    let other = Desk::beside(fresh.again().await).await;
    let when = "2008-08-08T09:00:00+08:00";
    let issue = async |desk: &Desk, who: &str, streams: Vec<StreamId>| {
        let mut outcomes = Vec::new();
        for stream in streams {
            outcomes.push(desk.clerk(who, when).issue(&stream, &Wanted::default()).await);
        }
        outcomes
    };
    let backwards = streams.iter().rev().cloned().collect();
    let (one, two) =
        tokio::join!(issue(&desk, "S-1", streams.clone()), issue(&other, "S-2", backwards),);
    let all: Vec<_> = one.into_iter().chain(two).collect();
    assert_eq!(all.iter().filter(|outcome| outcome.is_ok()).count(), 4);
    for outcome in all.into_iter().filter(Result::is_err) {
        assert_eq!(rule(outcome), "already-issued");
    }
    let mut numbers = Vec::new();
    for stream in &streams {
        let held = acts(&desk.store, stream).await;
        assert_eq!(held.iter().filter(|event| *event == "bulletin.BulletinIssued").count(), 1);
        numbers.push(life::load(&desk.store, stream).await.unwrap().number.unwrap().serial_no);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
    desk.close().await;
    other.close().await;
}

async fn an_erratum_names_each_figure_that_changed_and_is_issued_once(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let stream = issued.stream;
    desk.up().await;
    let when = "2008-08-20T09:00:00+08:00";
    let reason = text("補錄一件");
    assert_eq!(rule(desk.clerk("S-1", when).erratum(&stream, &reason).await), "nothing-changed");
    let late = received(9, "2008-07-20T10:00:00+08:00", "2008-08-19T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    let other = Desk::beside(fresh.again().await).await;
    desk.up().await;
    let (first, second) = (desk.clerk("S-1", when), other.clerk("S-2", when));
    let (one, two) =
        tokio::join!(first.erratum(&stream, &reason), second.erratum(&stream, &reason));
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert!(["overlapping", "nothing-changed"].contains(&rule(lost)));
    let held = won.unwrap();
    assert_eq!(held.errata.len(), 1);
    let erratum = held.erratum(1).unwrap();
    let told = &erratum.corrections;
    let shared = "一、基本情況、表2、表8 municipal處共收件(件)原為3件,應為4件";
    assert!(told.iter().any(|told| told.as_str() == shared), "{told:?}");

    let letter = desk.contents.letter(&desk.store, &held, Some(1), &Makes::quietly()).await;
    let letter = letter.unwrap();
    assert_eq!((letter.erratum_no, letter.standing), (Some(1), Standing::Issued));
    says_what_is_corrected(&letter);
    assert_eq!(letter.content.digest().unwrap(), erratum.digest);
    let again = Contents::default().letter(&desk.store, &held, Some(1), &Makes::quietly()).await;
    assert_eq!(again.unwrap(), letter, "made again from the chronicle alone");
    let itself = desk.contents.letter(&desk.store, &held, None, &Makes::quietly()).await.unwrap();
    assert_eq!(itself.content.digest().unwrap(), held.drafted.unwrap().digest, "it stays");

    desk.up().await;
    assert_eq!(rule(first.erratum(&stream, &reason).await), "nothing-changed");
    let late = received(10, "2008-07-21T10:00:00+08:00", "2008-08-21T13:00:00+08:00");
    desk.store.append(late).await.unwrap();
    desk.up().await;
    let later = desk.clerk("S-1", "2008-08-22T09:00:00+08:00");
    let held = later.erratum(&stream, &reason).await.unwrap();
    let told = &held.erratum(2).unwrap().corrections;
    assert!(told.iter().any(|told| told.contains("原為4件,應為5件")), "beside the last: {told:?}");
    desk.close().await;
    other.close().await;
}

async fn a_letter_is_the_same_at_any_later_time(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let issued = desk.issued("2008-07", "2008-08-07").await;
    let makes = Makes::quietly();
    let letter = desk.contents.letter(&desk.store, &issued, None, &makes).await.unwrap();
    for number in 20..30 {
        let when = format!("2008-08-{number}T10:00:00+08:00");
        desk.store.append(received(number, &when, &when)).await.unwrap();
    }
    let held = life::load(&desk.store, &issued.stream).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = Contents::new(Some(folder.path()));
    assert_eq!(kept.letter(&desk.store, &held, None, &makes).await.unwrap(), letter);
    // From the file alone, and not from a file that was altered.
    let digest = held.drafted.unwrap().digest;
    assert_eq!(Contents::new(Some(folder.path())).held(&digest), Some(letter.content.clone()));
    let mut files = folder.path().read_dir().unwrap().map(|file| file.unwrap().path());
    let file = files.find(|file| file.extension().is_some_and(|end| end == "json")).unwrap();
    let altered = std::fs::read_to_string(&file).unwrap().replace("\"value\":3", "\"value\":5");
    std::fs::write(&file, altered).unwrap();
    assert_eq!(Contents::new(Some(folder.path())).held(&digest), None);
    let numbered = desk.store.stream(&issued.stream, 3, 1).await.unwrap()[0].read().unwrap();
    assert!(matches!(numbered.event, Event::BulletinNumbered(_)));
    desk.close().await;
}

/// An erratum is read by people: where a figure stands, what it is called there, and why; its own
/// name is for the machine.
fn says_what_is_corrected(letter: &Letter) {
    let md = render(letter, Format::Md, Script::Simplified).unwrap();
    let md = String::from_utf8(md).unwrap();
    let (text, _) = md.split_once("## 数据依据").unwrap_or((&md, ""));
    for said in ["更正原因：补录一件。", "| 所在 |", "基本情况、表2", "共收件（件）"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    for name in letter.content.figures.keys() {
        let name = name.trim_end_matches("~was");
        assert!(!text.contains(name), "{name} in {text}");
    }
}

/// The bureau of 2008 is a commission since 2018: what is issued then is not headed by the bureau.
async fn a_letter_names_the_body_of_its_own_date(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    first_start::run(&desk.store, at("2018-04-01T09:00:00+08:00")).await.unwrap();
    let makes = Makes::quietly();
    for (period, day, organ_code, body) in [
        ("2008-06", "2008-08-07", "通监发", "南通市监察局"),
        ("2008-07", "2018-04-02", "通监委发", "南通市监察委员会"),
    ] {
        let issued = desk.issued(period, day).await;
        let letter = desk.contents.letter(&desk.store, &issued, None, &makes).await.unwrap();
        assert_eq!(letter.number.as_ref().unwrap().organ_code, organ_code);
        assert_eq!((letter.body(), &*letter.content.body), (body, "南通市监察局"));
        let page = render(&letter, Format::Md, Script::Simplified).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains(&format!("**{body}文件**")), "{page}");
        // To whom the text says that it is to be reported.
        assert!(page.contains(&format!("并将整改情况书面报{body}。")), "{page}");
    }
    desk.close().await;
}

async fn two_who_draft_by_hand_at_once_make_one_draft(fresh: Fresh) {
    let desk = Desk::open(fresh.store.clone()).await;
    let other = Desk::beside(fresh.again().await).await;
    let when = "2008-08-07T09:00:00+08:00";
    let (one, two) = (desk.clerk("S-1", when), other.clerk("S-2", when));
    let term = "2008-07".parse().unwrap();
    let (first, second) = tokio::join!(one.draft(term, city()), two.draft(term, city()));
    let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
    assert_eq!(rule(lost), "draft-stands");
    assert_eq!(acts(&desk.store, &won.unwrap().stream).await, ["bulletin.BulletinDrafted"]);
    desk.close().await;
    other.close().await;
}
