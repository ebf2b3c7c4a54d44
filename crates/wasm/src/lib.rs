//! chartlens for JavaScript: charts, renders and reports behind handles.
//!
//! The package's own TypeScript (`crates/wasm/js`) is what people use. It hands arguments in as JSON and gets answers
//! as JSON, in the shapes of reports; an error is the JSON of a [`failure::Failure`].

mod chart;
mod failure;
mod options;
mod rendered;
mod workspace;

use chartlens::session::Session;
use failure::{Class, Failure};
use std::sync::LazyLock;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// Panics end the module; their text is shown.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|info| error(&info.to_string())));
}

/// Hands in the bundle of Kubernetes schemas.
#[wasm_bindgen(js_name = provideSchemas)]
pub fn provide_schemas(bytes: Vec<u8>) -> Result<(), JsValue> {
    match chartlens_schemas::Schemas::provide(bytes.into_boxed_slice()) {
        Some(_) => Ok(()),
        None => Err(Failure::new(Class::Schemas, "the asset is no bundle of Kubernetes schemas").into()),
    }
}

/// The versions of Kubernetes that there are schemas for, oldest first; none before the bundle is there.
#[wasm_bindgen(js_name = kubeVersions)]
pub fn kube_versions() -> Vec<String> {
    chartlens::kube::versions().map(str::to_owned).collect()
}

/// What renders and checks of this instance share.
static SESSION: LazyLock<Session> = LazyLock::new(Session::new);

/// All codes that findings can have, in JSON.
#[wasm_bindgen]
pub fn rules() -> String {
    serde_json::to_string(&chartlens::codes::all()).unwrap_or_default()
}

/// Placeholders of deferred functions call this: it throws what the package takes for a missing asset.
#[wasm_bindgen]
pub fn deferred_is_missing() {
    wasm_bindgen::throw_str("deferred");
}

/// The version of chartlens.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
