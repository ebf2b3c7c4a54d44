//! What a difference is, apart from the chart it came from.

use super::Answer;

/// A short text that charts with the same fault share.
pub fn signature(helm: &Answer, own: &Answer) -> String {
    if helm.exit != own.exit {
        return format!(
            "exit {} for {}: {} | {}",
            own.exit,
            helm.exit,
            plain(last(&own.stderr)),
            plain(last(&helm.stderr))
        );
    }
    if helm.stderr != own.stderr {
        let (a, b) = first_difference(&helm.stderr, &own.stderr);
        return format!("stderr: {} | {}", plain(b), plain(a));
    }
    let (a, b) = first_difference(&helm.stdout, &own.stdout);
    format!("stdout: {} | {}", around(b, a), around(a, b))
}

fn last(text: &str) -> &str {
    let start = text.find("Error: ").unwrap_or(0);
    text[start..].lines().next().unwrap_or_default()
}

fn first_difference<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let pair = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    pair.unwrap_or_else(|| {
        let count = a.lines().count().min(b.lines().count());
        (a.lines().nth(count).unwrap_or("<end>"), b.lines().nth(count).unwrap_or("<end>"))
    })
}

/// The part of a line where it starts to differ from another.
fn around(line: &str, other: &str) -> String {
    let same = line.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let part: String = line.chars().skip(same.saturating_sub(8)).take(24).collect();
    plain(&part)
}

/// A message without its places, numbers and quoted parts.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                out.push(c);
            }
            _ if quoted => {}
            '0'..='9' if out.ends_with('0') => {}
            '0'..='9' => out.push('0'),
            _ => out.push(c),
        }
        if out.len() > 160 {
            break;
        }
    }
    // The node of an error is the chart's own.
    match (out.find(" at <"), out.find(">: ")) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &out[..start], &out[end..]),
        _ => out,
    }
}
