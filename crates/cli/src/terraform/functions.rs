//! The functions that are worked out here; what any other makes is unknown.

use super::eval::{Eval, made};
use super::module::Instance;
use super::text::Text;
use super::value::{Data, Place, Type, Value};
use chartlens::budget::Exhausted;
use std::collections::BTreeMap;

/// Where a function is called.
pub struct Context<'c> {
    /// What works expressions out.
    pub eval: &'c Eval<'c>,
    /// The module; none in a file of `templatefile`.
    pub module: Option<&'c Instance>,
    /// The call.
    pub place: Place,
}

type Made = Result<Value, Exhausted>;

/// A function over arguments that are known as far as it looks at them.
type Function = fn(&Context<'_>, &[Value]) -> Made;

/// Their names, in order.
const FUNCTIONS: &[(&str, Function)] = &[
    ("abs", |cx, values| cx.number(values, |numbers| numbers.first().map(|n| n.abs()))),
    ("basename", |cx, values| cx.text(values, |text| text.rsplit('/').next().unwrap_or_default().to_owned())),
    ("ceil", |cx, values| cx.number(values, |numbers| numbers.first().map(|n| n.ceil()))),
    ("chomp", |cx, values| cx.part(values, |text| 0..text.trim_end_matches(['\n', '\r']).len())),
    ("coalesce", coalesce),
    ("compact", |cx, values| {
        cx.items(values, |items| {
            let is_text = |item: &&Value| item.to_plain().is_some_and(|text| !text.is_empty());
            items.iter().filter(is_text).cloned().collect()
        })
    }),
    ("concat", concat),
    ("contains", |cx, values| match values {
        [list, wanted] if list.is_known() && wanted.is_known() => {
            let found = list.items().unwrap_or_default().iter().any(|item| item.equals(wanted));
            Ok(Value::new(cx.place, Data::Bool(found)))
        }
        _ => cx.unknown(Type::Bool),
    }),
    ("dirname", |cx, values| {
        cx.text(values, |text| text.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned())
    }),
    ("distinct", |cx, values| {
        cx.items(values, |items| {
            let mut kept: Vec<Value> = Vec::new();
            for item in items.iter().take(MAX_COMPARED) {
                if !kept.iter().any(|other| other.equals(item)) {
                    kept.push(item.clone());
                }
            }
            kept
        })
    }),
    ("element", |cx, values| match (values.first().and_then(Value::items), values.get(1).and_then(Value::to_number)) {
        (Some(items), Some(index)) if !items.is_empty() && index >= 0.0 => {
            Ok(items.get(index as usize % items.len()).cloned().unwrap_or(Value::null(cx.place)))
        }
        _ => cx.unknown(Type::Any),
    }),
    ("file", |cx, values| match cx.path(values) {
        Some(path) => Ok(cx.eval.file(&path).map_or(Value::failed(cx.place), |text| made(cx.place, text))),
        None => cx.unknown(Type::Text),
    }),
    ("flatten", |cx, values| cx.items(values, |items| flat(items, 0))),
    ("floor", |cx, values| cx.number(values, |numbers| numbers.first().map(|n| n.floor()))),
    ("format", format),
    ("indent", indent),
    ("join", join),
    ("jsondecode", decode),
    ("jsonencode", |cx, values| match values {
        [value] => Ok(made(cx.place, cx.eval.json(value)?)),
        _ => Ok(Value::failed(cx.place)),
    }),
    ("keys", |cx, values| match values.first().and_then(Value::entries) {
        Some(map) if map.open.is_none() => {
            Value::list(cx.place, map.entries.iter().map(|(key, (at, _))| Value::text(*at, key.as_str())).collect())
        }
        _ => cx.unknown(Type::List(Box::new(Type::Text))),
    }),
    ("length", |cx, values| {
        let length = match values.first().map(|value| &value.data) {
            Some(Data::List(list)) => Some(list.items.len()),
            Some(Data::Map(map)) if map.open.is_none() => Some(map.entries.len()),
            Some(Data::Text(text)) if text.is_known() => Some(text.as_str().chars().count()),
            _ => None,
        };
        length.map_or_else(|| cx.unknown(Type::Number), |length| Ok(Value::number(cx.place, length as f64)))
    }),
    ("lookup", lookup),
    ("lower", |cx, values| cx.text(values, str::to_lowercase)),
    ("max", |cx, values| cx.number(values, |numbers| numbers.iter().copied().reduce(f64::max))),
    ("merge", merge),
    ("min", |cx, values| cx.number(values, |numbers| numbers.iter().copied().reduce(f64::min))),
    ("nonsensitive", same),
    ("range", |cx, values| {
        let numbers: Option<Vec<f64>> = values.iter().map(Value::to_number).collect();
        let (from, to) = match numbers.as_deref() {
            Some([to]) => (0.0, *to),
            Some([from, to]) => (*from, *to),
            _ => return cx.unknown(Type::List(Box::new(Type::Number))),
        };
        let numbers = (0..MAX_COMPARED).map(|n| from + n as f64).take_while(|n| *n < to);
        Value::list(cx.place, numbers.map(|n| Value::number(cx.place, n)).collect())
    }),
    ("replace", |cx, values| match cx.plain(values).as_deref() {
        // Between slashes it is a regular expression.
        Some([_, from, _]) if from.is_empty() || (from.len() > 1 && from.starts_with('/') && from.ends_with('/')) => {
            cx.unknown(Type::Text)
        }
        Some([text, from, to]) => {
            cx.eval.budget.check_string((text.len() / from.len() * to.len() + text.len()) as u64)?;
            Ok(Value::text(cx.place, text.replace(from.as_str(), to)))
        }
        _ => cx.unknown(Type::Text),
    }),
    ("sensitive", same),
    ("split", |cx, values| match cx.plain(values).as_deref() {
        Some([by, text]) if !by.is_empty() => {
            Value::list(cx.place, text.split(by.as_str()).map(|part| Value::text(cx.place, part)).collect())
        }
        _ => cx.unknown(Type::List(Box::new(Type::Text))),
    }),
    ("templatefile", |cx, values| match (cx.path(values), values.get(1)) {
        (Some(path), Some(names)) => cx.eval.template_file(&path, names, cx.place),
        _ => cx.unknown(Type::Text),
    }),
    ("tobool", |cx, values| cx.converted(values, &Type::Bool)),
    ("tolist", |cx, values| cx.converted(values, &Type::List(Box::new(Type::Any)))),
    ("tomap", |cx, values| cx.converted(values, &Type::Map(Box::new(Type::Any)))),
    ("tonumber", |cx, values| cx.converted(values, &Type::Number)),
    ("toset", |cx, values| {
        cx.items(values, |items| {
            let texts: Option<BTreeMap<String, Value>> =
                items.iter().map(|item| Some((item.to_plain()?, item.clone()))).collect();
            texts.map_or_else(|| items.to_vec(), |texts| texts.into_values().collect())
        })
    }),
    ("tostring", |cx, values| cx.converted(values, &Type::Text)),
    ("trimprefix", |cx, values| {
        cx.without(values, |text, other| text.strip_prefix(other).map(|rest| text.len() - rest.len()..text.len()))
    }),
    ("trimspace", |cx, values| {
        cx.part(values, |text| {
            let start = text.len() - text.trim_start().len();
            start..start.max(text.trim_end().len())
        })
    }),
    ("trimsuffix", |cx, values| cx.without(values, |text, other| text.strip_suffix(other).map(|rest| 0..rest.len()))),
    ("try", |cx, _| Ok(Value::failed(cx.place))),
    ("upper", |cx, values| cx.text(values, str::to_uppercase)),
    ("values", |cx, values| match values.first().and_then(Value::entries) {
        Some(map) if map.open.is_none() => {
            Value::list(cx.place, map.entries.values().map(|(_, value)| value.clone()).collect())
        }
        _ => cx.unknown(Type::List(Box::new(Type::Any))),
    }),
    ("yamldecode", decode),
    ("yamlencode", |cx, values| match values {
        [value] => Ok(made(cx.place, cx.eval.yaml(value)?)),
        _ => Ok(Value::failed(cx.place)),
    }),
    ("zipmap", |cx, values| match (values.first().and_then(Value::items), values.get(1).and_then(Value::items)) {
        (Some(keys), Some(values)) => {
            let named = |(key, value): (&Value, &Value)| Some((key.to_plain()?, (key.place, value.clone())));
            match keys.iter().zip(values).map(named).collect::<Option<BTreeMap<_, _>>>() {
                Some(entries) => Value::map(cx.place, entries, None),
                None => cx.unknown(Type::Map(Box::new(Type::Any))),
            }
        }
        _ => cx.unknown(Type::Map(Box::new(Type::Any))),
    }),
];

/// How many items are compared with each other, or made out of nothing.
const MAX_COMPARED: usize = 1000;

/// What a function makes of its arguments.
pub fn call(cx: &Context<'_>, name: &str, values: &[Value]) -> Made {
    cx.eval.budget.spend(values.len() as u64 + 1)?;
    match FUNCTIONS.binary_search_by_key(&name, |(name, _)| name) {
        Ok(found) => match FUNCTIONS.get(found) {
            Some((_, function)) => function(cx, values),
            None => cx.unknown(Type::Any),
        },
        Err(_) => cx.unknown(Type::Any),
    }
}

impl Context<'_> {
    fn unknown(&self, ty: Type) -> Made {
        Ok(Value::unknown(self.place, ty))
    }

    /// All arguments as texts that are known.
    fn plain(&self, values: &[Value]) -> Option<Vec<String>> {
        values.iter().map(Value::to_plain).collect()
    }

    fn text(&self, values: &[Value], make: impl Fn(&str) -> String) -> Made {
        match self.plain(values).as_deref() {
            Some([text]) => {
                self.eval.budget.check_string(text.len() as u64)?;
                Ok(Value::text(self.place, make(text)))
            }
            _ => self.unknown(Type::Text),
        }
    }

    /// A part of the only argument, which keeps its places.
    fn part(&self, values: &[Value], part: impl Fn(&str) -> std::ops::Range<usize>) -> Made {
        match values.first().and_then(Value::to_text) {
            Some(text) => Ok(made(self.place, text.slice(part(text.as_str())))),
            None => self.unknown(Type::Text),
        }
    }

    fn without(&self, values: &[Value], part: fn(&str, &str) -> Option<std::ops::Range<usize>>) -> Made {
        match (values.first().and_then(Value::to_text), values.get(1).and_then(Value::to_plain)) {
            (Some(text), Some(other)) if text.is_known() => {
                let range = part(text.as_str(), &other).unwrap_or(0..text.as_str().len());
                Ok(made(self.place, text.slice(range)))
            }
            _ => self.unknown(Type::Text),
        }
    }

    fn number(&self, values: &[Value], make: impl Fn(&[f64]) -> Option<f64>) -> Made {
        let numbers: Option<Vec<f64>> = values.iter().map(Value::to_number).collect();
        match numbers.and_then(|numbers| make(&numbers)) {
            Some(number) => Ok(Value::number(self.place, number)),
            None => self.unknown(Type::Number),
        }
    }

    fn items(&self, values: &[Value], make: impl Fn(&[Value]) -> Vec<Value>) -> Made {
        match values.first().and_then(Value::items) {
            Some(items) if !items.iter().any(Value::is_unknown) => {
                self.eval.budget.spend(items.len() as u64)?;
                Value::list(self.place, make(items))
            }
            _ => self.unknown(Type::List(Box::new(Type::Any))),
        }
    }

    fn converted(&self, values: &[Value], ty: &Type) -> Made {
        match values {
            [value] => Ok(Value { place: value.place, ..value.clone().converted(ty)? }),
            _ => Ok(Value::failed(self.place)),
        }
    }

    /// The first argument as a path from the working folder.
    fn path(&self, values: &[Value]) -> Option<String> {
        let path = values.first()?.to_plain()?;
        Some(self.module?.resolved(&path))
    }
}

