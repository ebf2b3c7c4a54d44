//! Functions that Kubernetes adds to CEL: of lists, addresses, URLs and quantities.
//!
//! Addresses, URLs and quantities stay the texts that they were made of.

use crate::kube::quantity::{Parsed, Quantity, parse};
use cel::extractors::This;
use cel::{Context, ExecutionError, Value};
use std::cmp::Ordering;
use std::net::IpAddr;
use std::sync::Arc;

type Text = Arc<String>;
type Result<T> = std::result::Result<T, ExecutionError>;

fn refuse<T>(function: &str, what: &str) -> Result<T> {
    Err(ExecutionError::function_error(function, what))
}

/// Makes them known.
pub(super) fn add(context: &mut Context<'_, '_>) {
    // Durations are only ever compared; nanoseconds do for that.
    let _ = context.add_function("duration", |text: Text| {
        crate::value::time::parse_duration(text.as_bytes())
            .map_err(|error| ExecutionError::function_error("duration", error))
    });
    let _ = context.add_function("isSorted", |This(list): This<Arc<Vec<Value>>>| -> bool {
        list.windows(2).all(|pair| match pair {
            [a, b] => a.partial_cmp(b).is_none_or(Ordering::is_le),
            _ => true,
        })
    });
    let _ = context.add_function("sum", |This(list): This<Arc<Vec<Value>>>| -> Result<Value> {
        let whole: Option<i64> = list.iter().try_fold(0_i64, |sum, item| match item {
            Value::Int(n) => sum.checked_add(*n),
            _ => None,
        });
        let parts = || -> Option<f64> {
            list.iter().try_fold(0.0, |sum, item| match item {
                Value::Float(n) => Some(sum + n),
                _ => None,
            })
        };
        match whole.map(Value::Int).or_else(|| parts().map(Value::Float)) {
            Some(sum) => Ok(sum),
            None => refuse("sum", "the numbers have no sum"),
        }
    });
    addresses(context);
    texts(context);
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/')?;
    let (address, bits): (IpAddr, u8) = (address.parse().ok()?, bits.parse().ok()?);
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
}

/// Whether the first bits of two addresses are the same.
fn holds((network, bits): (IpAddr, u8), address: IpAddr) -> bool {
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)) << 96,
        IpAddr::V6(address) => u128::from(address),
    };
    let rest = 128_u32.saturating_sub(u32::from(bits));
    let start = |address: IpAddr| number(address).checked_shr(rest).unwrap_or(0);
    network.is_ipv4() == address.is_ipv4() && start(network) == start(address)
}

fn addresses(context: &mut Context<'_, '_>) {
    let _ = context.add_function("isIP", |text: Text| text.parse::<IpAddr>().is_ok());
    let _ = context.add_function("isCIDR", |text: Text| network(&text).is_some());
    let _ = context.add_function("ip", |text: Text| -> Result<Text> {
        match text.parse::<IpAddr>() {
            Ok(address) => Ok(Arc::new(address.to_string())),
            Err(_) => refuse("ip", "the text is no address"),
        }
    });
    let _ = context.add_function("cidr", |text: Text| -> Result<Text> {
        if network(&text).is_some() { Ok(text) } else { refuse("cidr", "the text is no network") }
    });
    let _ = context.add_function("family", |This(text): This<Text>| -> i64 {
        if text.contains(':') { 6 } else { 4 }
    });
    let _ = context.add_function("prefixLength", |This(text): This<Text>| -> Result<i64> {
        network(&text).map_or_else(|| refuse("prefixLength", "the text is no network"), |(_, bits)| Ok(i64::from(bits)))
    });
    let _ = context.add_function("containsIP", |This(text): This<Text>, address: Text| -> Result<bool> {
        match (network(&text), address.parse::<IpAddr>()) {
            (Some(network), Ok(address)) => Ok(holds(network, address)),
            _ => refuse("containsIP", "the text is no address"),
        }
    });
}

fn quantity(text: &str) -> Result<Quantity> {
    match parse(text) {
        Parsed::Known(quantity) => Ok(quantity),
        _ => refuse("quantity", "the text is no quantity"),
    }
}

fn texts(context: &mut Context<'_, '_>) {
    let is_url = |text: &str| crate::validate::formats::check("uri", text, u32::MAX).is_some_and(|(fits, _)| fits);
    let _ = context.add_function("isURL", move |text: Text| is_url(&text));
    let _ = context.add_function("url", move |text: Text| -> Result<Text> {
        if is_url(&text) { Ok(text) } else { refuse("url", "the text is no URL") }
    });
    let _ = context.add_function("getScheme", |This(text): This<Text>| -> Text {
        Arc::new(text.split_once(':').map_or("", |(scheme, _)| scheme).to_owned())
    });
    let _ = context.add_function("isQuantity", |text: Text| quantity(&text).is_ok());
    let _ = context.add_function("quantity", |text: Text| quantity(&text).map(|_| text));
    let _ = context.add_function("isGreaterThan", |This(a): This<Text>, b: Text| -> Result<bool> {
        Ok(quantity(&a)? > quantity(&b)?)
    });
    let _ = context.add_function("isLessThan", |This(a): This<Text>, b: Text| -> Result<bool> {
        Ok(quantity(&a)? < quantity(&b)?)
    });
    let _ = context.add_function("compareTo", |This(a): This<Text>, b: Text| -> Result<i64> {
        Ok(match quantity(&a)?.cmp(&quantity(&b)?) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        })
    });
}
