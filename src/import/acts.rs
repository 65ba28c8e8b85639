//! From records to acts, one for one. A record is never judged here: what is out of order or
//! happens twice is recorded as it is, and the projections say what that means.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tongjian_events::case::{
    ApplicationAccepted, ApplicationNotAccepted, ApplicationReceived, ApplicationWithdrawn,
    CaseClosed, CaseReturned, Closure, CollectionNoticeGiven, DecisionMade, OneOffNoticeGiven,
    Outcome, ResultDelivered, SourceStatement, StepCompleted, StepStarted, SupplementReceived,
};
use tongjian_events::values::{Code, Instant, ItemCode, Name, WindowId};
use tongjian_events::{Act, Event, SiteCode, StreamId, StreamKind};

use super::mapping::{Kind, Mapping, Transition};
use super::record::{Record, Refused};
use super::{identity, instant};

/// Makes acts of records and keeps, for each case, how many records it had.
pub(super) struct Acts {
    mapping: Arc<Mapping>,
    cases: HashMap<Box<str>, Case>,
    derived: HashMap<SiteCode, String>,
    seen: HashSet<String>,
}

/// What is kept of a case.
#[derive(Default, Clone, Copy)]
struct Case {
    records: u64,
    /// Whether the statement of the whole case went with an earlier record.
    stated: bool,
}

/// A field and the rule it breaks.
type Broken = (String, String);

impl Acts {
    pub(super) fn new(mapping: Arc<Mapping>) -> Self {
        Self { mapping, cases: HashMap::new(), derived: HashMap::new(), seen: HashSet::new() }
    }

    /// The activities that the mapping names and no record had.
    pub(super) fn never_seen(&self) -> Vec<String> {
        let named = self.mapping.named_activities().into_iter();
        named.filter(|activity| !self.seen.contains(*activity)).map(str::to_owned).collect()
    }

    /// Counts a refused record, so that the ids of the case's other records stay the same when
    /// the line is mended later. Had it been the first, the case's statement waits with it.
    pub(super) fn count_refused(&mut self, refused: &Refused) {
        if let Some(case_id) = &refused.case_id {
            let case = self.case(case_id);
            case.records += 1;
            case.stated = true;
        }
    }

    fn case(&mut self, case_id: &str) -> &mut Case {
        if !self.cases.contains_key(case_id) {
            self.cases.insert(case_id.into(), Case::default());
        }
        self.cases.entry(case_id.into()).or_default()
    }

    /// The act that a record is.
    pub(super) fn act(&mut self, record: &Record) -> Result<Act, Refused> {
        let mapping = Arc::clone(&self.mapping);
        let kind = mapping.kind(&record.activity);
        if kind != Kind::Step && !self.seen.contains(&record.activity) {
            self.seen.insert(record.activity.clone());
        }
        let transition = mapping.transition(record.lifecycle.as_deref());
        let carries = transition == Ok(Transition::Completed) && kind.carries_statement();
        let case = self.case(&record.case_id);
        case.records += 1;
        let (ordinal, states) = (case.records, carries && !case.stated);
        case.stated |= carries;
        let made = transition.map_err(|rule| ("lifecycle:transition".to_owned(), rule)).and_then(
            |transition| self.make(&mapping, record, (kind, transition), ordinal, states),
        );
        made.map_err(|(field, rule)| Refused::of(record, &field, rule))
    }

    fn make(
        &mut self,
        mapping: &Mapping,
        record: &Record,
        (kind, transition): (Kind, Transition),
        ordinal: u64,
        states: bool,
    ) -> Result<Act, Broken> {
        let reading = Reading { mapping, record };
        let stream = StreamId::new(StreamKind::Case, &record.case_id).or_field("case id")?;
        let at = record.at.with_timezone(&mapping.zone()).fixed_offset();
        let id =
            identity::of_record(mapping.log(), &record.case_id, ordinal, &record.activity, &at)
                .or_field("timestamp")?;
        let post = reading.post()?;
        let mut source = identity::entered(mapping.log(), self.site(reading)?);
        source.window = reading.window()?;
        let event = match transition {
            Transition::Started => reading.started(post.clone())?,
            Transition::Completed => {
                let statement = if states { reading.statement()? } else { None };
                reading.event(kind, post.clone(), statement)?
            }
        };
        identity::act(mapping.log(), id, stream, at, (post, source), &event)
            .map_err(|(field, rule)| (field.unwrap_or_else(|| "record".into()), rule))
    }

    /// The site of a record. Two values that would give one code are not taken for one site.
    fn site(&mut self, reading: Reading<'_>) -> Result<SiteCode, Broken> {
        let sites = reading.mapping.sites();
        let field = || sites.attribute.as_deref().unwrap_or("site").to_owned();
        let Some(value) = reading.value(sites.attribute.as_ref()) else {
            return sites.otherwise.clone().ok_or_else(|| {
                (field(), "the record names no site, and log.site names none either".into())
            });
        };
        if let Some(code) = sites.codes.get(value) {
            return Ok(code.clone());
        }
        if !sites.derived {
            return Err((field(), format!("`{value}` is not in [sites]")));
        }
        let lawful = |c: char| if c.is_alphanumeric() || "._".contains(c) { c } else { '-' };
        let code: String = value.chars().map(lawful).collect();
        let code = SiteCode::new(&code).map_err(|rule| (field(), rule))?;
        let first = self.derived.entry(code.clone()).or_insert_with(|| value.to_owned());
        if first != value || sites.codes.values().any(|listed| *listed == code) {
            let rule = format!(
                "`{value}` would be the site `{code}`, as another value is; list \
                                both in [sites]"
            );
            return Err((field(), rule));
        }
        Ok(code)
    }
}

