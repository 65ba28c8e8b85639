//! 監察日常: inspections by two, complaints, cards that a person issues; and what is irregular in
//! them, now and then.

use chrono::{Datelike as _, NaiveDate};
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};

use super::SimulateError;
use super::city::{City, Level, Site};
use super::place::{after, month};
use super::writer::{Desk, When, Writer, Written};

const DIGEST: &str = "sha-256:9f86d081884c7d659a2feaa0c55ad015";
const OTHER_DIGEST: &str = "sha-256:9f86d081884c7d659a2feaa0c55ad016";
/// How many cases are called back at a time.
const CALLS: usize = 6;

/// What the supervising body does on a day.
pub(super) fn day(
    city: &City,
    on: NaiveDate,
    writer: &mut Writer,
    rng: &mut impl Rng,
) -> Result<(), SimulateError> {
    if !city.working.is_working_day(on)? {
        return Ok(());
    }
    let Some(centre) = city.sites.first() else { return Ok(()) };
    let desk = Desk {
        site: centre.code.clone(),
        window: None,
        device: None,
        staff: "J-0001".into(),
        post: "监察员",
    };
    for site in city.sites.iter().filter(|site| on >= site.opens_on) {
        let mut office = Office { city, on, desk: &desk, site, writer, rng };
        // Each about once in half a year.
        if office.one_in(120) {
            office.inspect()?;
        }
        if site.has_queue() && office.one_in(60) {
            office.complaint()?;
        }
        if site.has_queue() && office.one_in(120) {
            office.card()?;
        }
        if office.one_in(60) {
            office.call_back()?;
        }
    }
    Ok(())
}

struct Office<'o, R> {
    city: &'o City,
    on: NaiveDate,
    desk: &'o Desk,
    site: &'o Site,
    writer: &'o mut Writer,
    rng: &'o mut R,
}

