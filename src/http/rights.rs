//! 權限表: what each address asks of whoever comes, in one table. An address that is not in it is
//! answered to nobody.

use actix_web::http::Method;

use crate::access::Right;

/// One address.
#[derive(Debug)]
pub struct Row {
    /// Its template.
    pub pattern: &'static str,
    /// What reading it asks.
    pub reading: Right,
    /// What writing to it asks, where it can be written to.
    pub writing: Option<Right>,
    /// Whether reading it is entered in the audit trail: what names a single case or gives acts
    /// away as they were sent.
    pub traced: bool,
}

const fn read(pattern: &'static str, reading: Right) -> Row {
    Row { pattern, reading, writing: None, traced: false }
}

const fn traced(pattern: &'static str, reading: Right) -> Row {
    Row { pattern, reading, writing: None, traced: true }
}

const fn both(pattern: &'static str, reading: Right, writing: Right) -> Row {
    Row { pattern, reading, writing: Some(writing), traced: false }
}

/// Every address there is.
pub const ROWS: &[Row] = {
    use Right::{
        Administer, Audit, Disclose, Figures, Known, Public, Publish, Read, ReadActs, Send,
    };
    &[
        Row { pattern: "/v1/acts", reading: ReadActs, writing: Some(Send), traced: true },
        traced("/v1/acts/{position}", ReadActs),
        traced("/v1/streams/{kind}/{name}", ReadActs),
        both("/v1/streams/{kind}/{name}/acts", Send, Send),
        traced("/v1/tail", ReadActs),
        traced("/v1/cases", Read),
        traced("/v1/cases/{id}", Read),
        traced("/v1/cases/{id}/timeline", Read),
        traced("/v1/lists/{name}", Read),
        read("/v1/coverage", Read),
        both("/v1/applicants/{ref}", Send, Send),
        both("/v1/applicants/{ref}/disclosures", Disclose, Disclose),
        both("/v1/applicants/{ref}/destruction", Publish, Publish),
        both("/v1/bulletins", Read, Publish),
        traced("/v1/bulletins/{id}", Read),
        read("/v1/bulletins/{id}/history", Read),
        traced("/v1/bulletins/{id}/figures/{figure:.*}", Read),
        both("/v1/bulletins/{id}/review", Publish, Publish),
        both("/v1/bulletins/{id}/sign", Publish, Publish),
        both("/v1/bulletins/{id}/issue", Publish, Publish),
        both("/v1/bulletins/{id}/erratum", Publish, Publish),
        both("/v1/bulletins/{id}/delivery", Publish, Publish),
        both("/v1/bulletins/{id}/reading", Send, Send),
        read("/v1/catalog", Known),
        read("/v1/schemas/{event}", Known),
        read("/openapi.json", Figures),
        read("/healthz", Public),
        read("/readyz", Public),
        read("/metrics", Figures),
        read("/", Read),
        read("/assets/{name}", Public),
        read("/favicon.ico", Public),
        read("/cases", Read),
        traced("/cases/{id}", Read),
        read("/places", Read),
        read("/places/{id}", Read),
        read("/sites/{id}", Read),
        read("/items/{id}", Read),
        read("/search", Read),
        read("/cards", Read),
        Row { pattern: "/cards/{id}", reading: Read, writing: Some(Send), traced: true },
        both("/inspect", Read, Send),
        read("/rectification", Read),
        both("/complaints", Read, Send),
        Row { pattern: "/complaints/{id}", reading: Read, writing: Some(Send), traced: true },
        read("/inspections", Read),
        Row { pattern: "/inspections/{id}", reading: Read, writing: Some(Send), traced: true },
        both("/bulletins", Read, Publish),
        both("/bulletins/{id}", Read, Publish),
        read("/bulletins/{id}/figures", Read),
        traced("/bulletins/{id}/figures/{figure:.*}", Read),
        read("/boards", Read),
        read("/boards/{id}", Read),
        traced("/chronicle", ReadActs),
        traced("/chronicle/{id}", ReadActs),
        read("/policies", Read),
        read("/policies/{id}", Read),
        both("/login", Public, Public),
        both("/logout", Public, Public),
        both("/password", Known, Known),
        both("/administration/accounts", Administer, Administer),
        both("/administration/tokens", Administer, Administer),
        read("/administration/trail", Audit),
    ]
};

impl Row {
    /// The row of an address by its template.
    #[must_use]
    pub fn of(pattern: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.pattern == pattern)
    }

    /// What this method asks. A method that an address does not know asks what writing asks, and
    /// is then told so.
    #[must_use]
    pub fn asks(&self, method: &Method) -> Right {
        match self.writing {
            Some(writing) if !reads(method) => writing,
            _ => self.reading,
        }
    }
}

/// Whether a method only reads.
#[must_use]
pub fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
