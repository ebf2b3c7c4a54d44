//! What running an expression takes, before it is run.

use crate::stack;
use cel::Program;
use cel::common::ast::{EntryExpr, Expr};

/// Steps that an expression may take.
const MOST: u64 = 5_000_000;

/// What running an expression takes at the most.
#[derive(Clone, Copy)]
pub struct Weight {
    /// Every loop may go over all of the data, but for one over a list that stands in the expression.
    pub steps: u64,
    /// Levels of the syntax tree.
    pub depth: usize,
}

impl Weight {
    /// Of a program over data whose longest list or map has `size` entries.
    pub fn of(program: &Program, size: u64) -> Weight {
        Weight::of_expr(&program.expression().expr, size.max(1))
    }

    /// Whether it could take too long.
    pub fn is_too_much(self) -> bool {
        self.steps > MOST
    }

    fn of_expr(expr: &Expr, size: u64) -> Weight {
        let all = |parts: &mut dyn Iterator<Item = &Expr>| {
            parts.fold(Weight { steps: 1, depth: 1 }, |sum, part| {
                let part = stack::grow(|| Weight::of_expr(part, size));
                Weight { steps: sum.steps.saturating_add(part.steps), depth: sum.depth.max(part.depth + 1) }
            })
        };
        match expr {
            Expr::Call(call) => {
                let target = call.target.iter().map(|target| &target.expr);
                all(&mut target.chain(call.args.iter().map(|arg| &arg.expr)))
            }
            Expr::Comprehension(loops) => {
                let once = all(&mut [&loops.iter_range.expr, &loops.accu_init.expr, &loops.result.expr].into_iter());
                let each = all(&mut [&loops.loop_cond.expr, &loops.loop_step.expr].into_iter());
                let rounds = match &loops.iter_range.expr {
                    Expr::List(list) => list.elements.len() as u64,
                    _ => size,
                };
                let steps = once.steps.saturating_add(each.steps.saturating_mul(rounds));
                Weight { steps, depth: once.depth.max(each.depth) }
            }
            Expr::List(list) => all(&mut list.elements.iter().map(|element| &element.expr)),
            Expr::Map(map) => all(&mut map.entries.iter().map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => &entry.value.expr,
                EntryExpr::StructField(field) => &field.value.expr,
            })),
            Expr::Select(select) => all(&mut std::iter::once(&select.operand.expr)),
            _ => Weight { steps: 1, depth: 1 },
        }
    }
}
