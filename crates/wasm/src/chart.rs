//! Loaded charts.

use crate::failure::{Class, Failure};
use crate::options::Options;
use crate::rendered::Rendered;
use chartlens::chart::{
    ArchiveLimits, Chart as Core, ChartError, File, Ignore, load_all, load_all_of_archive, load_archive, load_files,
};
use chartlens::host::HelmVersion;
use chartlens::render::{self, RenderOptions};
use chartlens::report::Report;
use chartlens::session::{self, CheckOptions};
use js_sys::Uint8Array;
use std::cell::OnceCell;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Where a chart comes from.
enum Source {
    Files(Vec<File>),
    Archive(Vec<u8>),
}

impl Source {
    fn load(&self, helm: HelmVersion) -> Result<Core, ChartError> {
        match self {
            Source::Files(files) => load_files(files.clone(), &ArchiveLimits::default(), helm),
            Source::Archive(bytes) => load_archive(bytes, &ArchiveLimits::default(), helm),
        }
    }

    /// What can be read of it; the rest is in the chart's `errors`.
    fn load_all(&self, helm: HelmVersion) -> Result<Core, ChartError> {
        match self {
            Source::Files(files) => Ok(load_all(files.clone(), &ArchiveLimits::default(), helm)),
            Source::Archive(bytes) => load_all_of_archive(bytes, &ArchiveLimits::default(), helm),
        }
    }
}

/// Files from JavaScript.
pub fn files(names: Vec<String>, contents: Vec<Uint8Array>) -> Vec<File> {
    names.into_iter().zip(contents).map(|(name, content)| File::new(name, content.to_vec())).collect()
}

/// Those of a folder: what `.helmignore` names is left out.
pub fn sifted(names: Vec<String>, contents: Vec<Uint8Array>) -> Result<Vec<File>, Failure> {
    Ignore::sift(files(names, contents)).map_err(|message| Failure::new(Class::Chart, message))
}

/// A loaded chart.
#[wasm_bindgen]
pub struct Chart {
    source: Source,
    helm4: Arc<Core>,
    /// Helm 3 reads a few charts otherwise.
    helm3: OnceCell<Arc<Core>>,
}

#[wasm_bindgen]
impl Chart {
    /// A chart from its files.
    #[wasm_bindgen(js_name = fromFiles)]
    pub fn from_files(names: Vec<String>, contents: Vec<Uint8Array>) -> Result<Chart, JsValue> {
        Ok(Chart::load(Source::Files(files(names, contents)))?)
    }

    /// A chart from all files of its folder: what `.helmignore` names is left out.
    #[wasm_bindgen(js_name = fromFolder)]
    pub fn from_folder(names: Vec<String>, contents: Vec<Uint8Array>) -> Result<Chart, JsValue> {
        Ok(Chart::load(Source::Files(sifted(names, contents)?))?)
    }

    /// A chart from a `.tgz`.
    #[wasm_bindgen(js_name = fromArchive)]
    pub fn from_archive(bytes: Vec<u8>) -> Result<Chart, JsValue> {
        Ok(Chart::load(Source::Archive(bytes))?)
    }

    /// What Chart.yaml says: name, version, appVersion, description.
    pub fn metadata(&self) -> Vec<String> {
        let metadata = &self.helm4.metadata;
        vec![
            metadata.name.clone(),
            metadata.version.clone(),
            metadata.app_version.clone(),
            metadata.description.clone(),
        ]
    }

    /// Renders it.
    pub fn render(&self, options: &str) -> Result<Rendered, JsValue> {
        let options = Options::read(options)?;
        let chart = self.of(options.helm()?)?;
        Ok(Rendered::render(chart, options.render()?, options.host()?)?)
    }

    /// The files that the templates write, before they are split into documents: `[name, text]` in JSON.
    #[wasm_bindgen(js_name = renderFiles)]
    pub fn render_files(&self, options: &str) -> Result<String, JsValue> {
        let options = Options::read(options)?;
        let (chart, release) = (self.of(options.helm()?)?, options.render()?);
        let files = render::render_files(&chart, &release, &options.host()?, &no_files)
            .map_err(|error| Failure::render(&error, release.helm))?;
        let text = |bytes: &[u8]| chartlens::text::lossy(bytes).into_owned();
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name, text(bytes))).collect();
        Ok(serde_json::to_string(&files).unwrap_or_default())
    }

    /// Checks it: a report in JSON.
    pub fn check(&self, options: &str) -> Result<String, JsValue> {
        Ok(self.inspected(options)?.0)
    }

    /// Checks it and keeps what it rendered for the first target.
    pub fn inspect(&self, options: &str) -> Result<Inspection, JsValue> {
        let (report, rendered) = self.inspected(options)?;
        Ok(Inspection { report, chart: self.helm4.metadata.name.clone(), rendered })
    }
}

