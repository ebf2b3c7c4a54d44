//! The shape of places in JSON: here bytes become lines and columns, which count from 1, columns in characters.

use crate::diag::{Call, Condition, Place, RenderedPlace, ValueCause};
use crate::text::{LineColumn, SourceFile};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// A range in a file.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Place"))]
struct PlaceShape<'s> {
    /// The file, relative to the root chart's folder or as given for `-f`.
    file: Cow<'s, str>,
    /// First line.
    line: u32,
    /// Column of the first character.
    column: u32,
    /// Last line.
    end_line: u32,
    /// Column after the last character.
    end_column: u32,
}

/// A value that had a part in a byte.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ValueCause"))]
struct ValueShape<'s> {
    /// Path in its file, such as `image.tag` or `a["b.c"][0]`.
    path: Cow<'s, str>,
    /// The file; none for the layers of the command line, where columns count in the argument.
    file: Option<Cow<'s, str>>,
    /// First line.
    line: u32,
    /// Column of the first character.
    column: u32,
    /// Last line.
    end_line: u32,
    /// Column after the last character.
    end_column: u32,
    /// `default` for the chart's own values.yaml, `parent` for that of a chart above, `import` for what a chart inside
    /// gave by `import-values`, `file`, `set`, `set-string`, `set-json`, `set-file`, `set-literal`, or `program`
    /// for another program's file, such as Terraform's. Helm fills in no
    /// defaults of schemas, so there is no layer for them.
    layer: Cow<'s, str>,
    /// Number of the flag, from 1, for the layers of the command line.
    argument: Option<u32>,
    /// Whether the key is absent and only asked for; the place is then that of the map without it.
    missing: bool,
    /// What it was set over.
    overrode: Cow<'s, [ValueCause]>,
}

/// A template call on the way to a byte.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Call"))]
struct CallShape<'s> {
    /// The file the call stands in.
    file: Cow<'s, str>,
    /// Its line.
    line: u32,
    /// Its column.
    column: u32,
    /// What it calls, such as `include "web.labels"`.
    call: Cow<'s, str>,
}

/// A condition that let a byte appear.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Condition"))]
struct ConditionShape<'s> {
    /// The file the condition stands in.
    file: Cow<'s, str>,
    /// Its line.
    line: u32,
    /// Its column.
    column: u32,
    /// The values it looked at.
    values: Cow<'s, [ValueCause]>,
}

/// A place in the rendered output.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RenderedPlace"))]
struct RenderedShape<'s> {
    /// The template, as the `# Source:` line names it; for a plain manifest its file.
    document: Cow<'s, str>,
    /// Number of the document among those of that source, from 1.
    n: u32,
    /// First line in the document.
    line: u32,
    /// Column of the first character.
    column: u32,
    /// Last line.
    end_line: u32,
    /// Column after the last character.
    end_column: u32,
}

impl<'s> From<&'s Place> for PlaceShape<'s> {
    fn from(place: &'s Place) -> Self {
        let (start, end) = (place.start(), place.end());
        PlaceShape {
            file: place.file().into(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

impl TryFrom<PlaceShape<'_>> for Place {
    type Error = &'static str;

    fn try_from(shape: PlaceShape<'_>) -> Result<Self, Self::Error> {
        blank(shape.file, (shape.line, shape.column), (shape.end_line, shape.end_column))
    }
}

impl<'s> From<&'s ValueCause> for ValueShape<'s> {
    fn from(value: &'s ValueCause) -> Self {
        let PlaceShape { line, column, end_line, end_column, .. } = (&value.place).into();
        ValueShape {
            path: (&*value.path).into(),
            file: value.file().map(Cow::from),
            line,
            column,
            end_line,
            end_column,
            layer: (&*value.layer).into(),
            argument: value.argument,
            missing: value.missing,
            overrode: (&*value.overrode).into(),
        }
    }
}

impl TryFrom<ValueShape<'_>> for ValueCause {
    type Error = &'static str;

    fn try_from(shape: ValueShape<'_>) -> Result<Self, Self::Error> {
        let (layer, argument) = (shape.layer.into_owned(), shape.argument);
        let flag = || format!("--{layer} {}", argument.unwrap_or_default()).into();
        let (start, end) = ((shape.line, shape.column), (shape.end_line, shape.end_column));
        let place = blank(shape.file.unwrap_or_else(flag), start, end)?;
        let (path, overrode) = (shape.path.into_owned(), shape.overrode.into_owned());
        Ok(ValueCause { path, place, layer: layer.into(), argument, missing: shape.missing, overrode })
    }
}

