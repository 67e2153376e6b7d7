# 谁能用什么：每个命令，不该用的人都用不了，并且告诉他谁可以；不认识的人先要申请；没登记的群里不办事。
时间 2026-03-02 09:00
群 咨询群 提醒
成员 张三 咨询员 一组
成员 老陈 电话咨询员 一组
成员 小周 导医
成员 王组长 组长 一组
成员 周主管 主管
成员 方主任 主任
成员 管理员小吴 管理员
成员 李四 咨询员 二组
班次 早班 08:00-16:00

# 日报：只有咨询员、电话咨询员、导医
王组长: 日报 50 8 3
期望: 「日报」只有咨询员、电话咨询员、导医可以用
事实 {"kind":"command.refused","command":"日报","reason":"not_allowed","actor":"王组长"}
周主管: 日报
事实 {"kind":"command.refused","command":"日报","reason":"not_allowed"}
方主任: 日报
事实 {"kind":"command.refused","command":"日报","reason":"not_allowed"}
管理员小吴: 日报
事实 {"kind":"command.refused","command":"日报","reason":"not_allowed"}

# 谁没交：组长以上
张三: 谁没交
期望: 只有组长、主管、主任、管理员可以用
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
老陈: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
小周: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}

# 排班、班次：谁都能看，组长以上才能排；组长只排自己的组
张三: 排班 张三 明天 早班
期望: 排班由组长来排
事实 {"kind":"command.refused","command":"排班","reason":"not_allowed"}
小周: 排班 张三 明天 早班
事实 {"kind":"command.refused","command":"排班","reason":"not_allowed"}
老陈: 排班 老陈 明天 休
事实 {"kind":"command.refused","command":"排班","reason":"not_allowed"}
王组长: 排班 李四 明天 早班
期望: 李四不在你的组
事实 {"kind":"command.refused","command":"排班","reason":"not_allowed"}
方主任: 排班 李四 明天 早班
期望: 已排班：李四
张三: 班次 早班 09:00-17:00
期望: 班次由组长以上来定
事实 {"kind":"command.refused","command":"班次","reason":"not_allowed"}
老陈: 班次 删除 早班
事实 {"kind":"command.refused","command":"班次","reason":"not_allowed"}
小周: 班次 中班 12:00-20:00
事实 {"kind":"command.refused","command":"班次","reason":"not_allowed"}
小周: 班次
期望: 早班 08:00-16:00

# 同意、驳回：组长以上
小林: 我是 小林 一组
张三: 同意 J1
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
老陈: 同意 J1
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
小周: 同意 J1
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
张三: 驳回 J1 不要
事实 {"kind":"command.refused","command":"驳回","reason":"not_allowed"}
老陈: 驳回 J1 不要
事实 {"kind":"command.refused","command":"驳回","reason":"not_allowed"}
小周: 驳回 J1 不要
事实 {"kind":"command.refused","command":"驳回","reason":"not_allowed"}
小林: 同意 J1
期望: 我还不认识你
事实 {"kind":"command.refused","command":"同意","reason":"unknown_person"}

# 本群用途：管理员
张三: 本群用途 排行
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}
王组长: 本群用途 排行
期望: 「本群用途」只有管理员可以用
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}
周主管: 本群用途
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}
方主任: 本群用途
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}
小周: 本群用途
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}
老陈: 本群用途
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}

# 撤销别人的
张三: 日报 50 8 3
李四: 撤销
期望: 没有可以撤销的改动
事实 {"kind":"command.refused","command":"撤销","reason":"not_found"}

# 不认识的人：除了帮助、申请、认领、撤回申请，别的都不行
路人: 我的
期望: 我还不认识你
事实 {"kind":"command.refused","command":"我的","reason":"unknown_person"}
路人: 排行
事实 {"kind":"command.refused","command":"排行","reason":"unknown_person"}
路人: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"unknown_person"}
路人: 排班
事实 {"kind":"command.refused","command":"排班","reason":"unknown_person"}
路人: 班次
事实 {"kind":"command.refused","command":"班次","reason":"unknown_person"}
路人: 模板 日报
事实 {"kind":"command.refused","command":"模板","reason":"unknown_person"}
路人: 本群用途
事实 {"kind":"command.refused","command":"本群用途","reason":"unknown_person"}
路人(私聊): 日报
事实 {"kind":"command.refused","command":"日报","reason":"unknown_person"}
路人: 撤销
期望: 没有可以撤销的申请
路人: 认领管理员 000001
事实 {"kind":"command.refused","command":"认领管理员","reason":"not_allowed"}
路人: 帮助
期望: 我是：申请加入部门
没有事实 {"kind":"command.refused"}

# 没登记的群：只说怎么登记
张三@别的群: 日报 50 8 3
期望 别的群: 本群还没有登记
事实 {"kind":"command.refused","command":"日报","reason":"not_allowed"}
张三@别的群: 排行
事实 {"kind":"command.refused","command":"排行","reason":"not_allowed"}
路人@别的群: 我是 路人 一组
事实 {"kind":"command.refused","command":"我是","reason":"not_allowed"}
王组长@别的群: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
张三@别的群: 撤销
事实 {"kind":"command.refused","command":"撤销","reason":"not_allowed"}
张三@别的群: 帮助
期望 别的群: 本群还没有登记
不应: 交日报
路人@别的群: 你好
期望 别的群: 本群还没有登记
王组长@别的群: 本群用途 提醒
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}

# 私聊里一样能用
张三(私聊): 排行 昨日
期望 张三(私聊): 没有人排班
王组长(私聊): 谁没交
期望 王组长(私聊): 已交 1 人：张三
张三(私聊): 本群用途
期望: 要在群里发
事实 {"kind":"command.refused","command":"本群用途","reason":"not_allowed"}
