select number, chain from trail order by number desc limit 1;
