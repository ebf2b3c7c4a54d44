//! What was read of a chart last, file by file: of what has stayed the same nothing is read anew.

use super::load::{ChartError, parse_patched, parse_values};
use super::{Chart, ValuesFile};
use crate::host::HelmVersion;
use crate::yaml::YamlError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longer values files are not read while somebody waits: what was read of them last counts.
pub const LONGEST: usize = 8 << 20;

/// What could be read of a values file.
#[derive(Clone, Debug, Default)]
pub struct ValuesRead {
    /// What it says; of a broken one without its lines at fault.
    pub values: Option<ValuesFile>,
    /// What is wrong with it.
    pub errors: Vec<YamlError>,
}

impl ValuesRead {
    /// Reads a values file as far as that goes.
    pub fn of(text: &Arc<[u8]>, helm: HelmVersion) -> ValuesRead {
        match parse_values(text, helm) {
            Ok(values) => ValuesRead { values: Some(values), errors: Vec::new() },
            Err(error) => {
                let (values, more) = parse_patched(text, helm);
                ValuesRead { values, errors: [error].into_iter().chain(more).collect() }
            }
        }
    }
}

/// What was made of the last text of each file, with the text and whose rules it was read by.
#[derive(Debug)]
struct Last<V>(Mutex<Made<V>>);

type Made<V> = HashMap<String, (HelmVersion, Arc<[u8]>, V)>;

impl<V> Default for Last<V> {
    fn default() -> Self {
        Last(Mutex::default())
    }
}

impl<V: Clone> Last<V> {
    fn lock(&self) -> MutexGuard<'_, Made<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a text makes; `make` is asked where the last text was another.
    fn of(&self, file: &str, text: &Arc<[u8]>, helm: HelmVersion, make: impl FnOnce() -> V) -> V {
        if let Some((version, known, made)) = self.lock().get(file)
            && (*version, known) == (helm, text)
        {
            return made.clone();
        }
        let made = make();
        let old = self.lock().insert(file.to_owned(), (helm, text.clone(), made.clone()));
        // What goes may be large, and with it nobody is kept from asking.
        drop(old);
        made
    }

    /// What the last text made, whatever it was.
    fn any(&self, file: &str) -> Option<V> {
        self.lock().get(file).map(|(_, _, made)| made.clone())
    }
}

/// What was read of the files of one chart and of the charts inside, by their names from its folder. Threads share it.
#[derive(Debug, Default)]
pub struct Readings {
    values: Last<ValuesRead>,
    packed: Last<Result<Arc<Chart>, ChartError>>,
}

impl Readings {
    /// What a values file says. Of one that is too long to wait for this is what was read of it last.
    pub fn values(&self, file: &str, text: &Arc<[u8]>, helm: HelmVersion) -> ValuesRead {
        match text.len() > LONGEST {
            true => self.values.any(file).unwrap_or_default(),
            false => self.read(file, text, helm),
        }
    }

    /// Reads a values file, however long it is.
    pub fn read(&self, file: &str, text: &Arc<[u8]>, helm: HelmVersion) -> ValuesRead {
        self.values.of(file, text, helm, || ValuesRead::of(text, helm))
    }

    /// The chart in an archive.
    pub(super) fn packed(
        &self,
        file: &str,
        data: &Arc<[u8]>,
        helm: HelmVersion,
        load: impl FnOnce() -> Result<Arc<Chart>, ChartError>,
    ) -> Result<Arc<Chart>, ChartError> {
        self.packed.of(file, data, helm, load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_stayed_the_same_is_read_once() {
        let (readings, helm) = (Readings::default(), HelmVersion::V4);
        let document = |text: &str| {
            let read = readings.values("values.yaml", &Arc::from(text.as_bytes()), helm);
            read.values.and_then(|values| Some(values.documents.first()?.1.clone())).expect("a document")
        };
        let first = document("a: 1\n");
        assert!(Arc::ptr_eq(&first, &document("a: 1\n")));
        assert!(!Arc::ptr_eq(&first, &document("a: 2\n")));
        let broken = readings.values("values.yaml", &Arc::from(&b"a: 1\nb: [\nc: 2\n"[..]), helm);
        assert!(!broken.errors.is_empty());
    }

    #[test]
    fn what_is_too_long_is_read_when_it_is_asked_for() {
        let (readings, helm) = (Readings::default(), HelmVersion::V4);
        let text = |value: &str| -> Arc<[u8]> { format!("a: {value}\n#{}\n", "x".repeat(LONGEST)).into_bytes().into() };
        let (old, new) = (text("1"), text("2"));
        assert!(readings.values("values.yaml", &old, helm).values.is_none());
        readings.read("values.yaml", &old, helm);
        let last = readings.values("values.yaml", &new, helm).values.expect("what was read last");
        assert_eq!(last.text, old);
    }
}
