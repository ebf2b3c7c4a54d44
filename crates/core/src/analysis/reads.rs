//! Which values templates may reach, told from their text alone.

use super::Analysis;
use super::paths::{ANY, EACH};
use super::walk::{Body, Library, Walks, walk};
use crate::chart::Chart;
use crate::gotmpl::Texts;
use crate::host::HelmVersion;
use crate::jinja::JINJA;
use crate::text::{FileId, Span, Str};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

/// A path below `.Values`.
pub type Path = Vec<String>;

/// How a path is used.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// Whether everything below it may be reached too.
    pub whole: bool,
    /// Where it is written, each place once: spans in [`Analysis::templates`].
    pub spans: Vec<Span>,
}

/// How far templates look into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// At nothing in it.
    Nothing,
    /// At it, or at something in it.
    Within,
    /// At all of it.
    Whole,
}

/// What the templates of one chart may read of its values.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    paths: Arc<Reached>,
    /// What names may be computed from.
    texts: Arc<Words>,
}

/// The paths that templates may read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reached {
    found: BTreeMap<Path, Use>,
    /// Those of the paths that have keys which templates compute.
    computed: Vec<Path>,
}

/// The texts of all charts.
#[derive(Debug, Default)]
struct Words {
    texts: Vec<Arc<[u8]>>,
    /// Their words: letters and digits without anything between them.
    words: OnceLock<HashSet<Box<[u8]>>>,
}

impl Words {
    /// Whether some text of the charts spells the name: else no template computes it.
    fn spell(&self, name: &str) -> bool {
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return self.words.get_or_init(|| self.split()).contains(name.as_bytes());
        }
        let inside = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        self.texts.iter().any(|text| {
            memchr::memmem::find_iter(text, name.as_bytes()).any(|at| {
                let before = at.checked_sub(1).and_then(|at| text.get(at));
                !inside(before) && !inside(text.get(at + name.len()))
            })
        })
    }

    fn split(&self) -> HashSet<Box<[u8]>> {
        let mut words: HashSet<Box<[u8]>> = HashSet::new();
        for word in self.texts.iter().flat_map(|text| text.split(|byte| !byte.is_ascii_alphanumeric())) {
            if !words.contains(word) {
                words.insert(word.into());
            }
        }
        words
    }
}

impl Reads {
    /// What each chart of a tree reads, in the order of [`Chart::walk`].
    pub(super) fn of_charts(analysis: &Analysis<'_>, paths: &[Arc<Reached>]) -> Vec<Reads> {
        let charts = analysis.charts().iter();
        let templates = charts.clone().flat_map(|chart| chart.templates.iter().map(|file| file.data.clone()));
        let values = charts.filter_map(|chart| chart.values.as_ref().map(|values| values.text.clone()));
        let texts = Arc::new(Words { texts: templates.chain(values).collect(), words: OnceLock::new() });
        paths.iter().map(|paths| Reads { paths: paths.clone(), texts: texts.clone() }).collect()
    }

    /// Whether a template may look at the value at `path`, at something in it, or at something around it as a whole.
    pub fn reach(&self, path: &[String]) -> bool {
        let mut around = (0..path.len()).filter_map(|len| self.paths.found.get(path.get(..len)?));
        // In the order of paths the path itself comes first, then what is below it.
        let below = || self.paths.found.range::<[String], _>((Bound::Included(path), Bound::Unbounded)).next();
        around.any(|how| how.whole)
            || below().is_some_and(|(found, _)| found.starts_with(path))
            || self.paths.computed.iter().any(|found| self.may_be(found, path))
    }

    /// Whether the value at `path`, or something around it, is looked at as a whole: then so is all in it.
    pub fn take_whole(&self, path: &[String]) -> bool {
        (0..=path.len()).filter_map(|len| self.paths.found.get(path.get(..len)?)).any(|how| how.whole)
    }

    /// How far templates look into the value at `path`, where they take nothing around it whole.
    pub fn reach_from(&self, path: &[String]) -> Reach {
        let first = self.paths.found.range::<[String], _>((Bound::Included(path), Bound::Unbounded)).next();
        match first.filter(|(found, _)| found.starts_with(path)) {
            Some((found, how)) if found.len() == path.len() && how.whole => Reach::Whole,
            Some(_) => Reach::Within,
            None if self.paths.computed.iter().any(|found| self.may_be(found, path)) => Reach::Within,
            None => Reach::Nothing,
        }
    }

    /// Whether a path with computed keys may be `path`, or lead to something around it that is read as a whole.
    fn may_be(&self, found: &Path, path: &[String]) -> bool {
        // Looking below any key at all says nothing of this one.
        let long_enough = match found.len().cmp(&path.len()) {
            Ordering::Less => self.paths.found.get(found).is_some_and(|how| how.whole),
            Ordering::Equal => true,
            Ordering::Greater => false,
        };
        long_enough && found.iter().zip(path).all(|(a, b)| a == b || (a == ANY && self.texts.spell(b)))
    }

    /// The names that templates look for in the map at `path`.
    pub fn names_in(&self, path: &[String]) -> impl Iterator<Item = &str> {
        let below = self.paths.found.keys().filter(move |found| found.len() > path.len() && found.starts_with(path));
        below.filter_map(|found| found.get(path.len()).map(String::as_str)).filter(|name| *name != ANY)
    }

    /// How a path is used, where it is read.
    pub fn uses_of(&self, path: &[String]) -> Option<&Use> {
        self.paths.found.get(path)
    }

    /// Whether the paths are those of another, worked out once for both.
    pub fn has_paths_of(&self, other: &Reads) -> bool {
        Arc::ptr_eq(&self.paths, &other.paths)
    }