impl<R: Rng> Office<'_, R> {
    fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_range(0..many) == 0
    }

    /// Whether something goes wrong, one time in five hundred.
    fn errs(&mut self) -> bool {
        self.rng.random_range(0..500_u32) < self.city.faults_on(self.on).min(250)
    }

    fn name(&self, what: &str) -> String {
        format!("{what}-{}-{}", self.site.code, self.on.format("%Y%m%d"))
    }

    /// An act of a matter so many working days later.
    fn tell(
        &mut self,
        stream: &str,
        (days, minute): (u32, u32),
        told: (&str, Value),
    ) -> Result<(Written, NaiveDate), SimulateError> {
        let on = if days == 0 { self.on } else { self.city.working.due(self.on, days)?.on };
        Ok((self.writer.write(self.desk, When { on, minute }, None, stream, told)?, on))
    }

    /// 督查: by two, three checks of the site's list, all in place.
    fn inspect(&mut self) -> Result<(), SimulateError> {
        let (list, checks) = match self.site.level {
            Level::Municipal | Level::County => ("county", ["C03", "C05", "C06"]),
            Level::Township => ("township", ["T01", "T05", "T09"]),
            Level::Village => ("village", ["V01", "V04", "V06"]),
        };
        let wrong = self.errs().then(|| self.rng.random_range(0..4_u32));
        let stream = self.name("inspection/D");
        let two = ["J-0001", "J-0002"];
        let inspectors = if wrong == Some(0) { &two[..1] } else { &two[..] };
        let started = json!({
            "site": self.site.code, "kind": "unannounced", "inspectors": inspectors,
            "checklist": list, "checklist_edition": 1,
        });
        let (act, on) =
            self.tell(&stream, (0, 9 * 60), ("inspection.InspectionStarted", started))?;
        if wrong == Some(0) {
            self.writer.plant("inspected_by_fewer_than_two", stream.as_str(), on, &[act]);
        }
        for (minute, check) in (9 * 60 + 10..).zip(checks) {
            let scored = json!({ "check": check, "result": "in_place" });
            self.tell(&stream, (0, minute), ("inspection.ChecklistItemScored", scored))?;
        }
        if wrong == Some(1) {
            let scored = json!({ "check": "X99", "result": "in_place", "flag": "premises" });
            let told = ("inspection.ChecklistItemScored", scored);
            let (act, on) = self.tell(&stream, (0, 9 * 60 + 30), told)?;
            self.writer.plant("check_unknown", stream.as_str(), on, &[act]);
        }
        if wrong == Some(2) {
            let late = json!({ "slip": "B-99", "answer": "已整改" });
            let (act, on) =
                self.tell(&stream, (0, 9 * 60 + 31), ("inspection.SlipAnswered", late))?;
            self.writer.plant("slip_unknown", stream.as_str(), on, &[act]);
        }
        if wrong == Some(3) {
            let broken = json!({ "position": "1", "stored": DIGEST, "computed": OTHER_DIGEST });
            let told = ("inspection.ChainBreakFound", broken);
            let (act, on) = self.tell(&stream, (0, 9 * 60 + 32), told)?;
            self.writer.plant("chain_broken", format!("site/{}", self.site.code), on, &[act]);
        }
        let done = json!({ "summary": "到位", "not_in_place": [] });
        self.tell(&stream, (0, 11 * 60), ("inspection.InspectionConcluded", done))?;
        Ok(())
    }

    /// 投訴: accepted, looked into, answered in time, by whose business it is.
    fn complaint(&mut self) -> Result<(), SimulateError> {
        let wrong = self.errs().then(|| self.rng.random_range(0..5_u32));
        let stream = self.name("complaint/C");
        let category = if wrong == Some(0) { "charging" } else { "attitude" };
        let about = json!({ "unit": self.site.code, "site": self.site.code });
        let received = json!({
            "route": "e_supervision", "channel": "telephone", "category": category,
            "about": about, "statement": "窗口人员态度生硬",
        });
        self.tell(&stream, (0, 10 * 60), ("complaint.ComplaintReceived", received))?;
        let routed = json!({ "to": "行政审批中心" });
        let (act, on) = self.tell(&stream, (1, 9 * 60), ("complaint.ComplaintRouted", routed))?;
        if wrong == Some(0) {
            self.writer.plant("complaint_misrouted", stream.as_str(), on, &[act]);
        }
        if wrong == Some(1) {
            let refused = json!({ "reasons": "不属本机关", "redirected_to": "税务局" });
            let told = ("complaint.ComplaintNotAccepted", refused);
            let (act, on) = self.tell(&stream, (2, 9 * 60), told)?;
            self.writer.plant("complaint_not_transferred", stream.as_str(), on, &[act]);
            return Ok(());
        }
        let [accepted, decided, replied] = match wrong {
            Some(3) => [7, 9, 10],
            Some(4) => [2, 9, 12],
            _ => [2, 5, 6],
        };
        for (late, rule, days) in [(3, "complaint_acceptance", 5), (4, "complaint_answer", 10)] {
            if wrong == Some(late) {
                let due = self.city.working.due(self.on, days)?.on;
                let arises_on = due.succ_opt().unwrap_or(due);
                self.writer.plant(rule, stream.as_str(), arises_on, &[]);
            }
        }
        self.tell(&stream, (accepted, 9 * 60), ("complaint.ComplaintAccepted", json!({})))?;
        let looked = json!({ "investigators": ["J-0002", "J-0003"], "findings": "查看录像" });
        self.tell(&stream, (decided - 1, 9 * 60), ("complaint.ComplaintInvestigated", looked))?;
        let body = json!({ "finding": "not_verified" });
        self.tell(&stream, (decided, 9 * 60), ("complaint.ComplaintDecided", body))?;
        if wrong != Some(2) {
            let body = json!({ "reply": "经查不属实", "means": "电话" });
            self.tell(&stream, (replied, 9 * 60), ("complaint.ComplaintReplied", body))?;
        }
        let closed = json!({ "closure": "answered" });
        let told = ("complaint.ComplaintClosed", closed);
        let (act, on) = self.tell(&stream, (replied + 1, 9 * 60), told)?;
        if wrong == Some(2) {
            self.writer.plant("complaint_closed_without_answer", stream.as_str(), on, &[act]);
        }
        Ok(())
    }

    /// 黃牌, that a person issues: told, appealed with evidence, maintained by another, closed.
    fn card(&mut self) -> Result<(), SimulateError> {
        let wrong = self.errs().then(|| self.rng.random_range(0..3_u32));
        let name = format!("P-{}-{}", self.site.code, self.on.ordinal());
        let stream = format!("card/Y08.yellow.{name}");
        let subject = json!({ "unit": self.site.code, "site": self.site.code });
        let issued = json!({
            "subject": subject, "rule": "Y08", "rule_edition": 1, "grounds": [],
            "matter": "窗口管理混乱", "reply_working_days": 5,
        });
        self.tell(&stream, (0, 15 * 60), ("card.YellowCardIssued", issued))?;
        for (minute, to) in (15 * 60 + 1..).zip(["handler", "checker", "approver"]) {
            let told = json!({ "to": to, "means": "系统" });
            self.tell(&stream, (0, minute), ("card.CardNotified", told))?;
        }
        let nothing = matches!(wrong, Some(0 | 2));
        let evidence = if nothing { json!([]) } else { json!([DIGEST]) };
        let appealed = json!({
            "ground": "force_majeure", "statement": "当日停电", "evidence": evidence,
        });
        let mut unit = self.desk.clone();
        unit.site = self.site.code.clone();
        unit.staff = "S-900001".into();
        let when = When { on: self.city.working.due(self.on, 1)?.on, minute: 10 * 60 };
        let told = ("card.CardAppealed", appealed);
        let act = self.writer.write(&unit, when, None, &stream, told)?;
        if nothing {
            self.writer.plant("appeal_without_evidence", stream.as_str(), when.on, &[act]);
        }
        let by = if wrong == Some(1) { "J-0001" } else { "J-0003" };
        let withdrawn = wrong == Some(2);
        let (outcome, reasons, closure) = match withdrawn {
            true => ("withdrawn", "同意撤销", "withdrawn"),
            false => ("maintained", "与供电记录不符", "rectified"),
        };
        let decided = json!({ "outcome": outcome, "decided_by": by, "reasons": reasons });
        let (act, on) = self.tell(&stream, (3, 9 * 60), ("card.AppealDecided", decided))?;
        if withdrawn {
            let rule = "card_withdrawn_without_evidence";
            self.writer.plant(rule, stream.as_str(), on, &[act]);
        }
        if wrong == Some(1) {
            self.writer.plant("appeal_decided_by_involved", stream.as_str(), on, &[act]);
        }
        self.tell(&stream, (4, 9 * 60), ("card.CardClosed", json!({ "closure": closure })))?;
        Ok(())
    }

    /// 電話回訪: cases of the days before; nearly all of them are as the chronicle says.
    fn call_back(&mut self) -> Result<(), SimulateError> {
        let Some(number) = self.city.number_of(&self.site.code) else { return Ok(()) };
        let decided = self.writer.place(number).decided.iter().rev();
        let before = decided.filter(|(on, _)| *on < self.on).take(CALLS);
        let cases: Vec<String> = before.map(|(_, case)| case.clone()).collect();
        if cases.len() < CALLS {
            return Ok(());
        }
        let untrue = if self.errs() { 3 } else { 0 };
        let stream = self.name("inspection/H");
        let planned = json!({
            "site": self.site.code, "kind": "remote", "planned_on": self.on.to_string(),
        });
        self.tell(&stream, (0, 10 * 60), ("inspection.InspectionPlanned", planned))?;
        let mut acts = Vec::new();
        for (turn, case) in (0..).zip(&cases) {
            let body = json!({ "case": case, "reached": true, "record_confirmed": turn >= untrue });
            let told = ("inspection.CallBackMade", body);
            let (act, _) = self.tell(&stream, (0, 14 * 60 + turn * 5), told)?;
            acts.extend(Some(act).filter(|_| turn < untrue));
        }
        if untrue > 0 {
            let site = format!("site/{}", self.site.code);
            self.writer.plant("untrue_records", site, after(month(self.on)), &acts);
        }
        Ok(())
    }
}
