//! Go's `fmt`: every verb and flag over every kind of value.
//!
//! The structure follows Go's `fmt/print.go`. Lists, maps and structs are walked with a stack of
//! their own, so depth costs no program stack; a cycle ends at a limit where Go would overflow.

mod pad;
mod verbs;

use super::{FloatType, Heap, Repr, Structure, Value, entries};
use crate::budget::{Budget, Exhausted};
use crate::text::{Origin, Str, TextBuilder};
use pad::Flags;
use std::sync::Arc;

/// Levels of nesting that are printed.
const MAX_DEPTH: usize = 10_000;

/// `fmt.Sprintf`. `format` and string arguments keep their causes if the builder traces.
/// An error says which limit of the host ends the work.
pub fn sprintf_to(
    out: TextBuilder,
    heap: &Heap,
    budget: &Budget,
    format: &[u8],
    format_origin: Origin,
    args: &[Value],
) -> Result<TextBuilder, Exhausted> {
    let mut p = Printer::new(out, heap, budget);
    p.printf(format, format_origin, args)?;
    Ok(p.out)
}

/// `fmt.Sprintf`, untraced. An error says which limit of the host ends the work.
pub fn sprintf(heap: &Heap, budget: &Budget, format: &[u8], args: &[Value]) -> Result<Str, Exhausted> {
    let out = sprintf_to(TextBuilder::new(false), heap, budget, format, Origin::NONE, args)?;
    Ok(out.finish(None).0)
}

/// `fmt.Sprint`: blanks only between two arguments that are not strings.
/// An error says which limit of the host ends the work.
pub fn sprint_to(out: TextBuilder, heap: &Heap, budget: &Budget, args: &[Value]) -> Result<TextBuilder, Exhausted> {
    let mut p = Printer::new(out, heap, budget);
    let mut was_string = true;
    for (i, arg) in args.iter().enumerate() {
        let is_string = matches!(arg.repr, Repr::Str(_));
        if i > 0 && !is_string && !was_string {
            p.out.push(" ");
        }
        p.arg(arg, 'v')?;
        was_string = is_string;
    }
    Ok(p.out)
}

/// `fmt.Sprintln`: blanks between all arguments, a newline at the end.
/// An error says which limit of the host ends the work.
pub fn sprintln_to(out: TextBuilder, heap: &Heap, budget: &Budget, args: &[Value]) -> Result<TextBuilder, Exhausted> {
    let mut p = Printer::new(out, heap, budget);
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            p.out.push(" ");
        }
        p.arg(arg, 'v')?;
    }
    p.out.push("\n");
    Ok(p.out)
}

/// Appends a value as `%v` prints it; strings keep their causes. An error says which limit of the host ends the work.
pub fn display_to(out: TextBuilder, heap: &Heap, budget: &Budget, value: &Value) -> Result<TextBuilder, Exhausted> {
    let mut p = Printer::new(out, heap, budget);
    p.arg(value, 'v')?;
    Ok(p.out)
}

/// A value as `%v` prints it. An error says which limit of the host ends the work.
pub fn display(heap: &Heap, budget: &Budget, value: &Value) -> Result<Str, Exhausted> {
    if let Repr::Str(s) = &value.repr {
        return Ok(s.clone());
    }
    Ok(display_to(TextBuilder::new(false), heap, budget, value)?.finish(None).0)
}

/// What the walk is in the middle of.
enum Frame<'h> {
    List {
        items: std::slice::Iter<'h, Value>,
        first: bool,
    },
    Map {
        entries: entries::Iter<'h>,
        first: bool,
    },
    Struct {
        value: Arc<Structure>,
        next: usize,
    },
    /// The end of `%!verb(type=…)` around a value with parts.
    EndError {
        verb: char,
    },
}

pub(super) struct Printer<'h> {
    heap: &'h Heap,
    budget: &'h Budget,
    out: TextBuilder,
    flags: Flags,
    /// While an error is printed, methods are not called.
    erroring: bool,
    /// Origin of the value that is printed.
    origin: Origin,
    /// Origin of text that belongs to no value.
    origin_of_call: Origin,
    stack: Vec<Frame<'h>>,
}

