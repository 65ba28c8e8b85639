-- 事項: registers of items whose code begins with what was typed, or whose name holds it.
select docket, fact from read_tables.register_facts
where docket >= $3 and docket < $4 and $1 <= $2
    and fact like '%"item.ItemRegistered"%'
    and (docket like $5 or fact::jsonb #>> '{act,e,b,name}' like $6
        or fact::jsonb #>> '{act,e,b,name}' like $7)
order by docket, key
limit 10
