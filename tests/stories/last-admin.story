# 管理员和自己的事：最后一位管理员去不掉，撤销也去不掉；自己不能给自己升职、不能批准自己。
时间 2026-03-02 09:00
群 咨询群 提醒
成员 管理员小吴 管理员
成员 方主任 主任
成员 周主管 主管 一组
成员 王组长 组长 一组
成员 张三 咨询员 一组

# 最后一位
管理员小吴: 设角色 管理员小吴 主管
期望: 这是最后一位管理员
事实 {"kind":"command.refused","command":"设角色","reason":"not_allowed"}
方主任: 停用 管理员小吴
期望: 「管理员」要由更高一级来定
事实 {"kind":"command.refused","command":"停用","reason":"not_allowed"}
管理员小吴: 停用 管理员小吴
期望: 自己的事要由别人来定
事实 {"kind":"command.refused","command":"停用","reason":"not_allowed"}

# 有了第二位，第一位才能退；这时反悔第二位的任命也不行了
管理员小吴: 设角色 方主任 主任 管理员
期望: 方主任的角色：主任 → 主任 管理员
事实 {"kind":"member.changed","person":"方主任","roles":"主任 管理员","before":{"roles":"主任"}}
方主任: 设角色 管理员小吴 主管
期望: 管理员小吴的角色：管理员 → 主管
方主任: 设角色 方主任 主任
期望: 这是最后一位管理员
事实 {"kind":"command.refused","command":"设角色","reason":"not_allowed"}
管理员小吴: 撤销
期望: 这是最后一位管理员
事实 {"kind":"command.refused","command":"撤销","reason":"not_allowed"}
方主任: 名单 管理员
期望: 管理员 1 人：方主任

# 谁也不能给自己升职
周主管: 设角色 周主管 主任
期望: 自己的事要由别人来定
事实 {"kind":"command.refused","command":"设角色","reason":"not_allowed"}
周主管: 设角色 周主管 组长
事实 {"kind":"command.refused","command":"设角色","reason":"not_allowed"}

# 组长批不了自己：他用另一个账号申请，也要别人来绑
小号: 我是 王组长 一组
王组长: 同意 J1 绑定 王组长
期望: 自己的事要由别人来定
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
王组长: 同意 J1 组长
期望: 「组长」要由更高一级来定
事实 {"kind":"command.refused","command":"同意","reason":"not_allowed"}
周主管: 同意 J1 绑定 王组长
期望: 这个账号是王组长的