impl<'h> Printer<'h> {
    fn new(out: TextBuilder, heap: &'h Heap, budget: &'h Budget) -> Printer<'h> {
        Printer {
            heap,
            budget,
            out,
            flags: Flags::default(),
            erroring: false,
            origin: Origin::NONE,
            origin_of_call: Origin::NONE,
            stack: Vec::new(),
        }
    }

    /// `pp.printArg`
    fn arg(&mut self, arg: &Value, verb: char) -> Result<(), Exhausted> {
        self.origin = arg.origin;
        match (&arg.repr, verb) {
            (Repr::Nil(_), 'T' | 'v') => self.pad(b"<nil>"),
            (Repr::Nil(_), _) => self.out.push(format!("%!{verb}(<nil>)")),
            (_, 'T') => self.string(arg.type_name(self.heap).unwrap_or_default().as_bytes()),
            (_, 'p') => {
                self.pointer(arg, verb);
                self.walk('v')?;
            }
            (Repr::Str(s), _) => self.text(s, verb),
            (Repr::Bytes(s), _) => self.bytes(s, verb)?,
            (Repr::Bool(_) | Repr::Float(..) | Repr::Complex(..), _) => self.leaf(arg, verb),
            _ => {
                if !self.methods(arg, verb) {
                    self.value(arg, verb, true);
                    self.walk(verb)?;
                } else {
                    // An error with parts inside prints them plainly.
                    self.walk('v')?;
                }
            }
        }
        self.check()
    }

    fn check(&self) -> Result<(), Exhausted> {
        self.budget.check_string(self.out.len() as u64)
    }

    /// Prints what is on the stack to its end.
    fn walk(&mut self, verb: char) -> Result<(), Exhausted> {
        let mut verb = verb;
        while let Some(top) = self.stack.last_mut() {
            self.budget.tick()?;
            let separator = if self.flags.sharp_v { ", " } else { " " };
            match top {
                Frame::List { items, first } => match items.next() {
                    Some(item) => {
                        if !std::mem::replace(first, false) {
                            self.out.push(separator);
                        }
                        self.element(item, &mut verb)?;
                    }
                    None => self.close(if self.flags.sharp_v { "}" } else { "]" }),
                },
                Frame::Map { entries, first } => match entries.next() {
                    Some((key, value)) => {
                        if !std::mem::replace(first, false) {
                            self.out.push(separator);
                        }
                        self.origin = value.origin;
                        self.map_key(key, verb);
                        self.out.push(":");
                        self.element(value, &mut verb)?;
                    }
                    None => self.close(if self.flags.sharp_v { "}" } else { "]" }),
                },
                Frame::Struct { value, next } => {
                    let i = *next;
                    *next += 1;
                    // What stands behind Go's fields is our own.
                    let name = value.ty.fields.get(i).copied();
                    let Some((field, name)) = value.fields.get(i).cloned().zip(name) else {
                        self.close("}");
                        continue;
                    };
                    if i > 0 {
                        self.out.push(separator);
                    }
                    if self.flags.plus_v || self.flags.sharp_v {
                        self.out.push(name);
                        self.out.push(":");
                    }
                    if name.starts_with(char::is_uppercase) {
                        self.element(&field, &mut verb)?;
                    } else {
                        // Methods of what an unexported field holds are out of reach.
                        self.origin = field.origin;
                        self.plain(&field, &mut verb);
                    }
                }
                Frame::EndError { verb: outer } => {
                    verb = *outer;
                    self.erroring = false;
                    self.close(")");
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, end: &str) {
        self.out.push(end);
        self.stack.pop();
    }

    /// `pp.printValue` below the top: methods first.
    fn element(&mut self, value: &Value, verb: &mut char) -> Result<(), Exhausted> {
        if self.stack.len() > MAX_DEPTH {
            return Err(Exhausted::Depth(MAX_DEPTH as u64));
        }
        self.origin = value.origin;
        let depth = self.stack.len();
        if self.methods(value, *verb) {
            // An error with a value inside prints that value plainly.
            if self.stack.len() > depth {
                *verb = 'v';
            }
            return Ok(());
        }
        self.plain(value, verb);
        if self.out.len() & 0xFFFF == 0 {
            self.check()?;
        }
        Ok(())
    }

    /// Below the top, without methods. A complaint about the verb shows the value with `%v`.
    fn plain(&mut self, value: &Value, verb: &mut char) {
        let depth = self.stack.len();
        self.value(value, *verb, false);
        if matches!(self.stack.get(depth), Some(Frame::EndError { .. })) {
            *verb = 'v';
        }
    }

    fn map_key(&mut self, key: &Str, verb: char) {
        if verb == 'w' && !self.erroring {
            self.bad_verb(&Value::str(key.clone()), verb);
        } else {
            self.text(key, verb);
        }
    }

    /// `pp.printValue` without methods: prints a leaf or pushes a frame.
    fn value(&mut self, value: &Value, verb: char, top: bool) {
        match &value.repr {
            Repr::Nil(_) => self.out.push(if self.flags.sharp_v { "interface {}(nil)" } else { "<nil>" }),
            Repr::List(id) => {
                let list = self.heap.list(*id);
                self.open(self.heap.go_type(list.ty.name()), list.nil, "[");
                if !(self.flags.sharp_v && list.nil) {
                    self.stack.push(Frame::List { items: list.items.iter(), first: true });
                }
            }
            Repr::Map(id) => {
                let map = self.heap.map(*id);
                self.open(self.heap.go_type(self.heap.map_type(*id).name()), map.nil, "map[");
                if !(self.flags.sharp_v && map.nil) {
                    self.stack.push(Frame::Map { entries: map.entries.iter(), first: true });
                }
            }
            Repr::Struct(s) if s.is_nil() => match verb {
                'v' if self.flags.sharp_v => self.out.push(format!("({})(nil)", s.ty.pointer_name)),
                'v' => self.out.push("<nil>"),
                'p' | 'b' | 'o' | 'd' | 'x' | 'X' => {
                    self.integer_verb(0, false, verb);
                }
                _ => self.bad_verb(value, verb),
            },
            Repr::Struct(s) => {
                if s.pointer {
                    if !top {
                        return self.pointer(value, verb);
                    }
                    self.out.push("&");
                }
                if self.flags.sharp_v {
                    self.out.push(s.ty.name);
                }
                self.out.push("{");
                self.stack.push(Frame::Struct { value: s.clone(), next: 0 });
            }
            Repr::Bytes(b) => self.byte_list(b, verb),
            Repr::Func(_) => self.pointer(value, verb),
            _ => self.leaf(value, verb),
        }
    }

    fn open(&mut self, type_name: &str, nil: bool, plain: &str) {
        if self.flags.sharp_v {
            self.out.push(type_name);
            self.out.push(if nil { "(nil)" } else { "{" });
        } else {
            self.out.push(plain);
        }
    }

    /// `pp.handleMethods`: whether the value's `String` or an error took over.
    fn methods(&mut self, value: &Value, verb: char) -> bool {
        if self.erroring || value.is_nil() {
            return false;
        }
        if verb == 'w' {
            self.bad_verb(value, verb);
            return true;
        }
        if self.flags.sharp_v {
            let text = match &value.repr {
                Repr::Struct(s) => s.ty.go_string.map(|f| f(s)),
                _ => None,
            };
            return text.is_some_and(|t| {
                self.string(t.as_bytes());
                true
            });
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return false;
        }
        match super::string_method(value) {
            Some(text) => {
                self.text(text.as_bytes(), verb);
                true
            }
            None => false,
        }
    }

    /// `pp.badVerb`: `%!verb(type=value)`.
    fn bad_verb(&mut self, value: &Value, verb: char) {
        let ty = value.type_name(self.heap).unwrap_or_default();
        self.out.push(format!("%!{verb}({ty}="));
        self.erroring = true;
        match &value.repr {
            Repr::List(_) | Repr::Map(_) | Repr::Struct(_) => {
                self.stack.push(Frame::EndError { verb });
                self.value(value, 'v', true);
            }
            _ => {
                self.value(value, 'v', true);
                self.erroring = false;
                self.out.push(")");
            }
        }
    }

    /// Values without parts.
    fn leaf(&mut self, value: &Value, verb: char) {
        match &value.repr {
            Repr::Bool(b) => match verb {
                't' | 'v' => self.boolean(*b),
                _ => self.bad_verb(value, verb),
            },
            Repr::Int(n, ty) => {
                let known = self.integer_verb(*n as u64, !ty.is_unsigned(), verb);
                if !known {
                    self.bad_verb(value, verb);
                }
            }
            Repr::Float(v, ty) => {
                let bits = if *ty == FloatType::Float32 { 32 } else { 64 };
                if !self.float_verb(*v, bits, verb) {
                    self.bad_verb(value, verb);
                }
            }
            Repr::Complex(re, im) => {
                if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
                    return self.bad_verb(value, verb);
                }
                self.out.push("(");
                self.float_verb(*re, 64, verb);
                let plus = std::mem::replace(&mut self.flags.plus, true);
                self.float_verb(*im, 64, verb);
                self.flags.plus = plus;
                self.out.push("i)");
            }
            Repr::Str(s) => self.text(s, verb),
            _ => {}
        }
    }

    /// `pp.fmtString`
    fn text(&mut self, text: &[u8], verb: char) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => self.string(text),
            'x' => self.hex_bytes(text, false),
            'X' => self.hex_bytes(text, true),
            'q' => self.quoted(text),
            _ => {
                let value = Value::str(text).with_origin(self.origin);
                self.bad_verb(&value, verb);
            }
        }
    }

    /// `pp.fmtBytes` for a `[]byte` argument.
    fn bytes(&mut self, bytes: &Str, verb: char) -> Result<(), Exhausted> {
        self.budget.spend(bytes.len() as u64)?;
        match verb {
            'v' | 'd' if self.flags.sharp_v && bytes.is_nil() => self.out.push("[]byte(nil)"),
            'v' | 'd' if self.flags.sharp_v => {
                self.out.push("[]byte{");
                for (i, b) in bytes.iter().enumerate() {
                    self.out.push(if i > 0 { ", " } else { "" });
                    self.hex_integer(u64::from(*b), true);
                }
                self.out.push("}");
            }
            's' => self.string(bytes),
            'x' => self.hex_bytes(bytes, false),
            'X' => self.hex_bytes(bytes, true),
            'q' => self.quoted(bytes),
            _ => self.byte_list(bytes, verb),
        }
        Ok(())
    }

    /// A byte slice element by element, as `pp.printValue` prints slices.
    fn byte_list(&mut self, bytes: &Str, verb: char) {
        match verb {
            's' | 'q' | 'x' | 'X' => {
                let _ = self.bytes(bytes, verb);
            }
            'v' | 'd' if self.flags.are_plain() => {
                let mut text = Vec::with_capacity(4 * bytes.len() + 2);
                text.push(b'[');
                for (i, b) in bytes.iter().enumerate() {
                    text.extend((i > 0).then_some(b' '));
                    // A file has a great many.
                    text.extend((*b >= 100).then_some(b'0' + b / 100));
                    text.extend((*b >= 10).then_some(b'0' + b / 10 % 10));
                    text.push(b'0' + b % 10);
                }
                text.push(b']');
                self.out.push(text);
            }
            _ => {
                let (start, separator, end) =
                    if self.flags.sharp_v { ("[]uint8{", ", ", "}") } else { ("[", " ", "]") };
                self.out.push(start);
                for (i, b) in bytes.iter().enumerate() {
                    self.out.push(if i > 0 { separator } else { "" });
                    let element = Value::new(Repr::Int(i64::from(*b), super::IntType::Uint8));
                    self.leaf(&element, verb);
                }
                self.out.push(end);
            }
        }
    }

    /// `pp.fmtPointer`. Go prints an address; here it is a made-up one that never changes.
    fn pointer(&mut self, value: &Value, verb: char) {
        let is_pointer = match &value.repr {
            Repr::List(_) | Repr::Map(_) | Repr::Bytes(_) | Repr::Func(_) => true,
            Repr::Struct(s) => s.pointer,
            _ => false,
        };
        if !is_pointer {
            return self.bad_verb(value, verb);
        }
        const ADDRESS: u64 = 0xc0_0001_2000;
        match verb {
            'v' | 'p' => self.hex_integer(ADDRESS, !self.flags.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => {
                self.integer_verb(ADDRESS, false, verb);
            }
            // What the complaint shows is an argument of its own, so a struct is shown in full.
            _ if matches!(value.repr, Repr::Struct(_)) => self.bad_verb(value, verb),
            _ => {
                let ty = value.type_name(self.heap).unwrap_or_default();
                self.out.push(format!("%!{verb}({ty}=0xc000012000)"));
            }
        }
    }

    fn hex_integer(&mut self, n: u64, prefix: bool) {
        let sharp = std::mem::replace(&mut self.flags.sharp, prefix);
        self.integer(n, 16, false, 'v');
        self.flags.sharp = sharp;
    }

    /// `pp.fmtInteger`; false for a verb that integers do not have.
    fn integer_verb(&mut self, bits: u64, signed: bool, verb: char) -> bool {
        match verb {
            'v' if self.flags.sharp_v && !signed => self.hex_integer(bits, true),
            'v' | 'd' => self.integer(bits, 10, signed, verb),
            'b' => self.integer(bits, 2, signed, verb),
            'o' | 'O' => self.integer(bits, 8, signed, verb),
            'x' | 'X' => self.integer(bits, 16, signed, verb),
            'c' => self.character(bits),
            'q' => self.quoted_character(bits),
            'U' => self.unicode(bits),
            _ => return false,
        }
        true
    }

    /// `pp.fmtFloat`; false for a verb that floats do not have.
    fn float_verb(&mut self, v: f64, bits: u32, verb: char) -> bool {
        match verb {
            'v' => self.float(v, bits, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.float(v, bits, verb, None),
            'f' | 'e' | 'E' => self.float(v, bits, verb, Some(6)),
            'F' => self.float(v, bits, 'f', Some(6)),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{IntType, ListType};

    fn shown(format: &str, make: impl FnOnce(&mut Heap) -> Vec<Value>) -> String {
        let mut heap = Heap::new();
        let args = make(&mut heap);
        sprintf(&heap, &Budget::default(), format.as_bytes(), &args).unwrap().to_string()
    }

    #[test]
    fn verbs_and_errors() {
        assert_eq!(
            shown("%5.2f|%-4d|%+d|%x", |_| vec![3.25.into_value(), Value::int(7), Value::int(7), "hi".into()]),
            " 3.25|7   |+7|6869"
        );
        assert_eq!(shown("%d", |_| vec!["x".into()]), "%!d(string=x)");
        assert_eq!(shown("%d %d", |_| vec![Value::int(1)]), "1 %!d(MISSING)");
        assert_eq!(shown("%s", |_| vec!["a".into(), Value::NIL]), "a%!(EXTRA <nil>)");
        assert_eq!(shown("%[2]d %[1]d", |_| vec![Value::int(1), Value::int(2)]), "2 1");
        assert_eq!(shown("%-", |_| vec![]), "%!(NOVERB)");
    }

    #[test]
    fn lists_and_maps() {
        let nested = |heap: &mut Heap| {
            let list = heap.new_list(vec![Value::int(1), "two".into(), Value::NIL_INTERFACE]);
            vec![heap.new_dict([("b".into(), Value::int(2)), ("a".into(), list)].into())]
        };
        assert_eq!(shown("%v", nested), "map[a:[1 two <nil>] b:2]");
        assert_eq!(
            shown("%#v", nested),
            r#"map[string]interface {}{"a":[]interface {}{1, "two", interface {}(nil)}, "b":2}"#
        );
        assert_eq!(shown("%d", nested), "map[%!d(string=a):[1 %!d(string=two) <nil>] %!d(string=b):2]");
        assert_eq!(shown("%w|", nested), "%!w(map[string]interface {}=map[a:[1 two <nil>] b:2])|");
        assert_eq!(shown("%q", |h| vec![h.new_typed_list(ListType::Str, vec!["a".into()])]), r#"["a"]"#);
        assert_eq!(shown("%v", |_| vec![Value::new(Repr::Int(90_000_000_000, IntType::Duration))]), "1m30s");
    }

    #[test]
    fn cycles_end_at_a_limit() {
        let mut heap = Heap::new();
        let map = heap.new_dict(Default::default());
        if let Some(id) = map.as_map() {
            heap.map_mut(id).entries.insert("self".into(), map.clone());
        }
        assert_eq!(display(&heap, &Budget::default(), &map), Err(Exhausted::Depth(MAX_DEPTH as u64)));
    }

    trait IntoValue {
        fn into_value(self) -> Value;
    }
    impl IntoValue for f64 {
        fn into_value(self) -> Value {
            Value::float(self)
        }
    }
}
