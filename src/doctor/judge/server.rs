//! The judgements on a PostgreSQL server.

use super::super::{Finding, Grade};
use super::size;
use crate::store::postgres::{Health, Open, Standby};

/// A standby may be so far behind.
const BYTES_BEHIND: u64 = 64 << 20;
const SECONDS_BEHIND: f64 = 10.0;
/// A transaction may be open for so long; past the second it is trouble.
const OPEN_SECONDS: f64 = 60.0;
const OPEN_FAR_TOO_LONG: f64 = 3_600.0;
/// The head row is vacuumed at 200 dead versions; so many say that something holds vacuum back.
const DEAD_HEADS: u64 = 10_000;
const DEAD_HEADS_FAR_TOO_MANY: u64 = 1_000_000;

pub(super) fn judge(health: &Health) -> Vec<Finding> {
    let mut findings = vec![durability(health), partitions(health), replication(health)];
    if health.sees_all {
        findings.extend(health.standbys.iter().map(standby));
    }
    findings.extend(health.idle_slots.iter().map(slot));
    findings.extend([transactions(health), head_row(health), room(health)]);
    findings
}

fn durability(health: &Health) -> Finding {
    let (fsync, commit) = (&health.fsync, &health.synchronous_commit);
    let role = if health.is_standby { "a standby" } else { "the primary" };
    let found = format!("{role}; fsync {fsync}, synchronous_commit {commit}");
    let finding = Finding::new("durability", found);
    if fsync != "on" {
        finding.but(Grade::Trouble, "set fsync = on: a power cut may destroy the chronicle")
    } else if commit == "off" {
        let advice = "set synchronous_commit = on: an act that was acknowledged may be lost";
        finding.but(Grade::Trouble, advice)
    } else if health.is_standby {
        finding.but(Grade::Trouble, "name the primary in DATABASE_URL: a standby takes no acts")
    } else {
        finding
    }
}

fn partitions(health: &Health) -> Finding {
    let (ahead, looked_at) = (health.partitions_ahead, "partitions of positions");
    if ahead < 0 {
        let advice = "the next append makes it; should that fail, look whether its role may call \
                      chronicle.make_events_partition (`tongjian migrate` grants it)";
        return Finding::new(looked_at, "the one of the next act is missing")
            .but(Grade::Warning, advice);
    }
    let finding = Finding::new(looked_at, format!("{ahead} ahead of the one in use"));
    if ahead == 0 {
        let advice = "as the owner: select chronicle.make_events_partition((select position + \
                      16777216 from chronicle.head))";
        return finding.but(Grade::Warning, advice);
    }
    finding
}

fn replication(health: &Health) -> Finding {
    let (standbys, named) = (&health.standbys, &health.synchronous_standbys);
    let synchronous = standbys.iter().filter(|one| is_synchronous(one)).count();
    let found = format!("{} standbys, {synchronous} synchronous", standbys.len());
    let finding = Finding::new("replication", found);
    if health.is_standby {
        return finding;
    }
    if !(health.sees_all || standbys.is_empty()) {
        let found = format!("{} standbys; this role may not see what they do", standbys.len());
        return Finding::new("replication", found)
            .but(Grade::Warning, "look again as a role that is a member of pg_monitor");
    }
    let waits = !["local", "off"].contains(&health.synchronous_commit.as_str());
    match (standbys.is_empty(), named.is_empty(), synchronous) {
        (_, false, 0) if waits => finding.but(
            Grade::Trouble,
            format!(
                "start a standby of `{named}` again: until then every append waits (or take the \
                 risk: empty synchronous_standby_names and reload)"
            ),
        ),
        (true, ..) => finding.but(
            Grade::Warning,
            "if this machine is lost, so is what came after the last backup: set up a synchronous \
             standby (docs/operate.md)",
        ),
        (false, true, _) | (false, false, 0) => finding.but(
            Grade::Warning,
            "none is synchronous: a fail-over may lose acts that were acknowledged; name one in \
             synchronous_standby_names",
        ),
        _ if !waits => {
            finding.but(Grade::Warning, "set synchronous_commit = on: nobody waits for the standby")
        }
        _ => finding,
    }
}

fn is_synchronous(standby: &Standby) -> bool {
    ["sync", "quorum"].contains(&standby.sync_state.as_str())
}

fn standby(standby: &Standby) -> Finding {
    let behind = standby.bytes_behind.map_or("an unknown amount".into(), size);
    let seconds = standby.seconds_behind.unwrap_or(0.0);
    let Standby { name, state, sync_state, .. } = standby;
    let found = format!("{state}, {sync_state}, {behind} and {seconds:.1} s behind");
    let finding = Finding::new(format!("standby {name}"), found);
    if state != "streaming" {
        finding.but(Grade::Warning, "look into its log: it does not follow (yet)")
    } else if standby.bytes_behind > Some(BYTES_BEHIND) || seconds > SECONDS_BEHIND {
        finding.but(Grade::Warning, "look at its disk, its network and its long queries")
    } else {
        finding
    }
}

fn slot((name, kept): &(String, u64)) -> Finding {
    let found = format!("nobody uses it; {} of log are kept for it", size(*kept));
    let advice = format!(
        "start its standby, or select pg_drop_replication_slot('{name}'): the log fills the disk"
    );
    Finding::new(format!("replication slot {name}"), found).but(Grade::Warning, advice)
}

fn transactions(health: &Health) -> Finding {
    let looked_at = "oldest open transaction";
    let hidden = if health.sees_all { "" } else { " (of this role; pg_read_all_stats sees all)" };
    let Some(Open { pid, name, database, seconds }) = &health.oldest else {
        return Finding::new(looked_at, format!("none{hidden}"));
    };
    let found = format!("{seconds:.0} s, process {pid} `{name}` in `{database}`{hidden}");
    let finding = Finding::new(looked_at, found);
    let advice = format!(
        "end it, select pg_terminate_backend({pid}), and let reports read a standby: it holds back \
         the vacuum of the head row, and appends become slow"
    );
    if *seconds > OPEN_FAR_TOO_LONG {
        finding.but(Grade::Trouble, advice)
    } else if *seconds > OPEN_SECONDS {
        finding.but(Grade::Warning, advice)
    } else {
        finding
    }
}

fn head_row(health: &Health) -> Finding {
    let (dead, bytes) = (health.dead_heads, size(health.head_bytes));
    let finding = Finding::new("head row", format!("{dead} dead versions in {bytes}"));
    let advice = "end the oldest transaction and idle slots, see that autovacuum is on, then \
                  vacuum chronicle.head";
    if dead > DEAD_HEADS_FAR_TOO_MANY {
        finding.but(Grade::Trouble, advice)
    } else if dead > DEAD_HEADS {
        finding.but(Grade::Warning, advice)
    } else {
        finding
    }
}

fn room(health: &Health) -> Finding {
    let found = format!("{}; how much is free cannot be seen from here", size(health.bytes));
    Finding::new("database", found)
}
