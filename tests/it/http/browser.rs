//! A browser as a test sees it: it holds a cookie, sends forms, follows nothing.

use serde_json::Value;
use tongjian_events::policy::Role;

use super::people::open;
use super::{Answer, Site};

/// A browser: what it holds, and what the last page gave it.
pub(crate) struct Browser<'s> {
    site: &'s Site,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

pub(crate) const PASSWORD: &str = "correct horse battery";

/// What a form gives back to show that our own page sent it.
fn csrf_in(page: &str) -> String {
    let field = "name=\"csrf\" value=\"";
    page.split_once(field)
        .map_or_else(String::new, |(_, rest)| rest.split('"').next().unwrap().to_owned())
}

impl<'s> Browser<'s> {
    /// Opens an account, logs in with the password given once, and sets another.
    pub(crate) fn of(site: &'s Site, account: &str, role: Role, sites: &[&str]) -> Self {
        let once = open(site, account, role, sites);
        let mut browser = Self::new(site);
        assert_eq!(browser.log_in(account, &once).status, 303);
        browser.renew();
        let change = browser.post_form(
            "/password",
            &[("present", &once), ("password", PASSWORD), ("again", PASSWORD)],
        );
        assert_eq!(change.status, 303, "{}", change.body);
        browser.takes(&change);
        browser.renew();
        browser
    }

    pub(crate) fn log_in(&mut self, account: &str, password: &str) -> Answer {
        let fields = [("account", account), ("password", password), ("next", "/cases")];
        let answer = self.post_form("/login", &fields);
        self.takes(&answer);
        answer
    }

    /// Takes the cookie that came with an answer.
    pub(crate) fn takes(&mut self, answer: &Answer) {
        let given = answer.headers.get_all("set-cookie").iter();
        for given in given.filter_map(|value| value.to_str().ok()) {
            if let Some((cookie, _)) = given.split_once(';') {
                self.cookie = cookie.to_owned();
            }
        }
    }

    /// Looks at the page that everybody who is logged in may see, for its form.
    pub(crate) fn renew(&mut self) {
        let page = self.get("/password");
        assert_eq!(page.status, 200, "{}", page.body);
        self.csrf = csrf_in(&page.body);
        assert_eq!(self.csrf.len(), 32);
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut headers = vec![("Cookie", self.cookie.as_str())];
        if !more.iter().any(|(name, _)| *name == "Accept") {
            headers.push(("Accept", "text/html,*/*"));
        }
        headers.extend_from_slice(more);
        let url = format!("http://{}{path}", self.site.address);
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let agent = config.build().new_agent();
        let mut answer = match method {
            "GET" | "HEAD" => agent.run(request.body(()).unwrap()).unwrap(),
            _ => agent.run(request.body(body).unwrap()).unwrap(),
        };
        let headers = answer.headers().clone();
        let body = answer.body_mut().read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers, body }
    }

    pub(crate) fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = vec![("csrf", self.csrf.as_str())];
        body.extend_from_slice(fields);
        self.post_bare_form(path, &body)
    }

    fn post_bare_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &form, body.as_bytes())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json"), ("X-CSRF-Token", self.csrf.as_str())];
        self.ask("POST", path, &headers, body.to_string().as_bytes())
    }
}

impl<'s> Browser<'s> {
    /// One that was never here.
    pub(crate) fn new(site: &'s Site) -> Self {
        Self { site, cookie: String::new(), csrf: String::new() }
    }
}
