//! 文本: figures as Prometheus reads them, and as OpenMetrics with the moments they are of.

use std::io::Write;

use prometheus::TextEncoder;
use prometheus::proto::{Gauge, LabelPair, Metric, MetricFamily, MetricType};

use super::families::Family;
use super::{Gauges, Series};

/// The text of figures, made once for every position.
///
/// # Errors
/// When a figure cannot be written as text.
pub(super) fn rendered(gauges: &Gauges) -> prometheus::Result<String> {
    let families: Vec<MetricFamily> =
        gauges.families().map(|(family, series)| metrics(family, series)).collect();
    TextEncoder::new().encode_to_string(&families)
}

fn metrics(family: &Family, series: &Series) -> MetricFamily {
    let labels = family.labels();
    let metric = |(values, value): (&Vec<String>, &i64)| {
        let pairs = labels.iter().zip(values).map(|(name, value)| {
            let mut pair = LabelPair::default();
            pair.set_name((*name).to_owned());
            pair.set_value(value.clone());
            pair
        });
        let mut gauge = Gauge::default();
        // Counts and seconds are far below what a double holds exactly.
        gauge.set_value(*value as f64);
        let mut metric = Metric::from_label(pairs.collect());
        metric.set_gauge(gauge);
        metric
    };
    let mut told = MetricFamily::default();
    told.set_name(family.name.to_owned());
    told.set_help(family.help.to_owned());
    told.set_field_type(MetricType::GAUGE);
    told.set_metric(series.iter().map(metric).collect());
    told
}

/// Writes a family's head for OpenMetrics.
pub(super) fn head(family: &Family, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "# TYPE {} gauge", family.name)?;
    writeln!(out, "# HELP {} {}", family.name, family.help)
}

/// Writes the values of a family at a moment, in seconds since 1970.
pub(super) fn samples(
    family: &Family,
    series: &Series,
    at: i64,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let names = family.labels();
    for (values, value) in series {
        write!(out, "{}", family.name)?;
        for (index, (name, label)) in names.iter().zip(values).enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            write!(out, "{before}{name}=\"{}\"", escaped(label))?;
        }
        let after = if names.is_empty() { "" } else { "}" };
        writeln!(out, "{after} {value} {at}")?;
    }
    Ok(())
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
