delete from kept where ends_at <= $1;
