//! stub
use crate::value::{Heap,Value};
/// d
pub fn decode(_h: &mut Heap, _t: &[u8]) -> Result<Value,String> { Err("stub".into()) }
/// d
pub fn decode_prefix(_h: &mut Heap, _t: &[u8]) -> Result<(Value,usize),String> { Err("stub".into()) }
