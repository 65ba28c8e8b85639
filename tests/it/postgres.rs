//! A PostgreSQL of one's own: made by `initdb` in a temporary folder, reached by a socket in it,
//! and gone with the process. Each test has a database of its own in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::sync::OnceCell;
use tongjian::store::Store;

/// Starts the server again whenever it ends; ends it and removes its folder when the process that
/// waits at the other end of its standard input is gone, however it went.
const KEEPER: &str = r#"
folder=$1; shift
while [ ! -e "$folder/over" ]; do
    [ -e "$folder/away" ] || "$@" >> "$folder/log" 2>&1
    sleep 0.05
done &
loop=$!
read -r _
touch "$folder/over"
kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid")"
wait "$loop"
rm -rf "$folder"
"#;

/// A running server.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    /// Held so that the keeper's standard input stays open.
    _keeper: Child,
}

impl Server {
    /// Starts one, with these settings besides its defaults (`name=value`).
    pub(crate) async fn start(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let data = folder.join("data");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        let initdb = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"];
        // Sorted as a dictionary sorts: whatever must be sorted by its bytes has to say so.
        let sorted = ["--locale-provider=icu", "--icu-locale=en-US", "-D"];
        run(as_its_user("initdb").args(initdb).args(sorted).arg(&data).stdout(Stdio::null()));
        let mut server = as_its_user("postgres");
        server.arg("-D").arg(&data).arg("-k").arg(&folder).args(["-c", "listen_addresses="]);
        server.args(["-c", "restart_after_crash=on"]);
        for setting in settings {
            server.args(["-c", setting]);
        }
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(server.get_program());
        keeper.args(server.get_args()).stdin(Stdio::piped());
        let keeper = keeper.spawn().unwrap();
        let server = Self { folder, _keeper: keeper };
        server.wait().await;
        server
    }

    /// The address of a database in it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=postgres", self.folder.display())
    }

    /// Waits until it answers.
    pub(crate) async fn wait(&self) {
        let start = Instant::now();
        loop {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => return connection.close().await.unwrap(),
                Err(error) if start.elapsed() > Duration::from_secs(60) => {
                    let log = std::fs::read_to_string(self.folder.join("log"));
                    panic!("PostgreSQL does not answer: {error}\n{}", log.unwrap_or_default());
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Kills it as a power cut would, and waits until it was started again and has recovered.
    pub(crate) async fn crash(&self) {
        let pid = self.pid();
        run(Command::new("kill").args(["-QUIT", &pid]));
        let started_again = || {
            let now = std::fs::read_to_string(self.folder.join("data/postmaster.pid"));
            now.is_ok_and(|now| now.lines().next().is_some_and(|now| now != pid))
        };
        let start = Instant::now();
        while !started_again() {
            assert!(start.elapsed() < Duration::from_secs(60), "it was not started again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.wait().await;
    }

    /// Stops it; it stays away until it is started again. Answers what [`Self::start_again`] asks.
    pub(crate) fn stop(&self) -> PathBuf {
        let away = self.folder.join("away");
        std::fs::write(&away, "").unwrap();
        run(Command::new("kill").args(["-QUIT", &self.pid()]));
        while self.folder.join("data/postmaster.pid").exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        away
    }

    /// Starts it again, and waits until it answers.
    pub(crate) async fn start_again(&self, away: PathBuf) {
        std::fs::remove_file(away).unwrap();
        self.wait().await;
    }

    /// Keeps a copy of what it holds now; it is away meanwhile.
    pub(crate) async fn keep_a_copy(&self) {
        let away = self.stop();
        run(Command::new("cp").args(["-a", "data", "copy"]).current_dir(&self.folder));
        self.start_again(away).await;
    }

    /// Goes on from the copy, as if what came since had never been received.
    pub(crate) async fn go_back_to_the_copy(&self) {
        let away = self.stop();
        run(Command::new("rm").args(["-rf", "data"]).current_dir(&self.folder));
        run(Command::new("mv").args(["copy", "data"]).current_dir(&self.folder));
        self.start_again(away).await;
    }

    /// Lets it stand still: it takes connections and answers nothing.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.pid();
        run(Command::new("kill").args([signal, &pid]));
        run(Command::new("pkill").args([signal, "-P", &pid]));
    }

    fn pid(&self) -> String {
        let file = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().to_owned()
    }

    /// Runs statements in a database.
    pub(crate) async fn run(&self, database: &str, sql: &str) {
        let mut connection = PgConnection::connect(&self.url(database)).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

impl Server {
    /// A transaction that did this and stays open as long as the connection lives.
    pub(crate) async fn hold(&self, database: &str, sql: &str) -> PgConnection {
        let mut connection = PgConnection::connect(&self.url(database)).await.unwrap();
        let text = format!("begin; {sql}");
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
        connection
    }
}

/// The address of a new database with an empty chronicle, in the server that all tests share.
pub(crate) async fn database() -> String {
    let server = shared().await;
    let name = name();
    server.run("postgres", &format!("create database {name} template model")).await;
    server.url(&name)
}

/// A name that no other database of this process has.
pub(crate) fn name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// The server that all tests share which do not harm it.
pub(crate) async fn shared() -> &'static Server {
    static SHARED: OnceCell<Server> = OnceCell::const_new();
    SHARED
        .get_or_init(|| async {
            let server = Server::start(&["fsync=off", "max_connections=400"]).await;
            server.run("postgres", "create database model").await;
            Store::migrate_postgres(&server.url("model")).await.unwrap();
            server
        })
        .await
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// A program of PostgreSQL, run by the user `postgres` where we are root: the server refuses root.
fn as_its_user(program: &str) -> Command {
    let path = programs().join(program);
    if !is_root() {
        return Command::new(path);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
    // The folder that a test runs in need not be open to others.
    command.current_dir("/");
    command
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> PathBuf {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = debian
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb").exists().then_some((version, path.join("bin")))
        })
        .max();
    if let Some((_, path)) = newest {
        return path;
    }
    let asked = Command::new("pg_config").arg("--bindir").output();
    let asked = asked.expect("PostgreSQL is not installed; `tests/run` installs it");
    Path::new(String::from_utf8(asked.stdout).unwrap().trim()).to_owned()
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}
