//! 資源: what pages load, built into the program: the style sheet, the scripts of the house and
//! those of others. Nothing is ever loaded from elsewhere.

use std::io::Write as _;
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// 資源: one file.
#[derive(Debug)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
    digest: OnceLock<String>,
    zipped: OnceLock<Vec<u8>>,
}

macro_rules! assets {
    ($( $name:literal $media:literal )*) => {
        const COUNT: usize = [ $( $name ),* ].len();

        static ASSETS: [Asset; COUNT] = [ $( Asset {
            name: $name,
            media_type: $media,
            bytes: include_bytes!(concat!("assets/", $name)),
            digest: OnceLock::new(),
            zipped: OnceLock::new(),
        }, )* ];
    };
}

assets! {
    "console.css" "text/css; charset=utf-8"
    "console.js" "text/javascript; charset=utf-8"
    "htmx.min.js" "text/javascript; charset=utf-8"
    "echarts.min.js" "text/javascript; charset=utf-8"
    "icon.svg" "image/svg+xml"
    "LICENSE-htmx" "text/plain; charset=utf-8"
    "LICENSE-echarts" "text/plain; charset=utf-8"
    "NOTICE-echarts" "text/plain; charset=utf-8"
}

impl Asset {
    /// The beginning of the SHA-256 of its content, in hexadecimal.
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| {
            let digest = Sha256::digest(self.bytes);
            digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
        })
    }

    /// Its content with gzip, made once; empty where that fails, which a vector never does.
    pub fn zipped(&self) -> &[u8] {
        self.zipped.get_or_init(|| {
            let mut zip = GzEncoder::new(Vec::new(), Compression::best());
            let written = zip.write_all(self.bytes);
            written.and_then(|()| zip.finish()).unwrap_or_default()
        })
    }
}

/// The asset of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of an asset: as long as its content is the same, so is its address.
#[must_use]
pub fn address(name: &str) -> String {
    let digest = named(name).map_or("", |asset| asset.digest());
    format!("/assets/{name}?v={digest}")
}
