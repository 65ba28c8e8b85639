select number, chain from cabinet.trail order by number desc limit 1;
