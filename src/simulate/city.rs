//! 城市: sites, items, and how busy they are.

use chrono::NaiveDate;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_events::{Event, Refusal, SiteCode, policy};
use tongjian_projections::calendar::Calendar;

use super::{Plan, SimulateError};

/// 縣市區: the counties of Nantong in 2008 with the codes of that time. The development zone had
/// no code of the division; 320671 is the one that statistics used for it.
const COUNTIES: [(&str, &str); 9] = [
    ("320602", "崇川区"),
    ("320611", "港闸区"),
    ("320671", "南通经济技术开发区"),
    ("320621", "海安县"),
    ("320623", "如东县"),
    ("320681", "启东市"),
    ("320682", "如皋市"),
    ("320683", "通州市"),
    ("320684", "海门市"),
];

const FIRST: [&str; 12] = ["云", "平", "清", "兴", "安", "河", "石", "金", "东", "新", "长", "永"];
const SECOND: [&str; 10] = ["丰", "港", "桥", "塘", "渡", "墩", "湾", "林", "浦", "洲"];

/// 中心(室)的層級.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Municipal,
    County,
    Township,
    Village,
}

impl Level {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Municipal => "municipal",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
        }
    }
}

/// 中心(室).
#[derive(Debug)]
pub(super) struct Site {
    pub(super) code: SiteCode,
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) parent: Option<SiteCode>,
    /// The first day on which it takes cases.
    pub(super) opens_on: NaiveDate,
}

/// 事項: what can be applied for.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) handling: &'static str,
    pub(super) promised: u32,
    /// 0 where the general law applies.
    pub(super) statutory: u32,
    pub(super) fee_fen: u32,
    /// The lowest level that takes it.
    pub(super) down_to: Level,
    /// 數量限制: granted in the order of acceptance.
    pub(super) limited: bool,
    /// Whether a numbered licence is handed out.
    pub(super) numbered: bool,
}

/// The catalogue of the simulated city: all seven handling systems.
pub(super) const ITEMS: &[Item] = &[
    item("QL-0101", "婚姻状况证明", "民政局", "direct", 0, 0, 0, Level::Village),
    Item {
        numbered: true,
        ..item("QL-0102", "老年人优待证办理", "民政局", "direct", 0, 0, 0, Level::Township)
    },
    item("QL-0103", "失业登记", "劳动和社会保障局", "direct", 0, 0, 0, Level::Township),
    item("QL-0201", "个体工商户开业登记", "工商局", "promised", 5, 15, 2_000, Level::Township),
    item("QL-0202", "餐饮服务许可", "卫生局", "promised", 10, 20, 0, Level::County),
    item("QL-0203", "生育服务证", "人口和计划生育局", "promised", 3, 15, 0, Level::Township),
    item("QL-0204", "农村宅基地审批", "国土资源局", "promised", 15, 20, 0, Level::Township),
    item("QL-0205", "道路运输经营许可", "交通局", "promised", 12, 20, 0, Level::County),
    item("QL-0301", "建设项目并联审批", "发展和改革委员会", "parallel", 30, 45, 0, Level::County),
    item("QL-0302", "企业设立并联审批", "工商局", "parallel", 15, 45, 0, Level::Municipal),
    item("QL-0401", "残疾人证代办", "残疾人联合会", "report_up", 5, 0, 0, Level::Village),
    item("QL-0402", "林木采伐许可上报", "农林局", "report_up", 8, 0, 0, Level::Township),
    item(
        "QL-0501",
        "社会保险关系转移",
        "劳动和社会保障局",
        "one_off_notice",
        7,
        15,
        0,
        Level::County,
    ),
    Item {
        limited: true,
        ..item("QL-0206", "出租汽车经营许可", "交通局", "promised", 10, 20, 0, Level::County)
    },
    item("QL-0601", "户外广告设置许可", "城市管理局", "negative_filing", 8, 20, 0, Level::County),
    item(
        "QL-0701",
        "房屋所有权登记",
        "房产管理局",
        "concentrated_charging",
        10,
        20,
        8_000,
        Level::County,
    ),
];

impl Item {
    /// Whether somebody goes and looks before it is decided.
    pub(super) fn is_visited(&self) -> bool {
        matches!(self.code, "QL-0202" | "QL-0204" | "QL-0601")
    }

    /// Its promise and its statute, as acts state them.
    pub(super) fn limits(&self) -> Value {
        match self.statutory {
            0 => json!({ "promised_working_days": self.promised }),
            days => {
                json!({ "promised_working_days": self.promised, "statutory_working_days": days })
            }
        }
    }

    /// The items that a site takes.
    pub(super) fn at(level: Level) -> impl Iterator<Item = &'static Self> {
        ITEMS.iter().filter(move |item| item.down_to >= level)
    }
}

#[allow(clippy::too_many_arguments, reason = "one line of the catalogue")]
const fn item(
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    handling: &'static str,
    promised: u32,
    statutory: u32,
    fee_fen: u32,
    down_to: Level,
) -> Item {
    Item {
        code,
        name,
        unit,
        handling,
        promised,
        statutory,
        fee_fen,
        down_to,
        limited: false,
        numbered: false,
    }
}

/// The simulated city.
#[derive(Debug)]
pub(super) struct City {
    pub(super) from: NaiveDate,
    pub(super) sites: Vec<Site>,
    pub(super) working: Calendar,
    pub(super) cases_per_hundred_days: u32,
    faults_times: u32,
    /// 規則施行日: what happens earlier no policy judges, and nothing is done wrong.
    judged_from: NaiveDate,
}

impl Site {
    /// 取號機: whether who comes draws a ticket.
    pub(super) fn has_queue(&self) -> bool {
        matches!(self.level, Level::Municipal | Level::County)
    }

