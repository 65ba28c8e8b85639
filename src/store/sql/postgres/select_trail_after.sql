select number, entered_at, who, did, subject, detail, chain from cabinet.trail
where number > $1 order by number limit $2;
