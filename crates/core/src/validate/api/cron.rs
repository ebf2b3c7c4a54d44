//! Schedules of cron jobs: `ParseStandard` of the cron library that the API server uses.

/// What is wrong with a schedule, in words.
pub(super) fn check(schedule: &str) -> Result<(), String> {
    let schedule = match schedule.strip_prefix("TZ=").or(schedule.strip_prefix("CRON_TZ=")) {
        Some(rest) => rest.split_once(' ').map_or("", |(_, rest)| rest),
        None => schedule,
    };
    if schedule.is_empty() {
        return Err("it is empty".to_owned());
    }
    if schedule.starts_with('@') {
        return descriptor(schedule);
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!("expected 5 fields, found {}", fields.len()));
    }
    for (field, bounds) in fields.iter().zip(FIELDS) {
        for part in field.split(',').filter(|part| !part.is_empty()) {
            range(part, bounds).map_err(|problem| format!("{}: {problem}", bounds.name))?;
        }
    }
    Ok(())
}

/// What a field may say.
struct Field {
    name: &'static str,
    min: u64,
    max: u64,
    /// Names of numbers, from `min` on.
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: &[Field] = &[
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of the month", min: 1, max: 31, names: &[] },
    Field { name: "month", min: 1, max: 12, names: MONTHS },
    Field { name: "day of the week", min: 0, max: 6, names: DAYS },
];

fn descriptor(text: &str) -> Result<(), String> {
    let known = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    if known.contains(&text) {
        return Ok(());
    }
    match text.strip_prefix("@every ") {
        Some(duration) => crate::value::time::parse_duration(duration.as_bytes()).map(|_| ()),
        None => Err(format!("expected one of {} or @every with a duration", known.join(", "))),
    }
}

/// `number`, `number-number`, `*`, each with an optional `/number`.
fn range(text: &str, field: &Field) -> Result<(), String> {
    let mut steps = text.split('/');
    let bounds: Vec<&str> = steps.next().unwrap_or_default().split('-').collect();
    let step = steps.next();
    if steps.next().is_some() {
        return Err(format!("too many slashes in {text}"));
    }
    let (start, end) = match bounds.as_slice() {
        ["*" | "?", ..] => (field.min, field.max),
        [one] => {
            let start = number(one, field)?;
            (start, if step.is_some() { field.max } else { start })
        }
        [start, end] => (number(start, field)?, number(end, field)?),
        _ => return Err(format!("too many hyphens in {text}")),
    };
    if let Some(step) = step
        && digits(step)? == 0
    {
        return Err(format!("the step of {text} is 0"));
    }
    if start < field.min || end > field.max {
        return Err(format!("expected {} to {}, found {text}", field.min, field.max));
    }
    if start > end {
        return Err(format!("{text} ends before it starts"));
    }
    Ok(())
}

fn number(text: &str, field: &Field) -> Result<u64, String> {
    let lower = text.to_lowercase();
    match field.names.iter().position(|name| *name == lower) {
        Some(at) => Ok(field.min + at as u64),
        None => digits(text),
    }
}

fn digits(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a number, found {text}"))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn schedules_are_read_as_the_server_reads_them() {
        for good in [
            "* * * * *",
            "*/15 0-23/2 1,15 * 1-5",
            "0 0 ? * SUN",
            "5/10 * * jan-mar *",
            "@hourly",
            "@every 1h30m",
            "TZ=UTC 0 0 * * *",
            " 0  0 * * * ",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * * 7",
            "*/0 * * * *",
            "5-1 * * * *",
            "a * * * *",
            "1-2-3 * * * *",
            "@often",
            "@every day",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