impl Kind {
    /// Whether the act can carry what the log states of the whole case.
    fn carries_statement(self) -> bool {
        use Kind::{Acceptance, Decision, Delivery, NegativeDecision, Receipt, Step};
        matches!(self, Receipt | Acceptance | Decision | NegativeDecision | Delivery | Step)
    }
}

/// One record seen through the mapping.
#[derive(Clone, Copy)]
struct Reading<'a> {
    mapping: &'a Mapping,
    record: &'a Record,
}

impl<'a> Reading<'a> {
    /// An attribute's value, unless the mapping says that this value means none.
    fn value(self, name: Option<&Arc<str>>) -> Option<&'a str> {
        let value = self.record.attributes.get(name?)?;
        let absent = &self.mapping.attributes().absent;
        (!absent.iter().any(|none| none == value)).then_some(value)
    }

    /// An attribute's value made into something; on failure the attribute is the field at fault.
    fn read<T>(
        self,
        name: Option<&Arc<str>>,
        make: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Broken> {
        let field = || name.map(|name| name.to_string()).unwrap_or_default();
        self.value(name).map(make).transpose().map_err(|rule| (field(), rule))
    }

    fn post(self) -> Result<Option<Name>, Broken> {
        self.read(self.mapping.attributes().post.as_ref(), Name::new)
    }

    fn window(self) -> Result<Option<WindowId>, Broken> {
        self.read(self.mapping.attributes().window.as_ref(), WindowId::new)
    }

    /// What the log states of the whole case, if anything.
    fn statement(self) -> Result<Option<SourceStatement>, Broken> {
        let own = self.mapping.attributes();
        let at = |name: &Option<Arc<str>>| {
            self.read(name.as_ref(), |text| {
                let at = instant::read(text, self.mapping.assumed_zone())?;
                Ok(Instant(at.with_timezone(&self.mapping.zone()).fixed_offset()))
            })
        };
        let statement = SourceStatement {
            started_at: at(&own.started_at)?,
            due_at: at(&own.due_at)?,
            ended_at: at(&own.ended_at)?,
        };
        Ok((statement != SourceStatement::default()).then_some(statement))
    }

    fn item(self) -> Result<ItemCode, Broken> {
        self.mapping
            .item()
            .cloned()
            .ok_or_else(|| ("item".into(), "the mapping names no limits.item".into()))
    }

    fn started(self, post: Option<Name>) -> Result<Event, Broken> {
        let step = Code::new(&self.record.activity).or_field("activity")?;
        Ok(StepStarted { step, limit_working_days: None, post }.into())
    }

    /// What was done, said as the event of its kind. What a log does not say stays absent.
    fn event(
        self,
        kind: Kind,
        post: Option<Name>,
        source_statement: Option<SourceStatement>,
    ) -> Result<Event, Broken> {
        let decision = |outcome, source_statement| DecisionMade {
            outcome,
            reasons: None,
            remedies_told: None,
            document_no: None,
            source_statement,
        };
        let supplement = |complete| SupplementReceived { items: Vec::new(), complete };
        Ok(match kind {
            Kind::Receipt => self.receipt(source_statement)?.into(),
            Kind::Notice => {
                OneOffNoticeGiven { missing: Vec::new(), notice_no: None, on_the_spot: false }
                    .into()
            }
            Kind::Supplement => supplement(true).into(),
            Kind::PartialSupplement => supplement(false).into(),
            Kind::Acceptance => self.acceptance(source_statement)?.into(),
            Kind::NonAcceptance => ApplicationNotAccepted {
                reasons: None,
                legal_basis: None,
                redirected_to: None,
                document_no: None,
            }
            .into(),
            Kind::Decision => decision(Outcome::Granted, source_statement).into(),
            Kind::NegativeDecision => decision(Outcome::Refused, source_statement).into(),
            Kind::CollectionNotice => CollectionNoticeGiven { means: None }.into(),
            Kind::Delivery => ResultDelivered { means: None, source_statement }.into(),
            Kind::ReturnOfCase => CaseReturned { reasons: None }.into(),
            Kind::Withdrawal => ApplicationWithdrawn { reason: None }.into(),
            Kind::Closing => CaseClosed { closure: Closure::Normal }.into(),
            Kind::Step => StepCompleted {
                step: Name::new(&self.record.activity).or_field("activity")?,
                opinion: None,
                post,
                source_statement,
            }
            .into(),
        })
    }

    fn receipt(
        self,
        source_statement: Option<SourceStatement>,
    ) -> Result<ApplicationReceived, Broken> {
        let written = self.mapping.attributes().channel.as_ref();
        let channel = self.mapping.channel(self.value(written)).map_err(|rule| {
            (written.map_or_else(|| "channel".into(), |name| name.to_string()), rule)
        })?;
        let applicant = identity::applicant(self.mapping.log(), &self.record.case_id);
        Ok(ApplicationReceived {
            item: self.item()?,
            item_edition: None,
            applicant: applicant.or_field("applicant")?,
            channel,
            handling: self.mapping.handling(),
            materials: Vec::new(),
            queue_ticket: None,
            renews: None,
            source_statement,
        })
    }

    fn acceptance(
        self,
        source_statement: Option<SourceStatement>,
    ) -> Result<ApplicationAccepted, Broken> {
        Ok(ApplicationAccepted {
            item: self.item()?,
            handling: self.mapping.handling(),
            limits: self.mapping.limits(),
            acceptance_no: None,
            stated_due_on: None,
            special_links: Vec::new(),
            source_statement,
        })
    }
}

trait OrField<T> {
    fn or_field(self, field: &str) -> Result<T, Broken>;
}

impl<T> OrField<T> for Result<T, String> {
    fn or_field(self, field: &str) -> Result<T, Broken> {
        self.map_err(|rule| (field.to_owned(), rule))
    }
}
