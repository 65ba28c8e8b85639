//! 目錄: what stands on each board.

use super::Board;

mod cards;
mod deadlines;
mod flags;
mod health;
mod overview;
mod places;
mod windows;

/// Every board, in the order in which they lead to each other.
pub const BOARDS: &[Board] = &[
    overview::BOARD,
    places::BOARD,
    deadlines::BOARD,
    flags::BOARD,
    cards::BOARD,
    windows::BOARD,
    health::BOARD,
];

/// A panel: titles, how it is drawn, size, unit, steps, what it says, where it comes from.
macro_rules! panel {
    ($chinese:literal $english:literal, $draw:ident $width:literal x $height:literal $unit:ident
        [$( $value:literal $colour:ident ),*], $what:literal, $asks:expr) => {
        $crate::boards::Panel {
            chinese: $chinese,
            english: $english,
            what: $what,
            draw: $crate::boards::Draw::$draw,
            size: ($width, $height),
            unit: $crate::boards::Unit::$unit,
            steps: &[$( ($value, $crate::boards::Colour::$colour) ),*],
            asks: $asks,
        }
    };
}

/// The columns of a list: name, headings; `> folder` where it leads to a page, `~` where its values
/// are words.
macro_rules! columns {
    ($(
        $name:literal $chinese:literal $english:literal $(> $leads:literal)? $(~ $words:literal)?
    ),* $(,)?) => {
        &[$( $crate::boards::Column {
            name: $name,
            chinese: $chinese,
            english: $english,
            leads: { let _none: Option<&str> = None; $( let _none = Some($leads); )? _none },
            words: { let _no = false; $( let _no = $words; )? _no },
        } ),*]
    };
}

/// A list of its own, from `dashboards/panels`.
macro_rules! list {
    ($name:literal, $columns:expr) => {
        $crate::boards::Asks::Rows($crate::boards::Question::List(
            include_str!(concat!("../../../dashboards/panels/", $name, ".sql")),
            None,
            $columns,
        ))
    };
    ($name:literal and SQLite, $columns:expr) => {
        $crate::boards::Asks::Rows($crate::boards::Question::List(
            include_str!(concat!("../../../dashboards/panels/", $name, ".sql")),
            Some(include_str!(concat!("../../../dashboards/panels/", $name, ".sqlite.sql"))),
            $columns,
        ))
    };
}

/// Series of one family, one for each value of a label: the figure of the chosen counties.
macro_rules! each {
    ($family:literal $more:literal, $label:literal: $( $value:literal $said:literal ),* $(,)?) => {
        $crate::boards::Asks::Series(&[$( (
            concat!(
                "sum(max without (instance, job) (", $family, "{county=~\"$county\", ", $more,
                $label, "=\"", $value, "\"}))"
            ),
            $said,
        ) ),*])
    };
}

use {columns, each, list, panel};

/// How old the figures of Prometheus are, on every board.
const AS_OF: super::Panel = panel!(
    "数据截至" "As of", Stat 4 x 4 Number [],
    "编年截至的序号：本屏 Prometheus 各数均出自这一处。The position of the chronicle that all figures of the \
             network from Prometheus speak of.",
    super::Asks::Series(&[("max(tongjian_snapshot_position)", "序号 position")])
);
/// How long ago they were taken.
const AGE: super::Panel = panel!(
    "数据时延" "Age", Stat 4 x 4 Seconds [0.0 Green, 60.0 Yellow, 300.0 Red],
    "距上次取数的时间。How long ago the figures of the network were taken.",
    super::Asks::Series(&[("time() - max(tongjian_snapshot_timestamp_seconds)", "时延 age")])
);
