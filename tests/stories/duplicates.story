# 同一条消息平台重发几次都只算一次（CV-10），回答照样给；断网时回答先存着，通了按次序各发一次。
时间 2026-03-02 15:00
群 咨询群 排行 提醒
成员 张三 咨询员 一组
成员 李四 咨询员 一组
成员 王组长 组长 一组
班次 早班 08:00-16:00
排班 张三 2026-03-02 早班
排班 李四 2026-03-02 早班

# 重发：回答一样，什么都不再做一遍
张三: 日报 50 8 3
事实 {"kind":"report.filed","person":"张三","revision":1}
重发
期望: 日报已收到
事实 {"kind":"message.duplicate"}
没有事实 {"kind":"message.received"}
没有事实 {"kind":"report.filed"}
没有事实 {"kind":"report.corrected"}
重发
没有事实 {"kind":"report.corrected"}
# 被拒绝的也一样
张三: 谁没交
事实 {"kind":"command.refused","command":"谁没交","reason":"not_allowed"}
重发
期望: 可以用
没有事实 {"kind":"command.refused"}
事实 {"kind":"message.duplicate"}

# 重启之后重发，还是同一条
张三: 日报 到诊 4
事实 {"kind":"report.corrected","revision":2}
重启
重发
期望: 日报已更正（第2版）
没有事实 {"kind":"report.corrected"}
事实 {"kind":"message.duplicate"}
# 过了下班再重发：仍是当时的按时
时间 2026-03-02 16:30
重发
没有事实 {"kind":"report.filed"}
张三(私聊): 我的
期望: 日报已交
不应: 迟交）

# 断网：记下了，回答发不出去
断网
李四: 日报 40 5 2
事实 {"kind":"report.filed","person":"李四","late":true}
不应: 日报已收到
张三: 日报 到诊 5
不应: 日报已更正
# 通了：5分钟内按次序补发，各一次
恢复
时间 +5分钟
期望: 日报已收到：3月2日 周一 早班
期望: 日报已更正（第3版）
没有事实 {"kind":"report.filed"}
事实 {"kind":"delivery.sent"}
时间 +1小时
不应: 日报已收到
不应: 日报已更正

# 断网 10 分钟，自己会好
断网 10分钟
李四: 日报 到诊 3
不应: 日报已更正
时间 +9分钟
不应: 日报已更正
时间 +6分钟
期望: 日报已更正（第2版）
# 断网时没送出的话，重启也不丢
断网
李四: 日报 到诊 4
重启
恢复
时间 +5分钟
期望: 日报已更正（第3版）
