# 代理组长：三天里有组长的权限，头尾两天都算，头一天前一分钟和末一天后一分钟都没有；过期自动收回，也可以提前取消。
时间 2026-03-02 09:00
群 咨询群 提醒
成员 张三 咨询员 一组
成员 李四 咨询员 一组
成员 王组长 组长 一组
成员 赵六 咨询员 二组
成员 周主管 主管
班次 早班 08:00-16:00

# 组长自己不能指定，谁也不能指定自己
王组长: 代理 张三 组长 一组 明天起3天
事实 {"kind":"command.refused","command":"代理","reason":"not_allowed"}
周主管: 代理 周主管 组长 一组 明天起3天
期望: 自己的事要由别人来定
事实 {"kind":"command.refused","command":"代理","reason":"not_allowed"}
周主管: 代理 张三 主管 明天
期望: 「主管」要由更高一级来定
事实 {"kind":"command.refused","command":"代理","reason":"not_allowed"}
周主管: 代理 张三 组长 一组 明天起3天
期望: 已指定：张三，代理组长（一组）
事实 {"kind":"acting.set","person":"张三","role":"组长","team":"一组","from":"2026-03-03","to":"2026-03-05","actor":"周主管"}

# 头一天零点起
时间 2026-03-02 23:59
张三: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
时间 2026-03-03 00:00
张三: 谁没交
期望: 一组
没有事实 {"kind":"command.refused"}
张三: 帮助
期望: 同意：同意一项申请
张三: 排班 李四 明天 早班
期望: 已排班：李四
张三: 排班 赵六 明天 早班
期望: 赵六不在你的组
事实 {"kind":"command.refused","command":"排班","reason":"not_allowed"}
张三: 日报
没有事实 {"kind":"command.refused","reason":"not_allowed"}

# 申请两位都收到，代理的人能同意
小林: 我是 小林 一组
期望: 已通知张三、王组长
张三: 同意 J1 组长
期望: 「组长」要由更高一级来定
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
张三: 同意 J1
期望: 小林加入一组
事实 {"kind":"member.approved","join":"J1","by":"张三"}

# 末一天24:00收回
时间 2026-03-05 23:59
张三: 谁没交
没有事实 {"kind":"command.refused"}
时间 2026-03-06 00:00
张三: 谁没交
期望: 只有组长、主管、主任、管理员可以用
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
张三: 帮助
不应: 代录请假

# 提前取消，马上收回
周主管: 代理 李四 组长 一组 今天起3天
期望: 已指定：李四
李四: 谁没交
没有事实 {"kind":"command.refused"}
周主管: 代理 取消 李四
期望: 已取消：李四
事实 {"kind":"acting.ended","actor":"周主管"}
李四: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
周主管: 代理
期望: 现在没有代理
