use super::*;

#[test]
fn dates_and_days_agree() {
    for days in [-719_162, -1, 0, 59, 11_016, 19_782, 2_932_896] {
        let date = Date::from_days(days);
        assert_eq!(days_from_civil(date.year, date.month, i64::from(date.day)), days);
    }
    assert_eq!(Date::from_days(19_782).week_day_name(), "Thursday");
}

#[test]
fn layouts_and_zones() {
    let t = GoTime::utc(1_136_239_445, 0);
    let shown = |zone: &str, layout: &str| t.in_zone(Zone::load(zone, "UTC").unwrap()).format_text(layout);
    assert_eq!(shown("America/New_York", "Mon, 02 Jan 2006 15:04:05 MST"), "Mon, 02 Jan 2006 17:04:05 EST");
    assert_eq!(shown("Asia/Kolkata", "2006-01-02T15:04:05.000Z07:00"), "2006-01-03T03:34:05.000+05:30");
    assert_eq!(shown("UTC", "3:04PM _2 002 .999"), "10:04PM  2 002 ");
    assert!(Zone::load("Nope/Zone", "UTC").is_none());
    assert_eq!(GoTime::of_value(&t.to_value()), Some(t));
}

#[test]
fn parsing() {
    let parse = |layout: &str, text: &str| {
        parse_in_location(layout.as_bytes(), text.as_bytes(), &Zone::Utc, &Zone::Utc).map(|t| t.to_string())
    };
    assert_eq!(parse("2006-01-02", "2024-02-29").as_deref(), Ok("2024-02-29 00:00:00 +0000 UTC"));
    assert_eq!(
        parse("2006-01-02 15:04:05 -0700 MST", "2020-06-01 10:00:00.5 +0200 CEST").as_deref(),
        Ok("2020-06-01 10:00:00.5 +0200 CEST")
    );
    assert_eq!(parse("2006-01-02", "2023-02-29").unwrap_err(), "parsing time \"2023-02-29\": day out of range");
    assert_eq!(parse("15:04", "x").unwrap_err(), "parsing time \"x\" as \"15:04\": cannot parse \"x\" as \"15\"");
}

#[test]
fn durations() {
    for (text, shown) in [("90s", "1m30s"), ("1.5h", "1h30m0s"), ("-1us", "-1µs"), ("0", "0s"), ("1ms", "1ms")] {
        assert_eq!(parse_duration(text.as_bytes()).map(duration_string).as_deref(), Ok(shown));
    }
    assert_eq!(parse_duration(b"1d").unwrap_err(), "time: unknown unit \"d\" in duration \"1d\"");
    assert_eq!(duration_string(i64::MIN), "-2562047h47m16.854775808s");
    assert_eq!(round_duration(2_500_000_000, 1_000_000_000), 3_000_000_000);
}
