-- 通報: when bulletins were issued.
select cast(b.issued_on as timestamp) at time zone 'Asia/Shanghai' as time, b.title as text,
       'bulletin' as tags
from read_tables.bulletins as b
where b.issued_on >= $1 and b.issued_on <= $2
order by b.issued_on, b.key
