//! The sealed details of applicants on both backends: they open for who may, are bound to the
//! applicant and to both keys, and are gone for good when they were destroyed, while every hash of
//! the chronicle still holds.

use std::path::Path;

use tongjian::access::Grant;
use tongjian::store::{Command, Expected, Store};
use tongjian::vault::{By, Details, MasterKey, MasterKeyError, Rewrapped, Vault, VaultError};
use tongjian::verify::verify;
use tongjian_events::applicant::DetailField;
use tongjian_events::values::{ApplicantRef, DocumentNo, StaffId, Text};
use tongjian_events::{Act, Event, Refusal, SiteCode, StreamKind};

use crate::acts::{Fresh, at, on_both, submitted};
use crate::restore::{Export, exported, restored};

on_both! {
    what_was_sealed_opens_and_each_opening_is_on_record
    what_is_sealed_again_takes_the_place_of_what_was
    without_the_right_master_key_nothing_opens
    an_altered_seal_and_an_exchanged_key_do_not_open
    what_was_destroyed_opens_for_nobody_and_every_hash_still_holds
    a_destruction_that_was_broken_off_is_finished
    keys_are_wrapped_anew_and_what_is_sealed_stays
    a_restored_export_keeps_what_is_sealed_and_holds_no_key
    many_who_seal_at_once_share_one_key
    a_grant_opens_only_what_it_may
}

const CLEAR: &str = "王小明通州";
const SITE: &str = "320681105000";

fn of(name: &str) -> ApplicantRef {
    ApplicantRef::new(name).unwrap()
}

fn site() -> SiteCode {
    SITE.parse().unwrap()
}

fn details(name: &str) -> Details {
    let text = serde_json::json!({ "name": name, "telephone": "0513-85100000" });
    Details::parse(&text.to_string()).unwrap()
}

fn operator() -> By {
    By::operator(StaffId::new("S-1").unwrap())
}

fn reason() -> Text {
    Text::new("核實投訴").unwrap()
}

fn order() -> DocumentNo {
    DocumentNo::new("通监发〔2008〕12号").unwrap()
}

/// A vault with a master key of its own.
fn vault(store: &Store) -> (Vault, MasterKey) {
    let master = MasterKey::draw().unwrap();
    (Vault::new(store.clone(), Some(master.clone())), master)
}

async fn seal(vault: &Vault, name: &str, clear: &str) {
    let now = at("10:00:00");
    vault.seal(&of(name), &site(), &details(clear), &operator(), now).await.unwrap();
}

async fn open(vault: &Vault, name: &str, fields: &[DetailField]) -> Result<String, VaultError> {
    let now = at("10:30:00");
    let opened = vault.disclose(&of(name), fields, &reason(), &operator(), now).await?;
    Ok(opened.details.to_value().to_string())
}

async fn destroy(vault: &Vault, name: &str) -> Result<u64, VaultError> {
    let now = at("11:00:00");
    let at = vault.destroy(&of(name), &order(), &reason(), &operator(), now).await?;
    Ok(at.position)
}

