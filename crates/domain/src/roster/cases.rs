//! Lists and what they would do, case by case.

use super::{Account, AccountColumn, Known, Plan, Row, Terms, plan};
use crate::person::{PersonId, Role, Roles};

pub(super) const WORK: AccountColumn =
    AccountColumn { platform: "work", title: "甲账号", words: &["甲", "workid"] };
pub(super) const DING: AccountColumn =
    AccountColumn { platform: "ding", title: "乙账号", words: &["乙"] };

pub(super) fn terms() -> Terms<'static> {
    let today = "2026-03-02".parse().expect("a date");
    Terms { accounts: &[WORK, DING], today, allow_admins: false }
}

/// A file: cells separated by `|`, the first line the title row.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let cells = |line: &str| line.split('|').map(str::to_owned).collect();
    text.lines().enumerate().map(|(index, line)| Row { line: index + 1, cells: cells(line) }).collect()
}

fn known(id: PersonId, name: &str, roles: &[Role], team: Option<&str>, work: Option<&str>) -> Known {
    let account = |user_id: &str| Account { platform: "work".to_owned(), user_id: user_id.to_owned() };
    Known {
        id,
        name: name.to_owned(),
        roles: Roles::of(roles),
        team: team.map(str::to_owned),
        entered_on: None,
        left: false,
        accounts: work.map(account).into_iter().collect(),
    }
}

/// 张三 with an account, 李四 without, two 张伟, 王芳 the admin, and 赵六, who has left.
fn office() -> Vec<Known> {
    let consultant = &[Role::Consultant];
    let mut left = known(6, "赵六", consultant, None, Some("zhaoliu"));
    left.left = true;
    vec![
        known(1, "张三", consultant, Some("一组"), Some("zhangsan")),
        known(2, "李四", consultant, None, None),
        known(3, "张伟", consultant, Some("一组"), Some("zhangwei1")),
        known(4, "张伟", consultant, Some("二组"), None),
        known(5, "王芳", &[Role::Lead, Role::Admin], Some("二组"), Some("wangfang")),
        left,
    ]
}

fn judge(text: &str) -> Plan {
    plan(&rows(text), &office(), &["一组", "二组"], &terms())
}

/// A plan in one line.
fn told(plan: &Plan) -> String {
    let mut told = Vec::new();
    for it in &plan.add {
        let accounts: Vec<&str> = it.accounts.iter().map(|account| &*account.user_id).collect();
        let entered = it.entered_on.map(|date| date.to_string()).unwrap_or_default();
        let team = it.team.as_deref().unwrap_or_default();
        told.push(format!("+{} {} [{}] [{team}] [{entered}] {accounts:?}", it.line, it.name, it.roles));
    }
    for it in &plan.change {
        let differences: Vec<String> = it.differences.iter().map(ToString::to_string).collect();
        told.push(format!("~{} {}：{}", it.line, it.name, differences.join("；")));
    }
    if plan.unchanged > 0 {
        told.push(format!("={}", plan.unchanged));
    }
    told.extend(plan.notes.iter().map(|note| format!("?{} {}", note.line, note.text)));
    told.extend(plan.problems.iter().map(|problem| format!("×{problem}")));
    told.join(" | ")
}

#[test]
fn columns_are_known_by_their_titles_in_any_order() {
    let expected = "+2 周七 [组长] [三组] [2026-03-01] [\"z7\"]";
    let titles = [
        "入职|组|角色|姓名|甲账号",
        "入职日期（必填）|组别*|角色|姓 名|甲",
        "Entry date|Team|ROLE|Name|Work ID",
        "入职时间|小组|角色\u{28}可写多个\u{29}|成员|ｗｏｒｋ",
    ];
    for title in titles {
        assert_eq!(told(&judge(&format!("{title}\n2026/3/1|三组|组长|周七|z7"))), expected, "{title}");
    }
    let plan = judge("姓名|手机|组|备注|\n周七||三组|好|多");
    assert_eq!(told(&plan), "+2 周七 [咨询员] [三组] [] []");
    assert_eq!(plan.ignored, ["手机", "备注"]);
    assert_eq!(plan.new_teams, ["三组"]);
    let teams = judge("姓名|组\n周七|五组\n李四|四组\n吴八|五组\n郑九|一组\n张三|三组").new_teams;
    assert_eq!(teams, ["五组", "四组", "三组"]);
    // A heading above, blank rows, an example.
    assert_eq!(
        told(&judge("咨询部花名册\n\n|姓名|组\n ||\n|例：张三|一组\n|周七|一组")),
        "+6 周七 [咨询员] [一组] [] []"
    );
    let none = "×第 1 行：没有「姓名」一列。第一行要写列名，例：姓名、角色、组、入职";
    assert_eq!(told(&judge("组|角色\n一组|组长")), none);
    assert_eq!(told(&judge("")), none);
    assert_eq!(
        told(&judge("姓名|成员\n周七|周七")),
        "+2 周七 [咨询员] [] [] [] | ×第 1 行「成员」：和「姓名」是同一列，请只留一列"
    );
}

