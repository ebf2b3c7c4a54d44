//! What an expression may cost at the most, as the server estimates it before it takes a definition.
//!
//! Follows cel-go's `checker.Cost` with the API server's `library.CostEstimator` and the sizes of `SchemaDeclType`. What
//! the checker does not know counts as little, so that nothing is refused for it.

use super::size::{Place, Size, factor};
use super::{Scope, Type, calls, type_of};
use crate::stack;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue};

/// The cost of walking through a text, for each byte.
const WALK: f64 = 0.1;

/// The cost of a regular expression, for each of its characters.
const REGEX: f64 = 0.25;

/// What is known of an expression.
#[derive(Clone, Copy, Debug, Default)]
struct Estimate<'t> {
    cost: u64,
    size: Option<Size>,
    entry: Option<Entry>,
    place: Option<Place<'t>>,
}

/// The sizes of what is in a list or a map.
#[derive(Clone, Copy, Debug)]
struct Entry {
    is_list: bool,
    key: Option<Size>,
    value: Option<Size>,
}

impl Entry {
    fn union(a: Option<Entry>, b: Option<Entry>) -> Option<Entry> {
        let sizes = |a: Option<Size>, b: Option<Size>| Some(a?.union(b?));
        match (a, b) {
            (Some(a), Some(b)) => {
                Some(Entry { is_list: a.is_list, key: sizes(a.key, b.key), value: sizes(a.value, b.value) })
            }
            (a, b) => a.or(b),
        }
    }
}

impl Estimate<'_> {
    fn size(&self) -> Size {
        self.size.unwrap_or(Size::UNKNOWN)
    }
}

/// The most that an expression may cost, once, on a value with the schema of `root`.
pub(super) fn of<'t>(expr: &Expr, scope: &Scope<'t>, root: Place<'t>) -> u64 {
    Coster { scope: scope.clone(), root, locals: Vec::new() }.walk(expr).cost
}

struct Coster<'t> {
    scope: Scope<'t>,
    root: Place<'t>,
    /// The variables of loops.
    locals: Vec<(String, Estimate<'t>)>,
}