async fn what_was_sealed_opens_and_each_opening_is_on_record(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    seal(&vault, "A-1", CLEAR).await;
    let opened = open(&vault, "A-1", &[]).await.unwrap();
    assert_eq!(opened, format!(r#"{{"name":"{CLEAR}","telephone":"0513-85100000"}}"#));
    let opened = open(&vault, "A-1", &[DetailField::Name]).await.unwrap();
    assert_eq!(opened, format!(r#"{{"name":"{CLEAR}"}}"#));
    let missing = open(&vault, "A-1", &[DetailField::Address]).await.unwrap_err();
    assert_eq!(missing.to_string(), "no address is sealed");
    let unknown = open(&vault, "A-2", &[]).await.unwrap_err();
    assert!(matches!(unknown, VaultError::NotSealed { .. }), "{unknown}");
    let acts = fresh.store.after(0, 10).await.unwrap();
    let texts: Vec<_> = acts.iter().map(|act| String::from_utf8_lossy(&act.envelope)).collect();
    assert_eq!(texts.len(), 3, "what does not open is no disclosure");
    assert!(texts[0].contains(r#""fields":["name","telephone"]"#), "{}", texts[0]);
    assert!(texts[2].contains(r#""body":{"by":"S-1","fields":["name"],"reason":"核實投訴"}"#));
    assert!(texts.iter().all(|text| !text.contains(CLEAR) && !text.contains("85100000")));
    assert_eq!(vault.held(&of("A-1")).await.unwrap().disclosures, 2);
}

async fn what_is_sealed_again_takes_the_place_of_what_was(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    seal(&vault, "A-1", CLEAR).await;
    let first = vault.held(&of("A-1")).await.unwrap().sealed.unwrap();
    seal(&vault, "A-1", "李四").await;
    let second = vault.held(&of("A-1")).await.unwrap().sealed.unwrap();
    assert_eq!(first.key, second.key, "an applicant has one key");
    let length = |sealed: &tongjian::vault::SealedAt| sealed.sealed.as_str().len();
    assert_eq!(length(&first), length(&second), "its length tells nothing");
    assert!(open(&vault, "A-1", &[]).await.unwrap().contains("李四"));
}

async fn without_the_right_master_key_nothing_opens(fresh: Fresh) {
    let (vault_of, master) = vault(&fresh.store);
    seal(&vault_of, "A-1", CLEAR).await;
    let (other, given) = vault(&fresh.store);
    let said = open(&other, "A-1", &[]).await.unwrap_err().to_string();
    let (wanted, given) = (master.number(), given.number());
    assert!(said.contains(&wanted) && said.contains(&given), "{said}");
    let none = Vault::new(fresh.store.clone(), None);
    let said = open(&none, "A-1", &[]).await.unwrap_err().to_string();
    assert!(said.contains("--master-key"), "{said}");
    assert_eq!(fresh.store.head().await.unwrap().position, 1, "nothing was recorded");
}

/// Whoever writes to the database can append whatever he likes, and put rows where he likes.
async fn an_altered_seal_and_an_exchanged_key_do_not_open(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    seal(&vault, "A-1", CLEAR).await;
    seal(&vault, "A-2", "李四").await;
    let one = vault.held(&of("A-1")).await.unwrap().sealed.unwrap();
    let key = vault.held(&of("A-2")).await.unwrap().sealed.unwrap().key;
    let sealed = one.sealed.as_str();
    let first = if sealed.starts_with('A') { 'B' } else { 'A' };
    let altered = format!("{first}{}", &sealed[1..]);
    for (number, sealed, key) in [(91, altered, &one.key), (92, sealed.into(), &key)] {
        let applicant = if number == 91 { "applicant/A-1" } else { "applicant/A-2" };
        let body = serde_json::json!({ "sealed": sealed, "key": key.as_str(), "fields": ["name"] });
        let act: Act =
            submitted(number, applicant, "10:00:00", "applicant.DetailsSealed", &body.to_string());
        let (stream, received_at) = (applicant.parse().unwrap(), at("10:10:00"));
        let command = Command { stream, expected: Expected::Exists, acts: vec![act], received_at };
        fresh.store.append(command).await.unwrap();
        let said = open(&vault, &applicant[10..], &[]).await.unwrap_err().to_string();
        assert!(said.contains("was altered") && !said.contains(CLEAR), "{said}");
    }
    let mut wrong = fresh.store.applicant_key("A-1").await.unwrap().unwrap();
    wrong.wrapped[20] ^= 1;
    let master = wrong.master.clone();
    assert!(fresh.store.rewrap_applicant_key(&wrong, &master).await.unwrap());
    let said = open(&vault, "A-1", &[]).await.unwrap_err().to_string();
    assert!(said.contains("does not unwrap"), "{said}");
}

async fn what_was_destroyed_opens_for_nobody_and_every_hash_still_holds(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    seal(&vault, "A-1", CLEAR).await;
    seal(&vault, "A-2", "李四").await;
    let before = exported(&fresh.store).await;
    let wrapped = fresh.store.applicant_key("A-1").await.unwrap().unwrap();
    // The order needs no master key: what it does is deleting.
    let without = Vault::new(fresh.store.clone(), None);
    assert_eq!(destroy(&without, "A-1").await.unwrap(), 3);
    assert_eq!(fresh.store.applicant_key("A-1").await.unwrap(), None);
    let now = at("11:30:00");
    let again = vault.seal(&of("A-1"), &site(), &details("x"), &operator(), now).await;
    for refused in [
        open(&vault, "A-1", &[]).await.unwrap_err(),
        destroy(&vault, "A-1").await.unwrap_err(),
        again.unwrap_err(),
    ] {
        let said = refused.to_string();
        assert!(said.contains(order().as_str()) && said.contains("2008-07-01"), "{said}");
    }
    assert!(open(&vault, "A-2", &[]).await.unwrap().contains("李四"), "the others open");
    let head = verify(&fresh.store, |_, _| {}).await.unwrap();
    assert_eq!(head.position, 4);
    let after = exported(&fresh.store).await;
    let lines = |bytes: &[u8]| bytes.split(|b| *b == b'\n').take(2).map(<[u8]>::to_vec).collect();
    let (before, after): (Vec<_>, Vec<_>) = (lines(&before), lines(&after));
    assert_eq!(before, after, "what was exported before is still its beginning");
    let file = fresh.folder.path().join("chronicle.db");
    if file.exists() {
        for bytes in every_file(fresh.folder.path()) {
            let held = bytes.windows(48).any(|window| window == &wrapped.wrapped[12..]);
            assert!(!held, "the wrapped key lies in a file yet");
        }
    }
}

fn every_file(folder: &Path) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect()
}

async fn a_destruction_that_was_broken_off_is_finished(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    seal(&vault, "A-1", CLEAR).await;
    let key = fresh.store.applicant_key("A-1").await.unwrap().unwrap();
    destroy(&vault, "A-1").await.unwrap();
    // As a backup of the database would bring it back.
    fresh.store.keep_applicant_key(&key).await.unwrap();
    let still = open(&vault, "A-1", &[]).await.unwrap_err();
    assert!(matches!(still, VaultError::Destroyed { .. }), "{still}");
    assert_eq!(vault.finish().await.unwrap(), 1);
    assert_eq!(fresh.store.applicant_key("A-1").await.unwrap(), None);
    assert_eq!(vault.finish().await.unwrap(), 0);
}

async fn keys_are_wrapped_anew_and_what_is_sealed_stays(fresh: Fresh) {
    let (old, _) = vault(&fresh.store);
    for name in ["A-1", "A-2", "A-3"] {
        seal(&old, name, CLEAR).await;
    }
    destroy(&old, "A-3").await.unwrap();
    let to = MasterKey::draw().unwrap();
    let done = old.rewrap(&to).await.unwrap();
    assert_eq!(done, Rewrapped { anew: 2, there: 0, destroyed: 0 });
    assert_eq!(old.rewrap(&to).await.unwrap(), Rewrapped { anew: 0, there: 2, destroyed: 0 });
    let new = Vault::new(fresh.store.clone(), Some(to));
    assert!(open(&new, "A-1", &[]).await.unwrap().contains(CLEAR));
    assert!(matches!(open(&old, "A-1", &[]).await, Err(VaultError::OtherMasterKey { .. })));
    let (stranger, _) = vault(&fresh.store);
    let refused = stranger.rewrap(&MasterKey::draw().unwrap()).await.unwrap_err();
    assert!(matches!(refused, VaultError::OtherMasterKey { .. }), "{refused}");
}

async fn a_restored_export_keeps_what_is_sealed_and_holds_no_key(fresh: Fresh) {
    let (vault, master) = vault(&fresh.store);
    seal(&vault, "A-1", CLEAR).await;
    let export = Export::from(&fresh.store).await;
    let key = fresh.store.applicant_key("A-1").await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&export.bytes);
    assert!(text.contains("applicant.DetailsSealed") && !text.contains(CLEAR));
    let there = fresh.another().await;
    restored(&there.store, &export.path).await.unwrap();
    assert_eq!(there.store.head().await.unwrap(), fresh.store.head().await.unwrap());
    let moved = Vault::new(there.store.clone(), Some(master));
    let said = open(&moved, "A-1", &[]).await.unwrap_err().to_string();
    assert!(said.contains(&key.key) && said.contains("an export holds no keys"), "{said}");
    // With the key it opens there, too.
    there.store.keep_applicant_key(&key).await.unwrap();
    assert!(open(&moved, "A-1", &[]).await.unwrap().contains(CLEAR));
}

async fn many_who_seal_at_once_share_one_key(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    let senders = (0..8).map(|_| seal(&vault, "A-1", CLEAR));
    futures_util::future::join_all(senders).await;
    assert!(open(&vault, "A-1", &[]).await.unwrap().contains(CLEAR));
    let stream = "applicant/A-1".parse().unwrap();
    let acts = fresh.store.stream(&stream, 0, 100).await.unwrap();
    let key = |act: &tongjian::store::Stored| match act.read().unwrap().event {
        Event::DetailsSealed(body) => body.key,
        other => panic!("{other:?}"),
    };
    assert_eq!(acts.len(), 9);
    let keys: std::collections::BTreeSet<_> = acts.iter().take(8).map(key).collect();
    assert_eq!(keys.len(), 1, "{keys:?}");
}

async fn a_grant_opens_only_what_it_may(fresh: Fresh) {
    let (vault, _) = vault(&fresh.store);
    let grant = |sites: &[&str], kinds: &[StreamKind], may_read| Grant {
        sites: sites.iter().map(|site| site.parse().unwrap()).collect(),
        may_append: kinds.to_vec(),
        may_read,
        ..Grant::open()
    };
    let by = |grant| By::holder(StaffId::new("S-2").unwrap(), grant);
    let (now, kinds) = (at("10:00:00"), [StreamKind::Applicant]);
    let seal = async |grant| vault.seal(&of("A-1"), &site(), &details("x"), &by(grant), now).await;
    let refused = |outcome: Result<(), VaultError>| match outcome {
        Err(VaultError::Append(tongjian::store::AppendError::Refused(Refusal::Unauthorised {
            rule,
        }))) => rule,
        other => panic!("it was not refused: {other:?}"),
    };
    refused(seal(grant(&[SITE], &[StreamKind::Case], true)).await.map(drop));
    refused(seal(grant(&["320682000000"], &kinds, true)).await.map(drop));
    seal(grant(&[SITE], &kinds, false)).await.unwrap();
    let open = async |grant| vault.disclose(&of("A-1"), &[], &reason(), &by(grant), now).await;
    refused(open(grant(&[SITE], &kinds, true)).await.map(drop));
    refused(open(grant(&[], &kinds, false)).await.map(drop));
    refused(open(grant(&[], &[StreamKind::Case], true)).await.map(drop));
    open(grant(&[], &kinds, true)).await.unwrap();
    let end = async |grant| {
        vault.destroy(&of("A-1"), &order(), &reason(), &by(grant), now).await.map(|_| ())
    };
    refused(end(grant(&[], &[], true)).await);
    end(grant(&[], &kinds, true)).await.unwrap();
}

#[tokio::test]
async fn a_look_at_postgres_sees_no_key() {
    let fresh = Fresh::postgres().await;
    let (vault, _) = vault(&fresh.store);
    fresh.by_hand("create role key_board login in role tongjian_read;").await;
    fresh.by_hand("create role key_service login in role tongjian_append;").await;
    seal(&vault, "A-1", CLEAR).await;
    let asked = "select key from vault.applicant_keys";
    let denied = fresh.ask_as("key_board", asked).await.unwrap_err().to_string();
    assert!(denied.contains("permission denied"), "{denied}");
    assert_eq!(fresh.ask_as("key_service", asked).await.unwrap().len(), 1);
    let service = Vault::new(fresh.again_as("key_service").await, None);
    destroy(&service, "A-1").await.unwrap();
    assert_eq!(fresh.ask_as("key_service", asked).await.unwrap().len(), 0);
}

#[test]
fn a_master_key_is_a_file_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let made = MasterKey::make(&path).unwrap();
    assert_eq!(MasterKey::read(&path).unwrap().number(), made.number());
    assert!(matches!(MasterKey::make(&path), Err(MasterKeyError::File { .. })), "it stays");
    let mode = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o640);
    let said = MasterKey::read(&path).unwrap_err().to_string();
    assert!(said.contains("mode 640") && said.contains("chmod 600"), "{said}");
    mode(0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!format!("{made:?}").contains(text.trim()), "a key is not shown");
    std::fs::write(&path, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    MasterKey::read(&path).unwrap();
    for wrong in
        ["", "abc", &text[..63], &format!("zz{}", &text[2..]), &format!("+1{}", &text[2..])]
    {
        std::fs::write(&path, wrong).unwrap();
        let said = MasterKey::read(&path).unwrap_err().to_string();
        assert!(said.contains("holds no master key"), "{wrong:?}: {said}");
    }
}

#[test]
fn details_that_break_a_rule_are_not_repeated() {
    let long = "長".repeat(201);
    for (text, rule) in [
        (CLEAR.to_owned(), "a JSON object"),
        (format!("\"{CLEAR}\""), "a JSON object"),
        ("{}".into(), "no detail is named"),
        (format!(r#"{{"{CLEAR}":"x"}}"#), "the details are name"),
        (format!(r#"{{"name":["{CLEAR}"]}}"#), "name: text is expected"),
        (format!(r#"{{"name":" {CLEAR}"}}"#), "name: the text has white space"),
        (format!(r#"{{"address":"{long}"}}"#), "address: the text has more than 200"),
        (r#"{"contact":""}"#.into(), "contact: the text is empty"),
    ] {
        let said = Details::parse(&text).unwrap_err().to_string();
        assert!(said.contains(rule) && !said.contains(CLEAR), "{said}");
    }
    assert!(!format!("{:?}", details(CLEAR)).contains(CLEAR), "details are not shown");
}

#[test]
fn any_details_open_to_what_was_sealed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fresh = runtime.block_on(Fresh::sqlite());
    let (vault, _) = vault(&fresh.store);
    let text = "[^\\s\\p{C}]{1,200}";
    let given = (text, proptest::option::of(text), "[A-Za-z0-9一-龥-]{1,60}");
    let cases = proptest::test_runner::Config { cases: 40, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(cases);
    let outcome = runner.run(&given, |(name, address, applicant)| {
        let mut sent = serde_json::json!({ "name": name });
        if let Some(address) = address {
            sent["address"] = address.into();
        }
        let details = Details::parse(&sent.to_string()).unwrap();
        let opened = runtime.block_on(async {
            let (by, now) = (operator(), at("10:00:00"));
            vault.seal(&of(&applicant), &site(), &details, &by, now).await.unwrap();
            open(&vault, &applicant, &[]).await.unwrap()
        });
        let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
        proptest::prop_assert_eq!(opened, sent);
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(fresh.store.close());
}
