-- 通報: bulletins whose period lies within the time that is shown, the latest first.
select q.key as bulletin, q.title as title, q.from_on as from_on, q.until_on as until_on,
       q.standing as standing, q.issued_on as issued_on, q.errata as errata,
       q.delivered as delivered, q.read as opened, q.until_position as until_position,
       q.content_digest as content_digest
from (select b.*, b.scope as site from read_tables.bulletins as b) as q
{joined}
where q.until_on >= $1 and q.from_on <= $2 and {chosen}
order by q.until_on desc, q.key
limit 100
