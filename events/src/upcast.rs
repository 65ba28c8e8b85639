//! Old bodies read by today's code: one function per retired version, old JSON to the next.
//! The stored bytes are never touched, and nothing is invented that the old body did not say.

use serde_json::{Map, Value};

use crate::catalog::Row;
use crate::refusal::Refusal;

type Step = fn(Map<String, Value>) -> Map<String, Value>;

/// Every retired version: event, version, and the step to the version after it.
const RETIRED: &[(&str, u16, Step)] = &[("case.ApplicationAccepted", 1, accepted_1_to_2)];

/// Whether a body of this retired version can still be read.
#[must_use]
pub fn knows(row: &Row, version: u16) -> bool {
    RETIRED.iter().any(|(event, retired, _)| *event == row.wire_name() && *retired == version)
}

/// The same body in the row's present version.
///
/// # Errors
/// [`Refusal::BodyDoesNotMatchSchema`] when the body is no JSON object.
pub fn to_present(row: &Row, version: u16, body: &str) -> Result<String, Refusal> {
    let mut members: Map<String, Value> = serde_json::from_str(body).map_err(|source| {
        Refusal::BodyDoesNotMatchSchema { field: "body".into(), rule: source.to_string() }
    })?;
    for at in version..row.version {
        let step = RETIRED.iter().find(|(event, v, _)| *event == row.wire_name() && *v == at);
        match step {
            Some((_, _, step)) => members = step(members),
            None => {
                return Err(Refusal::VersionUnknown {
                    event: row.wire_name().into(),
                    version,
                    present: row.version,
                });
            }
        }
    }
    Ok(Value::Object(members).to_string())
}

/// Version 1 wrote the promise as `limit_working_days` beside the item and knew no statute of its
/// own. Version 2 holds both limits together, so that they can be checked against each other.
fn accepted_1_to_2(mut body: Map<String, Value>) -> Map<String, Value> {
    let mut limits = Map::new();
    if let Some(promised) = body.remove("limit_working_days") {
        limits.insert("promised_working_days".into(), promised);
    }
    body.insert("limits".into(), Value::Object(limits));
    body.entry("handling").or_insert_with(|| "promised".into());
    body
}