    /// All paths whose keys are known, each with its uses.
    pub fn uses(&self) -> impl Iterator<Item = (&[String], &Use)> {
        let known = |path: &&Path| !path.iter().any(|key| key == ANY || key == EACH);
        self.paths.found.iter().filter(move |(path, _)| known(path)).map(|(path, how)| (path.as_slice(), how))
    }
}

impl Reached {
    pub(super) fn add(&mut self, path: Path, used: Use) {
        if path.iter().any(|key| key == ANY) && !self.found.contains_key(&path) {
            self.computed.push(path.clone());
        }
        let how = self.found.entry(path).or_default();
        how.whole |= used.whole;
        for span in used.spans {
            if !how.spans.contains(&span) {
                how.spans.push(span);
            }
        }
    }
}

/// The paths that each chart of a tree reads, in the order of [`Chart::walk`]. Library charts and helpers count for all.
pub(super) fn of_charts(analysis: &Analysis<'_>, walks: &Walks) -> Vec<Arc<Reached>> {
    let mut library = Library::default();
    let mut bodies: Vec<Vec<Body>> = analysis.charts().iter().map(|_| Vec::new()).collect();
    for template in analysis.templates() {
        if let Some(own) = bodies.get_mut(template.chart) {
            own.extend(library.add(&template.parsed));
        }
    }
    let mut all: Vec<Arc<Reached>> = Vec::new();
    for (chart, bodies) in analysis.charts().iter().zip(bodies) {
        let mut paths = walks.of(bodies, &library);
        let mut add = |path, used| Arc::make_mut(&mut paths).add(path, used);
        for text in texts_in_values(chart) {
            let name = Str::from("values");
            let (parsed, errors) = Texts::default().parse(name, &text, FileId(0), HelmVersion::V4);
            // What is no template reads nothing.
            if errors.is_empty() {
                let bodies = Library::default().add(&parsed);
                walk(&bodies, &library, false).0.into_iter().for_each(|(path, used)| add(path, used));
            }
        }
        for file in chart.templates.iter().filter(|file| JINJA.takes(&file.name)) {
            // What Jinja makes of a value is not followed: it may look at all of it.
            for keys in JINJA.symbols(&file.data).values {
                let path = keys.into_iter().map(|key| key.name).collect();
                add(path, Use { whole: true, spans: Vec::new() });
            }
        }
        all.push(paths);
    }
    let shared: Vec<(Path, Use)> = analysis
        .charts()
        .iter()
        .zip(&all)
        .filter(|(chart, _)| chart.metadata.is_library())
        .flat_map(|(_, found)| found.found.iter().map(|(path, how)| (path.clone(), how.clone())))
        .collect();
    if !shared.is_empty() {
        for found in all.iter_mut().map(Arc::make_mut) {
            shared.iter().for_each(|(path, used)| found.add(path.clone(), used.clone()));
        }
    }
    all
}

/// Texts in values that are templates themselves.
pub(super) fn texts_in_values(chart: &Chart) -> Vec<Arc<[u8]>> {
    if chart.values.as_ref().is_none_or(|values| memchr::memmem::find(&values.text, b"{{").is_none()) {
        return Vec::new();
    }
    let documents = chart.values.iter().flat_map(|values| values.documents.iter());
    let scalars = documents.flat_map(|(_, document)| document.nodes().map(move |(id, _)| document.scalar(id)));
    scalars.filter(|text| memchr::memmem::find(text, b"{{").is_some()).map(Arc::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{ArchiveLimits, File, load_files};

    fn reads(template: &str) -> Reads {
        let files = vec![
            File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
            File::new("templates/a.yaml", template),
        ];
        let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
        Analysis::new(&chart, &Texts::default(), HelmVersion::V4).reads(0).clone()
    }

    fn path(text: &str) -> Path {
        text.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn chains_variables_and_blocks_are_followed() {
        let found = reads(
            "{{ .Values.a.b }}{{ with .Values.c }}{{ .d }}{{ end }}{{ $e := .Values.e }}{{ $e.f }}\
             {{ define \"t\" }}{{ .h }}{{ end }}{{ include \"t\" .Values.g }}{{ dig \"j\" \"k\" 1 .Values.i }}",
        );
        for read in ["a.b", "a", "c.d", "e.f", "g.h", "i.j.k"] {
            assert!(found.reach(&path(read)), "{read}");
        }
        for unread in ["x", "a.x", "c.x", "e.x", "g.x", "i.j.x"] {
            assert!(!found.reach(&path(unread)), "{unread}");
        }
        assert_eq!(found.names_in(&path("a")).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn what_is_handed_on_as_a_whole_is_reached() {
        let found = reads("{{ toYaml .Values.a }}{{ range .Values.b }}{{ .x }}{{ end }}");
        assert!(["a.x", "b.x"].iter().all(|read| found.reach(&path(read))));
        let found = reads("{{ $l := list .Values.a .Values.b }}{{ range $l }}{{ .x }}{{ end }}");
        assert!(found.reach(&path("b.x")) && !found.reach(&path("b.y")));
        let found = reads("{{ include \"t\" (dict \"Values\" .Values \"x\" .Values.a) }}");
        assert!(found.reach(&path("a.b")) && !found.reach(&path("c")));
    }

    #[test]
    fn computed_keys_must_be_spelt_somewhere() {
        let found = reads("{{ index .Values.c .x }}{{ $name := \"known\" }}");
        assert!(found.reach(&path("c.known")));
        assert!(["d", "c.x.y", "c.unknown"].iter().all(|unread| !found.reach(&path(unread))));
    }
}
