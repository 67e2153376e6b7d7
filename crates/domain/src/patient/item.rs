//! 项: what of a patient and his visit is asked for and compared.

/// One thing known of a patient or of his visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// 姓名, in full.
    Name,
    /// 年龄.
    Age,
    /// 电话: mobile or landline.
    Phone,
    /// 主诉 or 病种.
    Complaint,
    /// 地域, 区域.
    Region,
    /// 预约到诊时间.
    VisitDate,
    /// 性别.
    Sex,
    /// QQ, 微信.
    Contact,
}

impl Item {
    /// The six that make an appointment full and that verify an arrival.
    pub const SIX: [Item; 6] =
        [Item::Name, Item::Age, Item::Phone, Item::Complaint, Item::Region, Item::VisitDate];

    /// All items.
    pub const ALL: [Item; 8] = [
        Item::Name,
        Item::Age,
        Item::Phone,
        Item::Complaint,
        Item::Region,
        Item::VisitDate,
        Item::Sex,
        Item::Contact,
    ];

    /// The word in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Item::Name => "name",
            Item::Age => "age",
            Item::Phone => "phone",
            Item::Complaint => "complaint",
            Item::Region => "region",
            Item::VisitDate => "visit_date",
            Item::Sex => "sex",
            Item::Contact => "contact",
        }
    }

    /// The item of a word of rows and events, exact.
    pub fn of_code(code: &str) -> Option<Item> {
        Item::ALL.into_iter().find(|item| item.code() == code)
    }

    /// The label as people type it and read it.
    pub fn label(self) -> &'static str {
        match self {
            Item::Name => "姓名",
            Item::Age => "年龄",
            Item::Phone => "电话",
            Item::Complaint => "主诉",
            Item::Region => "地域",
            Item::VisitDate => "到诊日期",
            Item::Sex => "性别",
            Item::Contact => "联系方式",
        }
    }
}
