//! Another name for a values key, a helper or a variable, everywhere.

use super::TextEdit;
use super::symbol::Symbol;
use super::workspace::Snapshot;
use std::ops::Range;

impl Snapshot {
    /// What would be renamed at an offset: its place and its name.
    ///
    /// # Errors
    ///
    /// Why it has no name that can be changed.
    pub fn prepare_rename(&self, offset: u32) -> Result<(Range<u32>, String), String> {
        let (symbol, range) = self.symbol(offset).ok_or("there is nothing to rename here")?;
        let name = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        match symbol {
            Symbol::Value(_) | Symbol::Helper(_) | Symbol::Variable(..) => Ok((range, name)),
            Symbol::Function(_) | Symbol::Keyword(_) => Err(format!("`{name}` is part of the language")),
            Symbol::Builtin(_) | Symbol::Metadata(_) => Err(format!("`{name}` is a name of Helm's")),
        }
    }

    /// The edits that give what stands at an offset another name.
    ///
    /// # Errors
    ///
    /// A name that cannot be, or a place that cannot be changed.
    pub fn rename(&self, offset: u32, new: &str) -> Result<Vec<TextEdit>, String> {
        self.prepare_rename(offset)?;
        let (symbol, _) = self.symbol(offset).ok_or("there is nothing to rename here")?;
        let new = fitting(&symbol, new)?;
        let occurrences = self.occurrences(&symbol);
        if let Some(fixed) = occurrences.iter().find(|found| !self.chart.is_editable(&found.at.file)) {
            return Err(format!("it is named in {} too, which cannot be changed", fixed.at.file));
        }
        if let Symbol::Value(path) = &symbol {
            if self.chart.names_chart(path) {
                return Err(format!("`{}` is the name of a chart inside", path.join(".")));
            }
            self.is_free(path, &new)?;
        }
        Ok(occurrences.into_iter().map(|found| TextEdit { at: found.at, new: new.clone() }).collect())
    }

    /// Whether no other key of the map has the name already.
    fn is_free(&self, path: &[String], new: &str) -> Result<(), String> {
        let mut other = path.to_vec();
        if let Some(last) = other.last_mut() {
            *last = new.to_owned();
        }
        match self.chart.of_value_definitions(&other).first() {
            Some(there) => Err(format!("`{}` is there already, in {}", other.join("."), there.file)),
            None => Ok(()),
        }
    }
}

/// The name as it is written at each place.
fn fitting(symbol: &Symbol, new: &str) -> Result<String, String> {
    let word = |text: &str| {
        let mut chars = text.chars();
        chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
    };
    match symbol {
        Symbol::Variable(..) => {
            let bare = new.strip_prefix('$').unwrap_or(new);
            word(bare).then(|| format!("${bare}")).ok_or(format!("`{new}` is no name of a variable"))
        }
        Symbol::Helper(_) => match new.is_empty() || new.contains(['"', '`', '\n', '\\']) {
            true => Err(format!("`{new}` is no name of a helper")),
            false => Ok(new.to_owned()),
        },
        _ => word(new)
            .then(|| new.to_owned())
            .ok_or(format!("`.Values.{new}` could not be written: use letters, digits and `_`")),
    }
}
