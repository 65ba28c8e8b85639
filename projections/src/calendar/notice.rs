//! What a calendar takes from a notice: its year, its day of publication, its days.

use chrono::NaiveDate;
use tongjian_events::Event;
use tongjian_events::calendar::{HolidayNoticeAmended, HolidayNoticePublished, NoticeDay};

/// Whether a notice arranges a whole year or changes days of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeAct {
    /// 安排: it arranges the whole year, which is covered from then on.
    Published,
    /// 調整: it changes the days that it names.
    Amended,
}

/// 節假日安排通知, as far as the working days follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeView<'a> {
    /// Whether it arranges the year or changes days of it.
    pub act: NoticeAct,
    /// The year.
    pub year: u16,
    /// The day from which it was known.
    pub published_on: NaiveDate,
    /// The days that it names.
    pub days: &'a [NoticeDay],
}

impl<'a> NoticeView<'a> {
    /// The view of an event; `None` when the event is no notice.
    #[must_use]
    pub fn of(event: &'a Event) -> Option<Self> {
        match event {
            Event::HolidayNoticePublished(notice) => Some(notice.as_ref().into()),
            Event::HolidayNoticeAmended(notice) => Some(notice.as_ref().into()),
            _ => None,
        }
    }

    /// The notices known at the end of a day.
    pub fn known_on(
        notices: impl IntoIterator<Item = Self>,
        day: NaiveDate,
    ) -> impl Iterator<Item = Self> {
        notices.into_iter().filter(move |notice| notice.published_on <= day)
    }

    /// In order of publication; notices of one day stay in the order given.
    #[must_use]
    pub fn in_order(notices: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut notices: Vec<Self> = notices.into_iter().collect();
        notices.sort_by_key(|notice| notice.published_on);
        notices
    }
}

impl<'a> From<&'a HolidayNoticePublished> for NoticeView<'a> {
    fn from(notice: &'a HolidayNoticePublished) -> Self {
        let HolidayNoticePublished { year, published_on, days, .. } = notice;
        Self { act: NoticeAct::Published, year: *year, published_on: *published_on, days }
    }
}

impl<'a> From<&'a HolidayNoticeAmended> for NoticeView<'a> {
    fn from(notice: &'a HolidayNoticeAmended) -> Self {
        let HolidayNoticeAmended { year, published_on, days, .. } = notice;
        Self { act: NoticeAct::Amended, year: *year, published_on: *published_on, days }
    }
}
