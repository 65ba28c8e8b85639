-- 最近行為: when the last act was done that people entered at a site, by the end of a day.
select sites.site,
       (select cast(extract(epoch from acts.occurred_at) as bigint)
        from read_tables.timeline as acts
        where acts.site = sites.site and acts.entry <> 'engine' and acts.event not like 'bulletin.%'
          and acts.occurred_at < to_timestamp(cast($1 as double precision) / 1000000)
        order by acts.occurred_at desc limit 1)
from read_tables.coverage_sites as sites