fn same(cx: &Context<'_>, values: &[Value]) -> Made {
    match values {
        [value] => Ok(value.clone()),
        _ => Ok(Value::failed(cx.place)),
    }
}

fn decode(cx: &Context<'_>, values: &[Value]) -> Made {
    match values {
        [Value { data: Data::Text(text), .. }] => cx.eval.decoded(text, cx.place),
        _ => cx.unknown(Type::Any),
    }
}

/// The first that is neither null nor an empty text.
fn coalesce(cx: &Context<'_>, values: &[Value]) -> Made {
    for value in values {
        match &value.data {
            Data::Null => {}
            Data::Text(text) if text.as_str().is_empty() => {}
            Data::Unknown(_) | Data::Failed => return cx.unknown(Type::Any),
            _ => return Ok(value.clone()),
        }
    }
    Ok(Value::failed(cx.place))
}

fn concat(cx: &Context<'_>, values: &[Value]) -> Made {
    let mut items = Vec::new();
    for value in values {
        match value.items() {
            Some(more) => {
                cx.eval.budget.spend(more.len() as u64)?;
                items.extend(more.iter().cloned());
            }
            None => return cx.unknown(Type::List(Box::new(Type::Any))),
        }
    }
    Value::list(cx.place, items)
}

/// Later maps win. One that is not known may set anything.
fn merge(cx: &Context<'_>, values: &[Value]) -> Made {
    let (mut entries, mut open) = (BTreeMap::new(), None);
    for value in values {
        match &value.data {
            Data::Map(map) => {
                cx.eval.budget.spend(map.entries.len() as u64)?;
                entries.extend(map.entries.iter().map(|(key, entry)| (key.clone(), entry.clone())));
                open = open.or(map.open);
            }
            Data::Null => {}
            _ => open = open.or(Some(value.place)),
        }
    }
    match entries.is_empty() && open.is_some() {
        true => cx.unknown(Type::Map(Box::new(Type::Any))),
        false => Value::map(cx.place, entries, open),
    }
}

