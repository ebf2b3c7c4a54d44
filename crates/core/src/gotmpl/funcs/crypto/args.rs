//! Parameter types that only functions of keys and certificates have.

use super::super::FuncError;
use super::super::args::{Param, Ty, mismatch, next, param};
use crate::value::{ListId, Repr, Structure, Value};
use std::sync::Arc;

/// A `[]interface {}` argument; nothing for a nil slice.
#[derive(Clone, Copy, Debug)]
pub struct List(pub Option<ListId>);

/// A `uint32` argument.
#[derive(Clone, Copy, Debug)]
pub struct Uint32(pub u32);

/// A `sprig.certificate` argument: a struct with a certificate and its key.
#[derive(Clone, Debug)]
pub struct Certificate(pub Arc<Structure>);

param!(List, Ty::List, value =>
    Repr::List(id) => List(Some(id)),
    Repr::Nil(_) => List(None));
param!(Uint32, Ty::Uint32, value => Repr::Int(n, _) => Uint32(n as u32));
param!(Certificate, Ty::Certificate, value => Repr::Struct(s) => Certificate(s));