impl Chart {
    fn load(source: Source) -> Result<Chart, Failure> {
        match source.load(HelmVersion::V4) {
            Ok(chart) => Ok(Chart { source, helm4: Arc::new(chart), helm3: OnceCell::new() }),
            Err(error) => Err(Failure::load(&error)),
        }
    }

    fn of(&self, helm: HelmVersion) -> Result<Arc<Core>, Failure> {
        if helm >= HelmVersion::V4 {
            return Ok(self.helm4.clone());
        }
        if let Some(chart) = self.helm3.get() {
            return Ok(chart.clone());
        }
        let chart = self.source.load(helm).map_err(|error| Failure::load(&error))?;
        Ok(self.helm3.get_or_init(|| Arc::new(chart)).clone())
    }

    fn inspected(&self, options: &str) -> Result<(String, Option<Rendered>), Failure> {
        let options = Options::read(options)?;
        let mut check = check_options(&options)?;
        let chart = self.of(check.render.helm)?;
        if options.ci_values {
            check.values_sets.extend(session::ci_values(&chart));
        }
        let host = options.host()?;
        let first = crate::SESSION.render_first(&chart, &check, &host, &no_files);
        let report = crate::SESSION.inspect(&chart, &options.path, &check, &host, &no_files, &|| &first);
        let release = RenderOptions { trace: true, ..check.render };
        let rendered = first.ok().map(|rendered| Rendered::new(chart, release, host, rendered));
        Ok((report.to_json(), rendered))
    }
}

/// What [`Chart::inspect`] gives.
#[wasm_bindgen]
pub struct Inspection {
    /// The report in JSON.
    pub(crate) report: String,
    /// The chart's name.
    pub(crate) chart: String,
    /// What was rendered.
    pub(crate) rendered: Option<Rendered>,
}

#[wasm_bindgen]
impl Inspection {
    /// The report in JSON.
    #[wasm_bindgen(getter)]
    pub fn report(&mut self) -> String {
        std::mem::take(&mut self.report)
    }

    /// The chart's name.
    #[wasm_bindgen(getter)]
    pub fn chart(&self) -> String {
        self.chart.clone()
    }

    /// What was rendered, once.
    pub fn rendered(&mut self) -> Option<Rendered> {
        self.rendered.take()
    }
}

/// Checks files that may be no chart, which is a finding then.
#[wasm_bindgen(js_name = checkFiles)]
pub fn check_files(names: Vec<String>, contents: Vec<Uint8Array>, options: &str) -> Result<String, JsValue> {
    Ok(check_source(Source::Files(files(names, contents)), options)?)
}

/// The same for a `.tgz`.
#[wasm_bindgen(js_name = checkArchive)]
pub fn check_archive(bytes: Vec<u8>, options: &str) -> Result<String, JsValue> {
    Ok(check_source(Source::Archive(bytes), options)?)
}

fn check_source(source: Source, json: &str) -> Result<String, Failure> {
    let options = Options::read(json)?;
    let check = check_options(&options)?;
    match source.load_all(check.render.helm) {
        Ok(chart) if chart.walk().iter().all(|chart| chart.errors.is_empty()) => {
            Ok(Chart::load(source)?.inspected(json)?.0)
        }
        Ok(chart) => Ok(crate::SESSION.check(&chart, &options.path, &check, &options.host()?, &no_files).to_json()),
        Err(error) => {
            let mut found = session::chart_error(&error);
            found.chart = Some(options.path);
            let mut report = Report::default();
            report.summary.charts = 1;
            report.add(found);
            report.finish();
            Ok(report.to_json())
        }
    }
}

/// The options of a check, which needs the schemas.
pub fn check_options(options: &Options) -> Result<CheckOptions, Failure> {
    if chartlens::kube::versions().next().is_none() {
        let text = "the schemas of Kubernetes are not loaded: give them to init, or call loadSchemas first";
        return Err(Failure::new(Class::Schemas, text));
    }
    options.check()
}

/// Files that values name cannot be read: no option names any.
pub fn no_files(_: &str) -> Result<Vec<u8>, String> {
    Err("no files".to_owned())
}
