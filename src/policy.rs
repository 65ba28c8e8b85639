//! 規則: the policies in force, what a new text changes, and its adoption. A policy is an act like
//! any other; adopted today, it judges from its effective day on and never before today.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use tongjian_events::policy::{
    Contradiction, effective_on, shipped_clock_rules, shipped_policies, sound,
};
use tongjian_events::values::Code;
use tongjian_events::{Act, CATALOG, Event, Refusal, Row, StreamId, StreamKind};

use crate::engine;
use crate::store::{AppendError, Command, Expected, Store, StoreError};

#[cfg(test)]
mod tests;

/// How many acts of policies are read at a time.
const PAGE: u32 = 256;

/// Why a policy was not shown or not adopted.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The chronicle cannot be read.
    #[error("the chronicle cannot be read")]
    Store(#[from] StoreError),
    /// The shipped data break a rule.
    #[error("the shipped policies are wrong")]
    Shipped(#[from] serde_json::Error),
    /// No policy has this name.
    #[error("there is no policy `{name}`; there are {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The text is no policy of this name.
    #[error("the text is no policy `{name}`: {refusal}")]
    Text {
        /// The policy it was read as.
        name: String,
        /// Where and which rule it breaks.
        refusal: Refusal,
    },
    /// The text cannot be read at all.
    #[error("the text is no JSON: {rule}")]
    Malformed {
        /// Where it breaks off.
        rule: String,
    },
    /// A checklist under the name of another.
    #[error("checklist: `{checklist}` is not adopted as `{name}` but as `checklist-{checklist}`")]
    OtherChecklist {
        /// The policy it was read as.
        name: String,
        /// The list that it says it is.
        checklist: String,
    },
    /// A checklist whose code is none.
    #[error("checklist: `{code}` is no code of a checklist: {rule}")]
    ChecklistCode {
        /// What it says.
        code: String,
        /// The rule it breaks.
        rule: String,
    },
    /// It would judge days that are over.
    #[error("effective_on: {effective_on} is over on {today}; a policy never judges the past")]
    Past {
        /// The first day on which it says that it judges.
        effective_on: NaiveDate,
        /// The day of adoption.
        today: NaiveDate,
    },
    /// It is no newer than the one adopted.
    #[error("edition: {edition} follows {held}; a new text has a greater number")]
    Edition {
        /// Its edition.
        edition: u64,
        /// The edition adopted last.
        held: u64,
    },
    /// The chronicle did not take it.
    #[error("the chronicle did not take the policy")]
    Append(#[from] AppendError),
}

/// The beginning of a checklist's name as a policy; its code follows.
const CHECKLIST: &str = "checklist-";

/// One adoption of a policy.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The policy's name, that of its stream.
    pub name: String,
    /// The position of the adoption.
    pub position: u64,
    /// The first day on which it judges: its effective day, and not before its adoption.
    pub from: NaiveDate,
    /// Its edition.
    pub edition: u64,
    /// Its text.
    pub body: Value,
}

/// The policies that a release ships, each with its text.
fn shipped() -> Result<Vec<(&'static str, Event)>, PolicyError> {
    let clock = [("clock-rules", Event::from(shipped_clock_rules()?))];
    Ok(clock.into_iter().chain(shipped_policies()?).collect())
}

/// The same, each with the row of its event.
fn known() -> Result<Vec<(String, &'static Row)>, PolicyError> {
    let row = |event: &Event| CATALOG.iter().find(|row| row.wire_name() == event.wire_name());
    let all = shipped()?.into_iter();
    Ok(all.filter_map(|(name, event)| Some((name.to_owned(), row(&event)?))).collect())
}

/// The names of the policies that every chronicle has. Checklists of other names may stand beside
/// them.
///
/// # Errors
/// [`PolicyError::Shipped`].
pub fn names() -> Result<Vec<String>, PolicyError> {
    Ok(known()?.into_iter().map(|(name, _)| name).collect())
}

/// The names of the policies of a chronicle: those of every one, then the checklists that were
/// adopted beside them.
///
/// # Errors
/// [`PolicyError`].
pub async fn adopted_names(store: &Store) -> Result<Vec<String>, PolicyError> {
    let mut all = names()?;
    let prefix = format!("policy/{CHECKLIST}");
    let mut after = String::new();
    // By the register of streams: there are a few among very many.
    loop {
        let page = store.streams(&prefix, &after, u64::MAX, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after.clone_from(last);
        let own = page.iter().filter_map(|(name, _)| name.strip_prefix("policy/"));
        let own: Vec<_> = own.filter(|own| all.iter().all(|known| known != own)).collect();
        all.extend(own.into_iter().map(str::to_owned));
    }
}

fn row_of(name: &str) -> Result<&'static Row, PolicyError> {
    let known = known()?;
    let found = known.iter().find(|(of, _)| of == name).map(|(_, row)| *row);
    // Beside the checklists of a release stand those that an authority made.
    let found = found.or_else(|| CATALOG.iter().find(|row| is_checklist(name, row)));
    found.ok_or_else(|| {
        let names: Vec<_> = known.into_iter().map(|(name, _)| name).collect();
        PolicyError::Unknown { name: name.into(), known: names.join(", ") }
    })
}

/// Whether a policy of this name is a checklist, and this is the row of its event.
fn is_checklist(name: &str, row: &Row) -> bool {
    let code = name.strip_prefix(CHECKLIST).map(Code::new);
    code.is_some_and(|code| code.is_ok()) && row.wire_name() == "policy.ChecklistAdopted"
}

fn stream(name: &str) -> Result<StreamId, PolicyError> {
    StreamId::new(StreamKind::Policy, name)
        .map_err(|rule| PolicyError::Unknown { name: rule, known: String::new() })
}

/// Every adoption of a policy as held at a position, in order.
///
/// # Errors
/// [`PolicyError`].
pub async fn adoptions(
    store: &Store,
    name: &str,
    known_at: u64,
) -> Result<Vec<Adopted>, PolicyError> {
    row_of(name)?;
    let mut adopted = Vec::new();
    for stored in store.stream(&stream(name)?, 0, u32::from(u16::MAX)).await? {
        let act = stored.read()?;
        let Some(effective) = effective_on(&act.event) else { continue };
        if act.place.position > known_at {
            break;
        }
        let day = act.submission.occurred_at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
        let body: Value = serde_json::from_str(&act.event.to_json()?)?;
        adopted.push(Adopted {
            name: name.into(),
            position: act.place.position,
            from: effective.max(day),
            edition: body.get("edition").and_then(Value::as_u64).unwrap_or_default(),
            body,
        });
    }
    Ok(adopted)
}

/// The adoption in force on a day.
#[must_use]
pub fn in_force(adopted: &[Adopted], on: NaiveDate) -> Option<&Adopted> {
    adopted.iter().filter(|adopted| adopted.from <= on).max_by_key(|a| (a.from, a.position))
}

/// Reads a text as a policy.
///
/// # Errors
/// [`PolicyError::Text`] with the field and the rule that it breaks.
pub fn read(name: &str, text: &str) -> Result<Event, PolicyError> {
    let row = row_of(name)?;
    let wrong = |refusal| PolicyError::Text { name: name.into(), refusal };
    let event = row.decode(row.version, text).map_err(wrong)?;
    let body: Value = serde_json::from_str(text)?;
    let event = event.with_body(&body).map_err(wrong)?;
    sound(&event).map_err(|Contradiction { field, rule }| {
        wrong(Refusal::BodyDoesNotMatchSchema { field, rule })
    })?;
    match &event {
        Event::ChecklistAdopted(list) if name != format!("checklist-{}", list.checklist) => {
            let checklist = list.checklist.to_string();
            Err(PolicyError::OtherChecklist { name: name.into(), checklist })
        }
        _ => Ok(event),
    }
}

/// The name of the policy that a text is: as `hint` says, or else the one whose members it has, so
/// that a text which breaks a rule is refused with that rule.
///
/// # Errors
/// [`PolicyError`].
pub fn name_of(text: &str, hint: &str) -> Result<String, PolicyError> {
    let names = names()?;
    let hint = hint.replace('_', "-");
    if names.contains(&hint) {
        return Ok(hint);
    }
    let malformed = |error: serde_json::Error| PolicyError::Malformed { rule: error.to_string() };
    let says: Value = serde_json::from_str(text).map_err(malformed)?;
    let mut closest: Option<(usize, &str)> = None;
    for (name, event) in shipped()? {
        let body: Value = serde_json::from_str(&event.to_json()?)?;
        let shared = shared_members(&says, &body);
        if shared > closest.map_or(0, |(most, _)| most) {
            closest = Some((shared, name));
        }
    }
    if closest.is_none()
        && let Some(code) = says.get("checklist").and_then(Value::as_str)
    {
        // A list that no release ships: its own code names it, and must be one.
        let name = format!("{CHECKLIST}{code}");
        let refused = |rule| PolicyError::ChecklistCode { code: code.into(), rule };
        return Code::new(code).map(|_| name).map_err(refused);
    }
    match closest {
        Some((_, name)) => Ok(name.into()),
        None => Err(PolicyError::Unknown { name: hint, known: names.join(", ") }),
    }
}

/// How many members two texts share, but for those that every policy has; none of two checklists
/// for different places.
fn shared_members(a: &Value, b: &Value) -> usize {
    const OF_ALL: [&str; 3] = ["edition", "effective_on", "sources"];
    let (Value::Object(says), Value::Object(of)) = (a, b) else { return 0 };
    if a.get("checklist") != b.get("checklist") {
        return 0;
    }
    says.keys().filter(|name| of.contains_key(*name) && !OF_ALL.contains(&name.as_str())).count()
}

/// What a text changes, place by place: where, what stands, what it says.
#[must_use]
pub fn differences(stands: &Value, says: &Value) -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    compare(String::new(), stands, says, &mut found);
    found
}

