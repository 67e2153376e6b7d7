# 超过 10 分钟，由组长按编号撤销；只能撤销自己组的人；别人不能撤销。
时间 2026-03-02 08:00
群 咨询群
成员 张三 咨询员 一组
成员 李四 咨询员 一组
成员 王组长 组长 一组
成员 刘组长 组长 二组
成员 周主管 主管
班次 早班 08:00-16:00
排班 张三 2026-03-02 早班
张三: 日报 50 8 3
期望: 编号 G2
时间 2026-03-02 08:05
# 别人不行，别组的组长也不行
李四: 撤销 G2
期望: 只能撤销自己的改动
事实 {"kind":"command.refused","command":"撤销","reason":"not_allowed"}
刘组长: 撤销 G2
事实 {"kind":"command.refused","command":"撤销","reason":"not_allowed"}
# 自己过了 10 分钟也不行，并说清楚该请组长发什么
时间 2026-03-02 08:30
张三: 撤销 G2
期望: 请组长发：撤销 G2
事实 {"kind":"command.refused","command":"撤销","reason":"wrong_state"}
# 组长可以，写法随意
王组长: 撤销 g2
期望: 已撤销：3月2日 周一的日报，现在算未交
事实 {"kind":"undo.done","of":"report.filed","subject":"G2","by":"王组长"}
王组长: 撤销 G2
期望: 已经撤销过了
事实 {"kind":"command.refused","command":"撤销","reason":"wrong_state"}
# 没有的编号
王组长: 撤销 G999
期望: 没有可以撤销的编号「G999」
王组长: 撤销 那个
期望: 没有可以撤销的编号「那个」
事实 {"kind":"command.refused","command":"撤销","reason":"not_found"}
# 主管对全部门都可以
张三: 日报 50 8 3
事实 {"kind":"report.filed","revision":2}
时间 2026-03-02 12:00
张三: 日报 到诊 4
期望: （第3版）
时间 2026-03-02 13:00
王组长: 谁没交
期望: 已交 1 人：张三
