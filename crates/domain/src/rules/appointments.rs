//! 预约登记.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-028",
        profile: Profile::N,
        text: "完整预约要有姓名、年龄、电话、主诉或病种、地域、预计到诊时间；性别要问，但不影响完整。聊天标\
               注写成：已约—病种—姓名—性别—年龄—地域，并选好类别备注。",
    },
    Rule {
        id: "R-029",
        profile: Profile::N,
        text: "聊天里已约却没标注清楚的，次日核查属实后每条扣10元；核查前补好的不扣。",
    },
    Rule {
        id: "R-030",
        profile: Profile::N,
        text: "约好了却没登记预约，患者到诊也不计业绩。登记时间必须早于到诊时间，到诊后才补登记的不算。",
    },
    Rule {
        id: "R-031",
        profile: Profile::N,
        text: "约定后15分钟内（含第15分钟）登记预约，方便医院核对和分诊；超过15分钟标为迟登记。",
    },
    Rule {
        id: "R-032",
        profile: Profile::N,
        text: "特殊情况不能按时登记的，须经主管批准，组长不能代批；最迟当天本人下班前登记，不再延长。",
    },
    Rule {
        id: "R-033",
        profile: Profile::N,
        text: "有效对话没约成的，要在客户备注里写明未约原因和病种。患者说出了主诉，就算有效对话。",
    },
    Rule {
        id: "R-034",
        profile: Profile::N,
        text: "当天预约当天取消、已经登记的，先把预约登记标为取消，再改聊天标注；记录保留，不删除。",
    },
    Rule {
        id: "R-035",
        profile: Profile::N,
        text: "当天预约当天取消、还没登记的，马上改掉聊天里的已约标注，并注明已取消。",
    },
    Rule {
        id: "R-036",
        profile: Profile::N,
        text: "已就诊的患者再来咨询要备注清楚，不能标成不在接诊范围；转到QQ或电话的也要及时备注。",
    },
    Rule {
        id: "R-037",
        profile: Profile::N,
        text: "网络预约登记时必须附聊天内容，查实没附的每次扣100元；电话预约不适用。",
    },
    Rule {
        id: "R-038",
        profile: Profile::N,
        text: "登记填错（例如网络填成电话），当天下班前在登记里注明、填错误说明，并报组长和主管；原来的内容\
               保留。",
    },
    Rule {
        id: "R-039",
        profile: Profile::N,
        text: "登记错误被查出而本人没有及时上报的，每次扣20元；同一错误只扣一次，不与组长抽查重复扣。",
    },
    Rule {
        id: "R-040",
        profile: Profile::N,
        text: "缺电话的条件预约：姓名、年龄、主诉、地域、预约到诊时间5项必须齐全。",
    },
    Rule {
        id: "R-041",
        profile: Profile::N,
        text: "缺姓名的条件预约：年龄、联系方式、主诉、地域、预约到诊时间5项必须齐全。手机、座机、QQ、微信都\
               算联系方式。",
    },
    Rule {
        id: "R-042",
        profile: Profile::N,
        text: "姓名和联系方式都没有，或缺主诉，或缺到诊时间，为无效预约；只有姓不算姓名。其余缺年龄、地域等\
               的为待完善，判归属时与条件预约同级。",
    },
    Rule {
        id: "R-043", profile: Profile::P, text: "接电话预约时，登记预约日期和所约专家。"
    },
    Rule {
        id: "R-044",
        profile: Profile::P,
        text: "每天08:05把当天预约患者名单交到导医台；名单08:00生成，之后有变动随时更新，患者信息要遮挡。",
    },
    Rule {
        id: "R-045", profile: Profile::P, text: "晚班为当天登记的患者填好预约卡，并留备份。"
    },
    Rule {
        id: "R-046", profile: Profile::P, text: "每天08:10起向各科室问清当天的出诊医生，供大家查询。"
    },
    Rule {
        id: "R-047",
        profile: Profile::C,
        text: "每位预约患者的详情都要交接给导医台，用每天的预约名单代替手写交班本。",
    },
    Rule {
        id: "R-048",
        profile: Profile::A,
        text: "预约要定好具体时间，登记、归档并协调好；转给专家的来电，要向专家和客户继续跟进。只写日期也算\
               有到诊时间，但标为时间待定。",
    },
    Rule {
        id: "R-049", profile: Profile::A, text: "电话预约要登记客户详情、所约专家、日期和要做的项目。"
    },
    Rule {
        id: "R-050",
        profile: Profile::N,
        text: "按时登录聊天工具，认真解答，做有效预约；熟练使用聊天工具和患者统计系统。没有规定扣款。",
    },
    Rule {
        id: "R-051",
        profile: Profile::N,
        text: "固定客户按预约、分派咨询员、接待、方案、服务、反馈的顺序走，咨询员不得自行改动流程。",
    },
    Rule {
        id: "R-052",
        profile: Profile::A,
        text: "客户到院时，导医要问是否预约、约的是什么；在前台现约的也要登记。",
    },
    Rule {
        id: "R-053",
        profile: Profile::T,
        text: "去校区签约前先到营销部登记，现场接待后把结果报给营销部；计划结束2小时后仍没有结果的会提醒。",
    },
    Rule {
        id: "R-054", profile: Profile::T, text: "客户确认后填报名表并缴费，学习期间继续跟踪服务。"
    },
];
