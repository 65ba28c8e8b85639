//! A complaint, from the telephone to its end.

use serde_json::json;

use super::{Journey, acts};

/// The inspector takes down what a caller says and accepts it, the centre answers, the inspector
/// decides and ends it.
pub(super) fn a_complaint(journey: &Journey<'_>) {
    let mut address = String::new();
    journey.as_somebody("inspector", |journey| address = taken_down(journey));
    let stream = address.replacen("/complaints/", "complaint/", 1);
    let received = acts(journey.site, &stream).pop().unwrap();
    assert_eq!(received["event"], "complaint.ComplaintReceived");
    assert_eq!(received["actor"], json!({ "kind": "inspector", "id": "inspector" }));
    let about = json!({ "unit": "320681105000", "site": "320681105000" });
    assert_eq!(received["body"]["about"], about);
    journey.as_somebody("inspector", |journey| {
        journey.go(&address);
        journey.send("accept");
    });
    journey.as_somebody("centre", |journey| {
        journey.go(&address);
        let theirs = "return String(document.querySelectorAll('input[name=order]').length);";
        assert_eq!(journey.text(theirs), "1", "a centre answers, and does no more");
        journey.window().write("textarea[name=reply]", "已向投诉人说明并致歉。");
        journey.send("reply");
    });
    journey.as_somebody("inspector", |journey| {
        journey.go("/complaints");
        journey.follow(&format!("main a[href='{address}']"), &address);
        journey.window().click("input[name=closure][value=answered]");
        journey.send("close");
    });
    let all = acts(journey.site, &stream);
    let all: Vec<&str> = all.iter().map(|act| act["event"].as_str().unwrap()).collect();
    let wanted = ["Received", "Accepted", "Replied", "Closed"];
    assert_eq!(all, wanted.map(|name| format!("complaint.Complaint{name}")));
}

/// What is left out is named, and nothing of it is taken down; what was written waits in the form
/// until all is there.
fn taken_down(journey: &Journey<'_>) -> String {
    let window = journey.window();
    let form = "form[action='/complaints'][method=post]";
    let site = format!("{form} input[name=site]");
    journey.go("/complaints");
    window.write(&site, "320681105000");
    window.click("input[name=route][value=e_supervision]");
    window.click("input[name=channel][value=telephone]");
    window.write("textarea[name=statement]", "窗口上午十时无人。");
    window.click(&format!("{form} button"));
    window.until("return !!document.querySelector('p.problem');");
    let problem = journey.text("return document.querySelector('p.problem').textContent;");
    assert!(problem.contains("category"), "{problem}");
    assert_eq!(window.complaints().len(), 1, "a browser tells what was refused, once");
    journey.go("/complaints");
    let kept = format!("return document.querySelector(\"{site}\").value;");
    assert_eq!(journey.text(&kept), "320681105000");
    window.click("input[name=category][value=absence]");
    window.click(&format!("{form} button"));
    journey.arrived("/complaints/");
    let address = journey.path();
    journey.go("/complaints");
    assert_eq!(journey.text(&kept), "", "what was sent waits no longer");
    address
}
