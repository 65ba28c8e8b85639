delete from cabinet.kept where ends_at <= $1;
