//! 中心(室): a centre or a village room: its place in the four-level network, its premises,
//! posts and ledger, and the systems connected there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::words;

mod establishment;
mod integration;
mod operation;

pub use establishment::*;
pub use integration::*;
pub use operation::*;

words! {
    /// 層級: the four levels of the network.
    SiteLevel {
        /// 市級行政審批中心.
        Municipal,
        /// 縣(市、區)級行政審批中心.
        County,
        /// 鄉(鎮)便民服務中心.
        Township,
        /// 村(社區)便民服務室.
        Village,
    }

    /// 責任崗位: the posts that the seed asks of a site.
    ResponsiblePost {
        /// 第一責任人: the head of the township or the village.
        FirstResponsiblePerson,
        /// 中心主任: a deputy head of the township in charge of the centre.
        CentreDirector,
        /// 常務副主任: who manages the centre day by day.
        ExecutiveDeputyDirector,
        /// 代辦員: the village room's one agent, a village cadre.
        RoomAgent,
    }

    /// 設施: what a site must have to work.
    Facility {
        /// 電話.
        Telephone,
        /// 電腦.
        Computer,
        /// 打印機.
        Printer,
        /// 掃描儀.
        Scanner,
        /// 複印機.
        Copier,
        /// 網絡.
        Network,
        /// 公示欄.
        NoticeBoard,
        /// 示範文本架: pens, forms and samples for the public.
        SampleForms,
        /// 意見箱.
        ComplaintBox,
        /// 評價器.
        ReviewDevice,
        /// 取號機.
        QueueMachine,
        /// 監控攝像.
        Camera,
        /// 等候座椅.
        WaitingSeats,
        /// 停車場地.
        Parking,
        /// 應急用品.
        EmergencyKit,
        /// 其他: named in `name`.
        Other,
    }

    /// 服務類別: what a room does for people.
    ServiceKind {
        /// 咨詢.
        Consultation,
        /// 引導.
        Guidance,
        /// 陪辦.
        Accompaniment,
        /// 代辦.
        Agency,
        /// 開具證明.
        Certificate,
    }
}