#[test]
fn a_row_says_who_somebody_is_and_what_changes() {
    let title = "姓名|角色|组|入职|甲账号|乙账号|离职";
    let cases = [
        ("张三||||zhangsan||", "=1"),
        ("张三||||||", "=1"),
        ("张三|咨询员|一组||zhangsan||", "=1"),
        ("张三|-|无|/|—||", "=1"),
        (
            "张三|组长|二组|2026-03-01|zhangsan|d3|",
            "~2 张三：角色 咨询员 → 组长；组 一组 → 二组；入职 无 → 2026-03-01；乙账号 无 → d3",
        ),
        ("李四|||| lisi ||", "~2 李四：甲账号 无 → lisi"),
        ("李四||三组||||", "~2 李四：组 无 → 三组"),
        // The account is the person: a name that nobody bears is a new name.
        ("张三丰||||zhangsan||", "~2 张三：姓名 张三 → 张三丰"),
        ("李四||||zhangsan||", "×第 2 行「甲账号」：账号 zhangsan 是张三的，不是李四的"),
        ("张伟||||zhangwei1||", "=1"),
        (
            "张伟||三组||||",
            "×第 2 行：部门里有 2 个张伟，请写上是哪一位：甲账号 zhangwei1（一组）、没有账号（二组）",
        ),
        (
            "张三||||zs2||",
            "×第 2 行「甲账号」：部门里的张三用的是账号 zhangsan，这里是 zs2：另一个同名的人就把两位都写进文件，换了账号请找管理员",
        ),
        ("张三|||||d3|", "~2 张三：乙账号 无 → d3"),
        ("周七||||zhaoliu||", "×第 2 行「甲账号」：账号 zhaoliu 是已离职的赵六的，请先办复职或换一个账号"),
        ("赵六||||zl2||", "+2 赵六 [咨询员] [] [] [\"zl2\"]"),
        // Nobody becomes the admin by a list, and nobody stops being it.
        ("周七|管理员|||||", "×第 2 行「角色」：周七会成为管理员；确实要这样，请加 --allow-admins"),
        ("张三|咨询员、管理员|||||", "×第 2 行「角色」：张三会成为管理员；确实要这样，请加 --allow-admins"),
        ("王芳|组长|||||", "=1"),
        ("王芳|组长 管理员|||||", "=1"),
        ("王芳|主管|||||", "~2 王芳：角色 组长 管理员 → 主管 管理员"),
        // Days.
        ("周七|||2027-03-03|||", "+2 周七 [咨询员] [] [2027-03-03] []"),
        ("周七|||2027-03-04|||", "×第 2 行「入职」：2027-03-04 在一年以后，请核对"),
        ("周七|||2026-02-30|||", "×第 2 行「入职」：没有「2026-02-30」这一天"),
        // Leavers.
        ("周七||||||2026-01-31", "?2 周七已离职，不导入"),
        ("赵六||||zhaoliu||离职", "?2 赵六已离职，不导入"),
        (
            "张三||||||2026-01-31",
            "×第 2 行：张三在这里还是在职；导入不办离职，请另外办，再从文件里删掉这一行",
        ),
        ("张三||||||2026-05-01", "=1 | ?2 张三的离职日期 2026-05-01 还没到，先按在职导入；到时请另外办离职"),
        ("张三||||||在职", "=1"),
        ("张三||||zs2||离职", "?2 张三已离职，不导入"),
        ("李四||||lisi||离职", "×第 2 行：李四在这里还是在职；导入不办离职，请另外办，再从文件里删掉这一行"),
        // Every cell of a row is looked at.
        (
            "|院长||明天|||",
            "×第 2 行「姓名」：没有写姓名 | ×第 2 行「角色」：没有角色「院长」，可以写：咨询员、电话咨询员、组长、主管、主任、导医、管理员 | ×第 2 行「入职」：「明天」不是日期，例：2026-03-01",
        ),
        ("周七||#N/A||||", "×第 2 行「组」：「#N/A」是公式错误，请改成文字"),
        ("周七||一 组||||", "×第 2 行「组」：组名「一 组」里有空格或换行，请去掉"),
        (
            "周七||||1.23457E+17||",
            "×第 2 行「甲账号」：「1.23457E+17」的数字已被 Excel 截短，请把这一列设成文本，再重新填写完整的账号",
        ),
    ];
    for (row, expected) in cases {
        assert_eq!(told(&judge(&format!("{title}\n{row}"))), expected, "{row}");
    }
}