fn compare(place: String, a: &Value, b: &Value, found: &mut Vec<(String, Value, Value)>) {
    match (a, b) {
        (Value::Object(of), Value::Object(to)) => {
            let names: std::collections::BTreeSet<&String> = of.keys().chain(to.keys()).collect();
            for name in names {
                let at = |map: &serde_json::Map<_, _>| map.get(name).cloned().unwrap_or_default();
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                compare(place, &at(of), &at(to), found);
            }
        }
        (Value::Array(of), Value::Array(to)) => {
            for index in 0..of.len().max(to.len()) {
                let at = |list: &[Value]| list.get(index).cloned().unwrap_or_default();
                compare(format!("{place}[{index}]"), &at(of), &at(to), found);
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push((place, a.clone(), b.clone())),
    }
}

/// Adopts a text. It must have a greater edition than the one before, and judge no day that is
/// over.
///
/// # Errors
/// [`PolicyError`].
pub async fn adopt(
    store: &Store,
    name: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Adopted, PolicyError> {
    let event = read(name, text)?;
    let at = now.with_timezone(&chrono_tz::Asia::Shanghai).fixed_offset();
    let today = at.date_naive();
    let effective_on = effective_on(&event).unwrap_or(today);
    if effective_on < today {
        return Err(PolicyError::Past { effective_on, today });
    }
    let held = adoptions(store, name, u64::MAX).await?;
    let body: Value = serde_json::from_str(text)?;
    let edition = body.get("edition").and_then(Value::as_u64).unwrap_or_default();
    if let Some(last) = held.last().filter(|last| last.edition >= edition) {
        return Err(PolicyError::Edition { edition, held: last.edition });
    }
    let wrong = |refusal| PolicyError::Text { name: name.into(), refusal };
    let act: Act = engine::act(stream(name)?, &event, at).map_err(wrong)?;
    let stream = act.submission().stream.clone();
    let expected = match held.len() {
        0 => Expected::Any,
        held => Expected::Exact(held as u64),
    };
    let command = Command { stream, expected, acts: vec![act], received_at: now };
    let places = store.append(command).await?;
    let position = places.first().map_or(0, |place| place.position);
    Ok(Adopted { name: name.into(), position, from: effective_on, edition, body })
}
