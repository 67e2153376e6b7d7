//! Grades as people read them.

use super::grade::Grade;

/// Somebody's grade on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// His name.
    pub name: String,
    /// The grade.
    pub grade: Grade,
    /// Credited arrivals of the week before.
    pub arrivals: u32,
    /// Whether he was in the average.
    pub counted: bool,
}

/// `3人到诊31，平均10.33`: the average that grades were compared with, rounded half up for showing.
pub fn shown(total: u64, people: u64) -> String {
    if people == 0 || total == 0 {
        return "上周没有到诊，等级照旧（R-206）".to_owned();
    }
    let hundredths = (total * 200 + people) / (2 * people);
    format!("上周{people}人到诊{total}，平均{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A line for each grade that somebody has, the highest first: `高级：张三14、李四15`. Whoever was not counted is marked.
pub fn board(lines: &[Line]) -> Vec<String> {
    let of = |grade: Grade| -> Vec<String> {
        let those = lines.iter().filter(|line| line.grade == grade);
        those
            .map(|line| match line.counted {
                true => format!("{}{}", line.name, line.arrivals),
                false => format!("{}（照旧）", line.name),
            })
            .collect()
    };
    let told = |grade: Grade| (grade, of(grade));
    let found = Grade::ALL.into_iter().map(told).filter(|(_, names)| !names.is_empty());
    found.map(|(grade, names)| format!("{}：{}", grade.word(), names.join("、"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_stand_the_highest_first() {
        let line =
            |name: &str, grade, arrivals, counted| Line { name: name.to_owned(), grade, arrivals, counted };
        let lines = [
            line("李四", Grade::Ordinary, 2, true),
            line("张三", Grade::Senior, 14, true),
            line("王五", Grade::Ordinary, 0, false),
        ];
        assert_eq!(board(&lines), ["高级：张三14", "普通：李四2、王五（照旧）"]);
        assert_eq!(shown(31, 3), "上周3人到诊31，平均10.33");
        assert_eq!(shown(7, 1), "上周1人到诊7，平均7.00");
        assert_eq!(shown(0, 4), "上周没有到诊，等级照旧（R-206）");
    }
}
