//! chartlens for JavaScript.
use wasm_bindgen::prelude::*;
/// x
#[wasm_bindgen]
pub fn hello(bytes: Vec<u8>) -> usize {
    let files = chartlens::chart::load_archive(&bytes, &Default::default(), Default::default());
    let Ok(chart) = files else { return 0 };
    let r = chartlens::session::check(&chart, "", &Default::default(), &Default::default(), &|_| Err(String::new()));
    r.diagnostics.len()
}
