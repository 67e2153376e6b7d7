# 谁来汇总（R-327）：组长休息由代理组长，没有代理由主管；没有组长的组由主管；几个组分开确认；主管看各组；
# 组里没人当班也没人交日报的，不用汇总。
时间 2026-03-02 08:00
成员 张三 咨询员 一组
成员 赵六 咨询员 二组
成员 钱七 咨询员 三组
成员 孙八 咨询员 四组
成员 王组长 组长 一组
成员 李组长 组长 二组
成员 周主管 主管
成员 吴主任 主任
班次 早班 08:00-16:00
排班 张三 2026-03-02至2026-03-06 早班
排班 赵六 2026-03-02至2026-03-06 早班
排班 钱七 2026-03-02 早班
排班 王组长 2026-03-03 休
排班 李组长 2026-03-03 休
周主管: 代理 张三 组长 一组 3月3日
事实 {"kind":"acting.set"}

时间 2026-03-02 15:00
张三(私聊): 日报 50 0 0
赵六(私聊): 日报 40 0 0
钱七(私聊): 日报 30 0 0

# 一组：代理组长；二组：组长休息，主管；三组：没有组长，主管；四组没人当班
时间 2026-03-03 09:00
事实 {"kind":"summary.drafted","team":"一组","person":"张三"}
事实 {"kind":"summary.drafted","team":"二组","person":"周主管"}
事实 {"kind":"summary.drafted","team":"三组","person":"周主管"}
没有事实 {"kind":"summary.drafted","person":"王组长"}
没有事实 {"kind":"summary.drafted","person":"李组长"}
没有事实 {"kind":"summary.drafted","person":"吴主任"}
不应 王组长(私聊): 汇总
没有事实 {"kind":"summary.drafted","team":"四组"}
张三(私聊): 汇总 确认
事实 {"kind":"summary.confirmed","team":"一组","late":false,"actor":"张三"}
周主管(私聊): 汇总
期望 周主管(私聊): 各组汇总
期望 周主管(私聊): 一组：对话50 预约0 到诊0 · 张三已确认
期望 周主管(私聊): 二组：对话40 预约0 到诊0 · 待确认
周主管(私聊): 汇总 确认
期望 周主管(私聊): 要确认哪个组？待确认：二组、三组
周主管(私聊): 汇总 确认 二组
事实 {"kind":"summary.confirmed","team":"二组","late":false,"actor":"周主管"}
张三(私聊): 汇总 确认 二组
期望 张三(私聊): 不归你带
事实 {"kind":"command.refused","command":"汇总","reason":"not_allowed"}
时间 10:00
事实 {"kind":"summary.unconfirmed","team":"三组","date":"2026-03-02"}
没有事实 {"kind":"summary.unconfirmed","team":"一组"}
没有事实 {"kind":"summary.unconfirmed","team":"二组"}
没有事实 {"kind":"summary.unconfirmed","team":"四组"}

# 组长回来了
时间 2026-03-04 09:00
事实 {"kind":"summary.drafted","team":"一组","person":"王组长"}
没有事实 {"kind":"summary.drafted","person":"张三"}
张三(私聊): 汇总
事实 {"kind":"command.refused","command":"汇总","reason":"not_allowed"}

# 整点算按时的部门：10:00 那一分钟还不迟
时间 2026-03-05 08:00
设置 duty.digest_due_inclusive 开
时间 2026-03-05 10:00
没有事实 {"kind":"summary.unconfirmed"}
王组长(私聊): 汇总 确认
事实 {"kind":"summary.confirmed","team":"一组","date":"2026-03-04","late":false}
时间 10:01
事实 {"kind":"summary.unconfirmed","team":"二组","date":"2026-03-04"}
