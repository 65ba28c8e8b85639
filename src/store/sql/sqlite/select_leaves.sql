select position, leaf from events where position > ? order by position limit ?;
