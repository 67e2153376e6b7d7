//! People and chats, as the page sees them.

use super::guard::Fault;
use axum::http::StatusCode;
use domain::{EpochMs, Roles};
use platform::console::{Hub, PLATFORM, Room};
use store::Directory;

/// A person or a stranger on the page.
pub(super) struct Someone {
    pub(super) user_id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) roles: Roles,
    pub(super) team: Option<String>,
    pub(super) stranger: bool,
}

/// A group on the page.
pub(super) struct Group {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) purposes: Vec<String>,
    pub(super) registered: bool,
}

/// Everybody and every group, as the page shows them.
pub(super) struct Cast {
    pub(super) people: Vec<Someone>,
    pub(super) groups: Vec<Group>,
    pub(super) teams: Vec<String>,
}

impl Cast {
    pub(super) fn new(directory: &Directory, hub: &Hub, now: EpochMs) -> Self {
        let mut people = Vec::new();
        for person in directory.people(now) {
            let here = person.identities.iter().filter(|id| id.platform == PLATFORM && id.bot == hub.bot());
            people.extend(here.map(|identity| Someone {
                user_id: identity.user_id.clone(),
                name: person.name.clone(),
                label: person.label.clone(),
                roles: person.roles,
                team: person.team.and_then(|team| directory.team_name(team)).map(str::to_owned),
                stranger: false,
            }));
        }
        for name in hub.strangers() {
            if !people.iter().any(|known| known.user_id == name) {
                people.push(Someone {
                    user_id: name.clone(),
                    label: name.clone(),
                    name,
                    roles: Roles::NONE,
                    team: None,
                    stranger: true,
                });
            }
        }
        let mut groups: Vec<Group> = hub
            .groups()
            .into_iter()
            .map(|(id, title)| Group { id, title, purposes: Vec::new(), registered: false })
            .collect();
        for chat in directory.chats().iter().filter(|chat| chat.platform == PLATFORM && chat.bot == hub.bot())
        {
            let at = groups.iter().position(|group| group.id == chat.chat_ref).unwrap_or_else(|| {
                let title = chat.title.clone().unwrap_or_else(|| chat.chat_ref.clone());
                groups.push(Group {
                    id: chat.chat_ref.clone(),
                    title,
                    purposes: Vec::new(),
                    registered: false,
                });
                groups.len() - 1
            });
            groups[at].purposes.clone_from(&chat.purposes);
            groups[at].registered = true;
        }
        let teams = directory.teams().map(|(_, name)| name.to_owned()).collect();
        Self { people, groups, teams }
    }

    pub(super) fn find(&self, user: &str) -> Result<&Someone, Fault> {
        let found = self.people.iter().find(|someone| someone.user_id == user);
        found.ok_or_else(|| Fault::new(StatusCode::NOT_FOUND, "没有这个人"))
    }

    pub(super) fn label<'a>(&'a self, user: &'a str) -> &'a str {
        self.people.iter().find(|someone| someone.user_id == user).map_or(user, |someone| &someone.label)
    }

    pub(super) fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.groups.iter().find(|group| group.id == id).map_or(id, |group| &group.title)
    }

    /// The group's name of a room, for a story.
    pub(super) fn chat(&self, room: &Room) -> Option<String> {
        match room {
            Room::Group(id) => Some(self.title(id).to_owned()),
            Room::Private(_) | Room::Everywhere => None,
        }
    }
}
