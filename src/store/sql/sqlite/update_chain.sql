update events set chain = ? where position = ?;
