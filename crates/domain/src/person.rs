//! People and what they are in the department.

/// A person's number in the store.
pub type PersonId = i64;

/// Characters of a member's name at the most.
pub const LONGEST_NAME: usize = 20;

/// 角色: what a person is in the department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// 咨询员: online consultant.
    Consultant,
    /// 电话咨询员: phone consultant.
    PhoneConsultant,
    /// 组长: leads a group (组).
    Lead,
    /// 主管: leads the department's groups.
    Supervisor,
    /// 主任: the director.
    Director,
    /// 导医: reception guide, records arrivals.
    Guide,
    /// 管理员: looks after the assistant.
    Admin,
}

impl Role {
    /// All roles, in the order in which they are listed to people.
    pub const ALL: [Role; 7] = [
        Role::Consultant,
        Role::PhoneConsultant,
        Role::Lead,
        Role::Supervisor,
        Role::Director,
        Role::Guide,
        Role::Admin,
    ];

    /// The Chinese word, as typed, shown and stored.
    pub fn word(self) -> &'static str {
        match self {
            Role::Consultant => "咨询员",
            Role::PhoneConsultant => "电话咨询员",
            Role::Lead => "组长",
            Role::Supervisor => "主管",
            Role::Director => "主任",
            Role::Guide => "导医",
            Role::Admin => "管理员",
        }
    }

    /// The role of a Chinese word, exact.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of roles: somebody may be a lead and the admin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// No role.
    pub const NONE: Roles = Roles(0);

    /// Exactly these.
    pub fn of(roles: &[Role]) -> Roles {
        Roles(roles.iter().fold(0, |bits, role| bits | role.bit()))
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, role: Role) -> Roles {
        Roles(self.0 | role.bit())
    }

    /// True when the role is among them.
    pub fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// True when at least one of `wanted` is among them.
    pub fn any(self, wanted: &[Role]) -> bool {
        wanted.iter().any(|role| self.has(*role))
    }

    /// The roles in listing order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Reads the stored form, words separated by spaces; `None` when a word is no role.
    pub fn parse(words: &str) -> Option<Roles> {
        words.split_whitespace().try_fold(Roles::NONE, |roles, word| Some(roles.with(Role::from_word(word)?)))
    }

    /// True for those who owe a daily report on days with a shift.
    pub fn owes_report(self) -> bool {
        self.any(&[Role::Consultant, Role::PhoneConsultant, Role::Guide])
    }

    /// True for those who stand in the rankings: the two kinds of consultants.
    pub fn is_ranked(self) -> bool {
        self.any(&[Role::Consultant, Role::PhoneConsultant])
    }

    /// True for those who see and decide for the whole department.
    pub fn leads_department(self) -> bool {
        self.any(&[Role::Supervisor, Role::Director, Role::Admin])
    }
}

impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, role) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(role.word())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_come_back_from_their_words() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        let roles = Roles::of(&[Role::Admin, Role::Lead]);
        assert_eq!(roles.to_string(), "组长 管理员");
        assert_eq!(Roles::parse("管理员 组长"), Some(roles));
        assert_eq!(Roles::parse("院长"), None);
        assert!(!roles.owes_report() && roles.leads_department());
    }
}
