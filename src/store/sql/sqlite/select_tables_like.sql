select name from sqlite_schema where type = 'table' and name glob ? order by name;
