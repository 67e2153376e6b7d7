# 加入部门：新人发「我是 姓名 组」，组长或管理员同意或驳回；同意时可以定角色和组。
# 组长只管自己的组、只能给一线角色；同名的人自动编号；写错了可以撤回申请。
时间 2026-03-02 09:00
群 咨询群 提醒
成员 王组长 组长 一组
成员 刘组长 组长 二组
成员 周主管 主管
成员 管理员小吴 管理员
成员 张伟 咨询员 一组

# 不认识的人先要申请
小林: 日报 50 8 3
期望: 我还不认识你
期望: 我是 张三 一组
事实 {"kind":"command.refused","command":"日报","reason":"unknown_person"}

小林: 我是 小林 一组
期望: 申请已收到（J1）：小林 一组
期望: 已通知王组长
期望 王组长(私聊): 小林申请加入一组（J1）
期望 王组长(私聊): 同意 J1
不应 刘组长(私聊): 小林
事实 {"kind":"member.requested","join":"J1","person":"小林","team":"一组"}
# 重复申请
小林: 我是 小林 二组
期望: 你已经申请过（J1：小林）
事实 {"kind":"command.refused","command":"我是","reason":"wrong_state"}

# 不该批的人批不了
张伟: 同意 J1
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
刘组长: 同意 J1
期望: 请找该组组长或管理员
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
刘组长: 驳回 J1 不认识
事实 {"kind":"command.refused","command":"驳回","reason":"not_allowed"}
王组长: 同意 J1 组长
期望: 「组长」要由更高一级来定
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
周主管: 同意 J1 管理员
期望: 「管理员」要由更高一级来定
没有事实 {"kind":"member.approved"}
# 多写的话不当成组名
管理员小吴: 同意 J1 欢迎
期望: 「欢迎」不是角色，也不是组名
事实 {"kind":"command.refused","command":"同意","reason":"bad_arguments"}

# 按按钮同意（没有按钮的平台就照着打字）
按 王组长: 同意
期望 王组长(私聊): 已同意 J1：小林加入一组，角色是咨询员
期望 小林(私聊): 小林，你已加入部门：一组 · 咨询员
事实 {"kind":"member.approved","join":"J1","by":"王组长"}
小林: 我的
期望: 小林 · 一组 · 咨询员
刘组长: 同意 J1
期望: 已经同意过
事实 {"kind":"command.refused","command":"同意","reason":"wrong_state"}
小林: 我是 小林 一组
期望: 你已经是成员

# 驳回要写理由
小赵: 我叫 小赵
期望: 申请已收到（J2）：小赵
期望 管理员小吴(私聊): 没写组
王组长: 驳回 J2
期望: 请写上理由
事实 {"kind":"command.refused","command":"驳回","reason":"bad_arguments"}
王组长: 不同意 J2 已经离职
期望: 已驳回 J2（小赵）：已经离职
事实 {"kind":"member.refused","join":"J2","reason":"已经离职"}
小赵: 我的
事实 {"kind":"command.refused","command":"我的","reason":"unknown_person"}

# 写错了自己撤回，再申请是新编号
小孙: 我是 小孑 一组
小孙: 撤销
期望: 已撤销：加入申请 J3（小孑）
事实 {"kind":"undo.done","of":"member.requested","subject":"J3","by":null}
小孙: 撤销
期望: 没有可以撤销的申请
小孙: 我是 小孙 三组
事实 {"kind":"member.requested","join":"J4","person":"小孙","team":"三组"}
王组长: 同意 J3
期望: 已被申请人撤销
# 管理员同意，顺便定角色和组
管理员小吴: 同意 j4 导医 一组
期望: 小孙加入一组，角色是导医
事实 {"kind":"member.approved","join":"J4","by":"管理员小吴"}

# 没写编号、没有的编号
王组长: 同意
期望: 请写上编号
期望: 现在没有待处理的申请
王组长: 同意 J99
期望: 没有编号 J99
事实 {"kind":"command.refused","command":"同意","reason":"not_found"}

# 同名：自动编号，写名字时问是哪一位
大张伟: 我是 张伟 二组
刘组长: 通过 J5
事实 {"kind":"member.approved","join":"J5","by":"刘组长"}
班次 早班 08:00-16:00
周主管: 排班 张伟 明天 早班
期望: 有2位「张伟」
期望: 张伟#1
期望: 张伟#2（二组）
事实 {"kind":"command.refused","command":"排班","reason":"bad_arguments"}
周主管: 排班 张伟#2 明天 早班
期望: 已排班：张伟#2

# 写得不对
小钱: 我是
期望: 请写上姓名和组
小钱: 我是 小钱 一组 请多关照
期望: 只写姓名和组就行
事实 {"kind":"command.refused","command":"我是","reason":"bad_arguments"}