fn lookup(cx: &Context<'_>, values: &[Value]) -> Made {
    let (Some(map), Some(key)) = (values.first().and_then(Value::entries), values.get(1).and_then(Value::to_plain))
    else {
        return cx.unknown(Type::Any);
    };
    match (map.entries.get(&key), values.get(2)) {
        (Some((_, value)), _) => Ok(value.clone()),
        (None, _) if map.open.is_some() => cx.unknown(Type::Any),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Ok(Value::failed(cx.place)),
    }
}

fn flat(items: &[Value], depth: u32) -> Vec<Value> {
    items
        .iter()
        .flat_map(|item| match item.items() {
            Some(inner) if depth < 100 => flat(inner, depth + 1),
            _ => vec![item.clone()],
        })
        .collect()
}

/// Appends a value as a text; what is none is not known.
fn push(cx: &Context<'_>, value: &Value, out: &mut Text) -> Result<(), Exhausted> {
    match value.to_text() {
        Some(text) => {
            cx.eval.budget.spend(text.cost())?;
            out.push_text(&text);
        }
        None => out.push_unknown("unknown", value.place),
    }
    Ok(())
}

fn join(cx: &Context<'_>, values: &[Value]) -> Made {
    let Some(by) = values.first().and_then(Value::to_plain) else { return cx.unknown(Type::Text) };
    let (mut out, mut is_first) = (Text::default(), true);
    for list in values.iter().skip(1) {
        let Some(items) = list.items() else { return cx.unknown(Type::Text) };
        for item in items {
            out.check(&cx.eval.budget)?;
            if !std::mem::take(&mut is_first) {
                out.push(&by, cx.place);
            }
            push(cx, item, &mut out)?;
        }
    }
    Ok(made(cx.place, out))
}

