//! 认领管理员: makes the first admin with the token that was printed at the first start. It works once.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::rights::Administer;
use domain::{Role, Roles};
use store::{AdminToken, Fact, MemberChange, NewMember};

pub(crate) const COMMAND: Command = Command {
    name: "认领管理员",
    aliases: &["认领"],
    summary: "用首次启动时打印的口令成为管理员",
    usage: "认领管理员 口令 [姓名]",
    details: "口令只在首次启动时打印一次，用过就作废。丢了请在服务器上运行 deskmate doctor --new-admin-token。",
    examples: &["认领管理员 4f1c8a2b 张三"],
    rules: &[],
    who: Who::Anyone,
    place: Place::Private,
    reach: Reach::Shared,
    template: None,
    run: Run::Open(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let token = words.next_word().unwrap_or_default().to_owned();
    if token.is_empty() {
        return Err(Stop::bad(
            "请带上口令。例：认领管理员 4f1c8a2b 张三\n口令在首次启动时打印；丢了请在服务器上运行 deskmate doctor --new-admin-token。",
        ));
    }
    match ctx.desk.tx.admin_token(&token)? {
        AdminToken::Right => {}
        AdminToken::Wrong => {
            return Err(Stop::not_allowed(
                "口令不对。请核对首次启动时打印的口令；要换一个，请在服务器上运行 deskmate doctor --new-admin-token。",
            ));
        }
        AdminToken::None => {
            return Err(Stop::wrong_state(
                "口令已经用过。要再加管理员，请在服务器上运行 deskmate doctor --new-admin-token。",
            ));
        }
    }
    let incoming = ctx.incoming;
    // Whoever has the token stands at the machine.
    let by = Administer::by_operator();
    let person = match ctx.person.and_then(|id| ctx.directory.person(id)) {
        Some(person) => {
            let roles = Some(person.roles.with(Role::Admin));
            let change = MemberChange { roles, ..MemberChange::default() };
            ctx.desk.tx.change_member(&by, person.id, &change, ctx.desk.now)?;
            person.id
        }
        None => {
            let given = words.take_person().map(|person| person.name);
            let name = given
                .or_else(|| incoming.sender.name.clone())
                .unwrap_or_else(|| incoming.sender.user_id.clone());
            let today = ctx.desk.today();
            let identity = incoming.identity();
            let member = NewMember {
                name: &name,
                roles: Roles::of(&[Role::Admin]),
                team: None,
                entered_on: Some(today),
                identities: &[identity],
                source: "token",
            };
            ctx.desk.tx.add_member(&by, &member, ctx.desk.now)?
        }
    };
    ctx.desk.tx.set_admin_token(None)?;
    ctx.desk.record(Fact::new("admin.claimed", Some(person)).person("person", person));
    Ok(Reply::text(
        "你现在是管理员，口令已作废。\n接下来：\n1、在部门群里发：@我 本群用途 排行 提醒\n2、定班次，例：班次 早班 08:00-16:00\n\
         3、请大家发：我是 姓名 组名\n4、你来同意，可以顺便定角色，例：同意 J1 组长\n发「帮助」看全部命令。",
    ))
}
