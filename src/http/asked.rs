//! 所問: the parameters of an address, read in one way for every route. Each failure names the
//! parameter.

use std::future::{Ready, ready};
use std::ops::{Deref, RangeInclusive};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Track;
use utoipa::IntoParams;

use super::error::Problem;

/// The parameters of a request.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

pub(super) fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut track = Track::new();
    let from = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let read = T::deserialize(serde_path_to_error::Deserializer::new(from, &mut track));
    read.map_err(|source: serde::de::value::Error| {
        let said = source.to_string();
        match track.path().to_string().as_str() {
            "." => wrong(twice(&said).unwrap_or("query"), &said),
            name => wrong(name, number_rule(&said)),
        }
    })
}

/// The parameter that stands twice, where that is what is wrong.
fn twice(said: &str) -> Option<&str> {
    said.strip_prefix("duplicate field `")?.strip_suffix('`')
}

/// What the standard library says of a text that is no number, in words for people.
fn number_rule(said: &str) -> &str {
    match said {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "a whole number from 0 is expected"
        }
        "number too large to fit in target type" => "the number is too large",
        other => other,
    }
}

pub(super) fn wrong(name: &str, rule: &str) -> Problem {
    Problem::malformed(format!("{name}: {rule}")).in_field(name).by_rule(rule)
}

/// Reads a value of a query; an empty one, as an empty field of a form sends it, is none.
///
/// # Errors
/// 400 naming the parameter.
pub fn value<T>(name: &'static str, text: Option<&str>) -> Result<Option<T>, Problem>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let read = text.map(|text| text.parse().map_err(|rule: T::Err| wrong(name, &rule.to_string())));
    read.transpose()
}

/// Reads a day in the same way.
///
/// # Errors
/// 400 naming the parameter.
pub fn day(name: &'static str, text: Option<&str>) -> Result<Option<NaiveDate>, Problem> {
    value::<NaiveDate>(name, text).map_err(|_| {
        let text = text.unwrap_or_default().trim();
        wrong(name, &format!("`{text}` is no day: it is written YYYY-MM-DD, such as 2008-09-22"))
    })
}

/// How many things a page may hold.
///
/// # Errors
/// 400 outside the range.
pub fn limit(asked: Option<u32>, usual: u32, range: RangeInclusive<u32>) -> Result<u32, Problem> {
    let limit = asked.unwrap_or(usual);
    if range.contains(&limit) {
        return Ok(limit);
    }
    Err(wrong("limit", &format!("{limit} is outside {range:?}")))
}

/// Which acts, of the chronicle or of a stream.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Those after this position, in a stream after this version of it; 0 for the beginning.
    #[serde(default)]
    pub after: u64,
    /// At most so many, 1 to 1000; 100 where nothing is said.
    limit: Option<u32>,
    /// Waits until the chronicle has reached this position.
    pub min_position: Option<u64>,
}

impl Page {
    /// At most how many.
    ///
    /// # Errors
    /// 400 outside 1 to 1000.
    pub fn limit(&self) -> Result<u32, Problem> {
        limit(self.limit, 100, 1..=1_000)
    }
}
