//! 系統健康: of processes, by job and instance.

use super::panel;
use crate::boards::Asks::{Alerts, Series};
use crate::boards::{Board, Choice};

pub(super) const BOARD: Board = Board {
    name: "health",
    chinese: "系统健康",
    english: "System health",
    what: "服务是否在收、在算、在值守，慢在哪里。Whether the service takes acts, folds them and keeps watch, and \
             where it is slow.",
    refresh: "30s",
    from: "now-6h",
    chooses: Choice::Processes,
    panels: &[
        panel!("进程" "Up", Stat 4 x 4 Number [0.0 Red, 1.0 Green],
            "能抓取到的进程数。Processes that can be scraped.",
            Series(&[("sum(up{job=~\"$job\", instance=~\"$instance\"})", "在 up")])),
        panel!("版本" "Release", Table 8 x 4 Number [],
            "运行的版本。The release that runs.",
            Series(&[("max by (instance, version) (tongjian_build_info{job=~\"$job\", \
             instance=~\"$instance\"})", "")])),
        panel!("编年之首" "Head", Stat 4 x 4 Number [],
            "编年最末序号。The last position of the chronicle.",
            Series(&[("max(tongjian_head_position{job=~\"$job\", instance=~\"$instance\"})", "序号 \
             position")])),
        panel!("全网之数" "Figures told", Stat 4 x 4 Number [0.0 Red, 1.0 Green],
            "能给出全网之数的进程；读表尚未追上时为零，全网各数隐去。Processes that tell the figures of the network; while \
             tables are being filled there are none.",
            Series(&[("sum(tongjian_snapshot_ready{job=~\"$job\", \
             instance=~\"$instance\"})", "可用 ready")])),
        panel!("日历余日" "Calendar \
             left", Stat 4 x 4 Days [0.0 Red, 14.0 Yellow, 60.0 Green],
            "国务院节假日通知所及之余时；缺则一切时限失实。How much of the State Council's calendar is left; without it \
             every limit is wrong.",
            Series(&[("(max(tongjian_calendar_known_until_timestamp_seconds{job=~\"$job\", \
             instance=~\"$instance\"}) - time()) / 86400", "余 left")])),
        panel!("值守距今" "Since the last \
             look", Stat 4 x 7 Seconds [0.0 Green, 120.0 Yellow, 600.0 Red],
            "距上次无误察看。How long ago a watchman looked without failing.",
            Series(&[("time() - max(tongjian_watch_last_look_timestamp_seconds{job=~\"$job\", \
             instance=~\"$instance\"})", "距今 age")])),
        panel!("实时订阅" "Live tails", Stat 4 x 7 Number [],
            "打开的实时订阅。Live tails that are open.",
            Series(&[("sum(tongjian_tail_clients{job=~\"$job\", instance=~\"$instance\"})", "订阅 \
             tails")])),
        panel!("停下的推演" "Stopped", Stat 4 x 7 Number [0.0 Green, 1.0 Red],
            "因出错而停下的推演数。Projections that an error has stopped.",
            Series(&[("sum(max by (projection) (tongjian_projection_stopped{job=~\"$job\", \
             instance=~\"$instance\"}))", "停 stopped")])),
        panel!("告警" "Alerts", Alerts 12 x 7 Number [],
            "正在触发或待定的告警；每条有处置手册。Alerts that fire or are pending; each has a runbook.",
            Alerts),
        panel!("写入" "Acts by outcome", Lines 12 x 8 PerSecond [],
            "每秒写入的行为，按结果。Acts sent per second, by what became of them.",
            Series(&[("sum by (outcome) (rate(tongjian_appends_total{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval]))", "{{outcome}}")])),
        panel!("拒收" "Refusals", Lines 12 x 8 PerSecond [],
            "每秒拒收的行为，按理由。Acts refused per second, by reason.",
            Series(&[("sum by (code) (rate(tongjian_refusals_total{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval])) or \
             label_replace(vector(0), \"code\", \"无 none\", \"\", \"\")", "{{code}}")])),
        panel!("写入用时" "Append time", Lines 12 x 8 Seconds [0.0 Plain, 0.25 Yellow, 1.0 Red],
        "命令落盘用时，半数与百分之九十九。Time until a command was durable: half of them, and 99 of 100.",
        Series(&[
            ("histogram_quantile(0.5, sum by (le) \
             (rate(tongjian_append_duration_seconds_bucket{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval])))", "p50"),
            ("histogram_quantile(0.99, sum by (le) \
             (rate(tongjian_append_duration_seconds_bucket{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval])))", "p99"),
        ])),
        panel!("队列" "Queue", Lines 12 x 8 Number [],
        "等候写入的命令与队列之长。Commands that wait, and how many may.",
        Series(&[
            ("max(tongjian_queue_depth{job=~\"$job\", instance=~\"$instance\"})", "等候 waiting"),
            ("max(tongjian_queue_capacity{job=~\"$job\", instance=~\"$instance\"})", "上限 capacity"),
        ])),
        panel!("推演滞后" "Acts not folded", Lines 12 x 8 Number [0.0 Plain, 1000.0 Red],
            "各推演尚未读到的行为。Acts that each projection has not read yet.",
            Series(&[("max by (projection) (tongjian_projection_lag{job=~\"$job\", \
             instance=~\"$instance\"})", "{{projection}}")])),
        panel!("推演滞时" "Behind for", Lines 12 x 8 Seconds [0.0 Plain, 60.0 Yellow, 300.0 Red],
        "各推演落后已有多久。For how long each projection has not been at the head.",
        Series(&[
            ("max by (projection) (tongjian_projection_behind_seconds{job=~\"$job\", \
             instance=~\"$instance\"})", "{{projection}}"),
        ])),
        panel!("推演所至" "Position of projections", Table 12 x 8 Number [],
            "各推演所至序号。The position that each projection has reached.",
            Series(&[("max by (projection) (tongjian_projection_position{job=~\"$job\", \
             instance=~\"$instance\"})", "序号 · position")])),
        panel!("值守" "Watchman", Lines 12 x 8 PerSecond [],
        "每秒察看，按结果；及代行之行为。Looks per second by what came of them, and acts of the watchman.",
        Series(&[
            ("sum by (outcome) (rate(tongjian_watch_looks_total{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval]))", "{{outcome}}"),
            ("sum(rate(tongjian_watch_acts_total{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval]))", "行为 acts"),
        ])),
        panel!("请求" "Requests", Lines 12 x 8 PerSecond [],
            "每秒请求，按路径模板与状态。Requests per second by route template and status.",
            Series(&[("sum by (route, status) (rate(tongjian_http_requests_total{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval]))", "{{route}} {{status}}")])),
        panel!("请求用时" "Request time p99", Lines 12 x 8 Seconds [0.0 Plain, 0.25 Yellow, 1.0 Red],
            "百分之九十九的请求在此时间内得到回应，按路径模板。99 of 100 requests are answered within this time, by route \
             template.",
            Series(&[("histogram_quantile(0.99, sum by (le, route) \
             (rate(tongjian_http_request_duration_seconds_bucket{job=~\"$job\", \
             instance=~\"$instance\"}[$__rate_interval])))", "{{route}}")])),
        panel!("读连接" "Connections", Lines 12 x 8 Number [],
            "读连接，闲与忙。Connections for reading, idle and busy.",
            Series(&[("sum by (state) (tongjian_pool_connections{job=~\"$job\", \
             instance=~\"$instance\"})", "{{state}}")])),
        panel!("内存" "Memory", Lines 12 x 8 Bytes [],
            "进程常驻内存。Memory of the process in RAM.",
            Series(&[("process_resident_memory_bytes{job=~\"$job\", \
             instance=~\"$instance\"}", "{{instance}}")])),
        panel!("取数开销" "Cost of figures", Lines 12 x 8 Seconds [],
        "取全网之数、成文与抓取所用时间。Time to take the figures of the network, to write them, and to scrape.",
        Series(&[
            ("max(tongjian_snapshot_duration_seconds{job=~\"$job\", \
             instance=~\"$instance\"})", "取数 taking"),
            ("max(tongjian_metrics_render_duration_seconds{job=~\"$job\", \
             instance=~\"$instance\"})", "成文 writing"),
            ("max(scrape_duration_seconds{job=~\"$job\", instance=~\"$instance\"})", "抓取 scraping"),
        ])),
        panel!("抓取样本" "Samples", Lines 12 x 8 Number [0.0 Plain, 40000.0 Yellow, 60000.0 Red],
            "一次抓取的样本数；过六万则整次作废。Samples of a scrape; above 60,000 all of it is refused.",
            Series(&[("max(scrape_samples_scraped{job=~\"$job\", instance=~\"$instance\"})", "样本 \
             samples")])),
    ],
};