#[test]
fn rows_are_judged_together() {
    let cases = [
        ("周七|w\n吴八|w", "+2 周七 [咨询员] [] [] [\"w\"] | ×第 3 行「甲账号」：账号 w 和第 2 行重复"),
        (
            "周七|\n周七|",
            "×第 2 行：第 3 行也叫周七：同一个人就删掉一行，同名的两个人就都写上甲账号或乙账号 | \
             ×第 3 行：第 2 行也叫周七：同一个人就删掉一行，同名的两个人就都写上甲账号或乙账号",
        ),
        ("周七|a\n周七|b", "+2 周七 [咨询员] [] [] [\"a\"] | +3 周七 [咨询员] [] [] [\"b\"]"),
        ("张三|zhangsan\n张三|zs2", "+3 张三 [咨询员] [] [] [\"zs2\"] | =1"),
        ("张三|zs2\n张三|zhangsan", "+2 张三 [咨询员] [] [] [\"zs2\"] | =1"),
        ("张伟|zhangwei1\n张伟|zhangwei2", "~3 张伟：甲账号 无 → zhangwei2 | =1"),
        ("李四|a\n李四|b", "~2 李四：甲账号 无 → a | ×第 3 行：和第 2 行是同一个人（李四）"),
        ("张三丰|zhangsan\n张三|", "~2 张三：姓名 张三 → 张三丰 | ×第 3 行：和第 2 行是同一个人（张三）"),
        (
            "张伟|new",
            "×第 2 行：部门里有 2 个张伟，没有人用这个账号，不知道是哪一位：甲账号 zhangwei1（一组）、没有账号（二组）。是新来的，就把他们也写进文件",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(told(&judge(&format!("姓名|甲账号\n{text}"))), expected, "{text}");
    }
    let twins = "姓名|甲账号|乙账号\n张三|zhangsan|d1\n李四||d1\n王芳|wangfang|d5";
    let expected =
        "~2 张三：乙账号 无 → d1 | ~4 王芳：乙账号 无 → d5 | ×第 3 行「乙账号」：账号 d1 和第 2 行重复";
    assert_eq!(told(&judge(twins)), expected);
    let mut people = office();
    people[4].accounts.push(Account { platform: "ding".to_owned(), user_id: "d5".to_owned() });
    let mixed = plan(&rows("姓名|甲账号|乙账号\n张三|zhangsan|d5"), &people, &[], &terms());
    let expected = "×第 2 行「乙账号」：甲账号 zhangsan 是张三的，乙账号 d5 是王芳的，不是同一个人";
    assert_eq!(told(&mixed), expected);
    let moved = plan(&rows("姓名|甲账号|乙账号\n王芳|wangfang|d6"), &people, &[], &terms());
    let expected = "×第 2 行「乙账号」：王芳用的是账号 d5，这里是 d6：导入不换账号，请找管理员";
    assert_eq!(told(&moved), expected);
}

#[test]
fn admins_come_with_a_list_only_when_that_is_asked_for() {
    let terms = Terms { allow_admins: true, ..terms() };
    let list = rows("姓名|角色\n周七|管理员\n张三|咨询员 管理员\n王芳|组长");
    let plan = plan(&list, &office(), &[], &terms);
    let expected = "+2 周七 [管理员] [] [] [] | ~3 张三：角色 咨询员 → 咨询员 管理员 | =1";
    assert_eq!(told(&plan), expected);
    assert!(plan.is_clean());
    assert_eq!(plan.writes(), 2);
}
