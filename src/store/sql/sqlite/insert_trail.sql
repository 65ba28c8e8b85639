insert into trail (number, entered_at, who, did, subject, detail, chain)
values ($1, $2, $3, $4, $5, $6, $7);
