select pg_notify('tongjian_head', $1);