impl<'t> Coster<'t> {
    fn ty(&mut self, expr: &Expr) -> Type<'t> {
        type_of(expr, &mut self.scope).unwrap_or(Type::Unknown)
    }

    /// The size that a value of a type has, where all have the same.
    fn of_type(&mut self, expr: &Expr) -> Option<Size> {
        match self.ty(expr) {
            Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Time | Type::Uint => Some(Size::fixed(1)),
            Type::Unknown => Some(Size::fixed(1)),
            _ => None,
        }
    }

    fn walk(&mut self, expr: &Expr) -> Estimate<'t> {
        stack::grow(|| match expr {
            Expr::Unspecified => Estimate::default(),
            Expr::Struct(_) => Estimate { cost: 40, ..Estimate::default() },
            Expr::Literal(literal) => {
                let size = match literal {
                    LiteralValue::String(text) => text.inner().chars().count() as u64,
                    LiteralValue::Bytes(bytes) => bytes.inner().len() as u64,
                    _ => 1,
                };
                Estimate { size: Some(Size::fixed(size)), ..Estimate::default() }
            }
            Expr::Ident(name) => self.ident(name, expr),
            Expr::Select(select) => {
                let of = self.walk(&select.operand.expr);
                if select.test {
                    return Estimate { cost: of.cost, size: Some(Size::fixed(1)), ..Estimate::default() };
                }
                let has = matches!(self.ty(&select.operand.expr), Type::Map(_) | Type::Object(..) | Type::Fields(_));
                let place = of.place.and_then(|place| place.field(&select.field));
                let size = place.map(Place::size).or_else(|| self.of_type(expr));
                Estimate { cost: of.cost.saturating_add(has.into()), size, place, entry: None }
            }
            Expr::List(list) => {
                let items: Vec<_> = list.elements.iter().map(|item| self.walk(&item.expr)).collect();
                let value = items.iter().map(Estimate::size).reduce(Size::union).unwrap_or_default();
                let entry = Entry { is_list: true, key: Some(Size::fixed(1)), value: Some(value) };
                Estimate {
                    cost: sum(&items, 10),
                    size: Some(Size::fixed(items.len() as u64)),
                    entry: Some(entry),
                    place: None,
                }
            }
            Expr::Map(map) => {
                let mut entries = Vec::new();
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        entries.push((self.walk(&entry.key.expr), self.walk(&entry.value.expr)));
                    }
                }
                let (keys, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
                let most = |of: &[Estimate<'t>]| of.iter().map(Estimate::size).reduce(Size::union).unwrap_or_default();
                let entry = Entry { is_list: false, key: Some(most(&keys)), value: Some(most(&values)) };
                let cost = sum(&keys, 30).saturating_add(sum(&values, 0));
                Estimate { cost, size: Some(Size::fixed(keys.len() as u64)), entry: Some(entry), place: None }
            }
            Expr::Comprehension(comprehension) => self.looped(comprehension),
            Expr::Call(call) => self.call(call, expr),
        })
    }

    fn ident(&mut self, name: &str, expr: &Expr) -> Estimate<'t> {
        let local = self.locals.iter().rev().find(|(known, _)| known == name).map(|(_, local)| *local);
        let place = match local {
            Some(local) => local.place,
            None => Some(self.root),
        };
        let size = place.map(Place::size).or_else(|| self.of_type(expr)).or(local.and_then(|local| local.size));
        Estimate { cost: 1, size, entry: local.and_then(|local| local.entry), place }
    }

    fn looped(&mut self, loops: &ComprehensionExpr) -> Estimate<'t> {
        let range = self.walk(&loops.iter_range.expr);
        let start = self.walk(&loops.accu_init.expr);
        let of = self.ty(&loops.iter_range.expr);
        let is_list = range.entry.map_or(matches!(of, Type::List(_)), |entry| entry.is_list);
        // The server looks for what has no path of its own at the root.
        let inner = |keys: bool| match range.place {
            Some(place) if keys => place.keys(),
            Some(place) => place.items(),
            None => Some(self.root),
        };
        let key = Estimate { size: range.entry.and_then(|e| e.key), place: inner(true), ..Estimate::default() };
        let value = Estimate { size: range.entry.and_then(|e| e.value), place: inner(false), ..Estimate::default() };
        let (key_type, value_type) = match of {
            Type::List(of) => (Type::Int, *of),
            Type::Map(of) => (Type::Text, *of),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            _ => (Type::Unknown, Type::Unknown),
        };
        let accu = Estimate { place: None, ..start };
        let accu_type = self.ty(&loops.accu_init.expr);
        let depth = self.locals.len();
        self.push(&loops.accu_var, accu, accu_type);
        match &loops.iter_var2 {
            Some(second) => {
                self.push(&loops.iter_var, key, key_type);
                self.push(second, value, value_type);
            }
            None if is_list => self.push(&loops.iter_var, value, value_type),
            None => self.push(&loops.iter_var, key, key_type),
        }
        let condition = self.walk(&loops.loop_cond.expr);
        let step = self.walk(&loops.loop_step.expr);
        self.pop(depth + 1);
        let result = self.walk(&loops.result.expr);
        self.pop(depth);
        let each = condition.cost.saturating_add(step.cost);
        let cost = sum(&[range, start, result], range.size().max.saturating_mul(each));
        let size = match loops.accu_init.expr {
            Expr::List(_) | Expr::Map(_) => Some(range.size()),
            _ => start.size,
        };
        Estimate { cost, size, entry: step.entry, place: None }
    }

    fn push(&mut self, name: &str, local: Estimate<'t>, ty: Type<'t>) {
        self.locals.push((name.to_owned(), local));
        self.scope.variables.push((name.to_owned(), ty));
    }

    fn pop(&mut self, depth: usize) {
        let more = self.locals.len().saturating_sub(depth);
        self.locals.truncate(depth);
        self.scope.variables.truncate(self.scope.variables.len().saturating_sub(more));
    }

    fn call(&mut self, call: &CallExpr, expr: &Expr) -> Estimate<'t> {
        let args: Vec<_> = call.args.iter().map(|arg| self.walk(&arg.expr)).collect();
        let name = call.func_name.as_str();
        if name == "dyn"
            && let [arg] = args.as_slice()
        {
            return Estimate { cost: arg.cost.saturating_add(1), place: None, ..*arg };
        }
        let of = call.target.as_deref().filter(|target| calls::namespace(target, &self.scope).is_none());
        let target = of.map(|target| self.walk(&target.expr));
        let own = match target {
            Some(on) => self.member(name, of, &on, &args),
            None => self.function(name, call, &args),
        };
        let cost = match name {
            "_?_:_" => {
                let branches = args.iter().skip(1).map(|arg| arg.cost).max().unwrap_or(0);
                branches.saturating_add(args.first().map_or(0, |condition| condition.cost))
            }
            _ => sum(&args, own.cost).saturating_add(target.map_or(0, |target| target.cost)),
        };
        let size = own.size.or(own.place.map(Place::size)).or_else(|| self.of_type(expr));
        Estimate { cost, size, ..own }
    }

    /// What an operator or a function costs beside its arguments.
    fn function(&mut self, name: &str, call: &CallExpr, args: &[Estimate<'t>]) -> Estimate<'t> {
        let size = |n: usize| args.get(n).map_or(Size::UNKNOWN, Estimate::size);
        let of = |n: usize| call.args.get(n).map(|arg: &IdedExpr| &arg.expr);
        let ty = |coster: &mut Self, n: usize| of(n).map_or(Type::Unknown, |expr| coster.ty(expr));
        let costs = |cost: u64| Estimate { cost, ..Estimate::default() };
        match name {
            "_&&_" | "_||_" => costs(0),
            "_?_:_" => Estimate {
                size: Some(size(1).union(size(2))),
                entry: Entry::union(args.get(1).and_then(|e| e.entry), args.get(2).and_then(|e| e.entry)),
                ..Estimate::default()
            },
            "_==_" | "_!=_" => match (ty(self, 0), ty(self, 1)) {
                (Type::Unknown, _) | (_, Type::Unknown) => costs(1),
                _ => costs(factor(size(0).max.min(size(1).max), WALK)),
            },
            "_<_" | "_<=_" | "_>_" | "_>=_" => match (ty(self, 0), ty(self, 1)) {
                (Type::Text | Type::Bytes, _) | (_, Type::Text | Type::Bytes) | (Type::Dyn, Type::Dyn) => {
                    costs(factor(size(0).max.min(size(1).max), WALK))
                }
                _ => costs(1),
            },
            "@in" => match ty(self, 1) {
                Type::List(_) | Type::Dyn => costs(size(1).max),
                _ => costs(1),
            },
            "_+_" => {
                let both = Some(size(0).add(size(1)));
                match (ty(self, 0), ty(self, 1)) {
                    (Type::Text | Type::Bytes, _) | (_, Type::Text | Type::Bytes) => {
                        let cost = factor(size(0).add(size(1)).max, WALK);
                        Estimate { cost, size: both, ..Estimate::default() }
                    }
                    (Type::List(_), _) | (_, Type::List(_)) => {
                        let entry = |n: usize| args.get(n).and_then(|arg| arg.entry);
                        Estimate { cost: 1, size: both, entry: Entry::union(entry(0), entry(1)), place: None }
                    }
                    _ => costs(1),
                }
            }
            "_[_]" => {
                let place = args.first().and_then(|of| of.place).and_then(Place::items);
                let size = args.first().and_then(|of| of.entry).and_then(|entry| entry.value);
                Estimate { cost: 1, size, place, entry: None }
            }
            "matches" => costs(regex(size(0), size(1))),
            "url" | "escapeKey" | "quote" => {
                Estimate { cost: factor(size(0).max, WALK), size: Some(size(0)), ..costs(0) }
            }
            "isIP" | "isCIDR" | "cidr" | "ip" | "quantity" | "isQuantity" | "semver" | "isSemver" => {
                costs(factor(size(0).max, WALK))
            }
            "isCanonical" => costs(factor(size(0).max, 2.0 * WALK)),
            "bytes" => {
                let size = Size { max: size(0).max.saturating_mul(4), ..size(0) };
                Estimate { cost: factor(size.max / 4, WALK), size: Some(size), ..costs(0) }
            }
            "string" => match ty(self, 0) {
                Type::Bytes => Estimate { cost: factor(size(0).max, WALK), size: Some(size(0)), ..costs(0) },
                _ => costs(1),
            },
            "contains" | "intersects" => costs(size(0).max.saturating_mul(size(1).max).saturating_add(1)),
            "equivalent" => costs(factor(size(0).max.saturating_mul(size(1).max), 2.0).saturating_add(1)),
            _ => costs(1),
        }
    }

    /// What a function costs that is called on something, beside that and its arguments.
    fn member(&mut self, name: &str, of: Option<&IdedExpr>, on: &Estimate<'t>, args: &[Estimate<'t>]) -> Estimate<'t> {
        let arg = |n: usize| args.get(n).map_or(Size::UNKNOWN, Estimate::size);
        let costs = |cost: u64| Estimate { cost, ..Estimate::default() };
        let ty = of.map_or(Type::Unknown, |of| self.ty(&of.expr));
        if matches!(ty, Type::Unknown) && name != "validate" {
            return costs(1);
        }
        let size = on.size();
        let item = match &ty {
            Type::List(item) => match **item {
                Type::Text | Type::Bytes => Some(on.place.and_then(Place::items).map_or(Size::UNKNOWN, Place::size)),
                _ => Some(Size::default()),
            },
            _ => None,
        };
        match name {
            "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" => match item {
                Some(item) => costs(size.max.saturating_mul(factor(item.max, WALK).saturating_add(1))),
                None => costs(factor(size.max, WALK)),
            },
            "lowerAscii" | "upperAscii" | "substring" | "trim" => {
                Estimate { cost: factor(size.max, WALK), size: Some(size), ..costs(0) }
            }
            "replace" => {
                let size = Some(Size::replaced(size, arg(0), arg(1)));
                Estimate { cost: factor(on.size().max, 2.0 * WALK), size, ..costs(0) }
            }
            "split" => Estimate {
                cost: factor(size.max, 2.0 * WALK),
                size: Some(Size { min: 0, max: size.max }),
                ..Estimate::default()
            },
            "join" => {
                let items = item.unwrap_or_default();
                let separators = Size { min: size.min.saturating_sub(1), max: size.max.saturating_sub(1) };
                let whole = size.multiply(items);
                let whole = if args.is_empty() { whole } else { whole.add(arg(0).multiply(separators)) };
                Estimate { cost: factor(whole.max, WALK), size: Some(whole), ..costs(0) }
            }
            "find" | "findAll" => {
                let found = Some(Size { min: 0, max: size.max });
                Estimate { cost: regex(size, arg(0)), size: found, ..costs(0) }
            }
            "matches" => costs(regex(size, arg(0))),
            "contains" => costs(factor(size.max, WALK).saturating_mul(factor(arg(0).max, WALK))),
            "startsWith" | "endsWith" => costs(factor(arg(0).max, WALK)),
            "format" => costs(factor(size.max, WALK)),
            // Formats are regular expressions of at most 128 characters.
            "validate" => costs(factor(factor(arg(0).max, WALK), 128.0 * REGEX)),
            _ => costs(1),
        }
    }
}

