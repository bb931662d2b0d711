//! `strftime` for templates that print today's date. UTC; the moment is passed in.

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

struct Moment {
    year: i64,
    month: usize, // 1..12
    day: i64,     // 1..31
    weekday: usize,
    day_of_year: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Days since 1970-01-01 to a civil date (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", civil_from_days).
fn moment(milliseconds: i64) -> Moment {
    let seconds = milliseconds.div_euclid(1000);
    let days = seconds.div_euclid(86_400);
    let of_day = seconds.rem_euclid(86_400);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_march_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_march_year + 2) / 153;
    let day = day_of_march_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month as usize - 1];
    Moment {
        year,
        month: month as usize,
        day,
        weekday: (days + 4).rem_euclid(7) as usize,
        day_of_year: before + day + i64::from(leap && month > 2),
        hour: of_day / 3600,
        minute: of_day / 60 % 60,
        second: of_day % 60,
    }
}

fn field(m: &Moment, code: char) -> Option<String> {
    let hour12 = (m.hour + 11) % 12 + 1;
    Some(match code {
        'Y' => m.year.to_string(),
        'y' => format!("{:02}", m.year.rem_euclid(100)),
        'm' => format!("{:02}", m.month),
        'd' => format!("{:02}", m.day),
        'e' => format!("{:2}", m.day),
        'B' => MONTHS[m.month - 1].into(),
        'b' | 'h' => MONTHS[m.month - 1][..3].into(),
        'A' => DAYS[m.weekday].into(),
        'a' => DAYS[m.weekday][..3].into(),
        'j' => format!("{:03}", m.day_of_year),
        'H' => format!("{:02}", m.hour),
        'I' => format!("{hour12:02}"),
        'M' => format!("{:02}", m.minute),
        'S' => format!("{:02}", m.second),
        'p' => (if m.hour < 12 { "AM" } else { "PM" }).into(),
        'F' => format!("{}-{:02}-{:02}", m.year, m.month, m.day),
        'T' => format!("{:02}:{:02}:{:02}", m.hour, m.minute, m.second),
        '%' => "%".into(),
        _ => return None,
    })
}

/// Codes it does not know stay as they are. `-` before a code drops leading zeros, as in glibc.
pub fn strftime(format: &str, milliseconds: i64) -> String {
    let m = moment(milliseconds);
    let mut out = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut code = rest.next();
        let bare = code == Some('-');
        if bare {
            code = rest.next();
        }
        match code.and_then(|code| field(&m, code)) {
            Some(text) if bare => {
                let short = text.trim_start_matches(['0', ' ']);
                out.push_str(if short.is_empty() { "0" } else { short });
            }
            Some(text) => out.push_str(&text),
            None => {
                out.push('%');
                out.push_str(if bare { "-" } else { "" });
                out.extend(code);
            }
        }
    }
    out
}
