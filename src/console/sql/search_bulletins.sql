-- 通報: bulletins by their number, or by what their title holds, the latest first.
select key, title, year, serial_no, standing, scope from read_tables.bulletins
where scope >= $1 and scope <= $2
    and ((serial_no = $3 and ($4 = 0 or year = $4)) or title like $5 or title like $6)
order by drafted_on desc, key
limit 10
