//! Tables as Helm prints them: the Go library uitable.

use chartlens::text::lossy;

/// Rows with cells as wide as the widest of their column, at most `most` where that is not zero.
pub fn table(rows: &[Vec<String>], most: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let widest = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        let widest = widest.unwrap_or_default();
        if most > 0 { widest.min(most) } else { widest }
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| resized(cell, *width));
        cells.collect::<Vec<_>>().join("\t")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `strutil.Resize`: shortened with dots, or filled with blanks.
fn resized(cell: &str, width: usize) -> String {
    let length = cell.chars().count();
    if length <= width {
        return format!("{cell}{}", " ".repeat(width - length));
    }
    let kept: String = cell.chars().take(width.saturating_sub(3)).collect();
    lossy(format!("{kept}...").as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_filled_and_cut() {
        let rows = [vec!["NAME".to_owned(), "URL".to_owned()], vec!["r".to_owned(), "http://h".to_owned()]];
        assert_eq!(table(&rows, 0), "NAME\tURL     \nr   \thttp://h");
        assert_eq!(table(&rows, 5), "NAME\tURL  \nr   \tht...");
    }
}
