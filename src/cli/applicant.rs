//! `tongjian applicant`: the personal details of applicants, sealed, shown, destroyed. They come in
//! through a file or standard input, never as an argument, which every process could read.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use tongjian_events::SiteCode;
use tongjian_events::applicant::DetailField;
use tongjian_events::values::{ApplicantRef, DocumentNo, StaffId, Text};
use zeroize::Zeroizing;

use super::data::Data;
use super::key::Master;
use crate::clock::Clock;
use crate::store::Store;
use crate::vault::{By, Details, Vault};

/// 申請人資料.
#[derive(Debug, Subcommand)]
pub(super) enum ApplicantOrder {
    /// Seal details: a JSON object of name, document_number, telephone, address, contact
    Seal(Seal),
    /// Show details in clear; who asks and why is recorded first
    Show(Show),
    /// Destroy details on order: their key is deleted, every act and hash stays
    Destroy(Destroy),
}

/// Whose, where, and by whom.
#[derive(Debug, Args)]
pub(super) struct Whose {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    master: Master,
    /// The applicant's reference
    #[arg(value_parser = ApplicantRef::new)]
    applicant: ApplicantRef,
    /// Who does it, by the number of staff
    #[arg(long, value_name = "STAFF", value_parser = StaffId::new)]
    by: StaffId,
}

/// 密封.
#[derive(Debug, Args)]
pub(super) struct Seal {
    #[command(flatten)]
    of: Whose,
    /// The site at which they came in
    #[arg(long, value_name = "CODE")]
    site: SiteCode,
    /// The file of the details; standard input where nothing is said
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// 查閱.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    of: Whose,
    /// What for
    #[arg(long, value_name = "TEXT", value_parser = Text::new)]
    reason: Text,
    /// Which detail; all that are sealed where none is named. May be repeated
    #[arg(long = "field", value_name = "FIELD", value_parser = field)]
    fields: Vec<DetailField>,
}

/// 銷毀.
#[derive(Debug, Args)]
pub(super) struct Destroy {
    #[command(flatten)]
    of: Whose,
    /// The number of the order
    #[arg(long, value_name = "NUMBER", value_parser = DocumentNo::new)]
    order: DocumentNo,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = Text::new)]
    reason: Text,
}

fn field(text: &str) -> Result<DetailField, String> {
    let names = || DetailField::ALL.map(|field| field.to_string()).join(", ");
    let found = DetailField::ALL.into_iter().find(|field| field.to_string() == text);
    found.ok_or_else(|| format!("`{text}` is no detail; the details are {}", names()))
}

impl Whose {
    async fn open(&self) -> anyhow::Result<(Store, Vault, By)> {
        let master = self.master.read()?;
        let store = self.data.open_existing().await?;
        let vault = Vault::new(store.clone(), master);
        Ok((store, vault, By::operator(self.by.clone())))
    }
}

/// Does it.
///
/// # Errors
/// The rule that stands in the way, or what failed.
pub(super) async fn run(
    order: &ApplicantOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let now = clock.now();
    match order {
        ApplicantOrder::Seal(Seal { of, site, from }) => {
            let details = Details::parse(&read(from.as_deref())?)?;
            let (store, vault, by) = of.open().await?;
            let at = vault.seal(&of.applicant, site, &details, &by, now).await?;
            store.close().await;
            writeln!(out, "sealed at position {}", at.position)?;
        }
        ApplicantOrder::Show(Show { of, reason, fields }) => {
            let (store, vault, by) = of.open().await?;
            let opened = vault.disclose(&of.applicant, fields, reason, &by, now).await?;
            store.close().await;
            let text = Zeroizing::new(serde_json::to_string_pretty(&opened.details.to_value())?);
            writeln!(out, "{}", *text)?;
        }
        ApplicantOrder::Destroy(Destroy { of, order, reason }) => {
            let (store, vault, by) = of.open().await?;
            let at = vault.destroy(&of.applicant, order, reason, &by, now).await?;
            store.close().await;
            writeln!(out, "destroyed by order {order}, at position {}", at.position)?;
        }
    }
    Ok(())
}

fn read(from: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    match from {
        Some(path) => {
            let read =
                std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text));
            read.with_context(|| format!("cannot read `{}`", path.display()))?;
        }
        None => {
            io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        }
    }
    Ok(text)
}