fn regex(text: Size, pattern: Size) -> u64 {
    factor(text.max.saturating_add(1), WALK).saturating_mul(factor(pattern.max, REGEX))
}

fn sum(parts: &[Estimate<'_>], more: u64) -> u64 {
    parts.iter().fold(more, |sum, part| sum.saturating_add(part.cost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::kube::tree::Tree;

    /// The cost of a rule on a schema.
    fn cost(schema: &str, rule: &str) -> u64 {
        let document = crate::yaml::parse(schema.as_bytes()).unwrap();
        let tree = Tree::build(&document, &Budget::default()).unwrap();
        let node = tree.root().unwrap();
        let scope = Scope::of(37, &[("self", Type::of_schema(node, false))]);
        super::super::compile(rule, &scope, Some(Place::Schema(node, false))).unwrap().cost
    }

    #[test]
    fn costs_are_those_that_a_server_names() {
        let schema = "type: object\nproperties:\n  a: {type: string}\n  l: {type: array, items: {type: string}}\n  c: {type: integer}\n";
        // The factors of `estimated rule cost exceeds budget by factor of`.
        assert_eq!(cost(schema, "format.dns1123Label().validate(self.a).hasValue()").div_ceil(10), 1_006_634);
        assert_eq!(format!("{:.1}", cost(schema, "self.l.map(x, x.size()).sum() > 1") as f64 / 1e7), "1.6");
        assert!(cost(schema, "self.l.all(x, self.l.all(y, x == y || x != y))") > 100 * 10_000_000);
        assert!(cost(schema, "self.l.join(',') == 'a'") > 100 * 10_000_000);
        assert!(cost(schema, "'n is ' + string(self.c) == ''") > 100 * 10_000_000);
    }

    #[test]
    fn bounds_and_simple_rules_cost_little() {
        let schema = "type: object\nrequired: [k]\nproperties: {k: {type: string, maxLength: 5}, l: {type: array, maxItems: 3, items: {type: string, maxLength: 10}}}\n";
        assert_eq!(cost(schema, "self.k == 'a'"), 3);
        assert!(cost(schema, "self.l.all(x, self.l.all(y, x == y))") < 200);
        assert_eq!(Place::Text.times(), (3 << 20) / 3);
    }
}
