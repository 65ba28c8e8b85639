//! A real browser, driven over WebDriver: what it shows, what it says to itself, where it asks.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

/// The driver, and one window of the browser that it started.
pub(super) struct Window {
    driver: Child,
    address: String,
    session: String,
    _profile: tempfile::TempDir,
}

/// A screen: width and height in points.
pub(super) const DESK: (u32, u32) = (1280, 900);
pub(super) const PHONE: (u32, u32) = (390, 844);

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Window {
    /// Opens one. The driver must be there: `tests/run` installs it.
    pub(super) fn open() -> Self {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--allowed-ips=127.0.0.1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing; tests/run installs it");
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = said.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        // What it goes on to say is read, so that it never waits for a reader.
        std::thread::spawn(move || said.for_each(drop));
        let address = format!("http://127.0.0.1:{}", port.unwrap());
        let profile = tempfile::tempdir().unwrap();
        let options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--lang=zh-CN",
            format!("--user-data-dir={}", profile.path().display()),
        ] });
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs,
        } } });
        let mut window = Self { driver, address, session: String::new(), _profile: profile };
        let begun = window.order("POST", "/session", &capabilities);
        window.session = format!("/session/{}", begun["sessionId"].as_str().unwrap());
        window.size(DESK);
        window
    }

    fn order(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.address);
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(120))).build().new_agent();
        let request = ureq::http::Request::builder().method(method).uri(url);
        let mut answer = match method {
            "GET" | "DELETE" => agent.run(request.body(()).unwrap()).unwrap(),
            _ => agent.run(request.body(body.to_string()).unwrap()).unwrap(),
        };
        let text = answer.body_mut().read_to_string().unwrap();
        let said: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{method} {path} {body}: {text}");
        said["value"].clone()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.order("POST", &format!("{}{path}", self.session), body)
    }

    pub(super) fn size(&self, (width, height): (u32, u32)) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": width < 600 });
        let set = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics });
        self.post("/goog/cdp/execute", &set);
    }

    /// Takes the line away, or gives it back.
    pub(super) fn line(&self, there: bool) {
        let conditions = json!({ "offline": !there, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": -1 });
        for (cmd, params) in
            [("Network.enable", json!({})), ("Network.emulateNetworkConditions", conditions)]
        {
            self.post("/goog/cdp/execute", &json!({ "cmd": cmd, "params": params }));
        }
    }

    pub(super) fn go(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    pub(super) fn url(&self) -> String {
        let url = self.order("GET", &format!("{}/url", self.session), &Value::Null);
        url.as_str().unwrap().to_owned()
    }

    /// What a script answers.
    pub(super) fn ask(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until a script says so.
    pub(super) fn until(&self, script: &str) {
        let begun = Instant::now();
        while self.ask(script) != json!(true) {
            assert!(begun.elapsed() < Duration::from_secs(30), "never came: {script}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn element(&self, css: &str) -> String {
        let found = self.post("/element", &json!({ "using": "css selector", "value": css }));
        format!("/element/{}", found[ELEMENT].as_str().unwrap())
    }

    pub(super) fn click(&self, css: &str) {
        let element = self.element(css);
        self.post(&format!("{element}/click"), &json!({}));
    }

    pub(super) fn write(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.post(&format!("{element}/clear"), &json!({}));
        self.post(&format!("{element}/value"), &json!({ "text": text }));
    }

    /// Presses keys, as somebody does who has no mouse.
    pub(super) fn press(&self, keys: &str) {
        let key = |key: char| {
            let (down, up) = ("keyDown", "keyUp");
            [json!({ "type": down, "value": key }), json!({ "type": up, "value": key })]
        };
        let keys: Vec<Value> = keys.chars().flat_map(key).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": keys });
        self.post("/actions", &json!({ "actions": [keyboard] }));
    }

    /// The picture of the window.
    pub(super) fn picture(&self) -> Vec<u8> {
        let path = format!("{}/screenshot", self.session);
        let picture = self.order("GET", &path, &Value::Null);
        base64::prelude::BASE64_STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }

    /// What the browser complained of since it was last asked.
    pub(super) fn complaints(&self) -> Vec<String> {
        let said = self.post("/se/log", &json!({ "type": "browser" }));
        let grave = |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        let said = said.as_array().unwrap().iter().filter(grave);
        said.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Where the browser asked since it was last asked.
    pub(super) fn requests(&self) -> Vec<String> {
        let said = self.post("/se/log", &json!({ "type": "performance" }));
        let url = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            let sent = message["method"] == "Network.requestWillBeSent";
            let url = message["params"]["request"]["url"].as_str()?;
            sent.then(|| url.to_owned())
        };
        said.as_array().unwrap().iter().filter_map(url).collect()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.order("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