impl<'s> From<&'s Call> for CallShape<'s> {
    fn from(call: &'s Call) -> Self {
        let LineColumn { line, column } = call.place.start();
        CallShape { file: call.place.file().into(), line, column, call: (&*call.call).into() }
    }
}

impl TryFrom<CallShape<'_>> for Call {
    type Error = &'static str;

    fn try_from(shape: CallShape<'_>) -> Result<Self, Self::Error> {
        let at = (shape.line, shape.column);
        Ok(Call { place: blank(shape.file, at, at)?, call: shape.call.into_owned() })
    }
}

impl<'s> From<&'s Condition> for ConditionShape<'s> {
    fn from(condition: &'s Condition) -> Self {
        let LineColumn { line, column } = condition.place.start();
        ConditionShape { file: condition.place.file().into(), line, column, values: (&*condition.values).into() }
    }
}

impl TryFrom<ConditionShape<'_>> for Condition {
    type Error = &'static str;

    fn try_from(shape: ConditionShape<'_>) -> Result<Self, Self::Error> {
        let at = (shape.line, shape.column);
        Ok(Condition { place: blank(shape.file, at, at)?, values: shape.values.into_owned() })
    }
}

impl<'s> From<&'s RenderedPlace> for RenderedShape<'s> {
    fn from(rendered: &'s RenderedPlace) -> Self {
        let PlaceShape { file, line, column, end_line, end_column } = (&rendered.place).into();
        RenderedShape { document: file, n: rendered.n, line, column, end_line, end_column }
    }
}

impl TryFrom<RenderedShape<'_>> for RenderedPlace {
    type Error = &'static str;

    fn try_from(shape: RenderedShape<'_>) -> Result<Self, Self::Error> {
        let place = blank(shape.document, (shape.line, shape.column), (shape.end_line, shape.end_column))?;
        Ok(RenderedPlace { n: shape.n, place })
    }
}

/// Lines and columns up to here are believed.
const FARTHEST: u32 = 1 << 24;

/// A place from one line and column to another that was read from a report, which does not tell the text: a blank one
/// stands for it.
fn blank(file: Cow<'_, str>, start: (u32, u32), end: (u32, u32)) -> Result<Place, &'static str> {
    if [start.0, start.1, end.0, end.1].into_iter().any(|number| number > FARTHEST) {
        return Err("a place beyond the end of any text");
    }
    let mut text = Vec::new();
    let mut go = |from: (u32, u32), to: (u32, u32)| {
        let lines = to.0.saturating_sub(from.0);
        let behind = if lines > 0 { 1 } else { from.1 };
        text.extend(std::iter::repeat_n(b'\n', lines as usize));
        text.extend(std::iter::repeat_n(b' ', to.1.saturating_sub(behind) as usize));
        text.len()
    };
    let range = go((1, 1), start)..go(start, end);
    Ok(Place::new(&SourceFile::new(&*file, text), range))
}

/// Reads and writes a type in its shape.
macro_rules! shaped {
    ($($type:ident as $shape:ident),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $shape::from(self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $shape::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $shape::schema_name()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $shape::json_schema(generator)
            }
        }
    )+};
}

shaped!(
    Place as PlaceShape,
    ValueCause as ValueShape,
    Call as CallShape,
    Condition as ConditionShape,
    RenderedPlace as RenderedShape
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_report_tells_of_a_place_can_be_read_again() {
        let source = SourceFile::new("a", "x\nä: b\n\nc".as_bytes());
        for range in [0..0, 0..1, 2..6, 3..9, 8..8, 4..10] {
            let place = Place::new(&source, range);
            let text = serde_json::to_string(&place).unwrap();
            let read: Place = serde_json::from_str(&text).unwrap();
            assert_eq!((read.start(), read.end()), (place.start(), place.end()));
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
            assert_eq!(read, place);
        }
        let far = r#"{"file":"a","line":4000000000,"column":1,"end_line":4000000000,"end_column":1}"#;
        assert!(serde_json::from_str::<Place>(far).is_err());
    }
}
