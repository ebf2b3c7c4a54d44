//! What many families need: sprig's `strval` and `strslice`, lists of texts.

use super::{Cx, FuncError, Text};
use crate::value::{ListType, MapType, Repr, Room, Value, fmt};

impl Cx<'_> {
    /// sprig's `strval`: text as it is, everything else as `%v` prints it.
    pub(super) fn strval(&mut self, value: &Value) -> Result<Text, FuncError> {
        match &value.repr {
            Repr::Str(s) | Repr::Bytes(s) => Ok(Text { str: s.clone(), origin: value.origin }),
            _ => {
                let out = fmt::display_to(self.builder(), &self.heap, self.budget, value)?;
                Ok(self.text(out))
            }
        }
    }

    /// sprig's `strslice`: the elements as text, without nils.
    pub(super) fn strslice(&mut self, value: &Value) -> Result<Vec<Text>, FuncError> {
        let elements = match elements(self, value) {
            Some(elements) => elements,
            None if value.is_nil() => return Ok(Vec::new()),
            None => vec![value.clone()],
        };
        let mut texts = Vec::with_capacity(elements.len());
        for element in elements.iter().filter(|e| !e.is_nil()) {
            self.tick()?;
            texts.push(self.strval(element)?);
        }
        Ok(texts)
    }

    /// A `[]string`.
    pub(super) fn strings(&mut self, texts: Vec<Text>) -> Result<Value, FuncError> {
        self.budget.check_objects(self.heap.size() as u64)?;
        Ok(self.heap.new_typed_list(ListType::Str, texts.into_iter().map(Value::from).collect()))
    }

    /// A `[]interface {}` of at most as many objects as the budget allows.
    pub(super) fn new_list(&mut self, items: Vec<Value>) -> Result<Value, FuncError> {
        self.budget.check_objects((self.heap.size() + items.len()) as u64)?;
        self.budget.spend(items.len() as u64)?;
        Ok(self.heap.new_list(items))
    }

    /// The same, for a list that Go makes by appending element by element.
    pub(super) fn grown_list(&mut self, items: Vec<Value>) -> Result<Value, FuncError> {
        let list = self.new_list(items)?;
        Ok(self.heap.with_room(list, Room::Grown))
    }

    /// A type name as the version of Helm at hand has it.
    pub(super) fn go_type(&self, name: &'static str) -> &'static str {
        self.heap.go_type(name)
    }

    /// Go's kind of a value, as `reflect.TypeOf(v).Kind()` gives it; a panic for nil.
    pub(super) fn kind(&self, value: &Value) -> Result<&'static str, FuncError> {
        value.kind_name().ok_or_else(|| FuncError { about: value.origin, ..FuncError::nil_dereference() })
    }
}

/// The elements of a slice, as `reflect` lists them; `None` for what is no slice.
pub(super) fn elements(cx: &Cx<'_>, value: &Value) -> Option<Vec<Value>> {
    match &value.repr {
        Repr::List(id) => Some(cx.heap.list(*id).items.clone()),
        Repr::Bytes(b) => Some(
            b.iter()
                .map(|b| Value::new(Repr::Int(i64::from(*b), crate::value::IntType::Uint8)).with_origin(value.origin))
                .collect(),
        ),
        _ => None,
    }
}

/// A `map[string]string` with the keys `_0`, `_1`, ….
pub(super) fn numbered(cx: &mut Cx<'_>, texts: Vec<Text>) -> Result<Value, FuncError> {
    cx.budget.check_objects(cx.heap.size() as u64)?;
    let entries = texts.into_iter().enumerate().map(|(i, text)| (format!("_{i}").into(), text.into())).collect();
    Ok(cx.heap.new_typed_map(MapType::Str, entries))
}
