select number, entered_at, who, did, subject, detail, chain from trail
where number < $1 and ($2 = '' or who = $2) and ($3 = '' or subject = $3)
order by number desc limit $4;
