//! A place in a tree and what can be asked there.

use super::{Cell, Data, Tree};
use crate::diag::{Found, Type};
use std::fmt::{self, Write as _};
use std::ops::Range;

/// A node of a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    id: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.pointer(), self.data())
    }
}

/// As deep as most nodes are.
const USUAL_DEPTH: usize = 16;

static NOTHING: Cell<'static> = Cell {
    data: Data::Null,
    key: std::borrow::Cow::Borrowed(""),
    parent: 0,
    first: 0,
    len: 0,
    range: 0..0,
    key_range: 0..0,
    plain: true,
};

impl<'t> Node<'t> {
    pub(super) fn new(tree: &'t Tree<'_>, id: u32) -> Node<'t> {
        Node { tree, id }
    }

    #[inline]
    fn cell(self) -> &'t Cell<'t> {
        self.tree.cells.get(self.id as usize).unwrap_or(&NOTHING)
    }

    /// A number that is the node's own in its tree.
    #[inline]
    pub fn id(self) -> u32 {
        self.id
    }

    /// The node with this number.
    #[inline]
    pub fn with_id(self, id: u32) -> Node<'t> {
        Node { id, ..self }
    }

    /// What it is.
    #[inline]
    pub fn data(self) -> &'t Data<'t> {
        &self.cell().data
    }

    /// The root of the tree.
    pub fn root(self) -> Node<'t> {
        Node { id: 0, ..self }
    }

    /// The collection around it.
    #[inline]
    pub fn parent(self) -> Option<Node<'t>> {
        (self.id != 0).then(|| Node { id: self.cell().parent, ..self })
    }

    /// The key that it is the value of; empty for items and the root.
    #[inline]
    pub fn key(self) -> &'t str {
        &self.cell().key
    }

    /// Its bytes in the text.
    pub fn range(self) -> Range<usize> {
        let range = &self.cell().range;
        range.start as usize..range.end as usize
    }

    /// The bytes of its key; those of the value where it has none.
    pub fn key_range(self) -> Range<usize> {
        let range = &self.cell().key_range;
        range.start as usize..range.end as usize
    }

    /// Whether it is a scalar without quotes.
    pub fn is_plain(self) -> bool {
        self.cell().plain
    }

    /// Whether it is null.
    #[inline]
    pub fn is_null(self) -> bool {
        matches!(self.data(), Data::Null)
    }

    /// Whether it is a map.
    #[inline]
    pub fn is_map(self) -> bool {
        matches!(self.data(), Data::Map)
    }

    /// Whether it is a list.
    #[inline]
    pub fn is_list(self) -> bool {
        matches!(self.data(), Data::List)
    }

    /// Number of entries or items.
    #[inline]
    pub fn len(self) -> usize {
        self.cell().len as usize
    }

    /// Whether it is a collection without anything in it, or no collection.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The text of a string.
    #[inline]
    pub fn as_str(self) -> Option<&'t str> {
        match self.data() {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }

    /// A boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.data() {
            Data::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// A whole number, also one written as `1.0`.
    pub fn as_int(self) -> Option<i64> {
        match self.data() {
            Data::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The value of a key. A null is as good as nothing.
    #[inline]
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.get_raw(key).filter(|node| !node.is_null())
    }

    /// The value of a key, nulls included.
    pub fn get_raw(self, key: &str) -> Option<Node<'t>> {
        let cell = self.cell();
        if !matches!(cell.data, Data::Map) {
            return None;
        }
        let entries = self.tree.cells.get(cell.first as usize..(cell.first + cell.len) as usize)?;
        let at = entries.iter().position(|entry| entry.key == key)?;
        Some(Node { id: cell.first + at as u32, ..self })
    }

    /// The value behind several keys.
    pub fn path(self, keys: &[&str]) -> Option<Node<'t>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The string that a key has.
    pub fn str(self, key: &str) -> Option<&'t str> {
        self.get(key)?.as_str()
    }

    /// The number that a key has.
    pub fn int(self, key: &str) -> Option<i64> {
        self.get(key)?.as_int()
    }

    /// The boolean that a key has.
    pub fn bool(self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// The items of the list that a key has; nothing where there is none.
    pub fn list(self, key: &str) -> Items<'t> {
        self.get(key).map_or(Items { tree: self.tree, next: 0, end: 0 }, Node::items)
    }

    /// The entries of the map that a key has; nothing where there is none.
    pub fn map(self, key: &str) -> Entries<'t> {
        self.get(key).map_or(Entries(Items { tree: self.tree, next: 0, end: 0 }), Node::entries)
    }

    /// The items of a list, nulls included.
    pub fn items(self) -> Items<'t> {
        self.children_if(self.is_list())
    }

    /// The entries of a map, nulls included.
    pub fn entries(self) -> Entries<'t> {
        Entries(self.children_if(self.is_map()))
    }

    /// Items, or the values of entries.
    pub fn children(self) -> Items<'t> {
        self.children_if(true)
    }

    fn children_if(self, yes: bool) -> Items<'t> {
        let cell = self.cell();
        Items { tree: self.tree, next: cell.first, end: if yes { cell.first + cell.len } else { cell.first } }
    }

    /// Its number among the items around it.
    #[inline]
    pub fn index(self) -> u32 {
        self.parent().map_or(0, |parent| self.id - parent.cell().first)
    }

    /// Its JSON pointer.
    pub fn pointer(self) -> String {
        let (mut steps, mut length) = (Vec::with_capacity(USUAL_DEPTH), 0);
        let mut node = self;
        while let Some(parent) = node.parent() {
            steps.push((node, parent));
            length += "/".len() + node.key().len().max(2);
            node = parent;
        }
        let mut pointer = String::with_capacity(length);
        for (step, parent) in steps.iter().rev() {
            match parent.is_list() {
                true => _ = write!(pointer, "/{}", step.id - parent.cell().first),
                false => push_key(&mut pointer, step.key()),
            }
        }
        pointer
    }

    /// The node at a JSON pointer that starts here.
    pub fn at(self, pointer: &str) -> Option<Node<'t>> {
        let mut steps = pointer.split('/');
        let start = steps.next().filter(|before| before.is_empty()).map(|_| self);
        steps.fold(start, |node, step| match node?.data() {
            Data::List => node?.items().nth(step.parse().ok()?),
            _ => node?.get_raw(&step.replace("~1", "/").replace("~0", "~")),
        })
    }

    /// The node as plain JSON. Numbers that JSON has none for are null.
    pub fn to_json(self) -> serde_json::Value {
        match self.data() {
            Data::Null => serde_json::Value::Null,
            Data::Bool(value) => (*value).into(),
            Data::Int(number) => (*number).into(),
            Data::Uint(number) => (*number).into(),
            Data::Float(number) => (*number).into(),
            Data::Str(text) => text.to_string().into(),
            Data::List => self.items().map(Node::to_json).collect(),
            Data::Map => self.entries().map(|(key, value)| (key.to_owned(), value.to_json())).collect(),
        }
    }

    /// The JSON pointer of an entry that it has not.
    pub fn pointer_to(self, key: &str) -> String {
        let mut pointer = self.pointer();
        push_key(&mut pointer, key);
        pointer
    }

    /// Whether it is likely a secret: data of a Secret, or a value whose name says so. Reports are public.
    pub fn is_secret(self) -> bool {
        const WORDS: &[&str] =
            &["password", "passwd", "token", "secret", "apikey", "api_key", "private_key", "credential"];
        let says_so = |name: &str| {
            let name = name.to_lowercase();
            WORDS.iter().any(|word| name.contains(word))
        };
        let Some(parent) = self.parent() else { return false };
        let owner = parent.parent();
        let data = matches!(parent.key(), "data" | "stringData");
        (data && owner.is_some_and(|owner| owner.str("kind") == Some("Secret")))
            || says_so(self.key())
            || (self.key() == "value" && parent.str("name").is_some_and(says_so))
    }

    /// What it is: `the string "abc"`, `a list`. What is likely a secret is not told.
    pub fn found(self) -> Found {
        let told = |text: String| (!self.is_secret()).then_some(text);
        let (ty, text) = match self.data() {
            Data::Null => (Type::Null, None),
            Data::Bool(b) => (Type::Boolean, told(b.to_string())),
            Data::Int(n) => (Type::Integer, told(n.to_string())),
            Data::Uint(n) => (Type::Integer, told(n.to_string())),
            Data::Float(n) => (Type::Number, told(n.to_string())),
            Data::Str(text) => (Type::String, told(shortened(text))),
            Data::List => (Type::List, None),
            Data::Map => (Type::Map, None),
        };
        Found { ty, text }
    }
}

/// Texts longer than this are told by their beginning.
const TOLD: usize = 200;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    let mut rest = key;
    while let Some((before, after)) = rest.split_once(['~', '/']) {
        pointer.push_str(before);
        pointer.push_str(if rest.as_bytes().get(before.len()) == Some(&b'~') { "~0" } else { "~1" });
        rest = after;
    }
    pointer.push_str(rest);
}

/// The nodes of a list.
#[derive(Clone)]
pub struct Items<'t> {
    tree: &'t Tree<'t>,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    #[inline]
    fn next(&mut self) -> Option<Node<'t>> {
        let id = self.next;
        (id < self.end).then(|| {
            self.next += 1;
            Node { tree: self.tree, id }
        })
    }
}

/// The entries of a map.
#[derive(Clone)]
pub struct Entries<'t>(Items<'t>);

impl<'t> Iterator for Entries<'t> {
    type Item = (&'t str, Node<'t>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|node| (node.key(), node))
    }
}