/// `%s`, `%d`, `%v`, `%q` and `%%`; with flags and widths the text is not worked out.
fn format(cx: &Context<'_>, values: &[Value]) -> Made {
    let Some((pattern, mut rest)) = values.split_first().and_then(|(first, rest)| Some((first.to_plain()?, rest)))
    else {
        return cx.unknown(Type::Text);
    };
    let (mut out, mut left) = (Text::default(), pattern.as_str());
    while let Some((before, after)) = left.split_once('%') {
        out.check(&cx.eval.budget)?;
        out.push(before, cx.place);
        let verb = after.chars().next();
        left = after.get(verb.map_or(0, char::len_utf8)..).unwrap_or_default();
        if verb == Some('%') {
            out.push("%", cx.place);
            continue;
        }
        let Some((value, others)) = rest.split_first() else { return Ok(Value::failed(cx.place)) };
        rest = others;
        match verb {
            Some('s' | 'v') => push(cx, value, &mut out)?,
            Some('d') => match value.to_number() {
                Some(number) if number.fract() == 0.0 => push(cx, &Value::number(value.place, number), &mut out)?,
                _ => out.push_unknown("1", value.place),
            },
            Some('q') => match value.to_plain() {
                Some(text) => out.push(&serde_json::Value::from(text).to_string(), value.place),
                None => out.push_unknown("\"unknown\"", value.place),
            },
            _ => return cx.unknown(Type::Text),
        }
    }
    out.push(left, cx.place);
    Ok(made(cx.place, out))
}

/// Blanks in front of every line but the first.
fn indent(cx: &Context<'_>, values: &[Value]) -> Made {
    let (Some(blanks), Some(text)) =
        (values.first().and_then(Value::to_number), values.get(1).and_then(Value::to_text))
    else {
        return cx.unknown(Type::Text);
    };
    let blanks = " ".repeat((blanks.max(0.0) as usize).min(MAX_COMPARED));
    let mut out = Text::default();
    let mut at = 0;
    for line in text.as_str().split_inclusive('\n') {
        out.check(&cx.eval.budget)?;
        if at > 0 {
            out.push(&blanks, cx.place);
        }
        out.push_text(&text.slice(at..at + line.len()));
        at += line.len();
    }
    Ok(made(cx.place, out))
}

#[cfg(test)]
mod tests {
    use super::FUNCTIONS;

    #[test]
    fn names_are_in_order_and_in_the_docs() {
        assert!(FUNCTIONS.is_sorted_by_key(|(name, _)| name));
        let page = include_str!("../../../../docs/terraform.md");
        let row = page.lines().find(|line| line.starts_with("| functions |")).unwrap();
        let told: Vec<&str> = row.split('`').skip(1).step_by(2).filter(|name| !name.starts_with('%')).collect();
        assert_eq!(told, FUNCTIONS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
