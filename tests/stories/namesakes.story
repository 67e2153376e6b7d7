# 同名和换账号：同名的新人照样能进来，自动编号；本人换了账号，由上一级绑定到原来的名下，没有人能绑定自己。
时间 2026-03-02 09:00
群 咨询群 提醒
成员 张伟 咨询员 一组
成员 王组长 组长 一组
成员 刘组长 组长 二组
成员 周主管 主管 一组

# 另一个平台账号说是张伟：提示可能是同一个人
新手机: 我是 张伟 一组
期望: 申请已收到（J1）：张伟 一组
期望 王组长(私聊): 已有成员张伟
期望 王组长(私聊): 同意 J1 绑定 张伟
事实 {"kind":"member.requested","join":"J1","person":"张伟","team":"一组"}
刘组长: 同意 J1 绑定 张伟
期望: 张伟不在你的组
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
王组长: 同意 J1 绑定 张伟
期望: 这个账号是张伟的
事实 {"kind":"member.linked","join":"J1","person":"张伟","actor":"王组长"}
没有事实 {"kind":"member.approved"}
新手机: 我的
期望: 张伟 · 一组 · 咨询员
张伟: 我的
期望: 张伟 · 一组 · 咨询员

# 真的是另一个人：照常同意，从此写编号
大张伟: 我是 张伟 二组
刘组长: 同意 J2
期望: 张伟加入二组
事实 {"kind":"member.approved","join":"J2","by":"刘组长","name":"张伟","team":"二组","roles":"咨询员"}
周主管: 名单 张伟
期望: 张伟#1
期望: 张伟#2
事实 {"kind":"command.refused","command":"名单","reason":"bad_arguments"}
周主管: 名单 张伟#2
期望: 张伟#2 · 二组 · 咨询员
班次 早班 08:00-16:00
周主管: 排班 张伟#1 明天 早班
期望: 已排班：张伟#1
大张伟: 我的
期望: 张伟#2 · 二组

# 绑定就是给权限：不能绑给自己，也不能绑给比自己高的人
组长的号: 我是 王组长 一组
王组长: 同意 J3 绑定 王组长
期望: 自己的事要由别人来定
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
王组长: 同意 J3 绑定 周主管
期望: 「主管」要由更高一级来定
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
组长的号: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"unknown_person"}
周主管: 同意 J3 绑定 王组长
期望: 这个账号是王组长的
组长的号: 谁没交
期望: 一组
没有事实 {"kind":"command.refused"}
