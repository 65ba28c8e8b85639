//! 投訴引起的牌: a complaint about a refusal that was verified shows that a conforming application
//! was refused (發牌八種情形之一).

use chrono::NaiveDate;
use tongjian_events::complaint::{ComplaintCategory, ComplaintFinding};
use tongjian_events::policy::CardTrigger;
use tongjian_events::{Entry, Event};

use super::issue::Card;
use super::life::site_of;
use crate::context::Context;
use crate::matter::Matter;
use crate::supervision::docket::Docket;
use crate::supervision::duty::Duty;
use crate::supervision::fact::Fact;

/// The card that a verified complaint of refusal asks for: about its case, once, whoever else asks
/// for it. Verified in part is for a person to weigh.
pub(in crate::supervision) fn duties(matter: &Matter, context: &Context) -> Vec<Duty> {
    let Some(own) = matter.site() else { return Vec::new() };
    let view = matter.effective(&context.jurisdiction(own));
    let received = view.acts.iter().find_map(|act| match &*act.event {
        Event::ComplaintReceived(body) if body.category == ComplaintCategory::Refusal => {
            Some((act, body))
        }
        _ => None,
    });
    let decided = view.acts.iter().rfind(|act| matches!(&*act.event, Event::ComplaintDecided(_)));
    let Some(((received, body), decided)) = received.zip(decided) else { return Vec::new() };
    let verified = matches!(
        &*decided.event,
        Event::ComplaintDecided(body) if body.finding == ComplaintFinding::Verified
    );
    let imported = view.acts.iter().any(|act| act.act.entry == Entry::Import);
    let policy = context.policies().cards.on(decided.on());
    let (Some(case), Some(policy)) = (&body.about.case, policy) else { return Vec::new() };
    if !verified || imported {
        return Vec::new();
    }
    let mut subject = body.about.clone();
    subject.site = site_of(&subject);
    let rows = policy.ladder.iter();
    let rows = rows.filter(|row| row.trigger == CardTrigger::ConformingApplicationRefused);
    rows.filter_map(|row| {
        Card {
            policy,
            row,
            subject: subject.clone(),
            grounds: vec![received.position(), decided.position()],
            matter: format!("a complaint of refusal was verified on {}", decided.on()),
            due_at: decided.at,
            object: case.name().to_owned(),
            or_else: format!("#{}", received.position()),
        }
        .duty()
    })
    .collect()
}

/// What the complaint asks for about its case.
pub(in crate::supervision) fn asked(
    matter: &Matter,
    context: &Context,
    duties: &[Duty],
) -> Option<(Docket, NaiveDate, u64, Fact)> {
    let view = matter.effective(&context.jurisdiction(matter.site()?));
    let (received, case) = view.acts.iter().find_map(|act| match &*act.event {
        Event::ComplaintReceived(body) => Some((act, body.about.case.as_ref()?)),
        _ => None,
    })?;
    super::asked(case, duties, Vec::new(), (received.on(), received.position()))
}