    /// 自助設備: whether there is a device on which one can review.
    pub(super) fn has_device(&self) -> bool {
        self.level != Level::Village
    }
}

impl City {
    /// How many times the realistic rate of faults there are on a day.
    pub(super) fn faults_on(&self, on: NaiveDate) -> u32 {
        if on < self.judged_from { 0 } else { self.faults_times }
    }

    /// The first day on which all policies judge.
    pub(super) const fn judged_from(&self) -> NaiveDate {
        self.judged_from
    }

    /// Whether its counties have enough to do for one that does nothing to stand out.
    pub(super) fn is_busy(&self) -> bool {
        let counties = self.sites.iter().filter(|site| site.level == Level::County).count();
        counties >= 5 && self.cases_per_hundred_days >= 75
    }

    /// The number of a site, from 1.
    pub(super) fn number_of(&self, code: &SiteCode) -> Option<u32> {
        let at = self.sites.iter().position(|site| site.code == *code)?;
        u32::try_from(at + 1).ok()
    }

    pub(super) fn new(
        plan: &Plan,
        working: Calendar,
        rng: &mut impl Rng,
    ) -> Result<Self, SimulateError> {
        let mut city = Self {
            from: plan.from,
            sites: Vec::new(),
            working,
            cases_per_hundred_days: plan.cases_per_hundred_days,
            faults_times: plan.faults_times,
            judged_from: judged_from()?,
        };
        city.grow(plan, rng)?;
        Ok(city)
    }

    /// The municipal centre, then counties, then townships and villages county by county.
    fn grow(&mut self, plan: &Plan, rng: &mut impl Rng) -> Result<(), SimulateError> {
        let refused = |rule: String| SimulateError::Act(Refusal::Malformed { rule });
        let code = |text: String| SiteCode::new(&text).map_err(refused);
        let wanted = plan.sites as usize;
        let city = code("320600000000".into())?;
        self.add(city.clone(), "南通市行政审批中心".into(), Level::Municipal, None, plan.from);
        for (digits, name) in COUNTIES {
            if self.sites.len() < wanted {
                let own = code(format!("{digits}000000"))?;
                let name = format!("{name}行政审批中心");
                self.add(own, name, Level::County, Some(city.clone()), plan.from);
            }
        }
        let days = (plan.to - plan.from).num_days().max(1);
        let mut township = 100;
        while self.sites.len() < wanted {
            township += 1;
            for (digits, _) in COUNTIES {
                if self.sites.len() >= wanted {
                    break;
                }
                let county = code(format!("{digits}000000"))?;
                let town = code(format!("{digits}{township:03}000"))?;
                let name = format!("{}镇", invented(rng));
                let after = rng.random_range(0..=days / 3);
                let opens = plan.from + chrono::TimeDelta::days(after);
                let centre = format!("{name}便民服务中心");
                self.add(town.clone(), centre, Level::Township, Some(county), opens);
                for village in 201..204 {
                    if self.sites.len() >= wanted {
                        break;
                    }
                    let own = code(format!("{digits}{township:03}{village}"))?;
                    let later = rng.random_range(after..=(days / 2).max(after));
                    let opens = plan.from + chrono::TimeDelta::days(later);
                    let room = format!("{name}{}村便民服务室", invented(rng));
                    self.add(own, room, Level::Village, Some(town.clone()), opens);
                }
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        code: SiteCode,
        name: String,
        level: Level,
        parent: Option<SiteCode>,
        opens_on: NaiveDate,
    ) {
        self.sites.push(Site { code, name, level, parent, opens_on });
    }

    /// How many cases a site takes on a working day: more in the last two working days before a
    /// longer rest, fewer in a village room.
    pub(super) fn cases(&self, site: &Site, on: NaiveDate, rng: &mut impl Rng) -> u32 {
        let share = match site.level {
            Level::Municipal => 400,
            Level::County => 200,
            Level::Township => 80,
            Level::Village => 30,
        };
        let rest = self.working.due(on, 2).map_or(0, |due| (due.on - on).num_days());
        let rush = if rest > 4 { 160 } else { 100 };
        let mean = u64::from(self.cases_per_hundred_days) * share * rush;
        let whole = mean / 1_000_000;
        let rest = u32::try_from(mean % 1_000_000).unwrap_or(0);
        let more = u32::from(rng.random_range(0..1_000_000_u32) < rest);
        let whole = u32::try_from(whole).unwrap_or(0);
        // Around the mean, without a float: as many again, or none, each as likely.
        let spread = if whole == 0 { 0 } else { rng.random_range(0..=whole) };
        whole / 2 + spread.min(whole) + more
    }
}

fn invented(rng: &mut impl Rng) -> String {
    let pick = |list: &[&'static str], at: usize| list.get(at).copied().unwrap_or("新");
    let (first, second) = (rng.random_range(0..FIRST.len()), rng.random_range(0..SECOND.len()));
    format!("{}{}", pick(&FIRST, first), pick(&SECOND, second))
}

/// The first day on which all of the shipped policies judge.
fn judged_from() -> Result<NaiveDate, Refusal> {
    let malformed = |error: serde_json::Error| Refusal::Malformed { rule: error.to_string() };
    let shipped = policy::shipped_policies().map_err(malformed)?;
    let from = shipped.iter().filter_map(|(_, event)| match event {
        Event::CardPolicyAdopted(body) => Some(body.effective_on),
        Event::FlagRulesAdopted(body) => Some(body.effective_on),
        Event::IndicatorRulesAdopted(body) => Some(body.effective_on),
        Event::ComplaintRulesAdopted(body) => Some(body.effective_on),
        Event::ChecklistAdopted(body) => Some(body.effective_on),
        _ => None,
    });
    Ok(from.max().unwrap_or(NaiveDate::MIN))
}
