//! 量表: what is told to Prometheus of the service as a whole. Labels take values of closed lists,
//! codes of sites of the network, and names of those sites: never a case, a person or an item.

/// 一族: series of one name.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub help: &'static str,
    /// Of what there is one series.
    pub of: Scope,
    /// Further labels, each with all its values.
    pub parts: &'static [(&'static str, &'static [&'static str])],
}

/// 範圍: of what there is one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole network.
    Network,
    /// Each county and level that has sites: labels `county` and `level`.
    Area,
    /// Each site: label `site`.
    Site,
    /// Each site, with where it belongs and how it is called.
    Register,
}

impl Scope {
    /// The labels that say of what a series is.
    #[must_use]
    pub const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Network => &[],
            Self::Area => &["county", "level"],
            Self::Site => &["site"],
            Self::Register => &["site", "county", "township", "level", "name"],
        }
    }
}

impl Family {
    /// The names of all its labels.
    #[must_use]
    pub fn labels(&self) -> Vec<&'static str> {
        self.of.labels().iter().copied().chain(self.parts.iter().map(|(name, _)| *name)).collect()
    }

    /// Every combination of the values of its own parts.
    pub(super) fn combinations(&self) -> Vec<Vec<&'static str>> {
        let mut all = vec![Vec::new()];
        for (_, values) in self.parts {
            let with = |held: &Vec<&'static str>| {
                let held = held.clone();
                values.iter().map(move |value| held.iter().copied().chain([*value]).collect())
            };
            all = all.iter().flat_map(with).collect();
        }
        all
    }
}

/// 用時段: which share of the allowed time is used; `untimed` has no limit that runs.
pub const BANDS: &[&str] = &["lt50", "50_80", "80_100", "overdue", "paused", "untimed"];
/// 五個不到位.
pub const FLAGS: &[&str] = &["premises", "facilities", "personnel", "items", "operation"];
const CARDS: &[&str] = &["reminder", "warning", "yellow", "red", "serious"];

macro_rules! families {
    ($( $name:ident $text:literal $of:ident $help:literal
        [ $( $label:literal $values:expr ),* ] )*) => {
        $( #[doc = $help] pub const $name: &Family = &Family {
            name: $text,
            help: $help,
            of: Scope::$of,
            parts: &[ $( ($label, $values) ),* ],
        }; )*
        /// All of them, in the order in which they are written.
        pub const FAMILIES: &[&Family] = &[ $( $name ),* ];
    };
}

families! {
    POSITION "tongjian_snapshot_position" Network
        "The position of the chronicle that every figure of the network speaks of." []
    TAKEN_AT "tongjian_snapshot_timestamp_seconds" Network
        "When the figures of the network were taken." []
    CALENDAR "tongjian_calendar_known_until_timestamp_seconds" Network
        "The last day for which the State Council's calendar is known." []
    SITES "tongjian_sites" Area
        "Sites of the network by how far they have come."
        ["step" &["planned", "established", "accepted", "operating"]]
    CASES "tongjian_cases" Area
        "Cases that have come so far, and how many of them were accepted and finished."
        ["step" &["received", "accepted", "finished"]]
    OPEN_CASES "tongjian_open_cases" Area
        "Cases that are not finished, by the share of the allowed working time that is used."
        ["band" BANDS]
    LIMITS "tongjian_limits" Area
        "Limits whose outcome is certain so far; a correction may lower it."
        ["basis" &["receipt", "promised", "statutory"], "outcome" &["met", "missed"]]
    CARDS_ISSUED "tongjian_cards" Area
        "Cards issued so far, by how they stand."
        ["card" CARDS, "state" &["standing", "closed", "withdrawn"]]
    FLAGS_STANDING "tongjian_flags" Area
        "What is suspected or confirmed as not in place."
        ["flag" FLAGS, "state" &["suspected", "confirmed"]]
    ORDERS "tongjian_rectification_orders" Area
        "Orders to rectify made so far, by how they stand."
        ["state" &["rectified", "not_due", "overdue"]]
    SLIPS "tongjian_supervision_slips" Area
        "Supervision slips issued so far, by how they stand."
        ["state" &["answered", "not_due", "overdue"]]
    COMPLAINTS "tongjian_complaints" Area
        "Complaints received so far, by how they stand."
        ["state" &["answered", "not_due", "overdue"]]
    SITE_INFO "tongjian_site_info" Register
        "1 for each site of the network." []
    SITE_OPEN "tongjian_site_open_cases" Site
        "Cases of a site that are not finished." []
    SITE_OVERDUE "tongjian_site_overdue_cases" Site
        "Cases of a site that are not finished and have passed a limit." []
    SITE_CARDS "tongjian_site_standing_cards" Site
        "Cards against a site that are neither closed nor withdrawn."
        ["card" &["yellow", "red", "serious"]]
    SITE_FLAGS "tongjian_site_not_in_place" Site
        "1 where a site is confirmed to be not in place." ["flag" FLAGS]
    SITE_LAST_ACT "tongjian_site_last_act_timestamp_seconds" Site
        "When people did the last act that was entered at a site." []
    SITE_SILENT "tongjian_site_silent_workdays" Site
        "Whole working days since then, or since a site went to work." []
}
